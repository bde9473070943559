"""Waiting for the end of a turn that a command began."""

import sys
import time
from typing import Any

from pilot_sidecar.cli import hub
from pilot_sidecar.cli.session_list import Session, has_ended
from pilot_sidecar.cli.text import safe
from pilot_sidecar.core.errors import PilotError
from pilot_sidecar.server.discovery import HubFile

LOOK_AGAIN_S = 0.3
BEGINS_S = 30.0
"""An agent that has a prompt begins with it within this, or has nothing to say to it."""
WORKS = ("busy", "retrying")
PAGE = 100
Item = dict[str, Any]  # Any: JSON


class NotDoneError(PilotError):
    """The turn did not end well, or not in time."""

    code = "not_done"


def entries(running: HubFile, session_id: str) -> list[Item]:
    """Return the latest entries of a session."""
    items: list[Item] = hub.call(running, "GET", hub.within("sessions", session_id, "messages", limit=PAGE))["items"]
    return items


def wait_for_answer(running: HubFile, session_id: str, known: set[str], limit_s: float) -> str:
    """Return what the agent said last, once its turn is over; ``known`` are the entries from before it.

    Raises NotDoneError where the turn failed, or is not over in time.
    """
    began, asked = time.monotonic(), set[str]()
    while True:
        new = _since(running, session_id, known)
        session = _look(running, session_id)  # later than the entries: what has begun by then is over if it rests now
        _tell_of_asks(session, asked)
        if _is_over(session, new, time.monotonic() - began):
            return _answer(session, _since(running, session_id, known))
        if time.monotonic() - began > limit_s:
            raise NotDoneError("The turn is not over yet.", f"`pilot sessions show {safe(session_id)}` shows it.")
        time.sleep(LOOK_AGAIN_S)


def _since(running: HubFile, session_id: str, known: set[str]) -> list[Item]:
    return [item for item in entries(running, session_id) if item["id"] not in known]


def _look(running: HubFile, session_id: str) -> Session:
    """Return the session with the ids of its asks; one that was just begun may not be known yet."""
    try:
        session: Session = hub.call(running, "GET", hub.within("sessions", session_id))
    except hub.CallFailedError as error:
        if error.code != "not_found":
            raise
        session = {"state": "idle"}
    asks = hub.call(running, "GET", "/api/asks")["asks"]
    waiting = [ask["id"] for ask in asks if session_id in (ask["sessionId"], *ask.get("parents", ()))]
    return session | {"waiting": waiting}


def _tell_of_asks(session: Session, asked: set[str]) -> None:
    for ask in session["waiting"]:
        if ask not in asked:
            print(f"It waits for you: `pilot asks show {safe(ask)}`", file=sys.stderr, flush=True)
    asked.update(session["waiting"])


def _is_over(session: Session, new: list[Item], waited_s: float) -> bool:
    """Tell whether the turn has begun, and ended; how the session was before it says nothing."""
    begun = any(item["kind"] != "prompt" for item in new)
    if begun and has_ended(session):
        return True
    if session["state"] in WORKS or session["waiting"]:
        return False
    return begun or waited_s > BEGINS_S


def _answer(session: Session, new: list[Item]) -> str:
    failed = next((item["message"] for item in reversed(new) if item["kind"] == "error"), None)
    if session["state"] == "error" or failed:
        raise NotDoneError(safe(failed or session.get("lastError") or "The turn failed."))
    if has_ended(session):
        raise NotDoneError("The session ended before its turn was over.")
    if any(item.get("streaming") for item in new):
        raise NotDoneError("The turn was stopped before it was over.")
    texts = [item["text"] for item in new if item["kind"] == "text" and item["text"].strip()]
    return texts[-1] if texts else ""

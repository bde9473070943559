"""Waiting for the end of a turn that a command began."""

import sys
import time
from typing import Any

from pilot_sidecar.cli import hub
from pilot_sidecar.cli.session_list import Session
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
        session = _look(running, session_id)
        _tell_of_asks(session, asked)
        new = [item for item in entries(running, session_id) if item["id"] not in known]
        if _is_over(session, new, time.monotonic() - began):
            return _answer(session, new)
        if time.monotonic() - began > limit_s:
            raise NotDoneError("The turn is not over yet.", f"`pilot sessions show {safe(session_id)}` shows it.")
        time.sleep(LOOK_AGAIN_S)


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
    if session["state"] in WORKS or session["waiting"]:
        return False
    return waited_s > BEGINS_S or any(item["kind"] != "prompt" and not item.get("streaming") for item in new)


def _answer(session: Session, new: list[Item]) -> str:
    failed = next((item["message"] for item in reversed(new) if item["kind"] == "error"), None)
    if session["state"] in ("error", "ended") or failed:
        raise NotDoneError(safe(failed or session.get("lastError") or "The session ended before its turn was over."))
    texts = [item["text"] for item in new if item["kind"] == "text" and item["text"].strip()]
    return texts[-1] if texts else ""

"""The sessions a command is about, with what people noted and what waits in them."""

from typing import Any

from pilot_sidecar.cli import hub
from pilot_sidecar.cli.choose import choose
from pilot_sidecar.server.discovery import HubFile

Session = dict[str, Any]  # Any: JSON
HINT = "`pilot sessions --all` lists them."


def sessions(running: HubFile) -> list[Session]:
    """Return all sessions, what waits first, then by their latest change.

    Each has also its ``name`` (as people call it), ``archived``, and ``waiting``: the ids of its asks, those of its
    sub-agents included.
    """
    picture = hub.call(running, "GET", "/api/snapshot")
    marks = {mark["sessionId"]: mark for mark in picture["marks"]}
    found = [_with_notes(session, marks.get(session["id"], {})) for session in picture["sessions"]]
    known = {session["id"]: session for session in found}
    for ask in picture["asks"]:
        for session_id in (ask["sessionId"], *ask.get("parents", ())):
            if session_id in known:
                known[session_id]["waiting"].append(ask["id"])
    return sorted(found, key=lambda session: (not session["waiting"], -session["updatedAt"]))


def chosen(running: HubFile, given: str) -> Session:
    """Return the one that is meant; raises NoMatchError."""
    return choose(sessions(running), given, "session", HINT)


def has_ended(session: Session) -> bool:
    """Tell whether no agent runs it any more."""
    return session["state"] == "ended" or not session.get("live", True)


def _with_notes(session: Session, mark: Session) -> Session:
    name = mark.get("name") or session.get("title") or session.get("lastLine") or ""
    return session | {"name": name, "archived": mark.get("archived", False), "waiting": []}

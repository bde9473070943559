"""Devices, and agents' terminals, that wait for somebody at this machine to say yes."""

import sys
from typing import Any

from pilot_sidecar.cli import hub
from pilot_sidecar.cli.text import at_terminal, safe
from pilot_sidecar.server.discovery import HubFile

Json = dict[str, Any]  # Any: JSON
_REACH = {"lan": "in your network", "tunnel": "through the tunnel", "local": "on this machine"}


def answer_waiting(running: HubFile) -> int:
    """Ask about everything that waits now; return 1 where nobody is here to answer."""
    waiting = _waiting(running)
    if not waiting:
        print("Nothing waits for a yes.")
        return 0
    if not at_terminal():
        for one in waiting:
            print(f"{one['id']}  {question(one)}")
        print("pilot: Only a person can answer this.\n  Run `pilot pair --confirm` in a terminal.", file=sys.stderr)
        return 1
    for one in waiting:
        _ask(running, one)
    return 0


def ask_about_new(running: HubFile) -> None:
    """Ask about what waits at this moment, if anything does."""
    for one in _waiting(running):
        _ask(running, one)


def question(one: Json) -> str:
    """Return what a person is asked to agree to."""
    if one["kind"] == "token_rotation":
        return f"{safe(one['name'])} asks to change the owner's token; every connection would end."
    where = _REACH.get(one.get("reach") or "", "")
    at = " ".join(filter(None, (where, f"({safe(one['address'])})" if one.get("address") else "")))
    return f"“{safe(one['name'])}” {at} wants in, with the role “{safe(one.get('scope') or 'view')}”."


def _waiting(running: HubFile) -> list[Json]:
    found: list[Json] = hub.call(running, "GET", "/api/confirmations")["confirmations"]
    return found


def _ask(running: HubFile, one: Json) -> None:
    print(question(one))
    try:
        said = input("Is this you? Allow it? [y/N] ").strip().lower()
    except EOFError:
        print()
        return  # nobody is there any more: it expires by itself
    try:
        answered = hub.call(running, "POST", f"/api/confirmations/{one['id']}", {"allow": said in ("y", "yes")})
    except hub.CallFailedError as error:
        print(f"pilot: {error.message}", file=sys.stderr)
        return
    print("Allowed." if answered["state"] == "allowed" else "Refused.")

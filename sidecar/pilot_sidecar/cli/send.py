"""``pilot send``: a prompt for a session that is there, or for a new one."""

import argparse
import json
import os
import sys
import time
from typing import Any

from pilot_sidecar.cli import hub
from pilot_sidecar.cli.session_list import chosen
from pilot_sidecar.cli.text import safe, safe_lines, seconds_of
from pilot_sidecar.cli.usage import UsageError, nearest
from pilot_sidecar.server.discovery import HubFile

NEW_S = 60.0
"""An agent that has to be started first may take its time."""
TRIES = 3
TRY_AGAIN_S = 0.5
KEY_LONGEST = 200


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.usage = f"{parser.prog} [options] ID TEXT...\n       {parser.prog} [options] --new AGENT TEXT..."
    parser.add_argument("words", metavar="ID TEXT", nargs="+", help=argparse.SUPPRESS)
    told = parser.add_argument_group("what to say to whom")
    told.add_argument("--new", metavar="AGENT", help="start a session with it, instead of naming one")
    told.add_argument("--dir", metavar="PATH", help="where the new session works (this folder)")
    told.add_argument("--model", metavar="ID", help="provider/model, where the agent lets one choose")
    told.add_argument("--after", action="store_true", help="wait for the end of a turn that runs, do not join it")
    parser.add_argument("--wait", action="store_true", help="stay until the turn is over, and print the answer")
    parser.add_argument("--timeout", metavar="10m", type=_seconds, default=3600, help="wait no longer than this (1h)")
    parser.add_argument("--key", metavar="KEY", help="of your own making: sent again with it, it is taken once")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.description = (
        f"{parser.description}\nID is a session's id, the beginning of it, or its title. A TEXT of - is read\n"
        "from standard input."
    )


def _seconds(text: str) -> int:
    try:
        return seconds_of(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def run(options: argparse.Namespace) -> int:
    """Send it; with ``--wait``, return 1 where the turn failed."""
    _check(options)
    text = _text(options.words if options.new is not None else options.words[1:])
    running = hub.need_hub()
    session_id, known = (_begun if options.new is not None else _sent)(running, options, text)
    if not options.wait:
        _print(options, {"sessionId": session_id}, f"Sent to {safe(session_id)}.")
        return 0
    from pilot_sidecar.cli.turn import wait_for_answer

    answer = wait_for_answer(running, session_id, known, options.timeout)
    _print(options, {"sessionId": session_id, "answer": answer}, safe_lines(answer))
    return 0


def _check(options: argparse.Namespace) -> None:
    hint = "`pilot send --help` has examples."
    if options.new is None and len(options.words) < 2:
        raise UsageError("There is nothing to send: name the session, then say the text.", hint)
    if options.new is None and options.dir is not None:
        raise UsageError("--dir is for a new session: a session stays in its folder.", hint)
    if not os.path.isdir(_folder(options)):  # noqa: PTH112
        raise UsageError(f"There is no folder {safe(_folder(options))}.", "Name one that is there with --dir.")
    if options.new is not None and (options.key is not None or options.after):
        raise UsageError("--key and --after are for sessions that are there already.", hint)
    if options.key is not None and not 0 < len(options.key) <= KEY_LONGEST:
        raise UsageError(f"A key has 1 to {KEY_LONGEST} letters.", hint)


def _folder(options: argparse.Namespace) -> str:
    return os.path.realpath(os.path.expanduser(options.dir or os.curdir))  # noqa: PTH111 - as a shell has it


def _text(words: list[str]) -> str:
    text = " ".join(words)
    if words == ["-"]:
        raw = sys.stdin.buffer.read()
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise UsageError("What came on standard input is no UTF-8 text.") from error
    if not text.strip():
        raise UsageError("The text is empty.", "`pilot send --help` has examples.")
    return text


def _sent(running: HubFile, options: argparse.Namespace, text: str) -> tuple[str, set[str]]:
    """Send to a session that is there; return its id, and what stood in it before."""
    session_id = chosen(running, options.words[0])["id"]
    known: set[str] = set()
    if options.wait:
        from pilot_sidecar.cli.turn import entries

        known = {item["id"] for item in entries(running, session_id)}
    body = {"text": text, "when": "turn_end" if options.after else "now", "idempotencyKey": options.key or _key()}
    _post(running, hub.within("sessions", session_id, "prompt"), body | _model(options))
    return session_id, known


def _post(running: HubFile, path: str, body: dict[str, object]) -> None:
    """Send it, again where the answer was lost: the key sees to it that it is taken once."""
    for rest in reversed(range(TRIES)):
        try:
            hub.call(running, "POST", path, body)
        except hub.UnreachableError:
            if not rest:
                raise
            time.sleep(TRY_AGAIN_S)
        else:
            return


def _begun(running: HubFile, options: argparse.Namespace, text: str) -> tuple[str, set[str]]:
    """Start a session; return its id, and that nothing stood in it before."""
    _check_agent(running, options.new)
    body = {"agent": options.new, "directory": _folder(options), "prompt": {"text": text} | _model(options)}
    created = hub.call(running, "POST", "/api/sessions", body | _model(options), timeout_s=NEW_S)
    return str(created["sessionId"]), set()


def _check_agent(running: HubFile, name: str) -> None:
    known = [status["agent"] for status in hub.call(running, "GET", "/api/snapshot")["agents"]]
    if name not in known:
        listed = f"It knows: {', '.join(map(safe, known)) or 'none yet'}."
        raise UsageError(f"Pilot knows no agent “{safe(name)}”.{nearest(name, known)}", listed)


def _model(options: argparse.Namespace) -> dict[str, Any]:  # Any: JSON
    return {"model": options.model} if options.model else {}


def _key() -> str:
    return os.urandom(16).hex()


def _print(options: argparse.Namespace, result: dict[str, object], text: str) -> None:
    print(json.dumps(result) if options.json else text)

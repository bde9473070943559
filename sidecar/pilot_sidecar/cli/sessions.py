"""``pilot sessions``: what the agents are doing; reading it, stopping it, putting it away."""

import argparse
import json
import os

from pilot_sidecar.cli import hub
from pilot_sidecar.cli.parts import Do, Parts, add_part, take_parts
from pilot_sidecar.cli.session_list import Session, chosen, has_ended, sessions
from pilot_sidecar.cli.session_text import headline, rows, told
from pilot_sidecar.cli.text import count, safe, table
from pilot_sidecar.cli.usage import UsageError, nearest
from pilot_sidecar.server.discovery import HubFile

MOST = 500


def configure(parser: argparse.ArgumentParser) -> None:
    """Add what can be done."""
    _filters(parser)
    what = take_parts(parser, _list, "list")
    _filters(add_part(what, "list", "show them", _list), default=argparse.SUPPRESS)
    show = _one(what, "show", "show one, and what was said last in it", _show)
    show.add_argument("-n", "--messages", type=_messages, default=20, help=f"how many entries (20, at most {MOST})")
    _one(what, "abort", "stop what one is doing; what waits in it is refused", _abort)
    _one(what, "archive", "put one away: lists leave it out", _archive)
    _one(what, "unarchive", "take it out again", _unarchive)
    rename = _one(what, "rename", "call it something else; an empty name gives the agent's own title back", _rename)
    rename.add_argument("name", metavar="NAME")


def _filters(parser: argparse.ArgumentParser, default: str | None = None) -> None:
    parser.add_argument(
        "--all", action="store_true", default=default or False, help="also ended and archived ones, and sub-agents"
    )
    parser.add_argument("--agent", metavar="NAME", default=default, help="only those of one agent")
    parser.add_argument("--project", metavar="PATH", default=default, help="only those in this folder, or below it")


def _one(what: Parts, name: str, text: str, do: Do) -> argparse.ArgumentParser:
    parser = add_part(what, name, text, do)
    parser.add_argument("session", metavar="ID", help="its id, the beginning of it, or its title")
    return parser


def _messages(text: str) -> int:
    number = count(text)
    if number > MOST:
        raise argparse.ArgumentTypeError(f"write a number up to {MOST}; `pilot export` has all of it")
    return number


def run(options: argparse.Namespace) -> int:
    """Do what was asked."""
    code: int = options.do(hub.need_hub(), options)
    return code


def _list(running: HubFile, options: argparse.Namespace) -> int:
    known = sessions(running)
    found = [session for session in known if _wanted(session, options)]
    if options.agent is not None and not any(session["agent"] == options.agent for session in known):
        _check_agent(running, options.agent)
    if options.json:
        print(json.dumps({"sessions": found}))
    elif found:
        print(table(rows(found)))
        if waiting := sum(1 for session in found if session["waiting"]):
            print(f"{waiting} {'waits' if waiting == 1 else 'wait'} for you: `pilot asks` shows for what.")
    elif known and not options.all:
        print("No session is open. `pilot sessions --all` shows those that ended, too.")
    else:
        print("There is no such session." if known else "There is no session yet.")
    return 0


def _wanted(session: Session, options: argparse.Namespace) -> bool:
    if options.agent is not None and session["agent"] != options.agent:
        return False
    if options.project is not None and not _within(session["directory"], options.project):
        return False
    aside = session["archived"] or has_ended(session) or session.get("parentId") is not None
    return bool(options.all or session["waiting"] or not aside)


def _within(directory: str, project: str) -> bool:
    wanted, is_in = os.path.realpath(os.path.expanduser(project)), os.path.realpath(directory)  # noqa: PTH111
    return is_in == wanted or is_in.startswith(wanted.rstrip(os.sep) + os.sep)


def _check_agent(running: HubFile, name: str) -> None:
    known = [status["agent"] for status in hub.call(running, "GET", "/api/snapshot")["agents"]]
    if name not in known:
        listed = f"It knows: {', '.join(map(safe, known)) or 'none yet'}."
        raise UsageError(f"Pilot knows no agent “{safe(name)}”.{nearest(name, known)}", listed)


def _show(running: HubFile, options: argparse.Namespace) -> int:
    session = chosen(running, options.session)
    page = hub.call(running, "GET", hub.within("sessions", session["id"], "messages", limit=options.messages))
    items = page["items"][-options.messages :]
    if options.json:
        print(json.dumps({"session": session, "items": items}))
        return 0
    print(headline(session))
    for item in items:
        print(f"\n{told(item)}")
    return 0


def _abort(running: HubFile, options: argparse.Namespace) -> int:
    session = chosen(running, options.session)
    hub.call(running, "POST", hub.within("sessions", session["id"], "abort"), {})
    return _say(options, {"aborted": session["id"]}, f"“{_named(session)}” is told to stop.")


def _archive(running: HubFile, options: argparse.Namespace) -> int:
    return _mark(running, options, {"archived": True}, "is put away")


def _unarchive(running: HubFile, options: argparse.Namespace) -> int:
    return _mark(running, options, {"archived": False}, "is back in the lists")


def _rename(running: HubFile, options: argparse.Namespace) -> int:
    called = f"is called “{safe(options.name)}” now" if options.name else "has the agent's own title again"
    return _mark(running, options, {"name": options.name}, called)


def _mark(running: HubFile, options: argparse.Namespace, change: dict[str, object], done: str) -> int:
    session = chosen(running, options.session)
    mark = hub.call(running, "PATCH", hub.within("sessions", session["id"]), change)
    return _say(options, mark, f"“{_named(session)}” {done}.")


def _named(session: Session) -> str:
    return safe(session["name"] or session["id"])


def _say(options: argparse.Namespace, result: object, text: str) -> int:
    print(json.dumps(result) if options.json else text)
    return 0

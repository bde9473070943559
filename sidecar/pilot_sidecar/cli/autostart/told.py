"""What ``pilot service`` says."""

import difflib
import json
import os
import shlex
from pathlib import Path

from pilot_sidecar.cli import hub
from pilot_sidecar.cli.autostart.definition import read
from pilot_sidecar.cli.autostart.environment import fleeting_copy, settings_left_out
from pilot_sidecar.cli.autostart.ports import Autostart, Registered
from pilot_sidecar.cli.text import safe, safe_lines
from pilot_sidecar.server.discovery import HubFile, find_hub


def print_status(system: Autostart, *, as_json: bool) -> bool:
    """Print what is set up; tell whether the hub of this home is started at login."""
    text = read(system.path)
    home = system.home_of(text) if text is not None else None
    state = system.state() if home is not None else None
    ours = home == hub.home()
    lost = lost_program(system, text or b"")
    at_login = bool(ours and lost is None and state and state.at_login)
    running = bool(ours and state and is_theirs(state, find_hub(hub.home())))
    if as_json:
        facts = {"installed": ours, "atLogin": at_login, "running": running}
        print(json.dumps({**facts, "system": system.name, "path": str(system.path)}))
    elif home is None:
        print("The hub is not started at login. `pilot service install` sees to that.")
    elif not ours:
        print(f"{safe(system.path)} starts the hub of {safe(home)} at login, not that of {safe(hub.home())}.")
    elif lost is not None:
        print(f"{safe(system.path)} starts {safe(lost)}, which is not there any more.")
        print("  `pilot service install` has it start the Pilot that you call now.")
    elif state is None or not state.at_login:
        print(f"{safe(system.path)} is there, but {system.name} does not use it. `pilot service install` repairs that.")
    else:
        print(f"{system.name} starts the hub at login, by {safe(system.path)}.")
        print(f"  It {'runs now.' if running else 'does not run now; `pilot service install` starts it.'}")
    return at_login


def lost_program(system: Autostart, text: bytes) -> Path | None:
    """Return the program that a definition starts, if it is gone: Pilot was moved or removed."""
    program = system.program_of(text)
    return program if program is not None and not program.exists() else None


def is_theirs(state: Registered, running: HubFile | None) -> bool:
    """Tell whether the hub that runs is the one that the system started, as far as it tells."""
    if running is None:
        return False
    return state.pid == running.pid if state.pid is not None else state.running is not False


def print_definition(system: Autostart, before: bytes | None, after: bytes) -> None:
    """Print a definition, or what changes in it."""
    new = system.shown(after)
    if before is None:
        print(f"This will be written to {safe(system.path)}:\n")
        print(safe_lines(new.rstrip("\n"), "  "))
    else:
        print(f"This will change in {safe(system.path)}:\n")
        lines = difflib.unified_diff(system.shown(before).splitlines(), new.splitlines(), "now", "then", lineterm="")
        print("\n".join(safe_lines(line, "  ") for line in lines))
    print()


def print_warnings() -> None:
    """Say what this shell has that the service will not have, never what secrets are."""
    if names := settings_left_out(os.environ):
        target = hub.home() / ".env"
        print(f"Set in this shell only, and so not for the service: {', '.join(map(safe, names))}.")
        print(f"  Write what it needs into {safe(target)}, as NAME=value, or save it in the dashboard's settings.")
        if os.name == "posix":
            chosen, file = shlex.quote(f"^({'|'.join(names)})="), shlex.quote(str(target))
            print(f"  All of it: (umask 077; env | grep -E {safe(chosen)} >> {safe(file)})")
    if where := fleeting_copy():
        print(f"This copy of Pilot, in {safe(where)}, may be cleared away at any time, and the service with it.")
        print("  Better install one that stays (`pipx install pilot-sidecar`), and run its `pilot service install`.")

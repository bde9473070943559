"""``pilot service install`` and ``remove``: show, ask once, do, and see that it worked."""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from pilot_sidecar.cli import hub
from pilot_sidecar.cli.agents import agreed
from pilot_sidecar.cli.autostart.definition import read
from pilot_sidecar.cli.autostart.environment import hub_start
from pilot_sidecar.cli.autostart.ports import Autostart, AutostartError
from pilot_sidecar.cli.autostart.told import is_theirs, print_definition, print_warnings
from pilot_sidecar.cli.text import safe
from pilot_sidecar.server.discovery import HubFile, find_hub

START_S = 15.0
LOOK_AGAIN_S = 0.1
_COMPLAINT = "pilot: "


def install(system: Autostart, stop: Callable[[Path], None], *, yes: bool) -> int:
    """Have the system start the hub, now and at each login; return the exit code.

    ``stop`` ends the hub that holds a lock: the one that runs makes room for the system's.
    """
    system.check()
    home = hub.home()
    before, after = _present(system), system.text(hub_start(home, os.environ))
    running, state = find_hub(home), system.state()
    if before == after and state.at_login and is_theirs(state, running):
        print(f"{system.name} starts the hub at login already, by {safe(system.path)}; nothing was changed.")
        return 0
    if before != after:
        print_definition(system, before, after)
    print_warnings()
    if running is not None:
        print(f"The hub that runs now (pid {running.pid}) is stopped, and started again by {system.name}.")
        print("  Sessions stay; questions that wait are asked again in the agents' terminals.")
    if not agreed("Start the hub at login?", yes=yes):
        print("Nothing was changed. `pilot service install --yes` does it without asking.")
        return 1
    if running is not None:
        stop(home / "hub.lock")
    return _do(system, after, home, running)


def remove(system: Autostart) -> int:
    """Have the system start it no longer; return the exit code."""
    text = read(system.path)
    if text is None:
        print("The hub is not started at login; nothing was changed.")
        return 0
    _refuse_strangers(system, text)
    system.remove()
    print(f"Removed {safe(system.path)}; {system.name} does not start the hub any more.")
    if find_hub(hub.home()) is not None:
        print("A hub runs still; `pilot stop` ends it.")
    return 0


def _do(system: Autostart, text: bytes, home: Path, stopped: HubFile | None) -> int:
    try:
        system.install(text)
    except AutostartError:
        if stopped is not None:
            hub.start_hub()
        raise
    running = _wait_for_hub(system, home)
    if running is None:
        why = [line for line in system.said().splitlines() if line.startswith(_COMPLAINT)]
        told = f": {safe(why[-1].removeprefix(_COMPLAINT))}" if why else "."
        raise AutostartError(f"The hub is set up to start at login, but did not come up now{told}", system.trouble)
    print(f"Pilot is running at {running.url}, and will be after each login.")
    print(f"  {system.hint}")
    return 0


def _wait_for_hub(system: Autostart, home: Path) -> HubFile | None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        lives = system.state().running is not False
        if (running := find_hub(home)) is not None:
            return running
        if not lives:
            return None
        time.sleep(LOOK_AGAIN_S)
    return None


def _present(system: Autostart) -> bytes | None:
    text = read(system.path)
    if text is not None:
        _refuse_strangers(system, text)
    return text


def _refuse_strangers(system: Autostart, text: bytes) -> None:
    home = system.home_of(text)
    if home is None:
        raise AutostartError(
            f"{safe(system.path)} is not Pilot's.", "Move it away if you do not need it, then run this again."
        )
    if home != hub.home():
        print(f"{safe(system.path)} is for the hub of {safe(home)} until now.", file=sys.stderr)

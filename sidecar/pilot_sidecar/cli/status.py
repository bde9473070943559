"""``pilot status``: whether a hub runs, and where."""

import argparse
import json

from pilot_sidecar.cli import hub
from pilot_sidecar.infra.lock import is_held
from pilot_sidecar.server.discovery import find_hub

NAME, HELP = "status", "Say whether the hub runs, where, and what waits."
NOT_RUNNING = 1


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(options: argparse.Namespace) -> int:
    """Print the state; return 0 if the hub runs."""
    running = find_hub(hub.home())
    if running is None:
        return _print_absent(as_json=options.json)
    waiting = len(hub.call(running, "GET", "/api/asks")["asks"])
    if options.json:
        state = {"running": True, "url": running.url, "pid": running.pid, "version": running.version}
        print(json.dumps(state | {"protocol": running.protocol, "home": str(hub.home()), "asks": waiting}))
    else:
        print(f"Pilot {running.version} is running at {running.url} (pid {running.pid}).")
        print(f"{waiting or 'No'} {'question waits' if waiting == 1 else 'questions wait'} for you.")
    return 0


def _print_absent(*, as_json: bool) -> int:
    hangs = is_held(hub.home() / "hub.lock")
    if as_json:
        print(json.dumps({"running": False, "home": str(hub.home()), "hanging": hangs}))
    elif hangs:
        print("A hub is starting, or hangs: it does not answer. `pilot stop` ends it.")
    else:
        print("No hub is running. Start it with `pilot up`.")
    return NOT_RUNNING

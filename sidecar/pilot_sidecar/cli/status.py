"""``pilot status``: whether a hub runs, and where."""

import argparse
import json
from typing import Any

from pilot_sidecar.cli import hub
from pilot_sidecar.cli.fold import folded
from pilot_sidecar.cli.text import safe
from pilot_sidecar.infra.lock import is_held
from pilot_sidecar.server.discovery import find_hub

NOT_RUNNING = 1


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(options: argparse.Namespace) -> int:
    """Print the state; return 0 if the hub runs."""
    running = find_hub(hub.home())
    if running is None:
        return _print_absent(as_json=options.json)
    snapshot = hub.call(running, "GET", "/api/snapshot")
    waiting, agents = len(snapshot["asks"]), snapshot["agents"]
    if options.json:
        state = {"running": True, "url": running.url, "pid": running.pid, "version": running.version}
        facts = {"protocol": running.protocol, "home": str(hub.home()), "asks": waiting, "agents": agents}
        print(json.dumps(state | facts))
    else:
        print(f"Pilot {running.version} is running at {running.url} (pid {running.pid}).")
        for agent in agents:
            print(folded(_agent_line(agent), "    ", "  "))
        print(f"{waiting or 'No'} {'question waits' if waiting == 1 else 'questions wait'} for you.")
    return 0


_NAMES = {"opencode": "OpenCode", "codex": "Codex"}
_STATES = {
    "not_installed": "not found on this machine",
    "ready": "ready, nothing of it runs",
    "connected": "connected",
    "degraded": "in trouble",
}


def _agent_line(agent: dict[str, Any]) -> str:
    name = " ".join(filter(None, (_NAMES.get(agent["agent"], agent["agent"]), agent.get("version"))))
    live = agent.get("connections") if agent["state"] in ("connected", "ready") else 0
    known = _STATES.get(agent["state"], agent["state"])
    told = agent.get("message") or (known.partition(",")[0] if live else known)
    return safe(f"{name}: {told}" + (f", {live} live" if live else ""))


def _print_absent(*, as_json: bool) -> int:
    hangs = is_held(hub.home() / "hub.lock")
    if as_json:
        print(json.dumps({"running": False, "home": str(hub.home()), "hanging": hangs}))
    elif hangs:
        print("A hub is starting, or hangs: it does not answer. `pilot stop` ends it.")
    else:
        print("No hub is running. Start it with `pilot up`.")
    return NOT_RUNNING

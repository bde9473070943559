"""``pilot tunnel``: reach the hub from outside."""

import argparse
import json
import time
from typing import Any

from pilot_sidecar.cli import hub
from pilot_sidecar.cli.parts import add_part, take_parts
from pilot_sidecar.cli.text import safe, safe_lines
from pilot_sidecar.server.discovery import HubFile

START_S = 45.0
LOOK_AGAIN_S = 0.2
_STATES = {
    "off": "No tunnel runs.",
    "starting": "The tunnel is starting.",
    "retrying": "The tunnel is down and is tried again.",
    "failed": "The tunnel does not work.",
}


def configure(parser: argparse.ArgumentParser) -> None:
    """Add what can be done."""
    what = take_parts(parser, _status, "status")
    start = add_part(what, "start", "open it", _start)
    start.add_argument("provider", nargs="?", choices=("cloudflared", "ngrok", "custom"), help="which program opens it")
    start.add_argument("--force", action="store_true", help="also while no device is paired")
    add_part(what, "stop", "close it", _stop)
    add_part(what, "status", "say how it is", _status)


def run(options: argparse.Namespace) -> int:
    """Do what was asked; return 1 where no tunnel came of a start."""
    code: int = options.do(hub.need_hub(), options)
    return code


def _status(running: HubFile, options: argparse.Namespace) -> int:
    return _print(_now(running), as_json=options.json)


def _start(running: HubFile, options: argparse.Namespace) -> int:
    wanted = {"provider": options.provider, "force": options.force}
    tunnel = hub.call(running, "POST", "/api/tunnel/start", wanted)
    deadline = time.monotonic() + START_S
    while tunnel["state"] == "starting" and time.monotonic() < deadline:
        time.sleep(LOOK_AGAIN_S)
        tunnel = _now(running)
    _print(tunnel, as_json=options.json)
    return 0 if tunnel["state"] == "up" else 1


def _stop(running: HubFile, options: argparse.Namespace) -> int:
    return _print(hub.call(running, "POST", "/api/tunnel/stop", {}), as_json=options.json)


def _now(running: HubFile) -> dict[str, Any]:  # Any: JSON
    tunnel: dict[str, Any] = hub.call(running, "GET", "/api/reach")["tunnel"]
    return tunnel


def _print(tunnel: dict[str, Any], *, as_json: bool) -> int:
    if as_json:
        print(json.dumps(tunnel))
    elif tunnel["state"] == "up":
        print(f"The tunnel is up ({safe(tunnel['provider'])}): {safe(tunnel['url'])}")
        print("Only paired devices get in. `pilot pair` shows the code for a phone; `pilot tunnel stop` closes it.")
    else:
        print(_STATES.get(tunnel["state"], safe(tunnel["state"])))
        if tunnel.get("message"):
            print(safe_lines(tunnel["message"], "  "))
    return 0

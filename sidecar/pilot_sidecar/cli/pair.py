"""``pilot pair``: let a phone or another browser in."""

import argparse
import json
import sys
import time
from typing import Any

from pilot_sidecar.cli import confirm, hub
from pilot_sidecar.cli.fold import folded
from pilot_sidecar.cli.session_list import chosen
from pilot_sidecar.cli.text import at_terminal, clock, drawn, fits, safe, seconds_of, span
from pilot_sidecar.core.errors import PilotError
from pilot_sidecar.server.discovery import HubFile

LOOK_AGAIN_S = 0.5
SHORTEST_S, LONGEST_S = 60, 366 * 86_400
Json = dict[str, Any]  # Any: JSON


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    roles = ("view", "approve", "operate", "admin")
    parser.add_argument("--role", choices=roles, help="what it may do (operate; view with --session)")
    parser.add_argument("--session", metavar="ID", help="it follows this session only, and may only look")
    parser.add_argument(
        "--for", metavar="2h", dest="lasts", type=_duration, help="how long it may come in, once paired"
    )
    parser.add_argument("--no-qr", action="store_true", help="print no QR code")
    parser.add_argument("--confirm", action="store_true", help="make no code; answer the devices that wait for a yes")
    parser.add_argument("--json", action="store_true", help="print JSON, and do not wait")


def run(options: argparse.Namespace) -> int:
    """Print the code; on a terminal, stay until the device is in."""
    running = hub.need_hub()
    if options.confirm:
        return confirm.answer_waiting(running)
    known = {device["id"] for device in hub.call(running, "GET", "/api/devices")["devices"]}
    link = hub.call(running, "POST", "/api/pair", _wanted(running, options))
    if options.json:
        print(json.dumps(_without_pictures(link)))
        return 0
    _print(link, _may(options, link), hub.call(running, "GET", "/api/reach"), qr=not options.no_qr)
    return _stay(running, link, known) if at_terminal() else 0


def _duration(text: str) -> int:
    try:
        lasts_s = seconds_of(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    if not SHORTEST_S <= lasts_s <= LONGEST_S:
        raise argparse.ArgumentTypeError("a device may come in for a minute at least, and for 366 days at most")
    return lasts_s * 1000


def _wanted(running: HubFile, options: argparse.Namespace) -> Json:
    role = options.role or ("operate" if options.session is None else "view")
    wanted: Json = {"scope": role}
    if options.session is not None:  # an empty one is a slip, and no reason to show everything
        wanted["sessionId"] = chosen(running, options.session)["id"]
    if options.lasts is not None:
        wanted["lastsMs"] = options.lasts
    return wanted


def _without_pictures(link: Json) -> Json:
    ways = [{key: value for key, value in way.items() if key != "qr"} for way in link["ways"]]
    return {key: value for key, value in link.items() if key != "qr"} | {"ways": ways}


def _print(link: Json, may: str, reach: Json, *, qr: bool) -> None:
    ways = link["ways"]
    if ways:
        best = ways[0]
        shown = qr and _print_picture(best["url"])
        print(
            f"Scan this with the phone's camera, or open {safe(best['url'])}" if shown else f"Open {safe(best['url'])}"
        )
        for way in ways[1:]:
            print(f"  or {safe(way['url'])}  ({safe(way['address']['label'])})")
    else:
        print(folded(safe(link.get("advice") or "No other device can reach the hub.")))
        print(f"A browser on this machine can open {safe(link['url'])}")
    if link.get("short"):
        print(f"Code for typing: {safe(link['short'])}")
    print(folded(f"It works once, until {clock(link['expiresAt'])}; whoever uses it may {may}."))
    for line in _minding(ways, reach):
        print(folded(line))


def _print_picture(url: str) -> bool:
    """Print the QR code where it can be read; tell whether it was."""
    from pilot_sidecar.infra.qr import terminal_qr

    picture = terminal_qr(url)
    if not fits(picture):
        print("This terminal is too narrow for the QR code, or has no block characters. Make it wider, and try again.")
        return False
    print(f"\n{drawn(picture)}\n")
    return True


_MAY = {
    "view": "look",
    "approve": "answer questions",
    "operate": "answer questions and send prompts",
    "admin": "do everything, also pair other devices",
}


def _may(options: argparse.Namespace, link: Json) -> str:
    """Return what the device may do, where, and for how long."""
    only = " at this one session" if options.session is not None else ""
    lasts = f", for {span(options.lasts // 1000)}" if options.lasts is not None else ""
    return f"{_MAY[link['scope']]}{only}{lasts}"


def _minding(ways: list[Json], reach: Json) -> list[str]:
    lines = []
    if any(way["address"]["reach"] == "lan" for way in ways):
        lines += [f"Mind: {safe(reach['warning'])}"] if reach.get("warning") else []
        if reach.get("certificate"):
            lan = next(way["address"]["url"] for way in ways if way["address"]["reach"] == "lan")
            lines.append(f"First have the phone trust this machine: {safe(lan)}{safe(reach['certificate'])}")
            lines.append(f"  its SHA-256 fingerprint: {safe(reach.get('fingerprint') or '')}")
    return lines


def _stay(running: HubFile, link: Json, known: set[str]) -> int:
    """Wait for the device, and ask about those that need a yes."""
    try:
        print("Waiting for the device; Ctrl-C leaves, the code stays good.", flush=True)
        while time.time() * 1000 < link["expiresAt"]:
            confirm.ask_about_new(running)
            for device in hub.call(running, "GET", "/api/devices")["devices"]:
                if device["id"] not in known:
                    print(f"Paired: “{safe(device['name'])}”, which may {_MAY[device['scope']]}.")
                    return 0
            time.sleep(LOOK_AGAIN_S)
    except KeyboardInterrupt:
        print()
        return 0
    except PilotError as error:
        if not isinstance(error, hub.CallFailedError):
            raise
        print(f"pilot: {error.message}", file=sys.stderr)
        return 1
    print("The code is too old now. `pilot pair` makes another.")
    return 1

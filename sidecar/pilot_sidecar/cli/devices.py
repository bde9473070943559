"""``pilot devices``: who may come in."""

import argparse
import json
from typing import Any

from pilot_sidecar.cli import hub
from pilot_sidecar.cli.choose import choose
from pilot_sidecar.cli.parts import Do, Parts, add_part, take_parts
from pilot_sidecar.cli.text import ago, clock, safe, table
from pilot_sidecar.server.discovery import HubFile

ROLES = ("view", "approve", "operate", "admin")
_REACH = {"local": "this machine", "lan": "network", "tunnel": "tunnel"}


def configure(parser: argparse.ArgumentParser) -> None:
    """Add what can be done."""
    what = take_parts(parser, _list, "list")
    add_part(what, "list", "show them", _list)
    rename = _one(what, "rename", "give one another name", _rename)
    rename.add_argument("name", metavar="NAME")
    role = _one(what, "role", "change what one may do; its connections begin anew", _role)
    role.add_argument("role", choices=ROLES)
    _one(what, "revoke", "cut one off for good, its open pages included", _revoke)


def _one(what: Parts, name: str, told: str, do: Do) -> argparse.ArgumentParser:
    parser = add_part(what, name, told, do)
    parser.add_argument("device", metavar="ID", help="its id, the beginning of it, or its name")
    return parser


def run(options: argparse.Namespace) -> int:
    """Do what was asked."""
    code: int = options.do(hub.need_hub(), options)
    return code


def _list(running: HubFile, options: argparse.Namespace) -> int:
    found = _devices(running)
    if options.json:
        print(json.dumps({"devices": found}))
    elif found:
        head = ("ID", "NAME", "ROLE", "SEEN", "WHERE", "")
        print(table([head, *(_row(device) for device in found)]))
    else:
        print("No device is paired. `pilot pair` pairs one.")
    return 0


def _rename(running: HubFile, options: argparse.Namespace) -> int:
    device = _chosen(running, options)
    changed = hub.call(running, "PATCH", f"/api/devices/{device['id']}", {"name": options.name})
    return _say(options, changed, f"“{safe(device['name'])}” is called “{safe(changed['name'])}” now.")


def _role(running: HubFile, options: argparse.Namespace) -> int:
    device = _chosen(running, options)
    changed = hub.call(running, "PATCH", f"/api/devices/{device['id']}", {"scope": options.role})
    return _say(options, changed, f"“{safe(device['name'])}” has the role “{changed['scope']}” now.")


def _revoke(running: HubFile, options: argparse.Namespace) -> int:
    device = _chosen(running, options)
    hub.call(running, "DELETE", f"/api/devices/{device['id']}")
    return _say(options, {"revoked": device["id"]}, f"“{safe(device['name'])}” is cut off.")


def _chosen(running: HubFile, options: argparse.Namespace) -> dict[str, Any]:  # Any: JSON
    return choose(_devices(running), options.device, "device", "`pilot devices` lists them.")


def _devices(running: HubFile) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = hub.call(running, "GET", "/api/devices")["devices"]
    return found


def _row(device: dict[str, Any]) -> tuple[str, ...]:
    where = _REACH.get(device.get("reach") or "", "")
    if device.get("address") and device.get("reach") != "local":
        where = f"{where} {safe(device['address'])}".strip()
    seen = "now" if device.get("online") else ago(device["lastSeenAt"])
    return device["id"], safe(device["name"]), device["scope"], seen, where, ", ".join(_notes(device))


def _notes(device: dict[str, Any]) -> list[str]:
    notes = ["push"] if device.get("push") else []
    if device.get("sessionId"):
        notes.append("one session only")
    if device.get("expiresAt"):
        notes.append(f"until {clock(device['expiresAt'])}")
    return notes


def _say(options: argparse.Namespace, told: object, sentence: str) -> int:
    print(json.dumps(told) if options.json else sentence)
    return 0

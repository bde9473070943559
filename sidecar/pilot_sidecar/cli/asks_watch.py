"""``pilot asks list --watch``: each ask as it comes, and how it ends."""

import json
import time

from pilot_sidecar.cli import hub
from pilot_sidecar.cli.ask_text import Ask, row
from pilot_sidecar.cli.text import safe, table
from pilot_sidecar.server.discovery import HubFile

LOOK_AGAIN_S = 0.5


def watch(running: HubFile, *, as_json: bool) -> int:
    """Print until Ctrl-C; it looks again and again, as a stream would count as somebody who can answer."""
    waiting: dict[str, Ask] = {}
    while True:
        now = {ask["id"]: ask for ask in hub.call(running, "GET", "/api/asks")["asks"]}
        for ask in now.values():
            if ask["digest"] != waiting.get(ask["id"], {}).get("digest"):
                print(json.dumps(ask) if as_json else table([row(ask)]), flush=True)
        for ask_id in [known for known in waiting if known not in now]:
            _print_end(running, ask_id, as_json=as_json)
        waiting = now
        time.sleep(LOOK_AGAIN_S)


def _print_end(running: HubFile, ask_id: str, *, as_json: bool) -> None:
    try:
        ended = hub.call(running, "GET", hub.within("asks", ask_id))
    except hub.CallFailedError as error:
        if error.code != "not_found":
            raise
        return  # it went with its session
    if as_json:
        print(json.dumps(ended), flush=True)
        return
    resolution = ended.get("resolution") or {}
    by = (resolution.get("by") or {}).get("name") or (resolution.get("by") or {}).get("kind") or ""
    told = (safe(resolution.get("choice") or ended["state"]).replace("_", " "), f"({safe(by)})" if by else "")
    print(f"{safe(ask_id)}  → {' '.join(filter(None, told))}", flush=True)

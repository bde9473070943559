"""``pilot asks list --watch``: each ask as it comes, and how it ends."""

import json
import time

from pilot_sidecar.cli import hub
from pilot_sidecar.cli.ask_text import Ask, outcome, rows
from pilot_sidecar.cli.text import table
from pilot_sidecar.server.discovery import HubFile

LOOK_AGAIN_S = 0.5


def watch(running: HubFile, *, as_json: bool) -> int:
    """Print until Ctrl-C; it looks again and again, as a stream would count as somebody who can answer."""
    waiting: dict[str, Ask] = {}
    named: dict[str, str] = {}
    while True:
        now = {ask["id"]: ask for ask in hub.call(running, "GET", "/api/asks")["asks"]}
        for ask, row in zip(now.values(), rows(list(now.values())), strict=True):
            if ask["digest"] != waiting.get(ask["id"], {}).get("digest"):
                named[ask["id"]] = row[0]
                print(json.dumps(ask) if as_json else table([row]), flush=True)
        for ask_id in [known for known in waiting if known not in now]:
            _print_end(running, ask_id, named.pop(ask_id), as_json=as_json)
        waiting = now
        time.sleep(LOOK_AGAIN_S)


def _print_end(running: HubFile, ask_id: str, name: str, *, as_json: bool) -> None:
    try:
        ended = hub.call(running, "GET", hub.within("asks", ask_id))
    except hub.CallFailedError as error:
        if error.code != "not_found":
            raise
        return  # it went with its session
    print(json.dumps(ended) if as_json else f"{name}  {outcome(ended)}", flush=True)

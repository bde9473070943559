"""``hub.json``: where the hub of a home is. Plain JSON, so that a command can look without loading the hub."""

import json
import os
from pathlib import Path
from typing import NamedTuple

from pilot_sidecar.infra.files import write_atomic
from pilot_sidecar.infra.loopback import ask
from pilot_sidecar.infra.processes import is_alive

FILE = "hub.json"
OK = 200


class HubFile(NamedTuple):
    """What a hub says about itself; ``token`` is the owner's and never leaves the file."""

    pid: int
    url: str
    socket: str
    token: str
    version: str
    protocol: int

    def __repr__(self) -> str:
        return f"HubFile(pid={self.pid}, url={self.url!r})"


def write_hub_file(home: Path, hub: HubFile) -> None:
    """Announce a hub to this user's other processes."""
    write_atomic(home / FILE, json.dumps(hub._asdict()).encode())


def read_hub_file(home: Path) -> HubFile | None:
    """Return what the file says, or None when there is none that makes sense."""
    try:
        data = json.loads((home / FILE).read_bytes())
        found = HubFile(**{name: data[name] for name in HubFile._fields})
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return found if isinstance(found.pid, int) and isinstance(found.url, str) else None


def remove_hub_file(home: Path) -> None:
    """Remove the file if it is still this process's."""
    found = read_hub_file(home)
    if found is not None and found.pid == os.getpid():
        (home / FILE).unlink(missing_ok=True)


def find_hub(home: Path, timeout_s: float = 1.0) -> HubFile | None:
    """Return the hub of a home if it lives and answers."""
    found = read_hub_file(home)
    if found is None or not is_alive(found.pid) or not _answers(found, timeout_s):
        return None
    return found


def _answers(hub: HubFile, timeout_s: float) -> bool:
    try:
        return ask(hub.url, "GET", "/health", {}, timeout_s=timeout_s)[0] == OK
    except OSError:
        return False

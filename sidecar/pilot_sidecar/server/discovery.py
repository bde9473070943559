"""``hub.json``: where the hub of a home is. Plain JSON, so that a command can look without loading the hub."""

import http.client
import json
import os
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from urllib.parse import urlsplit

from pilot_sidecar.infra.files import write_atomic
from pilot_sidecar.infra.processes import is_alive

FILE = "hub.json"


@dataclass(frozen=True, slots=True, repr=False)
class HubFile:
    """What a hub says about itself; ``token`` is the owner's and never leaves the file."""

    pid: int
    url: str
    socket: str
    token: str
    version: str
    protocol: int


def write_hub_file(home: Path, hub: HubFile) -> None:
    """Announce a hub to this user's other processes."""
    write_atomic(home / FILE, json.dumps(asdict(hub)).encode())


def read_hub_file(home: Path) -> HubFile | None:
    """Return what the file says, or None when there is none that makes sense."""
    try:
        data = json.loads((home / FILE).read_bytes())
        found = HubFile(**{field.name: data[field.name] for field in fields(HubFile)})
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
    address = urlsplit(hub.url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=timeout_s)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()

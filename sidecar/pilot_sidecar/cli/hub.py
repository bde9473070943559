"""Talking to the running hub from a command: plain HTTP with the token of ``hub.json``."""

import http.client
import json
import os
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pilot_sidecar.cli.text import safe
from pilot_sidecar.core.errors import PilotError
from pilot_sidecar.infra.files import private_dir
from pilot_sidecar.infra.paths import pilot_home
from pilot_sidecar.infra.processes import start_detached
from pilot_sidecar.server.discovery import HubFile, find_hub

START_S = 15.0
LOOK_AGAIN_S = 0.05


class NoHubError(PilotError):
    """There is no hub to talk to."""

    code = "no_hub"


class CallFailedError(PilotError):
    """The hub refused."""

    code = "call_failed"


def home() -> Path:
    """Return Pilot's home."""
    return pilot_home(os.environ)


def need_hub() -> HubFile:
    """Return the running hub; raises NoHubError."""
    if (hub := find_hub(home())) is None:
        raise NoHubError("No hub is running.", "Start it with `pilot up`.")
    return hub


def call(
    hub: HubFile, method: str, path: str, body: object = None, token: str | None = None, **headers: str
) -> Any:  # Any: JSON
    """Return the hub's answer; raises CallFailedError with what it says."""
    address = urlsplit(hub.url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=10)
    headers |= {"Authorization": f"Bearer {token or hub.token}", "Content-Type": "application/json"}
    try:
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        response = connection.getresponse()
        data = response.read()
    except (OSError, http.client.HTTPException) as error:
        raise CallFailedError(f"The hub at {hub.url} did not answer: {error}.") from error
    finally:
        connection.close()
    if response.status >= http.client.BAD_REQUEST:
        raise _refusal(data, response.status)
    return json.loads(data) if data else None


def start_hub(*arguments: str) -> HubFile:
    """Start a hub that outlives this command, unless one runs; return it once it answers."""
    if (hub := find_hub(home())) is not None:
        return hub
    output = private_dir(private_dir(home()) / "logs") / "start.txt"
    command = [sys.executable, "-m", "pilot_sidecar", "up", "--no-open", "--quiet", *arguments]
    process = start_detached(command, os.environ, output)
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        if (hub := find_hub(home())) is not None:
            return hub
        if process.poll() is not None and find_hub(home()) is None:
            break
        time.sleep(LOOK_AGAIN_S)
    raise _not_started(output)


def _not_started(output: Path) -> NoHubError:
    said = output.read_text("utf-8", "replace").strip()
    if not said.startswith("pilot: "):
        return NoHubError("The hub did not start.", f"What it said is in {output}.")
    message, _, hint = said.removeprefix("pilot: ").partition("\n")
    return NoHubError(message, hint.strip() or None)


def _refusal(data: bytes, status: int) -> CallFailedError:
    try:
        error = json.loads(data)["error"]
        return CallFailedError(safe(error["message"]), safe(error["hint"]) if error.get("hint") else None)
    except (ValueError, KeyError, TypeError):
        return CallFailedError(f"The hub answered with status {status}.")

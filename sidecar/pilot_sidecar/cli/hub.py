"""Talking to the running hub from a command: plain HTTP with the token of ``hub.json``."""

import json
import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pilot_sidecar.cli.text import safe
from pilot_sidecar.core.errors import PilotError
from pilot_sidecar.infra.files import private_dir
from pilot_sidecar.infra.loopback import ask
from pilot_sidecar.infra.paths import pilot_home
from pilot_sidecar.infra.processes import start_detached
from pilot_sidecar.server.discovery import HubFile, find_hub

START_S = 15.0
LOOK_AGAIN_S = 0.05
CALL_S = 10.0
BAD_REQUEST = 400
SELF_APPROVAL = "self_approval"


class NoHubError(PilotError):
    """There is no hub to talk to."""

    code = "no_hub"


class CallFailedError(PilotError):
    """The hub refused; ``code`` is its own where it gave one."""

    code = "call_failed"


class UnreachableError(CallFailedError):
    """The hub did not answer: it may have done what was asked, or not."""

    code = "hub_unreachable"


def home() -> Path:
    """Return Pilot's home."""
    return pilot_home(os.environ)


def need_hub() -> HubFile:
    """Return the running hub; raises NoHubError."""
    if (hub := find_hub(home())) is None:
        raise NoHubError("No hub is running.", "Start it with `pilot up`.")
    return hub


def refuse_agents() -> None:
    """Raise where an agent called this command: the set-up is a person's. Where no hub runs, nobody can tell."""
    if (running := find_hub(home())) is None:
        return
    try:
        call(running, "GET", "/api/devices")
    except CallFailedError as error:
        if error.code == SELF_APPROVAL:
            raise


def call(
    hub: HubFile,
    method: str,
    path: str,
    body: object = None,
    token: str | None = None,
    timeout_s: float = CALL_S,
    headers: Mapping[str, str] | None = None,
) -> Any:  # Any: JSON
    """Return the hub's answer; raises CallFailedError with what it says."""
    bearer = {"Authorization": f"Bearer {token or hub.token}", "Content-Type": "application/json"}
    sent = b"" if body is None else json.dumps(body).encode()
    try:
        status, data = ask(hub.url, method, path, {**bearer, **(headers or {})}, sent, timeout_s)
    except OSError as error:
        raise UnreachableError(f"The hub at {hub.url} did not answer: {error}.") from error
    if status >= BAD_REQUEST:
        raise _refusal(data, status)
    return json.loads(data) if data else None


def within(*parts: str, **query: str | int) -> str:
    """Return a path of the API, whatever an agent put into its ids."""
    path = "/api/" + "/".join(quote(part, safe="") for part in parts)
    asked = "&".join(f"{name}={quote(str(text), safe='')}" for name, text in query.items())
    return f"{path}?{asked}" if asked else path


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
        refusal = CallFailedError(safe(error["message"]), safe(error["hint"]) if error.get("hint") else None)
        refusal.code = safe(error["code"])
    except (ValueError, KeyError, TypeError):
        return CallFailedError(f"The hub answered with status {status}.")
    return refusal

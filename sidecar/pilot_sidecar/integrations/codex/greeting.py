"""The first words with an app-server, and whether Pilot knows its version."""

import re
from dataclasses import dataclass

from pilot_sidecar import __version__
from pilot_sidecar.core.errors import PilotError
from pilot_sidecar.integrations.codex.rpc import AppServer

TESTED = "0.169.0"
OLDEST = (0, 169)
_VERSION = re.compile(r"/(\d+)\.(\d+)\.(\d+)")
_CLIENT = {"name": "pilot", "title": "Pilot", "version": __version__}


class TooOldError(PilotError):
    """A Codex that does not share its threads in a way that Pilot knows."""

    code, status = "agent_unavailable", 503


@dataclass(frozen=True, slots=True)
class Greeting:
    """Who answered."""

    version: str | None
    home: str | None
    """Its ``CODEX_HOME``."""


async def greet(server: AppServer) -> Greeting:
    """Introduce Pilot, asking for experimental calls: sharing a thread is one. Raises TooOldError."""
    capabilities = {"experimentalApi": True}
    answer = await server.call("initialize", {"clientInfo": _CLIENT, "capabilities": capabilities})
    await server.notify("initialized")
    found = _VERSION.search(str(answer.get("userAgent") or ""))
    version = ".".join(found.groups()) if found else None
    if version is not None and parts_of(version) < OLDEST:
        raise TooOldError(
            f"Codex {version} is older than Pilot knows.", f"Update it to {TESTED} or later; its hooks still work."
        )
    home = answer.get("codexHome")
    return Greeting(version, home if isinstance(home, str) else None)


def parts_of(version: str) -> tuple[int, ...]:
    """Return a version's numbers, for comparing."""
    return tuple(int(number) for number in version.split("."))

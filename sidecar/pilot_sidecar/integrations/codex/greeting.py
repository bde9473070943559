"""The first words with an app-server, and whether Pilot knows its version."""

import re
from dataclasses import dataclass

from pilot_sidecar import __version__
from pilot_sidecar.integrations.codex.rpc import AppServer

TESTED = "0.169.0"
OLDEST = (0, 169)
_VERSION = re.compile(r"/(\d+)\.(\d+)\.(\d+)")
_CLIENT = {"name": "pilot", "title": "Pilot", "version": __version__}


@dataclass(frozen=True, slots=True)
class Greeting:
    """Who answered."""

    version: str | None
    home: str | None
    """Its ``CODEX_HOME``."""

    @property
    def too_old(self) -> bool:
        """Whether it is older than Pilot knows."""
        return self.version is not None and parts_of(self.version) < OLDEST


async def greet(server: AppServer) -> Greeting:
    """Introduce Pilot; experimental calls are asked for, since that is what sharing a thread is."""
    capabilities = {"experimentalApi": True}
    answer = await server.call("initialize", {"clientInfo": _CLIENT, "capabilities": capabilities})
    await server.notify("initialized")
    found = _VERSION.search(str(answer.get("userAgent") or ""))
    home = answer.get("codexHome")
    return Greeting(".".join(found.groups()) if found else None, home if isinstance(home, str) else None)


def parts_of(version: str) -> tuple[int, ...]:
    """Return a version's numbers, for comparing."""
    return tuple(int(number) for number in version.split("."))

"""The tunnel: one at a time, started on purpose, watched, started again when it dies, ended with the hub."""

from typing import Protocol

from pilot_sidecar.core.bus import Bus
from pilot_sidecar.core.reach_model import TunnelStatus
from pilot_sidecar.core.settings import SettingsStore
from pilot_sidecar.infra.clock import Clock


class TunnelDoor(Protocol):
    """The listener that only the tunnel's program uses; who comes through it is remote, whatever is claimed."""

    async def open(self) -> int:
        """Listen on a loopback port of its own and return it; the same one if it is open already."""
        ...

    async def close(self) -> None:
        """Stop listening and end what came through."""
        ...


class Tunnel:
    """Knows how the tunnel is."""

    def __init__(self, bus: Bus, settings: SettingsStore, clock: Clock) -> None:
        self._bus = bus
        self._settings = settings
        self._clock = clock
        self.status = TunnelStatus()
        self.door: TunnelDoor | None = None
        """Set by the HTTP door while it is open."""

    async def start(self, provider: str | None = None, *, force: bool = False) -> TunnelStatus:
        """Start it; raises ConflictError before a device is paired, unless forced."""
        return self.status

    async def stop(self) -> TunnelStatus:
        """End it with all its processes."""
        return self.status

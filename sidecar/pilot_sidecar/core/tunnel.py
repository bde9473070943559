"""The tunnel: one at a time, started on purpose, watched, started again when it dies, ended with the hub."""

from pilot_sidecar.core.bus import Bus
from pilot_sidecar.core.reach_model import TunnelStatus
from pilot_sidecar.core.settings import SettingsStore
from pilot_sidecar.infra.clock import Clock


class Tunnel:
    """Knows how the tunnel is."""

    def __init__(self, bus: Bus, settings: SettingsStore, clock: Clock) -> None:
        self._bus = bus
        self._settings = settings
        self._clock = clock
        self.status = TunnelStatus()

    async def start(self, provider: str | None = None, *, force: bool = False) -> TunnelStatus:
        """Start it; raises ConflictError before a device is paired, unless forced."""
        return self.status

    async def stop(self) -> TunnelStatus:
        """End it with all its processes."""
        return self.status

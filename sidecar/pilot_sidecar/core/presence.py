"""Who could answer an ask now."""

from collections.abc import Callable

from pilot_sidecar.core.bus import Bus
from pilot_sidecar.core.events import ClientConnected, ClientDisconnected
from pilot_sidecar.core.snapshot_model import Client
from pilot_sidecar.infra.clock import Clock

GRACE_S = 10.0
"""A surface counts this long after it left, so that a page reload releases nothing."""


class Presence:
    """Tracks connected surfaces; those with scope ``approve`` or more can answer."""

    def __init__(self, bus: Bus, clock: Clock) -> None:
        self._bus = bus
        self._clock = clock
        self._clients: dict[str, Client] = {}
        self._answering = 0
        self._last_left: float | None = None
        self.reachable_elsewhere: Callable[[str | None], bool] = lambda _project_id: False
        """Whether a push device or a channel could carry an ask of some project."""

    def join(self, client: Client) -> None:
        """Count a surface in."""
        self._clients[client.id] = client
        self._answering += client.scope != "view"
        self._bus.publish(ClientConnected(at=self._clock.now_ms(), client=client))

    def leave(self, client: Client) -> None:
        """Count a surface out; it stays present for ``GRACE_S``."""
        if self._clients.pop(client.id, None) is None:
            return
        if client.scope != "view":
            self._answering -= 1
            self._last_left = self._clock.monotonic_s()
        self._bus.publish(ClientDisconnected(at=self._clock.now_ms(), client=client))

    def clients(self) -> list[Client]:
        """Return who is connected."""
        return list(self._clients.values())

    def somebody(self, project_id: str | None = None) -> bool:
        """Tell whether an ask, or one of a project, would reach a person."""
        return self._answering > 0 or self.lingers_s() > 0 or self.reachable_elsewhere(project_id)

    def lingers_s(self) -> float:
        """Return how long, in seconds, the last one that left still counts; 0 when it does not."""
        if self._last_left is None:
            return 0.0
        return max(0.0, GRACE_S - (self._clock.monotonic_s() - self._last_left))

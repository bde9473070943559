"""Where the person is: which surfaces are looked at, and which of them shows a notice."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from pilot_sidecar.core.notices_model import Attention
from pilot_sidecar.infra.clock import Clock

MAX_SURFACES = 1_000


@dataclass(frozen=True, slots=True)
class Surface:
    """A page or a window, as it last described itself."""

    id: str
    kind: Literal["page", "vscode"]
    name: str = ""
    device_id: str | None = None
    attention: Attention = "hidden"
    notifies: bool = False
    """It can show something to whoever does not look at it."""
    attended_s: float = 0.0
    """When somebody was last there, on the clock's monotonic time; 0: never yet."""


class Surfaces:
    """Knows the surfaces that are connected and can answer; forgets each with its connection."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._surfaces: dict[str, Surface] = {}
        self._changed: list[Callable[[], None]] = []

    def on_change(self, callback: Callable[[], None]) -> None:
        """Call ``callback`` after each change."""
        self._changed.append(callback)

    def put(self, surface: Surface) -> None:
        """Take in how a surface is now."""
        before = self._surfaces.get(surface.id)
        attended = self._clock.monotonic_s() if surface.attention == "active" else before.attended_s if before else 0.0
        self._surfaces[surface.id] = replace(surface, attended_s=attended)
        self._tell()

    def remove(self, surface_id: str) -> None:
        """Forget a surface."""
        if self._surfaces.pop(surface_id, None) is not None:
            self._tell()

    def all(self) -> list[Surface]:
        """Return those that are connected, the most recently attended first."""
        return sorted(self._surfaces.values(), key=lambda one: -one.attended_s)

    def attended(self) -> bool:
        """Tell whether somebody is there."""
        return any(one.attention == "active" for one in self._surfaces.values())

    def _tell(self) -> None:
        for callback in self._changed:
            callback()

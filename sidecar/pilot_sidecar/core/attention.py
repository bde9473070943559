"""Where the person is: which surfaces are looked at, each for as long as its connection is open."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Literal

from pilot_sidecar.core.devices_model import Reach
from pilot_sidecar.core.errors import ConflictError
from pilot_sidecar.core.notices_model import Attention
from pilot_sidecar.infra.clock import Clock

MAX_SURFACES = 1_000
ACTIVE_FOR_S = 180.0
"""``active`` counts this long unless it is reported again: a laptop that fell asleep says nothing any more."""
GRACE_S = 10.0
"""What a page said of itself is kept this long without its stream, so that a broken connection forgets nothing."""
RETURNS_S = 3.0
"""A page that is loaded anew, or a window, is back within this."""


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
    reach: Reach = "local"


@dataclass(slots=True)
class _Entry:
    surface: Surface
    owner: str
    """Who has it: nobody else can speak for it."""
    reported_s: float
    streams: int = 0
    left_s: float = 0.0


class Surfaces:
    """Knows the surfaces that are connected and can answer; forgets each with its connection."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._entries: dict[str, _Entry] = {}
        self._changed: list[Callable[[], None]] = []
        self._attended_s = 0.0
        self._left_s: float | None = None

    def on_change(self, callback: Callable[[], None]) -> None:
        """Call ``callback`` after each change."""
        self._changed.append(callback)

    def report(self, owner: str, surface: Surface) -> None:
        """Take in how a surface is now; it counts while it is held. Raises ConflictError for somebody else's."""
        now = self._clock.monotonic_s()
        entry = self._entry(owner, surface)
        attended = now if surface.attention == "active" else entry.surface.attended_s
        if entry.surface.attention == "active" and surface.attention != "active" and self._lasts(entry, now):
            attended = now
        entry.surface, entry.reported_s = replace(surface, attended_s=attended), now
        if entry.streams:
            self._attended_s = max(self._attended_s, attended)
            self._tell()

    def claim(self, owner: str, surface: Surface) -> None:
        """Take a surface's id before its connection is open; raises ConflictError for somebody else's."""
        self._entry(owner, surface)

    @contextmanager
    def holding(self, owner: str, surface: Surface) -> Iterator[None]:
        """Count a surface for as long as its connection is open; see ``claim``."""
        try:
            entry = self._entry(owner, surface)
        except ConflictError:
            yield
            return
        entry.streams += 1
        self._attended_s = max(self._attended_s, entry.surface.attended_s)
        self._tell()
        try:
            yield
        finally:
            entry.streams -= 1
            if not entry.streams:
                self._left(entry)

    def all(self) -> list[Surface]:
        """Return those that are connected, the most recently attended first."""
        now = self._clock.monotonic_s()
        held = (entry for entry in self._entries.values() if entry.streams)
        return sorted((self._as_it_is(entry, now) for entry in held), key=lambda one: -one.attended_s)

    def get(self, surface_id: str | None) -> Surface | None:
        """Return a surface that is connected."""
        entry = self._entries.get(surface_id or "")
        return self._as_it_is(entry, self._clock.monotonic_s()) if entry is not None and entry.streams else None

    def attended(self) -> bool:
        """Tell whether somebody is there."""
        return any(one.attention == "active" for one in self.all())

    def attended_since(self, monotonic_s: float) -> bool:
        """Tell whether somebody was there at a time or after it."""
        return self._attended_s >= monotonic_s or self.attended()

    def gone_s(self, surface_id: str) -> float | None:
        """Return how long ago a surface left, in seconds; None while it is connected."""
        entry = self._entries.get(surface_id)
        if entry is None:
            return float("inf")
        return None if entry.streams else self._clock.monotonic_s() - entry.left_s

    def returns_within_s(self) -> float:
        """Return how much longer the one that left last may be about to come back; 0 when it is not."""
        if self._left_s is None:
            return 0.0
        return max(0.0, RETURNS_S - (self._clock.monotonic_s() - self._left_s))

    def _entry(self, owner: str, surface: Surface) -> _Entry:
        self._forget_old()
        entry = self._entries.get(surface.id)
        if entry is not None and entry.owner != owner and not entry.streams:
            entry = None  # a page that was signed out and paired anew is another device, with nothing to return to
            del self._entries[surface.id]
        if entry is None:
            now = self._clock.monotonic_s()
            self._make_room()
            entry = self._entries[surface.id] = _Entry(surface, owner, now, left_s=now)
        if entry.owner != owner:
            raise ConflictError("This surface is somebody else's.", "Load the page again: it makes another id.")
        return entry

    def _left(self, entry: _Entry) -> None:
        now = self._clock.monotonic_s()
        was = self._as_it_is(entry, now)
        entry.left_s = self._left_s = now
        if was.attention == "active":
            self._attended_s = max(self._attended_s, was.attended_s)
        self._tell()

    def _as_it_is(self, entry: _Entry, now: float) -> Surface:
        surface = entry.surface
        if surface.attention == "active" and not self._lasts(entry, now):
            return replace(surface, attention="visible")
        return surface

    def _lasts(self, entry: _Entry, now: float) -> bool:
        return now - entry.reported_s < ACTIVE_FOR_S

    def _forget_old(self) -> None:
        now = self._clock.monotonic_s()
        for key in [key for key, one in self._entries.items() if not one.streams and now - one.left_s >= GRACE_S]:
            del self._entries[key]

    def _make_room(self) -> None:
        if len(self._entries) < MAX_SURFACES:
            return
        idle = next((key for key, one in self._entries.items() if not one.streams), None)
        if idle is None:
            raise ConflictError("Too many pages are open.", "Close some of them.")
        del self._entries[idle]

    def _tell(self) -> None:
        for callback in self._changed:
            callback()

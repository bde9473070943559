"""What is open now: event streams and editors' connections, so that whoever loses access loses it at once."""

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Open:
    """One connection."""

    device_id: str | None
    """None: the owner's own."""
    cut: Callable[[], None]
    """Ends it at once."""


class Connections:
    """Knows each connection that outlives a request."""

    def __init__(self) -> None:
        self._open: dict[int, Open] = {}
        self._numbers = itertools.count()

    @contextmanager
    def holding(self, device_id: str | None, cut: Callable[[], None]) -> Iterator[None]:
        """Count a connection for as long as it is open."""
        number = next(self._numbers)
        self._open[number] = Open(device_id, cut)
        try:
            yield
        finally:
            self._open.pop(number, None)

    def online(self) -> frozenset[str]:
        """Return the devices that are connected now."""
        return frozenset(one.device_id for one in self._open.values() if one.device_id is not None)

    def cut_device(self, device_id: str) -> None:
        """End what a device holds."""
        for number, one in tuple(self._open.items()):
            if one.device_id == device_id:
                del self._open[number]
                one.cut()

    def cut_all(self) -> None:
        """End everything, the owner's own connections too."""
        for number, one in tuple(self._open.items()):
            del self._open[number]
            one.cut()

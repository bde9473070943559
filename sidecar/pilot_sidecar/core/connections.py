"""What is open now: streams, editors' connections and requests, so that whoever loses access loses it at once."""

import asyncio
import itertools
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Literal

LAST_WORD_S = 0.5
"""Whoever ends its own access hears that it worked; its connection ends this much later."""
_MINE: ContextVar[int] = ContextVar("connection", default=-1)


@dataclass(frozen=True, slots=True)
class Open:
    """One connection."""

    device_id: str | None
    """None: the owner's own."""
    cut: Callable[[], None]
    """Ends it at once."""
    kind: Literal["stream", "request"]


class Connections:
    """Knows each connection and each request that is being answered."""

    def __init__(self) -> None:
        self._open: dict[int, Open] = {}
        self._numbers = itertools.count()

    def holding(self, device_id: str | None, cut: Callable[[], None]) -> AbstractContextManager[None]:
        """Count a connection for as long as it is open."""
        return self._hold(Open(device_id, cut, "stream"))

    def answering(self, device_id: str | None, cut: Callable[[], None]) -> AbstractContextManager[None]:
        """Count a request until it is answered: one that began in time must not end too late."""
        return self._hold(Open(device_id, cut, "request"))

    def online(self) -> frozenset[str]:
        """Return the devices that hold a stream now."""
        return frozenset(
            one.device_id for one in self._open.values() if one.kind == "stream" and one.device_id is not None
        )

    def cut_device(self, device_id: str) -> None:
        """End what a device holds."""
        for number, one in tuple(self._open.items()):
            if one.device_id == device_id:
                self._end(number)

    def cut_all(self) -> None:
        """End everything, the owner's own connections too."""
        for number in tuple(self._open):
            self._end(number)

    def _end(self, number: int) -> None:
        if number == _MINE.get():
            asyncio.get_running_loop().call_later(LAST_WORD_S, self._end_now, number)
        else:
            self._end_now(number)

    def _end_now(self, number: int) -> None:
        if (one := self._open.pop(number, None)) is not None:
            one.cut()

    @contextmanager
    def _hold(self, one: Open) -> Iterator[None]:
        number = next(self._numbers)
        self._open[number] = one
        before = _MINE.set(number)
        try:
            yield
        finally:
            _MINE.reset(before)
            self._open.pop(number, None)

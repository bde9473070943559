"""What is done for somebody only now and then, so that nobody makes Pilot write a lot."""

from collections import OrderedDict
from collections.abc import Hashable

from pilot_sidecar.infra.clock import Clock

REMEMBERED = 1_000


class Seldom:
    """Says yes once in a while for each key."""

    def __init__(self, clock: Clock, every_s: float) -> None:
        self._clock = clock
        self._every_s = every_s
        self._last: OrderedDict[Hashable, float] = OrderedDict()

    def due(self, key: Hashable) -> bool:
        """Tell whether it is time again, and note that it was done."""
        now = self._clock.monotonic_s()
        last = self._last.get(key)
        if last is not None and now - last < self._every_s:
            return False
        self._last[key] = now
        self._last.move_to_end(key)
        if len(self._last) > REMEMBERED:
            self._last.popitem(last=False)
        return True

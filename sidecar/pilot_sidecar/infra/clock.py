"""Time, handed in so that tests can move it."""

import time
from typing import Protocol


class Clock(Protocol):
    """Wall time for people, monotonic time for waiting."""

    def now_ms(self) -> int:
        """Return milliseconds since 1970."""
        ...

    def monotonic_s(self) -> float:
        """Return seconds that never go back."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now_ms(self) -> int:
        """Return milliseconds since 1970."""
        return time.time_ns() // 1_000_000

    def monotonic_s(self) -> float:
        """Return seconds that never go back."""
        return time.monotonic()

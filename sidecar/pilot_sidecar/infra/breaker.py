"""A pause for what fails again and again: it is left alone for a while, then tried once."""

from typing import Literal

from pilot_sidecar.infra.clock import Clock

State = Literal["closed", "open", "half_open"]


class Breaker:
    """Counts failures in a row; at ``threshold`` it opens: for ``first_s``, then for twice as long each time."""

    def __init__(self, clock: Clock, threshold: int = 3, first_s: float = 30.0, longest_s: float = 600.0) -> None:
        self._clock = clock
        self._threshold = threshold
        self._first_s = first_s
        self._longest_s = longest_s
        self._failures = 0
        self._pause_s = first_s
        self._until_s: float | None = None

    @property
    def state(self) -> State:
        """closed: all is well · open: leave it alone · half_open: the pause is over, one attempt will tell."""
        if self._until_s is None:
            return "closed"
        return "open" if self._clock.monotonic_s() < self._until_s else "half_open"

    @property
    def failing(self) -> bool:
        """Tell whether the last attempt failed."""
        return self._failures > 0

    def wait_s(self) -> float:
        """Return the seconds until an attempt makes sense; 0: now."""
        return 0.0 if self._until_s is None else max(0.0, self._until_s - self._clock.monotonic_s())

    def succeeded(self) -> None:
        """Forget all failures."""
        self._failures, self._pause_s, self._until_s = 0, self._first_s, None

    def failed(self) -> None:
        """Count a failure."""
        self._failures += 1
        if self._until_s is not None or self._failures >= self._threshold:
            self._until_s = self._clock.monotonic_s() + self._pause_s
            self._pause_s = min(self._pause_s * 2, self._longest_s)

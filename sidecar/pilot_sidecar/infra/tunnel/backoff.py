"""How long to wait before the next try."""

import random
from collections.abc import Callable


class Backoff:
    """Doubles from the first wait to the longest, each shortened by up to half, so that many do not come at once."""

    def __init__(self, first_s: float, most_s: float, draw: Callable[[], float] = random.random) -> None:
        self._first_s = first_s
        self._most_s = most_s
        self._draw = draw
        self.attempts = 0

    def next_s(self) -> float:
        """Return the next wait."""
        whole = min(self._most_s, self._first_s * 2.0 ** min(self.attempts, 30))
        self.attempts += 1
        return whole * (1 - self._draw() / 2)

    def held(self) -> None:
        """Begin again with the first wait."""
        self.attempts = 0

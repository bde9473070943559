"""One notice for one failure: an error is followed by the end of its turn, and agents that try again fail again."""

from pilot_sidecar.infra.clock import Clock

SAME_S = 10.0
"""What fails in one family this soon after another is the same failure."""
AGAIN_S = 600.0
"""The same words within this are no news."""
REMEMBERED = 500


class Failures:
    """Tells whether a failure is news."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last: dict[str, float] = {}
        self._words: dict[tuple[str, str], float] = {}

    def is_news(self, where: str, words: str) -> bool:
        """Return True for what was not told already; ``where`` is a root session, or the hub."""
        now = self._clock.monotonic_s()
        same = now - self._last.get(where, float("-inf")) < SAME_S
        again = now - self._words.get((where, words), float("-inf")) < AGAIN_S
        if same or again:
            return False
        self._last.pop(where, None)
        self._words.pop((where, words), None)
        self._last[where] = self._words[where, words] = now
        for known in (self._last, self._words):
            if len(known) > REMEMBERED:
                del known[next(iter(known))]  # type: ignore[arg-type] # each has keys of its own kind
        return True

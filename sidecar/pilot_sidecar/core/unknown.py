"""What agents say that Pilot does not know yet: counted, and some of it kept as it came, for whoever adds it."""

from collections import Counter

from pilot_sidecar.core.store import Store, Write
from pilot_sidecar.infra.clock import Clock

NAMES = 100
"""Different names remembered per agent; what comes beyond is counted together."""
NAME_LENGTH = 80
OTHERS = "(others)"
KEPT = 20
"""Raw events kept per name and start of the hub."""
BODY_BYTES = 64 * 1024


class UnknownEvents:
    """Notes events that no mapping understands; never fatal, never unbounded."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._counts: dict[str, Counter[str]] = {}

    def note(self, agent: str, name: str, raw: bytes) -> None:
        """Count an event, and keep it unless there are enough of its name."""
        counts = self._counts.setdefault(agent, Counter())
        name = name[:NAME_LENGTH]
        if name not in counts and len(counts) >= NAMES:
            name = OTHERS
        counts[name] += 1
        if counts[name] <= KEPT:
            body = raw[:BODY_BYTES].decode("utf-8", "replace")
            sql = "INSERT INTO unknown_events (agent, name, at, body) VALUES (?, ?, ?, ?)"
            self._store.write_soon(Write(sql, (agent, name, self._clock.now_ms(), body)))

    def counts(self, agent: str) -> dict[str, int]:
        """Return how often each name came since the hub started."""
        return dict(self._counts.get(agent, {}))

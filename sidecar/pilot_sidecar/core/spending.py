"""What was spent, by session and day: the differences between the totals that agents tell."""

import math
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from pilot_sidecar.core.bus import Announcement, Bus
from pilot_sidecar.core.events import SessionStarted, SessionUpdated, UsageUpdated
from pilot_sidecar.core.models import Session, Usage
from pilot_sidecar.core.sessions import Sessions
from pilot_sidecar.core.store import Row, Store, Write

MOST = 2**53
"""No total is larger, whatever an agent says: JavaScript and SQLite count this far."""
_COUNTED = """
    INSERT INTO counted (session_id, at, input, output, cache, cost) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (session_id) DO UPDATE SET at = excluded.at, input = excluded.input, output = excluded.output,
      cache = excluded.cache, cost = excluded.cost
"""
_SPENT = """
    INSERT INTO spent (day, session_id, agent, input, output, cache, cost) VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (day, session_id) DO UPDATE SET input = input + excluded.input, output = output + excluded.output,
      cache = cache + excluded.cache, cost = cost + excluded.cost
"""
_UNCOUNTED = """
    SELECT body FROM sessions WHERE NOT EXISTS (SELECT 1 FROM counted WHERE session_id = sessions.id)
    AND (body ->> '$.usage.costUsd' > 0 OR body ->> '$.usage.inputTokens' > 0 OR body ->> '$.usage.outputTokens' > 0)
"""


@dataclass(frozen=True, slots=True)
class Amount:
    """Tokens and money."""

    input: int = 0
    output: int = 0
    cache: int = 0
    cost: float = 0.0

    def __bool__(self) -> bool:
        return self != _NONE

    def __add__(self, other: "Amount") -> "Amount":
        return Amount(
            self.input + other.input, self.output + other.output, self.cache + other.cache, self.cost + other.cost
        )

    def since(self, before: "Amount") -> "Amount":
        """Return how much came on top, never less than nothing."""
        return Amount(
            max(0, self.input - before.input), max(0, self.output - before.output), max(0, self.cache - before.cache),
            max(0.0, self.cost - before.cost),
        )  # fmt: skip

    def fell_below(self, before: "Amount") -> bool:
        """Tell whether any of it is less than before."""
        falls = (self.input < before.input, self.output < before.output, self.cache < before.cache)
        return any(falls) or self.cost < before.cost - 1e-9


_NONE = Amount()
_NOTHING = (0.0, 0, 0, 0, 0, 0)
OnSpent = Callable[[str, str, float], None]
"""Called with the session, the day and the money that was just counted."""


class Spending:
    """Counts each total once: a repeated one adds nothing, one that fell back is where counting goes on.

    Agents tell totals a session; a sub-agent's are its own (OpenCode's root leaves them out, Codex's threads know only
    themselves), so the sum over all sessions counts nothing twice.
    """

    def __init__(self, bus: Bus, store: Store, sessions: Sessions) -> None:
        self._store = store
        self._sessions = sessions
        self._counted: dict[str, tuple[int, Amount]] = {}
        self._told: dict[str, tuple[float, ...]] = {}
        self._days: dict[str, float] = defaultdict(float)
        self._on_spent: list[OnSpent] = []
        for session_id, at, *amount in store.read_now("SELECT session_id, at, input, output, cache, cost FROM counted"):
            self._counted[str(session_id)] = (int(str(at)), _amount(amount))
        for day, cost in store.read_now("SELECT day, sum(cost) FROM spent GROUP BY day"):
            self._days[str(day)] = float(str(cost))
        self._backfill()
        bus.listen((SessionStarted, SessionUpdated, UsageUpdated), self._on_event)

    def on_spent(self, listener: OnSpent) -> None:
        """Tell ``listener`` of money that was just spent."""
        self._on_spent.append(listener)

    def money_on(self, day: str) -> float:
        """Return the money of a day."""
        return self._days.get(day, 0.0)

    def money_in_week(self, day: str) -> float:
        """Return the money of a day's week, from Monday."""
        monday = date.fromisoformat(monday_of(day))
        return sum(self.money_on((monday + timedelta(days=number)).isoformat()) for number in range(7))

    def money_in(self, session_id: str) -> float:
        """Return the money of a session and all below it, whenever it was."""
        family = self._sessions.family(session_id)
        return sum(self._counted[one][1].cost for one in family if one in self._counted)

    async def by_day(self, first: str) -> dict[str, Amount]:
        """Return what was spent on each day since ``first``."""
        return await self._sums("day", first)

    async def by_agent(self, first: str) -> dict[str, Amount]:
        """Return what was spent with each agent since a day."""
        return await self._sums("agent", first)

    async def _sums(self, column: str, first: str) -> dict[str, Amount]:
        await self._store.settled()
        rows = await self._store.read(
            f"SELECT {column}, sum(input), sum(output), sum(cache), sum(cost) FROM spent "  # noqa: S608 - our own names
            f"WHERE day >= ? GROUP BY {column} ORDER BY {column}",
            (first,),
        )
        return {str(name): _amount(amount) for name, *amount in rows}

    def _backfill(self) -> None:
        """Count what sessions had spent before Pilot counted, on the day each was last at work."""
        for (body,) in self._store.read_now(_UNCOUNTED):
            session = Session.model_validate_json(str(body))
            if not session.demo:
                self._count(session.id, session.agent, session.usage, session.updated_at)

    def take(self, session: Session, now: int) -> None:
        """Take in what a session says of itself."""
        if not session.demo:
            self._take(session.id, session.agent, session.usage, session.updated_at, now)

    def _on_event(self, entry: Announcement) -> None:
        event = entry.event
        if isinstance(event, SessionStarted | SessionUpdated):
            self.take(event.session, event.at)
        elif isinstance(event, UsageUpdated):
            known = self._sessions.get(event.session_id)
            if known is None or not known.demo:
                self._take(event.session_id, event.agent, event.usage, event.at, event.at)

    def _take(self, session_id: str, agent: str, usage: Usage, at: int, now: int) -> None:
        told = (
            usage.cost_usd, usage.input_tokens, usage.output_tokens, usage.reasoning_tokens, usage.cache_read_tokens,
            usage.cache_write_tokens,
        )  # fmt: skip
        if self._told.get(session_id, _NOTHING) == told:
            return  # most events repeat what was told last
        self._told[session_id] = told
        day, money = self._count(session_id, agent, usage, at, now)
        if money > 0:
            for listener in self._on_spent:
                listener(session_id, day, money)

    def _count(self, session_id: str, agent: str, usage: Usage, at: int, now: int | None = None) -> tuple[str, float]:
        """Note a total that held at ``at``; what is new goes to the day of ``now``, a first one to that of ``at``."""
        total = amount_of(usage)
        known_at, known = self._counted.get(session_id, (at, _NONE))
        first = session_id not in self._counted
        day = day_of(at if first or now is None else now)
        if not total or total == known or (at < known_at and total.fell_below(known)):
            return day, 0.0  # nothing told, nothing new, or an older word that came late
        self._counted[session_id] = (at, total)
        self._store.write_soon(Write(_COUNTED, (session_id, at, *_row(total))))
        new = total.since(known)
        if new:
            self._days[day] += new.cost
            self._store.write_soon(Write(_SPENT, (day, session_id, agent, *_row(new))))
        return day, new.cost


def amount_of(usage: Usage) -> Amount:
    """Return a session's total, made fit to be counted whatever an agent says."""
    cost = usage.cost_usd if math.isfinite(usage.cost_usd) else 0.0
    return Amount(
        _fit(usage.input_tokens),
        _fit(usage.output_tokens) + _fit(usage.reasoning_tokens),
        _fit(usage.cache_read_tokens) + _fit(usage.cache_write_tokens),
        min(max(cost, 0.0), float(MOST)),
    )


def day_of(at_ms: int) -> str:
    """Return the day of a moment (ms since 1970), in the hub's own time zone."""
    try:
        return datetime.fromtimestamp(at_ms / 1000).date().isoformat()
    except (OverflowError, ValueError, OSError):
        return "1970-01-01"


def monday_of(day: str) -> str:
    """Return the Monday of a day's week."""
    when = date.fromisoformat(day)
    return (when - timedelta(days=when.weekday())).isoformat()


def days_before(day: str, count: int) -> str:
    """Return the day that was ``count`` days before."""
    return (date.fromisoformat(day) - timedelta(days=count)).isoformat()


def _fit(tokens: int) -> int:
    return min(max(tokens, 0), MOST)


def _row(amount: Amount) -> Row:
    return (amount.input, amount.output, amount.cache, amount.cost)


def _amount(values: list[object]) -> Amount:
    tokens, cost = [int(float(str(value))) for value in values[:3]], float(str(values[3]))
    return Amount(tokens[0], tokens[1], tokens[2], cost)

"""Budgets: tells once when more was spent than a limit allows."""

import asyncio
from typing import Literal

from pilot_sidecar.core.bus import Bus
from pilot_sidecar.core.events import BudgetReached
from pilot_sidecar.core.sessions import Sessions
from pilot_sidecar.core.settings import SettingsStore
from pilot_sidecar.core.spending import Spending, day_of, monday_of
from pilot_sidecar.core.store import Store, Write

Period = Literal["session", "day", "week"]
_TOLD = "INSERT OR IGNORE INTO budgets_reached (period, subject, limit_usd, at) VALUES (?, ?, ?, ?)"


class Budgets:
    """Compares what was spent with the limits in the settings; each limit of a period is told of once, for good."""

    def __init__(self, bus: Bus, store: Store, sessions: Sessions, spending: Spending, settings: SettingsStore) -> None:
        self._bus = bus
        self._store = store
        self._sessions = sessions
        self._spending = spending
        self._settings = settings
        rows = store.read_now("SELECT period, subject, limit_usd FROM budgets_reached")
        self._told = {(str(period), str(subject), float(str(limit))) for period, subject, limit in rows}
        spending.on_spent(self._on_spent)
        settings.on_change(self._look_at_days)

    def _on_spent(self, session_id: str, day: str, _money: float) -> None:
        limit = self._settings.current.budget_session_usd
        if day != day_of(self._bus.clock.now_ms()):
            return  # from before anybody looked
        if limit:
            root = [session_id, *self._sessions.parents(session_id)][-1]
            self._compare("session", root, self._spending.money_in(root), limit)
        self._look_at_days()

    def _look_at_days(self) -> None:
        limits, today = self._settings.current, day_of(self._bus.clock.now_ms())
        self._compare("day", today, self._spending.money_on(today), limits.budget_day_usd)
        self._compare("week", monday_of(today), self._spending.money_in_week(today), limits.budget_week_usd)

    def _compare(self, period: Period, subject: str, spent: float, limit: float) -> None:
        if not limit or spent < limit or (period, subject, limit) in self._told:
            return
        self._told.add((period, subject, limit))
        asyncio.get_running_loop().call_soon(self._tell, period, subject, spent, limit)  # subscribers do not publish

    def _tell(self, period: Period, subject: str, spent: float, limit: float) -> None:
        session = self._sessions.get(subject) if period == "session" else None
        now = self._bus.clock.now_ms()
        self._store.write_soon(Write(_TOLD, (period, subject, limit, now)))
        self._bus.publish(
            BudgetReached(
                at=now, session_id=subject if period == "session" else None, agent=session.agent if session else None,
                period=period, spent_usd=round(spent, 6), limit_usd=limit,
            )
        )  # fmt: skip

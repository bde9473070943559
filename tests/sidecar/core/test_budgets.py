"""A budget is told of when it is reached: once for each limit and period, also over restarts."""

import asyncio
from pathlib import Path

from fakes.clock import FakeClock
from fakes.domain import make_session, open_domain
from pilot_sidecar.core.bus import Announcement
from pilot_sidecar.core.events import BudgetReached, SessionUpdated
from pilot_sidecar.core.services import Services

DAY = 24 * 3600


def spend(services: Services, cost: float, session_id: str = "s1", **fields: object) -> None:
    now = services.clock.now_ms()
    session = make_session(session_id, usage={"cost_usd": cost}, updated_at=now, **fields)
    services.bus.publish(SessionUpdated(at=now, session_id=session_id, agent="opencode", session=session))


def told_of(services: Services) -> list[tuple[str, str | None, float, float]]:
    found: list[tuple[str, str | None, float, float]] = []

    def hear(entry: Announcement) -> None:
        if isinstance(event := entry.event, BudgetReached):
            found.append((event.period, event.session_id, event.spent_usd, event.limit_usd))

    services.bus.subscribe(hear)
    return found


async def test_each_limit_is_told_of_once_and_a_raised_one_again(tmp_path: Path) -> None:
    clock = FakeClock()
    async with open_domain(tmp_path, clock) as services:
        told = told_of(services)
        services.settings.update({"budget_day_usd": 2})
        for cost in (1.0, 1.99, 2.0, 2.5, 3.0):
            spend(services, cost)
            await asyncio.sleep(0)
        assert told == [("day", None, 2.0, 2.0)]
        services.settings.update({"budget_day_usd": 4})
        spend(services, 4.5)
        await asyncio.sleep(0)
        assert told[1:] == [("day", None, 4.5, 4.0)]
    async with open_domain(tmp_path, clock) as services:
        told = told_of(services)
        spend(services, 5.0)
        await asyncio.sleep(0)
        assert told == []
        clock.advance(DAY)
        spend(services, 9.5)
        await asyncio.sleep(0)
        assert told == [("day", None, 4.5, 4.0)], "another day"


async def test_a_limit_that_is_passed_already_is_told_of_at_once(tmp_path: Path) -> None:
    async with open_domain(tmp_path) as services:
        told = told_of(services)
        spend(services, 3.0)
        services.settings.update({"budget_week_usd": 2.5})
        await asyncio.sleep(0)
        assert told == [("week", None, 3.0, 2.5)]


async def test_a_session_pays_for_its_sub_agents(tmp_path: Path) -> None:
    async with open_domain(tmp_path) as services:
        told = told_of(services)
        services.settings.update({"budget_session_usd": 1})
        spend(services, 0.6)
        spend(services, 0.3, "child", parent_id="s1", root_id="s1")
        spend(services, 0.9, "other")
        await asyncio.sleep(0)
        assert told == []
        spend(services, 0.5, "child", parent_id="s1", root_id="s1")
        await asyncio.sleep(0)
        assert told == [("session", "s1", 1.1, 1.0)]


async def test_what_was_spent_long_ago_alarms_nobody(tmp_path: Path) -> None:
    clock = FakeClock()
    async with open_domain(tmp_path, clock) as services:
        told = told_of(services)
        services.settings.update({"budget_session_usd": 1, "budget_day_usd": 1, "budget_week_usd": 1})
        session = make_session(usage={"cost_usd": 50.0}, updated_at=clock.now_ms() - 30 * DAY * 1000)
        services.bus.publish(SessionUpdated(at=clock.now_ms(), session_id="s1", agent="opencode", session=session))
        await asyncio.sleep(0)
        assert told == []


async def test_none_is_none(tmp_path: Path) -> None:
    async with open_domain(tmp_path) as services:
        told = told_of(services)
        spend(services, 1_000_000.0)
        services.settings.update({"budget_day_usd": 0})
        await asyncio.sleep(0)
        assert told == []

"""What was spent is counted once, whatever agents repeat, take back or tell late."""

import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fakes.clock import FakeClock
from fakes.domain import make_session, open_domain
from pilot_sidecar.core.events import SessionStarted, SessionUpdated, UsageUpdated
from pilot_sidecar.core.models import Usage
from pilot_sidecar.core.retention import forget_old
from pilot_sidecar.core.services import Services
from pilot_sidecar.core.spending import Amount, amount_of, day_of, days_before, monday_of

HOUR, DAY = 3600, 24 * 3600


def tell(services: Services, cost: float, session_id: str = "s1", at: int | None = None, **fields: object) -> None:
    """Tell a session's total as OpenCode does: with the session."""
    at = services.clock.now_ms() if at is None else at
    usage = {"cost_usd": cost, "input_tokens": round(cost * 100)}
    session = make_session(session_id, usage=usage, updated_at=at, **fields)
    services.bus.publish(
        SessionUpdated(at=services.clock.now_ms(), session_id=session_id, agent="opencode", session=session)
    )


async def today(services: Services) -> Amount:
    day = day_of(services.clock.now_ms())
    return (await services.spending.by_day(day)).get(day, Amount())


async def test_differences_add_up_by_day_and_agent(tmp_path: Path) -> None:
    clock = FakeClock()
    async with open_domain(tmp_path, clock) as services:
        tell(services, 0.0)
        first = day_of(clock.now_ms())
        for cost in (0.5, 0.5, 0.75):
            tell(services, cost)
        clock.advance(DAY)
        tell(services, 2.0)
        usage = Usage(input_tokens=10, output_tokens=2, reasoning_tokens=3, cache_read_tokens=4, cache_write_tokens=5)
        services.bus.publish(UsageUpdated(at=clock.now_ms(), session_id="c1", agent="codex", usage=usage))
        days = await services.spending.by_day(first)
        assert {day: amount.cost for day, amount in days.items()} == {first: 0.75, day_of(clock.now_ms()): 1.25}
        agents = await services.spending.by_agent(first)
        assert agents["codex"] == Amount(10, 5, 9, 0.0)
        assert agents["opencode"].cost == 2.0


async def test_a_restart_counts_nothing_again(tmp_path: Path) -> None:
    clock = FakeClock()
    for _ in range(3):
        async with open_domain(tmp_path, clock) as services:
            tell(services, 1.0)
            assert (await today(services)).cost == 1.0
            assert services.spending.money_on(day_of(clock.now_ms())) == 1.0


async def test_an_older_word_that_comes_late_changes_nothing(tmp_path: Path) -> None:
    clock = FakeClock()
    async with open_domain(tmp_path, clock) as services:
        began = clock.now_ms()
        clock.advance(HOUR)
        tell(services, 5.0)  # a list, newer than the events that still wait
        for cost in (0.0, 2.0, 4.0, 5.0):
            tell(services, cost, at=began + round(cost))
        assert (await today(services)).cost == 5.0


async def test_a_total_that_falls_is_where_counting_goes_on(tmp_path: Path) -> None:
    clock = FakeClock()
    async with open_domain(tmp_path, clock) as services:
        for cost in (5.0, 0.0, 5.0, 1.0, 1.5):
            tell(services, cost)
            clock.advance(1)
        assert (await today(services)).cost == 5.5


async def test_what_was_spent_before_pilot_knew_counts_on_its_own_day(tmp_path: Path) -> None:
    clock = FakeClock()
    old = clock.now_ms() - 3 * DAY * 1000
    async with open_domain(tmp_path, clock) as services:
        tell(services, 7.0, at=old)
        assert (await today(services)).cost == 0.0
        assert services.spending.money_on(day_of(old)) == 7.0


async def test_what_was_stored_before_pilot_counted_is_counted_at_the_start(tmp_path: Path) -> None:
    clock = FakeClock()
    old = clock.now_ms() - 3 * DAY * 1000
    async with open_domain(tmp_path, clock) as services:
        tell(services, 7.0, at=old)
        tell(services, 3.0, "demo", at=old, demo=True)
        await services.store.settled()
        await services.store.run(lambda connection: connection.executescript("DELETE FROM counted; DELETE FROM spent"))
    for _ in range(2):
        async with open_domain(tmp_path, clock) as services:
            days = await services.spending.by_day("1970-01-01")
            assert {day: amount.cost for day, amount in days.items()} == {day_of(old): 7.0}


async def test_recordings_cost_nothing(tmp_path: Path) -> None:
    async with open_domain(tmp_path) as services:
        tell(services, 3.0, demo=True)
        services.bus.publish(
            UsageUpdated(at=services.clock.now_ms(), session_id="s1", agent="demo", usage=Usage(cost_usd=4.0))
        )
        assert await today(services) == Amount()


@pytest.mark.parametrize(
    "usage",
    [
        Usage(cost_usd=float("nan")), Usage(cost_usd=float("inf")), Usage(cost_usd=-5.0), Usage(input_tokens=-3),
        Usage(input_tokens=2**80, cost_usd=1e300),
    ],
)  # fmt: skip
async def test_absurd_totals_break_nothing(tmp_path: Path, usage: Usage) -> None:
    async with open_domain(tmp_path) as services:
        now = services.clock.now_ms()
        services.bus.publish(SessionStarted(at=now, session_id="s1", agent="opencode", session=make_session()))
        services.bus.publish(UsageUpdated(at=now, session_id="s1", agent="opencode", usage=usage))
        found = await today(services)
        assert min(found.input, found.cost) >= 0
        tell(services, 1.0, "other")
        assert (await services.spending.by_agent("1970-01-01"))["opencode"].cost >= 1.0


async def test_a_deleted_session_has_cost_what_it_cost(tmp_path: Path) -> None:
    async with open_domain(tmp_path) as services:
        tell(services, 1.0)
        await services.bin.delete("s1")
        tell(services, 1.5)
        assert (await today(services)).cost == 1.5


async def test_old_days_are_forgotten_with_the_rest_of_history(tmp_path: Path) -> None:
    clock = FakeClock()
    async with open_domain(tmp_path, clock) as services:
        tell(services, 1.0)
        clock.advance(100 * DAY)
        tell(services, 3.0)
        await services.store.settled()
        await forget_old(services.store, clock.now_ms() - 90 * DAY * 1000)
        assert {day: amount.cost for day, amount in (await services.spending.by_day("1970-01-01")).items()} == {
            day_of(clock.now_ms()): 2.0
        }
    async with open_domain(tmp_path, clock) as services:
        tell(services, 3.5)
        assert (await today(services)).cost == 2.5, "the session goes on from its total"


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, 500), min_size=1, max_size=12), st.randoms())
async def test_growing_totals_add_up_to_the_last_however_often_they_come(
    tmp_path_factory: pytest.TempPathFactory, steps: list[int], chance: random.Random
) -> None:
    clock = FakeClock()
    async with open_domain(tmp_path_factory.mktemp("spending"), clock) as services:
        total, told = 0, []
        for step in steps:
            total += step
            clock.advance(1)
            told.append((total / 4, clock.now_ms()))
            for cost, at in [told[-1], *chance.choices(told, k=3)]:
                tell(services, cost, at=at)
        assert (await today(services)).cost == pytest.approx(total / 4)


def test_weeks_begin_on_monday() -> None:
    assert monday_of("2026-11-25") == "2026-11-23"
    assert monday_of("2026-11-23") == "2026-11-23"
    assert monday_of("2026-03-01") == "2026-02-23"
    assert days_before("2026-03-01", 1) == "2026-02-28"
    assert day_of(10**20) == "1970-01-01"
    assert amount_of(Usage(output_tokens=1, reasoning_tokens=2)).output == 3

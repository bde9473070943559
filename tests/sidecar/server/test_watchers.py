"""The hub's loops, over the real domain with a clock that is moved."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from fakes.clock import FakeClock
from fakes.domain import make_draft, make_session, open_domain
from pilot_sidecar.core.events import SessionStarted
from pilot_sidecar.core.models import AgentStatus
from pilot_sidecar.core.presence import GRACE_S
from pilot_sidecar.core.services import Services
from pilot_sidecar.core.snapshot_model import Client
from pilot_sidecar.server.watchers import expire_asks, hand_back_all, leave_when_idle, release_when_alone

WINDOW = Client(id="w1", kind="vscode", name="Window", scope="admin")
SOON_S = 2.0


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def services(tmp_path: Path, clock: FakeClock) -> AsyncIterator[Services]:
    async with open_domain(tmp_path, clock) as services:
        yield services


@asynccontextmanager
async def _running(loop: Coroutine[object, object, None]) -> AsyncIterator["asyncio.Task[None]"]:
    task = asyncio.get_running_loop().create_task(loop)
    await asyncio.sleep(0)
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.wait([task], timeout=1)
        assert task.done()


async def _ended(services: Services, ask_id: str) -> str | None:
    ask = await asyncio.wait_for(services.asks.wait(ask_id), SOON_S)
    return f"{ask.state} {ask.resolution.choice if ask.resolution else None}"


async def test_an_ask_expires_at_its_deadline(services: Services, clock: FakeClock) -> None:
    async with _running(expire_asks(services)):
        ask = await services.asks.open(make_draft(fallback="terminal", timeout_ms=20))
        clock.advance(1)
        assert await _ended(services, ask.id) == "expired release"


async def test_an_ask_opened_later_may_expire_first(services: Services, clock: FakeClock) -> None:
    async with _running(expire_asks(services)):
        late = await services.asks.open(make_draft(fallback="terminal", timeout_ms=3_600_000))
        early = await services.asks.open(make_draft(fallback="deny", timeout_ms=20))
        clock.advance(1)
        assert await _ended(services, early.id) == "expired deny"
        assert (await services.asks.get(late.id)).state == "pending"


async def test_asks_go_back_once_the_last_window_has_been_gone_for_a_while(
    services: Services, clock: FakeClock
) -> None:
    services.presence.join(WINDOW)
    async with _running(release_when_alone(services)):
        held = await services.asks.open(make_draft(fallback="terminal"))
        race = await services.asks.open(make_draft(fallback="none"), deliver=None)
        services.presence.leave(WINDOW)
        clock.advance(GRACE_S)
        assert await _ended(services, held.id) == "resolved release"
        assert (await services.asks.get(race.id)).state == "pending"


async def test_a_reload_of_the_page_releases_nothing(services: Services, clock: FakeClock) -> None:
    services.presence.join(WINDOW)
    async with _running(release_when_alone(services)):
        held = await services.asks.open(make_draft(fallback="terminal"))
        services.presence.leave(WINDOW)
        clock.advance(GRACE_S / 2)
        services.presence.join(WINDOW)
        clock.advance(GRACE_S)
        await asyncio.sleep(0.02)
        assert (await services.asks.get(held.id)).state == "pending"


async def test_asks_that_arrive_while_the_hub_stops_go_back_too(services: Services) -> None:
    async with _running(hand_back_all(services)):
        ask = await services.asks.open(make_draft(fallback="terminal"))
        assert await _ended(services, ask.id) == "resolved release"


async def test_an_idle_hub_leaves(services: Services) -> None:
    await asyncio.wait_for(leave_when_idle(services, lambda: False, 0.01), SOON_S)


@pytest.mark.parametrize("why", ["a window", "an agent", "a busy session", "a paired device", "the setting"])
async def test_a_hub_that_is_needed_stays(services: Services, why: str) -> None:
    match why:
        case "a window":
            services.presence.join(WINDOW)
        case "an agent":
            services.agents.set_status(AgentStatus(agent="opencode", state="connected", connections=1))
        case "a busy session":
            session = make_session(state="busy")
            services.bus.publish(SessionStarted(at=1, session_id="s1", agent="opencode", session=session))
        case "the setting":
            services.settings.update({"keepAlive": "always"})
    paired = why == "a paired device"
    async with _running(leave_when_idle(services, lambda: paired, 0.01)) as task:
        await asyncio.sleep(0.05)
        assert not task.done()


async def test_it_leaves_once_the_last_reason_is_gone(services: Services) -> None:
    services.presence.join(WINDOW)
    async with _running(leave_when_idle(services, lambda: False, 0.01)) as task:
        services.presence.leave(WINDOW)
        await asyncio.wait_for(task, SOON_S)


async def test_it_leaves_once_the_settings_let_it(services: Services) -> None:
    services.settings.update({"keepAlive": "always"})
    async with _running(leave_when_idle(services, lambda: True, 0.01)) as task:
        await asyncio.sleep(0.03)
        assert not task.done()
        services.settings.update({"keepAlive": "never"})
        await asyncio.wait_for(task, SOON_S)


async def test_never_keeps_no_hub_for_a_paired_device(services: Services) -> None:
    services.settings.update({"keepAlive": "never"})
    await asyncio.wait_for(leave_when_idle(services, lambda: True, 0.01), SOON_S)


async def test_a_page_that_reloads_counts_as_present_for_ten_seconds(services: Services, clock: FakeClock) -> None:
    services.presence.join(WINDOW)
    services.presence.leave(WINDOW)
    clock.advance(9.9)
    assert services.presence.somebody()
    clock.advance(0.2)
    assert not services.presence.somebody()

"""A receiver or a channel that does not answer costs nobody else anything: no time, and little memory."""

import statistics
import time
import tracemalloc
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from fakes.channels import FakeChannel
from fakes.clock import FakeClock
from fakes.couriers import ask_notice, post, turns
from fakes.domain import make_draft, open_domain
from pilot_sidecar.core.asks_model import Actor, DecisionRequest
from pilot_sidecar.core.services import Services
from pilot_sidecar.infra.tasks import Tasks
from pilot_sidecar.notifications.courier import Courier
from pilot_sidecar.notifications.ports import Endpoint
from pilot_sidecar.notifications.receiver import MAX_WAITING

ROUNDS = 60
FAST = Endpoint("fast", "fast")
DEAD = tuple(Endpoint(f"dead{number}", "dead") for number in range(20))
SLACK_S = 0.005
"""What two measurements on a busy machine differ by anyway."""


async def test_others_get_theirs_as_fast_as_without_it(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        alone, beside = FakeChannel(receivers=[FAST]), FakeChannel(receivers=[FAST, *DEAD])
        beside.hanging = {one.id for one in DEAD}
        couriers = []
        for name, channel in (("a", alone), ("b", beside)):
            (tmp_path / name).mkdir()
            couriers.append(await stack.enter_async_context(post(tmp_path / name, channel, FakeClock())))
        took: list[list[float]] = [[], []]
        for number in range(ROUNDS):
            for kind, here in enumerate(couriers):
                before, begin = len(here.got("fast")), time.perf_counter()
                here.send(ask_notice(f"ask:{number}:aa"))
                await here.channel.until(lambda here=here, before=before: len(here.got("fast")) > before)
                took[kind].append(time.perf_counter() - begin)
        without, with_dead = (statistics.median(times) for times in took)
        assert len(couriers[1].got("fast")) == ROUNDS
        assert with_dead < 4 * without + SLACK_S, f"{without * 1000:.2f} ms became {with_dead * 1000:.2f} ms"


@asynccontextmanager
async def _hub(home: Path, channels: list[FakeChannel]) -> AsyncIterator[tuple[Services, list[Courier]]]:
    home.mkdir()
    async with open_domain(home) as services, Tasks("notify") as tasks:
        yield (
            services,
            [Courier(one, services.store, services.clock, tasks, services.notifications.changed) for one in channels],
        )


async def _decided_in_s(services: Services, couriers: list[Courier], number: int) -> float:
    """Return how long an ask and its decision take while every courier has the notice of it."""
    begin = time.perf_counter()
    ask = await services.asks.open(make_draft(session_id=f"s{number}"))
    for courier in couriers:
        courier.send(ask_notice(f"ask:{ask.id}:aa", ask_id=ask.id), lambda: None)
    await turns(3)
    decided = await services.asks.decide(ask.id, DecisionRequest(kind="deny"), Actor(kind="owner"), f"key{number}")
    assert decided.state == "resolved"
    for courier in couriers:
        courier.withdraw(f"ask:{ask.id}:aa", "Denied")
    return time.perf_counter() - begin


async def test_the_hub_decides_as_fast_as_without_it(tmp_path: Path) -> None:
    dead = FakeChannel("telegram", receivers=list(DEAD), hanging={one.id for one in DEAD})
    async with (
        _hub(tmp_path / "a", [FakeChannel(receivers=[FAST])]) as (bare, alone),
        _hub(tmp_path / "b", [FakeChannel(receivers=[FAST]), dead]) as (burdened, both),
    ):
        took: list[list[float]] = [[], []]
        for number in range(ROUNDS):
            took[0].append(await _decided_in_s(bare, alone, number))
            took[1].append(await _decided_in_s(burdened, both, number))
        without, with_dead = (statistics.median(times) for times in took)
        assert len(dead.attempts) == len(DEAD), "each is tried once and hangs"
        assert with_dead < 3 * without + SLACK_S, f"{without * 1000:.2f} ms became {with_dead * 1000:.2f} ms"


async def test_ten_thousand_notices_for_it_take_little_memory(tmp_path: Path) -> None:
    channel = FakeChannel(receivers=[DEAD[0]], hanging={DEAD[0].id})
    async with post(tmp_path, channel, FakeClock()) as here:
        tracemalloc.start()
        try:
            for number in range(10_000):
                here.send(ask_notice(f"ask:{number}:aa", ask_id=str(number), body="x" * 200))
            await turns()
            grown, _ = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert here.courier.waiting() <= MAX_WAITING + 1
        assert grown < 5_000_000
        assert len(here.lost) >= 10_000 - MAX_WAITING - 1, "whoever waits for one that found no room is told"
        for number in range(10_000):
            here.courier.withdraw(f"ask:{number}:aa", "Denied")
        assert here.courier.waiting() == 0

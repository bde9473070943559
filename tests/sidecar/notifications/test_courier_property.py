"""Whatever happens in whichever order: a receiver shows one notice of an ask, and none once it is dealt with."""

import asyncio
import tempfile
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fakes.clock import FakeClock
from fakes.couriers import Post, ask_notice, post, turns
from fakes.showing import Shown
from pilot_sidecar.core.notices_model import Notice
from pilot_sidecar.notifications.ports import DeliveryError, Endpoint

NAMES = ("phone", "tablet")
LIMIT_S = 0.01
Step = tuple[str, ...]

CALM = st.one_of(
    st.tuples(st.sampled_from(["ask", "answer"]), st.sampled_from("ab")),
    st.tuples(st.sampled_from(["restart", "kill", "hour", "seconds", "turn"])),
    st.tuples(st.just("turns")),
)
ROUGH = st.one_of(
    CALM,
    st.tuples(
        st.sampled_from(["fail", "stumble", "hang", "mute", "heal", "gone", "unsubscribe", "subscribe"]),
        st.sampled_from(NAMES),
    ),
)


class World:
    """Plays the pipeline: which asks wait, and what it tells the courier."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._clock = FakeClock()
        self.channel = Shown(receivers=[Endpoint(name, name) for name in NAMES])
        self.pending: dict[str, Notice] = {}
        self._digests = 0
        self._here: Post | None = None
        self._run = AsyncExitStack()

    @property
    def here(self) -> Post:
        assert self._here is not None
        return self._here

    async def start(self) -> None:
        self._here = await self._run.enter_async_context(post(self._home, self.channel, self._clock, limit_s=LIMIT_S))
        current = {notice.id for notice in self.pending.values()}
        for notice in self.here.courier.standing():
            if notice.id not in current:
                self.here.courier.withdraw(notice.id, "Dealt with")
        for notice in self.pending.values():
            self.here.send(notice)

    async def stop(self) -> None:
        await self._run.aclose()

    async def do(self, step: Step) -> None:
        match step:
            case ("ask", ask):
                await self._ask(ask)
            case ("answer", ask):
                self._answer(ask)
            case ("turn",):
                await turns(1)
            case ("turns",):
                await turns(5)
                await asyncio.sleep(0.002)
            case ("seconds",):
                await self.here.later(5)
            case ("hour",):
                await self.here.later(3_600)
            case ("restart",) | ("kill",):
                await self._restart(step[0])
            case (what, name):
                self._befall(what, name)

    async def settle(self) -> None:
        """Let everything work again, and all that waits be done."""
        for name in NAMES:
            self._befall("heal", name)
        async with asyncio.timeout(10):
            while self.here.courier.waiting():
                await self.here.later(700)
                await asyncio.sleep(0.001)
        await turns()

    async def _ask(self, ask: str) -> None:
        self._answer(ask)
        self._digests += 1
        notice = ask_notice(f"ask:{ask}:{self._digests}", ask_id=ask)
        self.pending[ask] = notice
        self.here.send(notice)

    def _answer(self, ask: str) -> None:
        if (notice := self.pending.pop(ask, None)) is not None:
            self.here.courier.withdraw(notice.id, "Answered")

    async def _restart(self, how: str) -> None:
        if how == "kill":
            self.here.store._take()  # what was to be written soon is lost
        await self.stop()
        await self.start()

    def _befall(self, what: str, name: str) -> None:
        channel = self.channel
        match what:
            case "fail":
                channel.broken[name] = DeliveryError("Down.")
            case "stumble":
                channel.failures[name] = [DeliveryError("Down for a moment.")]
            case "hang":
                channel.hanging.add(name)
            case "mute":
                channel.mute.add(name)
            case "heal":
                channel.broken.pop(name, None)
                channel.failures.pop(name, None)
                channel.hanging.discard(name)
                channel.mute.discard(name)
            case "gone":
                channel.ending.add(name)
            case "unsubscribe":
                channel.leave(name)
            case "subscribe":
                channel.join(name)
                self.here.courier.catch_up()


async def _play(home: Path, steps: Sequence[Step]) -> None:
    world = World(home)
    await world.start()
    try:
        for step in steps:
            await world.do(step)
        await world.settle()
        assert world.channel.faults == []
        wanted = {notice.id for notice in world.pending.values()}
        for name, showing in world.channel.showing.items():
            assert set(showing) <= wanted, f"{name} still shows what is over"
            there = any(one.id == name for one in world.channel.receivers)
            if there and not any(
                step[0] in {"fail", "stumble", "hang", "mute", "gone", "unsubscribe"} for step in steps
            ):
                assert set(showing) == wanted, f"{name} misses what waits"
        for ask in list(world.pending):
            await world.do(("answer", ask))
        await world.settle()
        assert not any(world.channel.showing.values()), "all is dealt with"
        assert world.here.courier.standing() == []
    finally:
        await world.stop()


@settings(max_examples=50, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(st.lists(CALM, max_size=25), st.lists(ROUGH, max_size=25)))
def test_one_notice_of_an_ask_and_none_of_what_is_over(steps: Sequence[Step]) -> None:
    with tempfile.TemporaryDirectory() as home:
        asyncio.run(_play(Path(home), steps))

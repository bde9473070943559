"""Asks, answers, changes, restarts and people that come and go, over the whole pipeline: no device shows too much."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fakes.channels import FakeChannel
from fakes.clock import FakeClock
from fakes.couriers import LIMIT_S, turns
from fakes.domain import make_draft, make_session, open_domain
from fakes.showing import Shown
from pilot_sidecar.core.ask_records import AskDraft, Delivered
from pilot_sidecar.core.asks_model import Actor, Ask, DecisionRequest
from pilot_sidecar.core.attention import Surface
from pilot_sidecar.core.bus import Announcement
from pilot_sidecar.core.events import PermissionResolved, SessionStarted
from pilot_sidecar.core.notice_events import NoticeRaised, NoticeWithdrawn
from pilot_sidecar.core.notices_model import Notice
from pilot_sidecar.core.services import Services
from pilot_sidecar.infra.tasks import Tasks
from pilot_sidecar.notifications.pipeline import Pipeline
from pilot_sidecar.notifications.ports import DeliveryError, Endpoint

PHONES, CHAT, SURFACES = ("phone", "tablet"), "chat", ("page", "window")
BY = Actor(kind="device", name="Anna's phone")
Step = tuple[str, ...]

CALM = st.one_of(
    st.tuples(st.sampled_from(["ask", "ask", "answer", "elsewhere", "cancel"]), st.sampled_from("ab")),
    st.tuples(st.sampled_from(["active", "hidden", "leave"]), st.sampled_from(SURFACES)),
    st.tuples(st.sampled_from(["restart", "restart-answered", "seconds", "half-minute", "minutes", "turn"])),
    st.tuples(st.just("turns")),
)
ROUGH = st.one_of(
    CALM, st.tuples(st.sampled_from(["fail", "heal", "unsubscribe", "subscribe"]), st.sampled_from([*PHONES, CHAT]))
)


@dataclass
class Desk:
    """What pages and windows show, by what they hear; a page does the same in ``webview/js/notices/desk.js``."""

    showing: dict[str, dict[str, Notice]] = field(default_factory=lambda: {name: {} for name in SURFACES})
    told: set[tuple[str, str]] = field(default_factory=set)
    """What this run of the hub had shown where."""
    faults: list[str] = field(default_factory=list)

    def meet(self, waiting: set[str]) -> None:
        """Take in how things are, as of a hub that is new."""
        self.told.clear()
        for showing in self.showing.values():
            for notice_id in set(showing) - waiting:
                del showing[notice_id]

    def hear(self, entry: Announcement) -> None:
        match entry.event:
            case NoticeRaised() as raised if raised.surface is not None:
                for showing in self.showing.values():
                    showing.pop(raised.notice.id, None)
                if (raised.notice.id, raised.surface) in self.told:
                    self.faults.append(f"{raised.notice.id} came twice to {raised.surface}")
                self.told.add((raised.notice.id, raised.surface))
                showing = self.showing[raised.surface]
                showing[raised.notice.id] = raised.notice
                if len({one.ask_id for one in showing.values()}) != len(showing):
                    self.faults.append(f"two notices of one ask on {raised.surface}")
            case NoticeWithdrawn() as withdrawn:
                for showing in self.showing.values():
                    showing.pop(withdrawn.notice_id, None)
            case PermissionResolved() as resolved:  # also one that ended before anything was told in this run
                for showing in self.showing.values():
                    for notice_id in [key for key, one in showing.items() if one.ask_id == resolved.ask.id]:
                        del showing[notice_id]
            case _:
                pass


class World:
    """A hub with its channels, the agents that ask and the people around it."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._clock = FakeClock()
        self._asked = 0
        self._ids: dict[str, str] = {}
        self._run = AsyncExitStack()
        self._held: dict[str, AsyncExitStack] = {}
        self.push = Shown("push", [Endpoint(name, name) for name in PHONES])
        self.telegram = Shown("telegram", [Endpoint(CHAT, CHAT)])
        self.desk = Desk()

    async def start(self, *, answered: bool = False) -> None:
        self._services, self._pipeline, tasks = await self._run.enter_async_context(_hub(self))
        for record in self._services.asks.pending():
            await self._services.asks.open(_draft(record.ask.id, str(record.ask.input["command"])), _deliver)
        self.desk.meet(self.waiting())
        if answered:
            for record in self._services.asks.pending():
                await self._services.asks.resolve_elsewhere(record.ask.id, Actor(kind="terminal"))
        tasks.spawn("pipeline", self._pipeline.run())

    async def stop(self) -> None:
        for name in list(self._held):
            await self._held.pop(name).aclose()
        await self._run.aclose()
        self._run = AsyncExitStack()

    async def do(self, step: Step) -> None:
        match step:
            case ("ask" | "answer" | "elsewhere" | "cancel" as what, ask):
                await self._do_ask(what, ask)
            case ("active" | "hidden" | "leave" as what, name) if name in SURFACES:
                await self._attend(what, name)
            case ("restart",) | ("restart-answered",):
                await self.stop()
                await self.start(answered=step[0] == "restart-answered")
            case ("turn",):
                await turns(1)
            case ("turns",):
                await turns(10)
                await asyncio.sleep(0.002)
            case (what,):
                await self.later({"seconds": 5.0, "half-minute": 30.0, "minutes": 130.0}[what])
            case (what, name):
                self._befall(what, name)

    async def later(self, seconds: float) -> None:
        self._clock.advance(seconds)
        self._pipeline.wake()
        await turns()

    async def settle(self) -> None:
        """Let everything work, and all that waits be done."""
        for name in (*PHONES, CHAT):
            self._befall("heal", name)
        async with asyncio.timeout(LIMIT_S):
            await turns()
            for _ in range(4):
                await self._services.store.settled()
                await self.later(1_000)
            while any(courier.waiting() for courier in self._pipeline._couriers.values()):
                await self._services.store.settled()
                await self.later(1_000)

    def waiting(self) -> set[str]:
        return {f"ask:{one.ask.id}:{one.ask.digest[:8]}" for one in self._services.asks.pending()}

    def shown(self) -> dict[str, set[str]]:
        everywhere = {**self.desk.showing, **self.push.showing, **self.telegram.showing}
        return {name: set(notices) for name, notices in everywhere.items()}

    def faults(self) -> list[str]:
        return [*self.desk.faults, *self.push.faults, *self.telegram.faults]

    async def _do_ask(self, what: str, name: str) -> None:
        asks, ask_id = self._services.asks, self._ids.get(name)
        waits = asks.waiting(ask_id) if ask_id else None
        self._asked += 1
        if what == "ask":
            if waits is None:
                ask_id = self._ids[name] = f"{name}{self._asked}"
            await asks.open(_draft(str(ask_id), f"ls {self._asked}"), _deliver)
        elif waits is not None and what == "answer":
            await asks.decide(waits.id, DecisionRequest(kind="allow_once", digest=waits.digest), BY)
        elif waits is not None and what == "elsewhere":
            await asks.resolve_elsewhere(waits.id, Actor(kind="terminal"))
        elif waits is not None:
            await asks.cancel(waits.id, "The agent moved on.")

    async def _attend(self, what: str, name: str) -> None:
        if what == "leave":
            if name in self._held:
                await self._held.pop(name).aclose()
                self.desk.showing[name] = {}
            return
        kind = "vscode" if name == "window" else "page"
        surface = Surface(name, kind, name, None, "active" if what == "active" else "hidden", notifies=True)
        if name not in self._held:
            self._held[name] = AsyncExitStack()
            self._held[name].enter_context(self._services.surfaces.holding(name, surface))
        self._services.surfaces.report(name, surface)

    def _befall(self, what: str, name: str) -> None:
        channel = self.telegram if name == CHAT else self.push
        match what:
            case "fail":
                channel.broken[name] = DeliveryError("Down.")
            case "heal":
                channel.broken.pop(name, None)
            case "unsubscribe":
                channel.leave(name)
                self._services.notifications.changed()
            case "subscribe":
                channel.join(name)
                self._pipeline._on_receivers()


@asynccontextmanager
async def _hub(world: World) -> AsyncIterator[tuple[Services, Pipeline, Tasks]]:
    async with open_domain(world._home, world._clock) as services, Tasks("notify") as tasks:
        channels: list[FakeChannel] = [world.push, world.telegram]
        pipeline = Pipeline(services, channels, tasks)
        services.notifications.control = pipeline
        services.bus.subscribe(world.desk.hear)
        session = make_session("s1")
        at = services.clock.now_ms()
        services.bus.publish(SessionStarted(at=at, session_id="s1", agent="opencode", session=session))
        yield services, pipeline, tasks


def _draft(ask_id: str, command: str) -> AskDraft:
    return make_draft(id=ask_id, command=command, input={"command": command})


async def _deliver(_ask: Ask, _request: DecisionRequest) -> Delivered:
    return Delivered()


async def _play(home: Path, steps: Sequence[Step]) -> None:
    world = World(home)
    await world.start()
    try:
        for step in steps:
            await world.do(step)
        await world.settle()
        assert world.faults() == []
        waiting, shown = world.waiting(), world.shown()
        assert all(notices <= waiting for notices in shown.values()), f"{shown} while only {waiting} wait"
        if not any(step[0] in {"fail", "unsubscribe"} for step in steps):
            assert all(shown.get(name, set()) == waiting for name in (*PHONES, CHAT)), f"{shown}, but {waiting} wait"
        for name in "ab":
            await world.do(("answer", name))
        await world.settle()
        assert not any(world.shown().values()), "all is dealt with"
    finally:
        await world.stop()


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(st.lists(CALM, max_size=20), st.lists(ROUGH, max_size=20)))
def test_each_device_shows_one_notice_of_an_ask_and_none_of_what_is_over(steps: Sequence[Step]) -> None:
    with tempfile.TemporaryDirectory() as home:
        asyncio.run(_play(Path(home), steps))

"""One connection on a real socket and a real domain, with a clock that tests move: what it does as time goes by."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from fakes.clock import FakeClock
from fakes.codex_app_server import ACTIVE, IDLE, NOTHING, WAITING, FakeAppServer, FakeThread, RefusalError
from fakes.domain import open_domain
from pilot_sidecar.core.asks_model import Actor, DecisionRequest
from pilot_sidecar.core.events import SessionUpdated
from pilot_sidecar.core.models import Session
from pilot_sidecar.core.services import Services
from pilot_sidecar.core.session_book import SessionBook
from pilot_sidecar.integrations.codex import desk, drafts, members
from pilot_sidecar.integrations.codex.context import Context
from pilot_sidecar.integrations.codex.link import Link
from pilot_sidecar.integrations.codex.rpc import GarbageError, Said
from pilot_sidecar.integrations.codex.sessions import AGENT
from pilot_sidecar.integrations.codex.socket import open_socket
from sidecar.integrations.codex.asking import COMMAND, Json

LOOK_S = 0.01


@dataclass
class Scene:
    codex: FakeAppServer
    services: Services
    clock: FakeClock
    link: Link

    async def until(self, check: Callable[[], object]) -> None:
        """Return once something holds."""
        async with asyncio.timeout(10):
            while not check():
                await asyncio.sleep(0.005)

    async def looked(self) -> None:
        """Return once the link has looked after everything again, twice to be sure."""
        before = len(self.codex.calls("thread/loaded/list"))
        await self.until(lambda: len(self.codex.calls("thread/loaded/list")) >= before + 2)

    async def joined(self) -> FakeThread:
        """Return a thread that Pilot listens to and that rests now."""
        thread = await self.codex.open()
        await self.codex.begin(thread)
        await self.until(lambda: self.link.members.of("t1").joined)
        await self.codex.end(thread)
        await self.until(lambda: self.session().state == "idle")
        return thread

    def session(self, thread_id: str = "t1") -> Session:
        session = self.link.book.get(thread_id)
        assert session is not None
        return session

    def unsubscribed(self) -> list[Json]:
        return self.codex.calls("thread/unsubscribe")

    def asks(self) -> list[str]:
        return [record.ask.id for record in self.services.asks.pending(AGENT)]


@asynccontextmanager
async def open_link(home: Path, codex: FakeAppServer) -> AsyncIterator[Scene]:
    """Connect, and look after everything all the time instead of every 5 seconds."""
    clock = FakeClock()
    home.mkdir(exist_ok=True)
    async with open_domain(home, clock) as services, open_socket(codex.path) as carrier:
        context = Context(services, SessionBook(AGENT, services.sessions, services.bus.publish))
        link = Link(context, carrier, "daemon", codex.path.parents[1], carrier.pid, look_s=LOOK_S)
        welcomed = asyncio.Event()
        running = services.tasks.spawn("link", link.run(welcomed.set))
        async with asyncio.timeout(10):
            await welcomed.wait()
        yield Scene(codex, services, clock, link)
        await link.server.close()
        async with asyncio.timeout(10):
            await running


@pytest.fixture
async def scene(tmp_path: Path, codex: FakeAppServer) -> AsyncIterator[Scene]:
    await codex.start()
    async with open_link(tmp_path / "hub", codex) as scene:
        yield scene


async def test_a_thread_that_rests_is_let_go_of_so_that_codex_can_unload_it(scene: Scene) -> None:
    await scene.joined()
    await scene.looked()
    scene.clock.advance(members.IDLE_S - 1)
    await scene.looked()
    assert scene.unsubscribed() == [], "not at once: the next prompt is often near"
    scene.clock.advance(1.1)
    await scene.until(scene.unsubscribed)
    await scene.looked()
    assert scene.unsubscribed() == [{"threadId": "t1"}], "and only once"
    assert scene.session().live, "it is still there"


async def test_a_thread_that_works_is_never_let_go_of(scene: Scene) -> None:
    thread = await scene.joined()
    await scene.looked()
    await scene.codex.begin(thread, "long")
    await scene.looked()
    scene.clock.advance(members.IDLE_S * 10)
    await scene.looked()
    await scene.codex.end(thread)
    await scene.looked()
    assert scene.unsubscribed() == [], "the time counts from the end of its turn"
    scene.clock.advance(members.IDLE_S + 1)
    await scene.until(scene.unsubscribed)


async def test_a_thread_that_was_let_go_of_is_joined_again_when_it_works(scene: Scene) -> None:
    thread = await scene.joined()
    await scene.looked()
    scene.clock.advance(members.IDLE_S + 1)
    await scene.until(scene.unsubscribed)
    await scene.codex.begin(thread, "next")
    await scene.until(lambda: any("t1" in client.joined for client in scene.codex.clients))
    await scene.until(lambda: scene.session().state == "busy")


async def test_a_thread_that_cannot_be_let_go_of_does_not_keep_the_others(scene: Scene) -> None:
    await scene.joined()
    other = await scene.codex.open("t2")
    await scene.codex.begin(other)
    await scene.until(lambda: scene.link.members.of("t2").joined)
    await scene.codex.end(other)
    let_go = list[str]()

    def refuse(params: Json) -> Json:
        let_go.append(params["threadId"])
        if params["threadId"] == "t1":
            raise RefusalError("no")
        return {"status": "unsubscribed"}

    scene.codex.plays["thread/unsubscribe"] = refuse
    await scene.looked()
    scene.clock.advance(members.IDLE_S + 1)
    await scene.until(lambda: set(let_go) == {"t1", "t2"})


async def test_a_turn_whose_end_nobody_told_is_over_at_the_next_look(scene: Scene) -> None:
    thread = await scene.codex.open()
    await scene.codex.begin(thread)
    await scene.until(lambda: scene.link.members.of("t1").joined)
    await scene.codex.ask(thread, 7, drafts.COMMAND, {**COMMAND, "threadId": "t1"})
    await scene.until(scene.asks)
    thread.pending.clear()
    thread.status = dict(IDLE)
    await scene.until(lambda: not scene.asks())
    assert scene.codex.answers == []


async def test_a_session_whose_turns_end_was_not_understood_does_not_stay_busy(scene: Scene) -> None:
    thread = await scene.joined()
    await scene.codex.begin(thread, "next")
    await scene.codex.say("turn/started", threadId="t1", turn={"id": "next"})
    await scene.until(lambda: scene.session().state == "busy")
    thread.status = dict(IDLE)  # and not a word of it
    await scene.until(lambda: scene.session().state == "idle")


async def test_an_ask_that_ended_here_but_still_waits_at_codex_is_asked_again(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "AGAIN_S", 0.05)
    thread = await scene.joined()
    await scene.codex.begin(thread, "next")
    await scene.codex.ask(thread, 7, drafts.COMMAND, {**COMMAND, "threadId": "t1"})
    await scene.until(scene.asks)
    (first,) = scene.asks()
    await scene.services.asks.cancel(first, "A mistake of ours.")
    await scene.link.desk.missing("t1", {first}, busy=True)
    scene.link.desk._requests.clear()  # as after a new connection; Codex repeats what waits
    await scene.until(scene.asks)
    (again,) = scene.asks()
    assert again != first
    request = DecisionRequest(kind="allow_once", digest=(await scene.services.asks.get(again)).digest)
    await scene.services.asks.decide(again, request, Actor(kind="owner"))
    assert [answer["result"] for answer in scene.codex.answers] == [{"decision": "accept"}]


async def test_an_approval_that_nobody_told_of_is_found_at_the_next_look(scene: Scene) -> None:
    thread = await scene.joined()
    thread.pending[7] = {"method": drafts.COMMAND, "id": 7, "params": {**COMMAND, "threadId": "t1"}}
    thread.status = dict(WAITING)
    await scene.until(scene.asks)


async def test_a_thread_that_cannot_be_looked_at_does_not_keep_the_others(scene: Scene) -> None:
    for number, name in enumerate("abcdef"):
        thread = scene.codex.threads[name] = FakeThread(name)
        thread.pending[number] = {"method": drafts.COMMAND, "id": number, "params": {**COMMAND, "threadId": name}}
    await scene.until(lambda: len(scene.link.members.loaded()) == 6)
    first = list[str]()

    def resume(params: Json) -> Json:
        first.append(params["threadId"])
        if params["threadId"] == first[0]:
            raise RefusalError("no")
        return {"thread": scene.codex.threads[params["threadId"]].wire()}

    scene.codex.plays["thread/resume"] = resume
    for thread in scene.codex.threads.values():
        scene.link.members.of(thread.id).joined = True
        thread.status = dict(WAITING)
    await scene.until(lambda: len(scene.asks()) == 5)


async def test_an_approval_of_a_thread_that_is_put_away_is_withdrawn_at_once(scene: Scene) -> None:
    thread = await scene.joined()
    await scene.codex.begin(thread, "next")
    await scene.codex.ask(thread, 7, drafts.COMMAND, {**COMMAND, "threadId": "t1"})
    await scene.until(scene.asks)
    scene.codex.plays["thread/loaded/list"] = lambda _params: NOTHING
    await scene.codex.say("thread/archived", threadId="t1")
    await scene.until(lambda: not scene.asks())
    assert scene.session().state == "ended"


async def test_an_approval_that_was_answered_unheard_is_gone_at_the_next_look(scene: Scene) -> None:
    thread = await scene.codex.open()
    await scene.codex.begin(thread)
    await scene.until(lambda: scene.link.members.of("t1").joined)
    await scene.codex.ask(thread, 7, drafts.COMMAND, {**COMMAND, "threadId": "t1"})
    await scene.until(scene.asks)
    thread.pending.clear()
    thread.status = dict(ACTIVE)
    await scene.until(lambda: not scene.asks())


async def test_threads_that_came_and_went_unheard_are_seen_at_the_next_look(scene: Scene) -> None:
    scene.codex.threads["t1"] = FakeThread("t1")
    await scene.until(lambda: scene.link.book.get("t1") is not None)
    assert scene.session().live
    scene.codex.unload(scene.codex.threads["t1"])
    await scene.until(lambda: not scene.session().live)


async def test_a_thread_that_begins_again_and_has_gone_on_holds_nothing_up(scene: Scene) -> None:
    thread = await scene.joined()
    await scene.codex.begin(thread, "next")
    await scene.codex.item(thread, {"type": "agentMessage", "id": "m", "text": "Hello"}, done=True)
    await scene.codex.end(thread)
    await scene.until(lambda: scene.link.members.of("t1").status.type == "idle")
    scene.codex.unload(thread)
    await scene.codex.say("thread/closed", threadId="t1")
    await scene.until(lambda: not scene.session().live)
    await scene.services.store.settled()
    asked = len(scene.codex.calls("thread/turns/list"))
    await scene.codex.open("t1", updatedAt=9_000_000_000)
    await scene.codex.open("t2")
    await scene.until(lambda: scene.link.book.get("t2") and scene.session().live)
    await scene.until(lambda: len(scene.codex.calls("thread/turns/list")) > asked)


async def test_more_than_can_be_kept_back_starts_over_instead_of_being_lost(scene: Scene) -> None:
    scene.link.members.claim("t9")
    for number in range(members.HELD):
        assert scene.link.members.hold("t9", Said("m", {"number": number}))
    with pytest.raises(GarbageError):
        scene.link.members.hold("t9", Said("m", {}))


async def test_a_message_that_cannot_be_told_costs_only_itself(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    """The arguments of a tool may be nested deeper than the wire can say."""
    thread = await scene.codex.open()
    await scene.codex.begin(thread)
    await scene.until(lambda: scene.link.members.of("t1").joined)
    deep: Json = {}
    for _ in range(400):
        deep = {"x": deep}
    item = {"type": "mcpToolCall", "id": "m", "server": "lab", "tool": "dig", "status": "inProgress", "arguments": deep}
    await scene.codex.say("item/started", threadId="t1", turnId="turn", item=item)
    await scene.codex.say("thread/name/updated", threadId="t1", threadName="Goes on")
    await scene.until(lambda: scene.session().title == "Goes on")
    assert scene.link.up
    assert "a message of Codex's failed: item/started" in caplog.text


async def test_stored_threads_are_listed_without_helpers_and_odd_ones(scene: Scene) -> None:
    stored = {"status": {"type": "notLoaded"}}
    scene.codex.plays["thread/list"] = lambda _params: {
        "data": [
            FakeThread("old", fields=stored).wire(),
            FakeThread("helper", fields={**stored, "ephemeral": True}).wire(),
            FakeThread("live").wire(),
            None, 5, {"id": "no folder"}, FakeThread("x", fields={**stored, "createdAt": "soon"}).wire(),
        ]
    }  # fmt: skip
    await scene.link.list_stored()
    assert [session.id for session in scene.link.book.all()] == ["old"]
    session = scene.session("old")
    assert (session.live, session.capabilities.resume, session.process) == (False, True, None)
    for odd in (None, 5, {}, {"data": 5}):
        scene.codex.plays["thread/list"] = lambda _params, odd=odd: odd  # type: ignore[misc]
        await scene.link.list_stored()


async def test_a_stored_thread_that_runs_outside_by_now_stays_live(scene: Scene) -> None:
    """Its hooks tell of it, not this connection."""
    title = "before"
    scene.codex.plays["thread/list"] = lambda _params: {
        "data": [FakeThread("old", fields={"status": {"type": "notLoaded"}, "name": title}).wire()]
    }
    await scene.link.list_stored()
    live = scene.session("old").model_copy(update={"live": True, "state": "busy"})
    scene.services.bus.publish(SessionUpdated(at=1, session_id="old", agent=AGENT, session=live))
    await scene.services.store.settled()
    title = "after"
    await scene.link.list_stored()
    await scene.services.store.settled()
    session = scene.services.sessions.get("old")
    assert session is not None
    assert (session.live, session.state) == (True, "busy")

"""Sessions of Codex's daemon, over the wire: what a person at the dashboard sees of them."""

import asyncio
import os
from pathlib import Path

import pytest

from agents.harness.waiting import until
from fakes.codex_app_server import ACTIVE, IDLE, FakeAppServer, FakeThread
from sidecar.integrations.codex.wire import Json, Wire, open_wire

FLOOD = 20_000
SOON_S = 3.0
"""What is told is seen within this; what is not is found out a little later."""
MESSAGE = {"type": "agentMessage", "id": "m", "text": ""}


def words(wire: Wire, thread: FakeThread) -> str:
    """Return what a browser has of the streamed text; each piece has to follow the one before."""
    text = ""
    for delta in wire.client.of(thread.id, "pilot.message.delta"):
        assert delta["offset"] == len(text), "none is missing, none is doubled, none is out of its place"
        text += delta["delta"]
    return text


async def test_a_thread_of_the_daemon_is_a_session(wire: Wire) -> None:
    thread = await wire.turn()
    await wire.codex.item(thread, MESSAGE, done=False)
    for piece in ("Hello, ", "world."):
        await wire.codex.delta(thread, "m", piece)
    await wire.codex.item(thread, {**MESSAGE, "text": "Hello, world."}, done=True)
    await wire.codex.end(thread)
    assert (await wire.client.idle(thread.id))["reason"] == "completed"
    assert words(wire, thread) == "Hello, world."
    session = await wire.session(thread, lambda session: session["state"] == "idle")
    assert (session["live"], session["process"]["pid"]) == (True, wire.codex.pid)
    assert session["process"]["pid"] != os.getpid()


async def test_a_daemon_that_starts_after_the_hub_is_found(tmp_path: Path, codex: FakeAppServer) -> None:
    async with open_wire(tmp_path, codex) as wire:
        await wire.client.call("GET", "/api/snapshot")
        await codex.start()
        thread = await codex.open()
        agent = await wire.reaches("connected")
        assert (await wire.session(thread))["live"]
        assert agent.get("message") is None


async def test_a_home_whose_path_is_longer_than_a_sockets_may_be(tmp_path: Path) -> None:
    """Codex itself puts the socket elsewhere for that, and a link in its place."""
    home = tmp_path / ("a-long-name-" * 10) / ".codex"
    home.mkdir(parents=True)
    async with FakeAppServer(home) as codex:
        assert len(str(codex.path)) > 108
        await codex.start()
        async with open_wire(tmp_path, codex) as wire:
            await wire.reaches("connected")


async def test_news_that_nobody_knows_are_counted_and_harmless(wire: Wire) -> None:
    thread = await wire.turn()
    for _ in range(3):
        await wire.codex.say("thread/hologram", threadId=thread.id, x=1)
    await wire.codex.say("hologram/updated", x="\x00ü")
    await wire.codex.item(thread, {"type": "hologram", "id": "h"}, done=True)
    await wire.codex.say("item/completed", threadId=thread.id, turnId="turn", item="no item")
    await wire.codex.say("turn/completed", threadId=thread.id)
    await wire.codex.say("thread/started", thread=None)
    await wire.codex.say("account/rateLimits/updated", rateLimits={})
    await wire.codex.end(thread)
    await wire.client.idle(thread.id)

    async def counted() -> bool:
        return (await wire.agent())["unknownEvents"] == {
            "thread/hologram": 3, "hologram/updated": 1, "item hologram": 1, "item/completed": 1, "turn/completed": 1,
            "thread/started": 1,
        }  # fmt: skip

    await until("all of it to be counted", counted)
    assert (await wire.agent())["state"] == "connected"


@pytest.mark.parametrize("fields", [{"ephemeral": True}, {"threadSource": "thread_title"}])
async def test_the_helpers_that_find_titles_are_no_sessions(wire: Wire, fields: Json) -> None:
    await wire.reaches("connected")
    helper = await wire.codex.open("helper", ACTIVE, **fields)
    await wire.codex.status(helper, ACTIVE)
    await wire.codex.status(helper, IDLE)
    await wire.codex.say("thread/closed", threadId="helper")
    thread = await wire.turn()
    await wire.codex.end(thread)
    await wire.client.idle(thread.id)
    sessions = (await wire.client.get("/api/sessions"))["sessions"]
    assert [session["id"] for session in sessions] == [thread.id]
    assert "helper" not in [params["threadId"] for params in wire.codex.calls("thread/resume")]


async def test_helpers_that_were_there_before_the_hub_are_no_sessions_either(
    tmp_path: Path, codex: FakeAppServer
) -> None:
    await codex.start()
    await codex.open("helper", ACTIVE, ephemeral=True)
    thread = await codex.open("t1")
    async with open_wire(tmp_path, codex) as wire:
        await wire.session(thread)
        await until("the helper to be looked at", lambda: asked(codex, "thread/read", "helper"))
        await wire.well()
        sessions = (await wire.client.get("/api/sessions"))["sessions"]
        assert [session["id"] for session in sessions] == ["t1"]


@pytest.mark.parametrize("last", ["thread/closed", "thread/status/changed"])
async def test_a_closed_thread_is_not_live_and_can_be_brought_back(wire: Wire, last: str) -> None:
    thread = await wire.turn()
    await wire.codex.end(thread)
    await wire.client.idle(thread.id)
    wire.codex.unload(thread)
    news = [("thread/status/changed", {"status": thread.status}), ("thread/closed", {})]
    for method, params in sorted(news, key=lambda one: one[0] == last):
        await wire.codex.say(method, threadId=thread.id, **params)
    session = await wire.session(thread, lambda session: not session["live"], SOON_S)
    assert session["capabilities"] | {"approve": "none", "interrupt": False, "resume": True} == session["capabilities"]
    assert "process" not in session
    assert session["state"] == "idle"
    other = await wire.turn("t2")
    await wire.codex.end(other)
    await wire.client.idle(other.id)
    assert not (await wire.session(thread))["live"], "and it stays so"


async def test_a_thread_that_closes_while_it_is_looked_at_is_not_shown_as_live(wire: Wire) -> None:
    await wire.reaches("connected")
    thread = FakeThread("t1")

    async def read(_params: Json) -> Json:
        found = {"thread": thread.wire()}
        wire.codex.unload(thread)
        await wire.codex.say("thread/closed", threadId="t1")
        return found

    wire.codex.plays["thread/read"] = read
    wire.codex.threads["t1"] = thread
    await wire.codex.status(thread, IDLE)
    await wire.session(thread, lambda session: not session["live"], SOON_S)


async def test_a_first_turn_that_cannot_be_joined_at_once_is_told_whole(wire: Wire) -> None:
    """Codex has written nothing down yet: “no rollout found” for a moment, while the turn already speaks."""
    await wire.reaches("connected")
    thread = await wire.codex.open()
    thread.refusals = 5
    await wire.codex.begin(thread)
    prompt = {"type": "userMessage", "id": "u", "content": [{"type": "text", "text": "Hi"}]}
    await wire.codex.item(thread, prompt, done=True)
    await wire.joined(thread)
    assert len([1 for params in wire.codex.calls("thread/resume") if params["threadId"] == "t1"]) == 6
    await wire.codex.item(thread, MESSAGE, done=False)
    await wire.codex.delta(thread, "m", "Hello!")
    await wire.codex.item(thread, {**MESSAGE, "text": "Hello!"}, done=True)
    await wire.codex.end(thread)
    await wire.client.idle(thread.id)
    assert words(wire, thread) == "Hello!"
    assert [event["text"] for event in wire.client.of("t1", "pilot.prompt.received")] == ["Hi"]
    assert [event["text"] for event in wire.client.of("t1", "pilot.message.completed")] == ["Hello!"]


async def test_a_turn_that_is_over_before_it_could_be_joined_leaves_the_session_at_rest(wire: Wire) -> None:
    await wire.reaches("connected")
    thread = await wire.codex.open()
    thread.refusals = 1000
    await wire.codex.begin(thread)
    await until("a try to join", lambda: asked(wire.codex, "thread/resume", "t1"))
    await wire.codex.status(thread, IDLE)
    await wire.session(thread, lambda session: session["state"] == "idle")
    tries = len(wire.codex.calls("thread/resume"))
    await wire.goes_by(0.5)
    assert len([p for p in wire.codex.calls("thread/resume") if p["threadId"] == "t1"]) <= tries + 1, "and it is let be"


async def test_a_flood_of_words_arrives_whole_and_in_order(wire: Wire) -> None:
    thread = await wire.turn()
    await wire.codex.item(thread, MESSAGE, done=False)
    for number in range(FLOOD):
        await wire.codex.delta(thread, "m", f"{number} ")
    await wire.codex.item(thread, {**MESSAGE, "text": "all"}, done=True)
    await wire.codex.end(thread)
    await wire.client.event("pilot.session.stopped", lambda event: event["sessionId"] == "t1", 60)
    assert words(wire, thread) == "".join(f"{number} " for number in range(FLOOD))
    await wire.well()


async def test_a_flood_at_the_moment_of_joining_arrives_whole_and_in_order(wire: Wire) -> None:
    """What comes while a thread is being joined is kept back; it must not be lost for being much."""
    await wire.reaches("connected")
    thread = await wire.codex.open()
    flooded = asyncio.Event()

    async def flood(_params: Json) -> Json:
        result = wire.codex._of_thread(wire.codex.clients[0], "thread/resume", thread)
        for number in range(5_000):
            await wire.codex.delta(thread, "m", f"{number} ")
        flooded.set()
        return dict(result)

    wire.codex.plays["thread/resume"] = flood
    await wire.codex.begin(thread)
    await asyncio.wait_for(flooded.wait(), 20)
    await wire.codex.item(thread, {**MESSAGE, "text": "all"}, done=True)
    await wire.codex.end(thread)
    await wire.client.event("pilot.session.stopped", lambda event: event["sessionId"] == "t1", 60)
    assert words(wire, thread) == "".join(f"{number} " for number in range(5_000))


async def test_a_daemon_that_dies_in_the_middle_of_a_word_leaves_its_sessions_at_rest(wire: Wire) -> None:
    thread = await wire.turn()
    wire.codex.clients[0].transport.write(b'\x81\x7e\x10\x00{"method": "item/agentMess')
    await wire.codex.die()
    session = await wire.session(thread, lambda session: not session["live"])
    assert session["state"] == "idle"
    agent = await wire.reaches("not_installed")
    assert agent.get("message") is None, "a daemon that is gone is no trouble"
    await wire.well()
    await wire.codex.start()
    await wire.reaches("connected")
    assert (await wire.session(thread, lambda session: session["live"]))["process"]["pid"] == wire.codex.pid


async def test_a_connection_that_breaks_is_back_before_anybody_sees_it(wire: Wire) -> None:
    thread = await wire.turn()
    await wire.codex.item(thread, MESSAGE, done=False)
    await wire.codex.delta(thread, "m", "Hello, ")
    await until("the words", lambda: heard(wire, thread))
    wire.codex.drop()
    await wire.codex.item(thread, {**MESSAGE, "text": "Hello, world."}, done=True)
    await wire.joined(thread)
    await wire.codex.end(thread)
    await wire.client.idle(thread.id)
    assert [event["text"] for event in wire.client.of("t1", "pilot.message.completed")] == ["Hello, world."]
    changes = [event["session"]["live"] for event in wire.client.of("t1", "pilot.session.updated")]
    assert all(changes), "it was never shown as gone"


async def test_a_daemon_that_is_slow_to_tell_what_was_missed_does_not_make_its_sessions_look_gone(wire: Wire) -> None:
    thread = await wire.turn()
    await wire.codex.item(thread, {**MESSAGE, "text": "Hello."}, done=True)
    await wire.client.event("pilot.message.completed", lambda event: event["text"] == "Hello.")

    async def slow(_params: Json) -> Json:
        await wire.goes_by(0.5)
        return {"data": thread.turns[::-1], "nextCursor": None}

    wire.codex.plays["thread/turns/list"] = slow
    wire.codex.drop()
    await wire.joined(thread)
    await wire.goes_by(0.3)
    assert (await wire.session(thread))["live"]
    assert all(event["session"]["live"] for event in wire.client.of("t1", "pilot.session.updated"))


async def test_a_thread_that_ended_while_the_connection_was_down_rests(wire: Wire) -> None:
    thread = await wire.turn()
    wire.codex.drop()
    thread.turns[-1] |= {"status": "completed"}
    thread.status = dict(IDLE)
    await wire.session(thread, lambda session: session["state"] == "idle" and session["live"])


async def asked(codex: FakeAppServer, method: str, thread_id: str) -> bool:
    return any(params["threadId"] == thread_id for params in codex.calls(method))


async def heard(wire: Wire, thread: FakeThread) -> bool:
    await asyncio.sleep(0)
    return bool(wire.client.of(thread.id, "pilot.message.delta"))


@pytest.mark.parametrize("odd", [float("inf"), float("nan"), 1e300, -1, 10**30, "soon", None])
async def test_odd_times_cost_nothing_but_themselves(wire: Wire, odd: object) -> None:
    await wire.reaches("connected")
    await wire.codex.open("odd", createdAt=odd, updatedAt=odd)
    thread = await wire.turn()
    await wire.codex.item(thread, {**MESSAGE, "id": "odd", "text": "odd", "startedAtMs": odd}, done=True)
    await wire.codex.item(thread, {**MESSAGE, "text": "even"}, done=True)
    await wire.client.event("pilot.message.completed", lambda event: event["text"] == "even")
    await wire.codex.end(thread)
    await wire.client.idle(thread.id)
    await wire.well()
    assert (await wire.client.get(f"/api/sessions/{thread.id}/messages"))["items"]
    assert wire.codex.connections == 1, "the line never broke"

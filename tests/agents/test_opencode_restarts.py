"""Either side may go away at any time; no ask is lost, and none is answered twice."""

import asyncio
from collections.abc import Iterator
from urllib.parse import quote

import pytest

from agents.harness.hub import Client, Hub
from agents.harness.opencode import Sandbox, Serve
from agents.harness.waiting import until, wait_until


@pytest.fixture(scope="module")
def hub(sandbox: Sandbox) -> Iterator[Hub]:
    """A hub that is not started yet."""
    hub = Hub(sandbox.pilot_home, sandbox.environ)
    yield hub
    hub.stop()
    assert hub.complaints() == []


@pytest.fixture(scope="module")
def serve(sandbox: Sandbox) -> Iterator[Serve]:
    """OpenCode, started before the hub."""
    serve = sandbox.serve()
    yield serve
    serve.stop()


async def test_a_hub_started_8_s_after_opencode_finds_the_waiting_ask(serve: Serve, hub: Hub) -> None:
    session = serve.session()
    serve.prompt(session, "clean please")
    await asyncio.sleep(8)  # the scenario itself: by now the bridge has tried and failed many times
    hub.start()
    async with hub.client() as client:
        await client.connected()
        ask = await client.waiting(session)
        found = await client.session(session)
        assert (found["state"], found["live"]) == ("busy", True)
        await client.allow(ask)
        await client.idle(session)
        items = (await client.get(f"/api/sessions/{session}/messages"))["items"]
        assert [item["text"] for item in items if item["kind"] == "prompt"] == ["clean please"]
        assert [item["status"] for item in items if item["kind"] == "tool"] == ["completed"]


@pytest.mark.parametrize("gently", [False, True], ids=["killed", "stopped"])
async def test_a_hub_restarted_while_an_ask_waits(serve: Serve, hub: Hub, gently: bool) -> None:
    session = serve.session()
    async with hub.client() as client:
        await client.connected()
        serve.prompt(session, "clean please")
        ask = await client.waiting(session)
    hub.stop() if gently else hub.kill()
    hub.start()
    async with hub.client() as client:
        assert [found["id"] for found in await client.asks()] == [ask["id"]]
        await client.connected()
        await until("the ask to be answerable", lambda: answered(client, ask))
        status, body = await client.decide(ask, "deny")
        assert (status, body["error"]["code"]) == (409, "already_answered")
        await client.idle(session)
        assert client.of(session, "pilot.permission.pending") == []
        assert len(client.of(session, "pilot.permission.resolved")) == 1


async def test_an_ask_answered_in_the_terminal_while_the_hub_was_away(serve: Serve, hub: Hub) -> None:
    session = serve.session()
    async with hub.client() as client:
        await client.connected()
        serve.prompt(session, "clean please")
        ask = await client.waiting(session)
    hub.kill()
    serve.api("POST", f"/permission/{ask['id']}/reply", {"reply": "once"})
    hub.start()
    async with hub.client() as client:
        ended = await client.resolved(ask["id"])
        assert (ended["resolution"]["by"]["kind"], ended["resolution"]["choice"]) == ("terminal", "allow_once")


async def test_a_frozen_hub_does_not_disturb_opencode(serve: Serve, hub: Hub) -> None:
    session = serve.session()
    async with hub.client() as client:
        await client.connected()
        hub.freeze()
        try:
            serve.prompt(session, "clean please")
            pending = await until("the permission", lambda: asyncio.to_thread(serve.api, "GET", "/permission"))
            serve.api("POST", f"/permission/{pending[0]['id']}/reply", {"reply": "once"})
            await until("the turn to end", lambda: asyncio.to_thread(ended_at_opencode, serve, session))
        finally:
            hub.thaw()
        await client.idle(session)
        assert client.of(session, "pilot.tool.completed")[0]["status"] == "completed"
        assert await client.asks() == []


async def test_two_processes_in_one_directory_keep_their_asks_apart(sandbox: Sandbox, serve: Serve, hub: Hub) -> None:
    other = sandbox.serve()
    try:
        async with hub.client() as client:
            first, second = serve.session(), other.session()
            await client.connected(2)
            serve.prompt(first, "clean please")
            other.prompt(second, "clean please")
            asks = [await client.waiting(session) for session in (first, second)]
            for ask, process in zip(asks, (serve, other), strict=True):
                assert [pending["id"] for pending in process.api("GET", "/permission")] == [ask["id"]]
            for ask in reversed(asks):
                await client.allow(ask)
            for session in (first, second):
                await client.idle(session)
            assert (await client.session(second))["process"]["pid"] == other.process.pid
    finally:
        other.stop()


async def test_opencode_killed_while_an_ask_waits(sandbox: Sandbox, serve: Serve, hub: Hub) -> None:
    project = sandbox.new_project("second")
    doomed = sandbox.serve(project)
    session = doomed.session()
    async with hub.client() as client:
        await client.connected(2)
        doomed.prompt(session, "clean please")
        ask = await client.waiting(session)
        doomed.kill()
        ended = await client.resolved(ask["id"])
        assert (ended["state"], ended["resolution"]["reason"]) == ("cancelled", "OpenCode's process ended.")
        await client.connected(1)
        found = await until("the session to be dead", lambda: not_live(client, session))
        assert found["state"] == "idle"
        status, body = await client.decide(ask, "allow_once")
        assert (status, body["error"]["code"]) == (409, "already_answered")


async def test_opencode_killed_together_with_the_hub(sandbox: Sandbox, serve: Serve, hub: Hub) -> None:
    doomed = sandbox.serve(sandbox.new_project("third"))
    session = doomed.session()
    async with hub.client() as client:
        await client.connected(2)
        doomed.prompt(session, "clean please")
        ask = await client.waiting(session)
    hub.kill()
    doomed.kill()
    hub.start()
    async with hub.client() as client:
        ended = await client.resolved(ask["id"])
        assert (ended["state"], ended["resolution"]["reason"]) == ("cancelled", "OpenCode's process ended.")


async def answered(client: Client, ask: dict[str, object]) -> bool:
    """Answer, unless the process is not back yet."""
    status, body = await client.decide(ask, "allow_once")
    assert status in (200, 503), body
    return status == 200


async def not_live(client: Client, session: str) -> dict[str, object] | None:
    """Return the session if nothing runs it."""
    found = await client.session(session)
    return None if found["live"] else found


def ended_at_opencode(serve: Serve, session: str) -> bool:
    """Tell whether OpenCode itself is done with a session."""
    return session not in serve.api("GET", "/session/status")


async def test_what_was_said_before_pilot_listened_is_in_the_transcript(serve: Serve, hub: Hub) -> None:
    session = serve.session()
    hub.stop()
    serve.prompt(session, "speak first")
    wait_until("the first answer", lambda: answers(serve, session) == 1)
    (hub.home / "pilot.db").unlink(missing_ok=True)
    hub.start()
    async with hub.client() as client:
        await client.connected()
        await until("the session", lambda: known(client, session))
        texts = await until("the first turn", lambda: whole(client, session, 2))
        assert texts[0] == "speak first"
        serve.prompt(session, "speak again")
        wait_until("the second answer", lambda: answers(serve, session) == 2)
        texts = await until("both turns", lambda: whole(client, session, 4))
        assert texts[0::2] == ["speak first", "speak again"]


def answers(serve: Serve, session: str) -> int:
    """Return how many answers OpenCode itself has finished."""
    messages = serve.api("GET", f"/session/{session}/message")
    return sum("completed" in message["info"]["time"] for message in messages if message["info"]["role"] == "assistant")


async def known(client: Client, session: str) -> bool:
    status, _ = await client.call("GET", f"/api/sessions/{session}")
    return status == 200


async def whole(client: Client, session: str, count: int) -> list[str] | None:
    """Return the transcript once it has so many texts: nothing missing, nothing twice."""
    texts = await transcript(client, session)
    return texts if len(texts) == count else None


async def transcript(client: Client, session: str) -> list[str]:
    """Return the whole transcript's texts, oldest first, page by page as the dashboard reads it."""
    texts: list[str] = []
    before = None
    for _ in range(10):
        query = f"?limit=2&before={quote(before)}" if before else "?limit=2"
        page = await client.get(f"/api/sessions/{session}/messages{query}")
        texts = [item["text"] for item in page["items"] if "text" in item] + texts
        before = page.get("before")
        if before is None:
            return texts
    raise AssertionError("the transcript has no beginning")

"""Once the approval mode is said to be on, nothing goes through unasked: not in a running turn, not past a slow hub."""

import asyncio
import os
import secrets
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from agents.harness.hub import Client, Hub, Json
from agents.harness.model import Model
from agents.harness.opencode import Sandbox, Serve
from agents.harness.waiting import until

LONG_S = 2.0
"""An edit that is not held is there well within this."""


@pytest.fixture
def there(sandbox: Sandbox, hub: Hub, model: Model) -> Iterator[Serve]:
    """An OpenCode in a project of its own, for which nobody has chosen anything."""
    serve = sandbox.serve(sandbox.new_project(f"p-{secrets.token_hex(3)}"))
    serve.api("GET", "/session/status")
    model.sandbox, before = str(serve.project), model.sandbox
    yield serve
    model.sandbox = before
    serve.stop()


async def test_turned_on_while_a_turn_runs_its_next_edit_asks(there: Serve, client: Client, model: Model) -> None:
    session = await started(there, client)
    model.may_go_on.clear()
    there.prompt(session, "dawdle, then compose a file")
    await client.event("pilot.message.delta", lambda event: event["sessionId"] == session, 60)
    await turn_on(client, session)
    model.may_go_on.set()
    ask = await client.waiting(session)
    assert not written(there).exists()
    assert (ask["tool"], ask["input"]["filePath"]) == ("write", str(written(there)))
    await client.allow(ask)
    await client.idle(session)
    assert written(there).exists()
    there.prompt(session, "compose a file")
    assert (await client.waiting(session))["tool"] == "edit", "the next turn asks by OpenCode's own dialog"


async def test_a_hub_that_is_slow_at_the_turns_start_lets_nothing_through(
    there: Serve, hub: Hub, client: Client
) -> None:
    session = await started(there, client)
    await turn_on(client, session)
    hub.freeze()
    try:
        session = there.session()
        there.prompt(session, "compose a file")
        await asyncio.sleep(LONG_S)
        assert not written(there).exists()
    finally:
        hub.thaw()
    await client.allow(await client.waiting(session))
    await client.idle(session)
    assert written(there).exists()


async def test_a_hub_that_hangs_keeps_nobody_from_answering_in_the_terminal(
    there: Serve, hub: Hub, client: Client
) -> None:
    await turn_on(client, await started(there, client))
    session = there.session()
    hub.freeze()
    try:
        there.prompt(session, "compose a file")
        await answer_there(there, session)
        await until("the edit", lambda: found(there))
    finally:
        hub.thaw()
    await client.idle(session)
    assert [ask for ask in await client.asks() if ask["sessionId"] == session] == []


async def test_a_call_that_is_held_for_a_hub_that_hangs_ends_with_its_turn(
    there: Serve, hub: Hub, client: Client, model: Model
) -> None:
    session = await started(there, client)
    model.may_go_on.clear()
    there.prompt(session, "dawdle, then compose a file")
    await client.event("pilot.message.delta", lambda event: event["sessionId"] == session, 60)
    await turn_on(client, session)
    model.may_go_on.set()
    await client.waiting(session)
    hub.freeze()
    try:
        there.api("POST", f"/session/{session}/abort")  # as its terminal does at Esc

        async def idle() -> bool:
            return session not in there.api("GET", "/session/status")

        await until("the turn to end", idle)
        assert not written(there).exists()
        there.prompt(session, "compose a file")
        await answer_there(there, session)
        await until("the edit", lambda: found(there))
    finally:
        hub.thaw()
    await client.idle(session)  # the turn that was held
    await client.idle(session)
    assert [ask for ask in await client.asks() if ask["sessionId"] == session] == []


async def test_a_process_that_does_not_confirm_is_told_of_until_it_does(there: Serve, client: Client) -> None:
    session = await started(there, client)
    os.kill(there.process.pid, signal.SIGSTOP)
    try:
        status, body = await put(client, session)
        assert (status, body["error"]["code"]) == (503, "agent_unavailable"), body
        assert "unasked" in body["error"]["message"]
        assert "unasked" in (await agent(client))["message"]
    finally:
        os.kill(there.process.pid, signal.SIGCONT)

    async def well() -> bool:
        return (await agent(client))["state"] == "connected"

    await until("the process to confirm", well)
    there.prompt(session, "compose a file")
    await client.waiting(session)
    assert not written(there).exists()


async def test_without_a_hub_the_choice_goes_on_in_opencodes_own_dialog(there: Serve, hub: Hub) -> None:
    async with hub.client() as client:
        await turn_on(client, await started(there, client))
    hub.kill()
    try:
        session = there.session()
        there.prompt(session, "compose a file")
        await answer_there(there, session)
        await until("the edit", lambda: found(there))
    finally:
        hub.start()


async def answer_there(there: Serve, session: str) -> None:
    """Allow, once, what OpenCode's own dialog asks about."""

    async def asked() -> str | None:
        waiting = there.api("GET", "/permission")
        return next((one["id"] for one in waiting if one["sessionID"] == session), None)

    ask = await until("OpenCode's own dialog", asked)
    assert not written(there).exists()
    there.api("POST", f"/permission/{ask}/reply", {"reply": "once"})


async def found(there: Serve) -> bool:
    return written(there).exists()


def written(there: Serve) -> Path:
    return there.project / "hello.txt"


async def started(there: Serve, client: Client) -> str:
    await client.connected()
    session = there.session()
    await client.event("pilot.session.started", lambda event: event["sessionId"] == session)
    return session


async def agent(client: Client) -> dict[str, str]:
    agents = (await client.get("/api/snapshot"))["agents"]
    return next(one for one in agents if one["agent"] == "opencode")


async def put(client: Client, session: str) -> tuple[int, Json]:
    project = (await client.session(session))["projectId"]
    return await client.call("PUT", f"/api/projects/{project}/approval", {"topics": ["edits"]})


async def turn_on(client: Client, session: str) -> None:
    status, body = await put(client, session)
    assert status == 200, body

"""Asks of a real OpenCode, answered from the hub or beside it."""

import asyncio

from agents.harness.hub import Client
from agents.harness.model import SPEECH, Model
from agents.harness.opencode import Serve


async def test_text_streams_to_a_client(serve: Serve, client: Client) -> None:
    await client.connected()
    session = serve.session()
    serve.prompt(session, "speak to me")
    await client.event("pilot.message.completed", lambda event: event["text"] == SPEECH)
    await client.idle(session)
    deltas = client.of(session, "pilot.message.delta")
    assert len(deltas) > 3
    text = b""
    for delta in deltas:
        assert delta["offset"] * 2 == len(text)
        text += delta["delta"].encode("utf-16-le")
    assert text.decode("utf-16-le") == SPEECH
    assert client.of(session, "pilot.prompt.received")[0]["text"] == "speak to me"
    assert len(client.of(session, "pilot.session.stopped")) == 1
    found = await client.session(session)
    assert (found["state"], found["live"], found["model"]) == ("idle", True, "fake/fake-1")


async def test_a_permission_is_approved_from_the_hub(serve: Serve, client: Client) -> None:
    await client.connected()
    session = serve.session()
    keep = serve.project / "node_modules" / "keep.txt"
    keep.parent.mkdir(exist_ok=True)
    keep.write_text("keep\n")
    serve.prompt(session, "clean please")
    ask = await client.waiting(session)
    assert ask["command"] == "rm -rf node_modules"
    assert ask["terminal"] == "race"
    assert "rm *" in ask["always"]
    assert keep.exists()
    await client.allow(ask)
    await client.idle(session)
    assert not keep.exists()
    ended = await client.resolved(ask["id"])
    assert ended["resolution"]["by"]["kind"] == "owner"
    tool = client.of(session, "pilot.tool.completed")[0]
    assert (tool["status"], tool["callId"]) == ("completed", ask["callId"])


async def test_a_denial_with_a_message_reaches_the_model(serve: Serve, client: Client, model: Model) -> None:
    await client.connected()
    session = serve.session()
    serve.prompt(session, "clean please")
    ask = await client.waiting(session)
    status, body = await client.decide(ask, "deny", message="Use trash-cli instead, please.")
    assert status == 200, body
    await client.idle(session)
    assert model.heard("Use trash-cli instead, please.")
    assert client.of(session, "pilot.tool.completed")[0]["status"] == "denied"


async def test_two_asks_at_once(serve: Serve, client: Client) -> None:
    await client.connected()
    session = serve.session()
    serve.prompt(session, "both please")
    async with asyncio.timeout(20):
        while len(asks := [ask for ask in await client.asks() if ask["sessionId"] == session]) < 2:
            await asyncio.sleep(0.03)
    for ask in asks:
        await client.allow(ask)
    await client.idle(session)
    assert {tool["status"] for tool in client.of(session, "pilot.tool.completed")} == {"completed"}

"""Asks of a real OpenCode, answered from the hub or beside it."""

from agents.harness.hub import Client, Json
from agents.harness.model import SPEECH, Model
from agents.harness.opencode import Serve
from agents.harness.waiting import until, wait_until


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
    for ask in await both(client, session):
        await client.allow(ask)
    await client.idle(session)
    assert {tool["status"] for tool in client.of(session, "pilot.tool.completed")} == {"completed"}


async def test_rejecting_one_rejects_the_others_of_the_session_in_the_same_name(serve: Serve, client: Client) -> None:
    await client.connected()
    session = serve.session()
    serve.prompt(session, "both please")
    first, second = await both(client, session)
    status, body = await client.decide(first, "deny")
    assert status == 200, body
    ended = await client.resolved(second["id"])
    assert ended["resolution"]["by"] == body["resolution"]["by"]
    assert ended["resolution"]["choice"] == "deny"
    assert ended["resolution"]["reason"] == "Rejected together with “rm -rf node_modules”."
    await client.idle(session)


async def test_always_releases_what_it_covers_and_is_not_asked_again(serve: Serve, client: Client) -> None:
    """Last in line for this pattern: OpenCode remembers it until it is restarted."""
    await client.connected()
    session = serve.session()
    serve.prompt(session, "listing please")
    ask = await client.waiting(session)
    status, body = await client.decide(ask, "allow_always", optionId="always")
    assert status == 200, body
    await client.idle(session)
    output = client.of(session, "pilot.tool.completed")[0]["output"]
    assert "line-1" in output
    assert "line-3" in output
    assert any("line-1" in event.get("output", "") for event in client.of(session, "pilot.tool.updated"))
    serve.prompt(session, "listing please")
    await client.idle(session)
    assert len(client.of(session, "pilot.permission.pending")) == 1


async def test_a_question_is_answered(serve: Serve, client: Client, model: Model) -> None:
    await client.connected()
    session = serve.session()
    serve.prompt(session, "choose for me")
    ask = await client.waiting(session, "question")
    assert [option["label"] for option in ask["questions"][0]["options"]] == ["npm", "bun"]
    status, body = await client.decide(ask, "answer", answers=[["bun"]])
    assert status == 200, body
    await client.idle(session)
    assert model.heard('"Which package manager?"="bun"')


async def test_a_dismissed_question_ends_as_denied(serve: Serve, client: Client) -> None:
    await client.connected()
    session = serve.session()
    serve.prompt(session, "choose for me")
    status, body = await client.decide(await client.waiting(session, "question"), "deny")
    assert status == 200, body
    await client.idle(session)
    assert client.of(session, "pilot.tool.completed")[0]["status"] == "denied"


async def test_a_sub_agents_ask_shows_under_its_root(serve: Serve, client: Client) -> None:
    await client.connected()
    session = serve.session()
    serve.prompt(session, "delegate this")
    event = await client.event("pilot.permission.pending", lambda event: session in event["ask"]["parents"])
    ask = event["ask"]
    assert ask["sessionId"] != session
    assert ask["parents"] == [session]
    child = await client.session(ask["sessionId"])
    assert (child["parentId"], child["rootId"]) == (session, session)
    await client.allow(ask)
    await client.idle(session)
    task = next(tool for tool in client.of(session, "pilot.tool.completed") if tool["tool"] == "task")
    assert task["childSessionId"] == ask["sessionId"]


async def test_abort_while_an_ask_waits_leaves_nothing_behind(serve: Serve, client: Client) -> None:
    await client.connected()
    session = serve.session()
    serve.prompt(session, "clean please")
    ask = await client.waiting(session)
    status, body = await client.call("POST", f"/api/sessions/{session}/abort")
    assert status == 202, body
    ended = await client.resolved(ask["id"])
    assert (ended["state"], ended["resolution"]["reason"]) == ("cancelled", "The turn was stopped from Pilot.")
    await client.idle(session)
    assert serve.api("GET", "/permission") == []
    assert (await client.session(session))["state"] != "busy"


async def test_abort_beside_pilot_clears_the_ask_at_both_ends(serve: Serve, client: Client) -> None:
    """OpenCode keeps the permission of an aborted turn for ever, so Pilot rejects it there."""
    await client.connected()
    session = serve.session()
    serve.prompt(session, "clean please")
    ask = await client.waiting(session)
    serve.api("POST", f"/session/{session}/abort")
    ended = await client.resolved(ask["id"])
    assert ended["state"] == "cancelled"
    wait_until("OpenCode to have nothing pending", lambda: serve.api("GET", "/permission") == [])
    stopped = await client.idle(session)
    assert stopped["reason"] == "aborted"
    assert client.of(session, "pilot.error") == []


async def test_answered_beside_pilot_first(serve: Serve, client: Client) -> None:
    await client.connected()
    session = serve.session()
    serve.prompt(session, "clean please")
    ask = await client.waiting(session)
    serve.api("POST", f"/permission/{ask['id']}/reply", {"reply": "once"})
    ended = await client.resolved(ask["id"])
    assert (ended["resolution"]["by"]["kind"], ended["resolution"]["choice"]) == ("terminal", "allow_once")
    status, body = await client.decide(ask, "allow_once")
    assert (status, body["error"]["code"]) == (409, "already_answered")
    await client.idle(session)


async def both(client: Client, session: str) -> tuple[Json, Json]:
    """Return the two asks of a session, in the order OpenCode made them."""

    async def look() -> list[Json] | None:
        found = [ask for ask in await client.asks() if ask["sessionId"] == session]
        return found if len(found) == 2 else None

    first, second = await until("two asks", look)
    return first, second

"""What a real OpenCode's sessions look like from the hub, and what can be done with them."""

from agents.harness.hub import Client
from agents.harness.model import Model
from agents.harness.opencode import Serve
from agents.harness.waiting import until


async def test_a_session_started_and_driven_from_the_hub(serve: Serve, client: Client) -> None:
    await client.connected()
    body = {"agent": "opencode", "directory": str(serve.project), "prompt": {"text": "ponder this"}}
    status, created = await client.call("POST", "/api/sessions", body)
    assert status == 201, created
    session = created["sessionId"]
    thought = await client.event("pilot.message.completed", lambda event: event["part"] == "reasoning")
    assert thought["text"] == "Let me think about this for a moment."
    await client.idle(session)
    page = await client.get(f"/api/sessions/{session}/messages")
    assert "before" not in page, "all of it is here: nothing earlier to load"
    options = await client.get(f"/api/sessions/{session}/options")
    assert "build" in [mode["id"] for mode in options["modes"]]
    assert "fake/fake-1" in [choice["id"] for choice in options["models"]]
    prompt = {"text": "speak to me", "mode": "plan", "model": "fake/fake-1"}
    status, _ = await client.call("POST", f"/api/sessions/{session}/prompt", prompt)
    assert status == 202

    async def in_plan_mode() -> bool:
        return (await client.session(session))["mode"] == "plan"

    await until("the plan mode", in_plan_mode)
    found = await client.session(session)
    assert found["usage"]["inputTokens"] > 0
    assert found["usage"]["contextTokens"] == 1245
    assert found["usage"]["contextLimit"] == 100000
    assert found["process"] == {"pid": serve.process.pid, "mode": "serve"}


async def test_todos_tools_and_diffs_are_shown(serve: Serve, client: Client) -> None:
    await client.connected()
    session = serve.session()
    serve.prompt(session, "plan it")
    await client.idle(session)
    todos = (await client.session(session))["todos"]
    assert [todo["status"] for todo in todos] == ["in_progress", "pending"]
    serve.prompt(session, "compose a file")
    await client.idle(session)
    wrote = next(tool for tool in client.of(session, "pilot.tool.completed") if tool["tool"] == "write")
    assert wrote["files"][0]["path"].endswith("hello.txt")
    assert "+hello" in wrote["files"][0]["patch"]
    changed = await client.event("pilot.diff.updated", lambda event: event["sessionId"] == session)
    assert [file["path"] for file in changed["files"]] == ["hello.txt"]
    diff = (await client.get(f"/api/sessions/{session}/diff"))["files"]
    assert "+world" in diff[0]["patch"]


async def test_an_error_of_the_model_is_told(serve: Serve, client: Client) -> None:
    await client.connected()
    session = serve.session()
    serve.prompt(session, "fail now")
    error = await client.event("pilot.error", lambda event: event.get("sessionId") == session)
    assert (error["code"], error["message"]) == ("api_error", "scripted refusal")
    stopped = await client.idle(session)
    assert stopped["reason"] == "error"
    assert len(client.of(session, "pilot.session.stopped")) == 1


async def test_a_prompt_stops_when_told(serve: Serve, client: Client) -> None:
    await client.connected()
    session = serve.session()
    serve.prompt(session, "slow please")
    await client.event("pilot.message.delta", lambda event: event["sessionId"] == session)
    status, _ = await client.call("POST", f"/api/sessions/{session}/abort")
    assert status == 202
    assert (await client.idle(session))["reason"] == "aborted"
    assert client.of(session, "pilot.error") == []


async def test_the_approval_mode_is_set_live_and_taken_back(serve: Serve, client: Client, model: Model) -> None:
    await client.connected()
    session = serve.session()
    serve.prompt(session, "compose a file")
    await client.idle(session)
    assert client.of(session, "pilot.permission.pending") == []
    await set_topics(client, session, "edits")
    serve.prompt(session, "compose a file")
    ask = await client.waiting(session)
    assert (ask["tool"], ask["files"][0]["path"].split("/")[-1]) == ("edit", "hello.txt")
    await client.allow(ask)
    await client.idle(session)
    await set_topics(client, session)
    serve.prompt(session, "compose a file")
    await client.idle(session)
    assert len(client.of(session, "pilot.permission.pending")) == 1


async def test_a_projects_approval_mode_is_in_force_in_a_new_sessions_first_turn(serve: Serve, client: Client) -> None:
    await client.connected()
    serve.session()
    project = (await client.get("/api/snapshot"))["projects"][0]["id"]
    status, body = await client.call("PUT", f"/api/projects/{project}/approval", {"topics": ["outside", "edits"]})
    assert status == 200, body
    try:
        session = serve.session()
        serve.prompt(session, "compose a file")
        await client.allow(await client.waiting(session))
        await client.idle(session)
    finally:
        status, body = await client.call("PUT", f"/api/projects/{project}/approval", {"topics": []})
    assert status == 200, body
    serve.prompt(session, "compose a file")
    await client.idle(session)
    assert len(client.of(session, "pilot.permission.pending")) == 1


async def test_a_sub_agent_asks_as_its_root_was_told_to(serve: Serve, client: Client) -> None:
    await client.connected()
    session = serve.session()
    await client.event("pilot.session.started", lambda event: event["sessionId"] == session)
    await set_topics(client, session, "edits")
    serve.prompt(session, "hand the writing over")
    event = await client.event("pilot.permission.pending", lambda event: session in event["ask"]["parents"])
    assert event["ask"]["tool"] == "edit"
    await client.allow(event["ask"])
    await client.idle(session)


async def set_topics(client: Client, session: str, *topics: str) -> None:
    """Choose what a session has to ask about."""
    status, body = await client.call("PUT", f"/api/sessions/{session}/approval", {"topics": list(topics)})
    assert status == 200, body

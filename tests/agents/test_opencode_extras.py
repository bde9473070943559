"""What a real OpenCode's conversations carry beyond words: pictures, commands, servers, and changes of the model."""

import base64
import sys
from pathlib import Path
from typing import Any

import pytest

from agents.conftest import bare_sandbox
from agents.harness.hub import Client, Hub
from agents.harness.model import Model
from agents.harness.opencode import Sandbox, Serve
from agents.harness.pictures import PNG, URL, png
from agents.harness.waiting import until

MCP = Path(__file__).parent / "harness" / "mcp_server.py"


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory, model: Model) -> Sandbox:
    """A user's home with a command of the user's own, and MCP servers that run, fail, and are switched off."""
    sandbox = bare_sandbox(tmp_path_factory.mktemp("oc"), model)
    sandbox.configure(
        command={"greet": {"template": "speak to $ARGUMENTS", "description": "Say hello"}},
        mcp={
            "lab": {"type": "local", "command": [sys.executable, str(MCP)]},
            "bad": {"type": "local", "command": [str(sandbox.root / "no-such-program")]},
            "off": {"type": "local", "command": [sys.executable, str(MCP)], "enabled": False},
        },
    )
    sandbox.install()
    return sandbox


async def test_a_prompt_that_begins_with_a_command_runs_it(serve: Serve, client: Client, model: Model) -> None:
    session = await fresh(serve, client)
    options = await client.get(f"/api/sessions/{session}/options")
    greet = next(command for command in options["commands"] if command["id"] == "greet")
    assert greet["description"] == "Say hello"
    await send(client, session, text="/greet my friend")
    await client.idle(session)
    assert model.heard("speak to my friend")
    prompt = await client.event("pilot.prompt.received", lambda event: event["sessionId"] == session)
    assert prompt["text"] == "speak to my friend"
    await send(client, session, text="/usr/bin/env is a path; speak of it")
    await client.idle(session)
    assert model.heard("/usr/bin/env is a path; speak of it")


async def test_a_picture_goes_with_a_prompt_and_is_shown(serve: Serve, client: Client, model: Model) -> None:
    session = await fresh(serve, client)
    assert (await client.session(session))["capabilities"]["images"]
    await send(client, session, text="speak of this", attachments=[png("shot.png")])
    await client.idle(session)
    prompt = await client.event("pilot.prompt.received", lambda event: event["sessionId"] == session)
    (picture,) = prompt["attachments"]
    assert (picture["name"], picture["mime"], picture["size"]) == ("shot.png", "image/png", len(PNG))
    assert await client.get(f"/api/attachments/{picture['id']}") == {
        "mime": "image/png",
        "data": base64.b64encode(PNG).decode(),
    }
    items = (await client.get(f"/api/sessions/{session}/messages"))["items"]
    assert items[0]["attachments"] == [picture]
    assert model.heard("shot.png"), "OpenCode hands it on, or tells the model that it cannot see"


async def test_a_picture_that_the_agent_reads_is_shown_with_its_call(serve: Serve, client: Client) -> None:
    (serve.project / "seen.png").write_bytes(PNG)
    session = await fresh(serve, client)
    path = f"{serve.project}/seen.png"
    await send(client, session, text=f'call read {{"filePath": "{path}"}}')
    await client.idle(session)
    (tool,) = client.of(session, "pilot.tool.completed")
    (picture,) = tool["attachments"]
    assert picture["mime"] == "image/png"
    found = await client.get(f"/api/attachments/{picture['id']}")
    assert base64.b64decode(found["data"]) == PNG
    assert base64.b64encode(PNG).decode() not in str(client.events), "events only name it"


async def test_what_is_no_picture_is_refused(serve: Serve, client: Client) -> None:
    session = await fresh(serve, client)
    for data in ("%%%", base64.b64encode(b"<svg onload='x()'/>").decode(), ""):
        attachment = {"name": "x.png", "mime": "image/png", "data": data}
        status, body = await client.call(
            "POST", f"/api/sessions/{session}/prompt", {"text": "speak", "attachments": [attachment]}
        )
        assert (status, body["error"]["code"]) == (400, "bad_request")
    assert client.of(session, "pilot.prompt.received") == []


async def test_another_mode_or_model_is_noted_between_two_prompts(serve: Serve, client: Client) -> None:
    session = await fresh(serve, client)
    await send(client, session, text="speak", mode="build", model="fake/fake-1")
    await client.idle(session)
    assert client.of(session, "pilot.session.noted") == [], "the first model is no change"
    await send(client, session, text="speak again", mode="plan", model="fake/gpt-5-fake")
    await client.idle(session)
    await send(client, session, text="speak once more", mode="plan", model="fake/gpt-5-fake")
    await client.idle(session)
    kinds = [(item["kind"], item.get("note"), item["text"]) for item in await transcript(client, session)]
    assert [kind for kind in kinds if kind[0] in ("note", "prompt")] == [
        ("prompt", None, "speak"),
        ("note", "mode", "plan"),
        ("note", "model", "fake/gpt-5-fake"),
        ("prompt", None, "speak again"),
        ("prompt", None, "speak once more"),
    ]


async def test_a_compaction_is_noted(serve: Serve, client: Client) -> None:
    session = await fresh(serve, client)
    await send(client, session, text="speak")
    await client.idle(session)
    serve.api("POST", f"/session/{session}/summarize", {"providerID": "fake", "modelID": "fake-1"})
    note = await client.event("pilot.session.noted", lambda event: event["sessionId"] == session)
    assert note["note"] == "compaction"


async def test_what_was_said_while_no_hub_ran_is_noted_as_well(sandbox: Sandbox, hub: Hub, serve: Serve) -> None:
    async with hub.client() as client:
        await client.connected()
    hub.stop()
    session = serve.session()
    picture = {"type": "file", "mime": "image/png", "filename": "old.png", "url": URL}
    for mode in ("build", "plan"):
        parts = [{"type": "text", "text": "speak"}, picture]
        serve.api("POST", f"/session/{session}/message", {"agent": mode, "parts": parts})
    serve.api("POST", f"/session/{session}/summarize", {"providerID": "fake", "modelID": "fake-1"})
    hub.start()
    async with hub.client() as client:
        await client.connected()
        entries = [entry for entry in await transcript(client, session) if entry["kind"] in ("note", "prompt")]
        assert [(entry["kind"], entry.get("note")) for entry in entries] == [
            ("prompt", None),
            ("note", "mode"),
            ("prompt", None),
            ("note", "compaction"),
        ]
        (picture,) = entries[0]["attachments"]
        assert (await client.get(f"/api/attachments/{picture['id']}"))["mime"] == "image/png"


async def test_a_provider_that_limits_is_retried_and_an_error_says_what_to_do(serve: Serve, client: Client) -> None:
    session = await fresh(serve, client)
    await send(client, session, text="throttle me, then speak")
    retrying = await client.event("pilot.session.updated", lambda e: e["session"]["state"] == "retrying")
    assert "scripted limit" in retrying["session"]["lastError"]
    await client.idle(session)
    assert (await client.session(session)).get("lastError") is None
    serve.api("POST", f"/session/{session}/prompt_async", {"parts": [{"type": "text", "text": "forbid"}]})
    error = await client.event("pilot.error", lambda event: event["sessionId"] == session)
    assert "pick another model" in error["hint"]
    await client.idle(session)
    (entry,) = [item for item in await transcript(client, session) if item["kind"] == "error"]
    assert entry["hint"] == error["hint"]


async def test_a_folder_is_one_project_whichever_link_leads_there(
    sandbox: Sandbox, serve: Serve, client: Client
) -> None:
    session = await fresh(serve, client)
    link = sandbox.root / "link"
    link.symlink_to(serve.project)
    status, body = await client.call("POST", "/api/sessions", {"agent": "opencode", "directory": str(link)})
    assert status == 201, body
    mine, other = await client.session(body["sessionId"]), await client.session(session)
    assert (mine["projectId"], mine["directory"]) == (other["projectId"], str(serve.project))
    await client.get(f"/api/agents/opencode/options?directory={link}")
    projects = [project["directory"] for project in (await client.get("/api/snapshot"))["projects"]]
    assert projects == [str(serve.project)]


async def test_its_servers_are_listed_with_how_they_are(serve: Serve, client: Client) -> None:
    session = await fresh(serve, client)

    async def settled() -> list[dict[str, Any]] | None:
        found = (await client.get(f"/api/sessions/{session}/servers"))["servers"]
        return found if any(server["state"] == "connected" for server in found) else None

    found = {server["name"]: server for server in await until("the MCP servers", settled)}
    assert {name: (server["kind"], server["state"]) for name, server in found.items()} == {
        "lab": ("mcp", "connected"),
        "bad": ("mcp", "failed"),
        "off": ("mcp", "disabled"),
    }
    assert "no-such-program" in found["bad"]["message"]


async def test_files_are_mentioned_by_part_of_their_name(serve: Serve, client: Client) -> None:
    session = await fresh(serve, client)
    assert (await client.get(f"/api/sessions/{session}/mentions?query=readm"))["paths"] == ["README.md"]


async def fresh(serve: Serve, client: Client) -> str:
    """Return a new session that the hub knows."""
    await client.connected()
    session = serve.session()
    await client.event("pilot.session.started", lambda event: event["sessionId"] == session)
    return session


async def send(client: Client, session: str, **fields: object) -> None:
    """Send a prompt, which must be taken."""
    status, body = await client.call("POST", f"/api/sessions/{session}/prompt", fields)
    assert status == 202, body


async def transcript(client: Client, session: str) -> list[dict[str, Any]]:
    """Return a session's entries."""
    return list((await client.get(f"/api/sessions/{session}/messages"))["items"])

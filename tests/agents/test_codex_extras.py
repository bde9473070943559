"""What a real Codex's conversations carry beyond words: pictures, servers, compaction, and changes of the model."""

import base64
import sys
from pathlib import Path
from typing import Any

import pytest

from agents.harness.codex import CodexSandbox
from agents.harness.hub import Client, Hub
from agents.harness.pictures import PNG, png
from agents.harness.responses import ResponsesModel
from agents.harness.waiting import until

Json = dict[str, Any]
MCP = Path(__file__).parent / "harness" / "mcp_server.py"
SERVERS = f"""
[mcp_servers.lab]
command = "{sys.executable}"
args = ["{MCP}"]

[mcp_servers.bad]
command = "no-such-program"

[mcp_servers.off]
command = "{sys.executable}"
enabled = false
"""


@pytest.fixture(scope="module")
def codex_hub(codex: CodexSandbox, codex_hub: Hub) -> Hub:
    """A hub of somebody whose Codex has MCP servers that run, fail, and are switched off."""
    with codex.config.open("a") as config:
        config.write(SERVERS)
    return codex_hub


async def test_a_picture_goes_with_a_prompt_and_is_shown(
    codex_client: Client, codex: CodexSandbox, responses: ResponsesModel
) -> None:
    session = await create(codex_client, codex)
    assert (await codex_client.session(session))["capabilities"]["images"]
    await send(codex_client, session, text="speak of this", attachments=[png("shot.png")])
    await codex_client.idle(session)
    prompt = await codex_client.event("pilot.prompt.received", lambda event: event["sessionId"] == session)
    (picture,) = prompt["attachments"]
    assert prompt["text"] == "speak of this"
    assert await codex_client.get(f"/api/attachments/{picture['id']}") == {
        "mime": "image/png",
        "data": base64.b64encode(PNG).decode(),
    }
    assert any("input_image" in str(request.items) for request in responses.requests), "the model got it, too"
    entry = (await transcript(codex_client, session))[0]
    assert (entry["kind"], entry["attachments"]) == ("prompt", [picture])


async def test_a_picture_that_the_agent_looks_at_is_shown_with_its_call(
    codex_client: Client, codex: CodexSandbox
) -> None:
    (codex.project / "seen.png").write_bytes(PNG)
    (codex.project / "fake.png").write_text("<svg onload='x()'/>")
    session = await create(codex_client, codex)
    await send(codex_client, session, text=f"see: {codex.project}/seen.png")
    await codex_client.idle(session)
    (tool,) = codex_client.of(session, "pilot.tool.completed")
    (picture,) = tool["attachments"]
    assert picture["name"] == "seen.png"
    found = await codex_client.get(f"/api/attachments/{picture['id']}")
    assert base64.b64decode(found["data"]) == PNG


async def test_another_mode_or_model_is_noted_between_two_prompts(codex_client: Client, codex: CodexSandbox) -> None:
    session = await create(codex_client, codex)
    await send(codex_client, session, text="speak")
    await codex_client.idle(session)
    assert codex_client.of(session, "pilot.session.noted") == [], "the first model is no change"
    await send(codex_client, session, text="speak again", mode="plan", model="scripted/gpt-5.4")
    await codex_client.idle(session)
    await send(codex_client, session, text="speak once more")
    await codex_client.idle(session)
    entries = [entry for entry in await transcript(codex_client, session) if entry["kind"] in ("note", "prompt")]
    assert [(entry["kind"], entry.get("note"), entry["text"]) for entry in entries] == [
        ("prompt", None, "speak"),
        ("note", "mode", "plan"),
        ("note", "model", "scripted/gpt-5.4"),
        ("prompt", None, "speak again"),
        ("prompt", None, "speak once more"),
    ]


async def test_its_compact_command_compacts_and_is_noted(codex_client: Client, codex: CodexSandbox) -> None:
    session = await create(codex_client, codex)
    await send(codex_client, session, text="speak")
    await codex_client.idle(session)
    options = await codex_client.get(f"/api/sessions/{session}/options")
    assert [command["id"] for command in options["commands"]] == ["compact"]
    await send(codex_client, session, text="/compact")
    await codex_client.idle(session)
    (note,) = codex_client.of(session, "pilot.session.noted")
    assert note["note"] == "compaction"
    kinds = [entry["kind"] for entry in await transcript(codex_client, session)]
    assert kinds == ["prompt", "text", "note"]


async def test_its_servers_are_listed_with_how_they_are(codex_client: Client, codex: CodexSandbox) -> None:
    session = await create(codex_client, codex)

    async def settled() -> list[Json] | None:
        found = (await codex_client.get(f"/api/sessions/{session}/servers"))["servers"]
        states = {server["name"]: server["state"] for server in found}
        return found if (states.get("lab"), states.get("bad")) == ("connected", "failed") else None

    found = {server["name"]: server for server in await until("the MCP servers", settled)}
    assert found["lab"]["tools"] == 2
    assert (found["bad"]["state"], found["off"]["state"]) == ("failed", "disabled")
    assert found["bad"]["message"]


async def test_a_folder_is_one_project_whichever_link_leads_there(codex_client: Client, codex: CodexSandbox) -> None:
    link = codex.root / "link"
    link.symlink_to(codex.project)
    status, body = await codex_client.call("POST", "/api/sessions", {"agent": "codex", "directory": str(link)})
    assert status == 201, body
    other = await create(codex_client, codex)
    sessions = [await codex_client.session(name) for name in (body["sessionId"], other)]
    assert len({session["projectId"] for session in sessions}) == 1
    projects = [project["directory"] for project in (await codex_client.get("/api/snapshot"))["projects"]]
    assert projects == [str(codex.project)]


async def create(client: Client, codex: CodexSandbox) -> str:
    """Start a session, once Codex can be started."""

    async def startable() -> bool:
        agents = (await client.get("/api/snapshot"))["agents"]
        return any(agent["agent"] == "codex" and agent["starts"] for agent in agents)

    await until("Codex to be startable", startable)
    status, body = await client.call("POST", "/api/sessions", {"agent": "codex", "directory": str(codex.project)})
    assert status == 201, body
    return str(body["sessionId"])


async def send(client: Client, session: str, **fields: object) -> None:
    """Send a prompt, which must be taken."""
    status, body = await client.call("POST", f"/api/sessions/{session}/prompt", fields)
    assert status == 202, body


async def transcript(client: Client, session: str) -> list[Json]:
    """Return a session's entries."""
    return list((await client.get(f"/api/sessions/{session}/messages"))["items"])

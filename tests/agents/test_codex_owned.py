"""Codex sessions that Pilot starts: nobody else can answer them, and a prompt brings them back."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from agents.harness.codex import CodexSandbox
from agents.harness.hub import Client, Hub, Json
from agents.harness.responses import SPEECH, ResponsesModel
from agents.harness.waiting import until

MCP = Path(__file__).parent / "harness" / "mcp_server.py"


@pytest.fixture(scope="module", autouse=True)
def _tools(codex: CodexSandbox) -> None:
    codex.configure(f'mcp_servers.lab.command = "{sys.executable}"', f'mcp_servers.lab.args = ["{MCP}"]')


async def test_what_a_session_can_be_started_with(codex_client: Client, codex: CodexSandbox) -> None:
    await starts(codex_client)
    options = await codex_client.get(f"/api/agents/codex/options?directory={codex.project}")
    assert {policy["id"] for policy in options["policies"]} == {"read-only", "workspace", "untrusted", "full-access"}
    assert all(policy["description"] for policy in options["policies"])
    assert options["models"]


async def test_a_session_is_started_prompted_and_stopped(codex_client: Client, codex: CodexSandbox) -> None:
    session = await create(codex_client, codex, prompt={"text": "speak to me"})
    stop = await codex_client.idle(session["id"])
    assert stop["reason"] == "completed"
    assert session["process"]["mode"] == "owned"
    assert session["capabilities"]["approve"] == "exclusive"
    deltas = codex_client.of(session["id"], "pilot.message.delta")
    assert "".join(delta["delta"] for delta in deltas) == SPEECH
    await prompt(codex_client, session, "slow: 300")
    await codex_client.event("pilot.message.delta", lambda event: "word2" in event["delta"])
    assert (await codex_client.call("POST", f"/api/sessions/{session['id']}/abort"))[0] == 202
    assert (await codex_client.idle(session["id"]))["reason"] == "aborted"


async def test_an_approval_waits_for_a_person_and_a_denial_says_why(
    codex_client: Client, codex: CodexSandbox, responses: ResponsesModel
) -> None:
    session = await create(codex_client, codex, policy="read-only")
    await prompt(codex_client, session, "esc: echo owned")
    ask = await codex_client.waiting(session["id"])
    assert (ask["terminal"], ask["command"]) == ("exclusive", "echo owned")
    assert ask["deadline"] > ask["createdAt"]
    await codex_client.allow(ask)
    await codex_client.idle(session["id"])
    await prompt(codex_client, session, "esc: echo refused")
    ask = await codex_client.waiting(session["id"])
    status, _ = await codex_client.decide(ask, "deny", message="Not on a Friday.")
    assert status == 200
    tool = await codex_client.event("pilot.tool.completed", lambda event: event["callId"] == ask["callId"])
    assert tool["status"] == "denied"
    await codex_client.event("pilot.prompt.received", lambda event: event["text"] == "Not on a Friday.")


async def test_a_tool_of_an_mcp_server_is_allowed_for_the_session(codex_client: Client, codex: CodexSandbox) -> None:
    session = await create(codex_client, codex)
    await prompt(codex_client, session, 'mcp: lab wipe {"what": "all"}')
    ask = await codex_client.waiting(session["id"])
    assert ask["summary"] == 'Allow the lab MCP server to run tool "wipe"?'
    assert ask["input"]["arguments"] == {"what": "all"}
    assert {option["label"] for option in ask["options"]} >= {"Allow", "Allow for this session", "Cancel"}
    status, body = await codex_client.decide(ask, "allow_always", optionId="session")
    assert status == 200, body
    await codex_client.idle(session["id"])
    await prompt(codex_client, session, 'mcp: lab wipe {"what": "more"}')
    await codex_client.idle(session["id"])
    done = codex_client.of(session["id"], "pilot.tool.completed")
    assert [tool["output"] for tool in done] == ['wiped {"what": "all"}', 'wiped {"what": "more"}']


async def test_a_form_is_a_question_and_a_word_is_no_number(codex_client: Client, codex: CodexSandbox) -> None:
    session = await create(codex_client, codex)
    await prompt(codex_client, session, "mcp: lab deploy {}")
    ask = await codex_client.waiting(session["id"], "question")
    assert [question["question"] for question in ask["questions"]] == ["How many", "Environment"]
    status, body = await codex_client.decide(ask, "answer", answers=[["three"], ["dev"]])
    assert (status, body["error"]["code"]) == (400, "bad_request")
    status, body = await codex_client.decide(ask, "answer", answers=[["3"], ["dev"]])
    assert status == 200, body
    await codex_client.idle(session["id"])
    (tool,) = codex_client.of(session["id"], "pilot.tool.completed")
    assert '"count": 3, "env": "dev"' in tool["output"]


async def test_a_question_in_plan_mode_is_answered(codex_client: Client, codex: CodexSandbox) -> None:
    session = await create(codex_client, codex)
    await prompt(codex_client, session, "ask: x", mode="plan")
    ask = await codex_client.waiting(session["id"], "question")
    (question,) = ask["questions"]
    assert question["custom"]
    status, body = await codex_client.decide(ask, "answer", answers=[[question["options"][1]["label"]]])
    assert status == 200, body
    await codex_client.idle(session["id"])
    assert (await codex_client.session(session["id"]))["mode"] == "plan"


async def test_the_agents_plan_is_a_list_of_to_dos(codex_client: Client, codex: CodexSandbox) -> None:
    session = await create(codex_client, codex, prompt={"text": "plan: x"})
    await codex_client.idle(session["id"])
    todos = (await codex_client.session(session["id"]))["todos"]
    assert [todo["status"] for todo in todos] == ["in_progress", "pending"]


async def test_a_failed_turn_says_why(codex_client: Client, codex: CodexSandbox) -> None:
    session = await create(codex_client, codex, prompt={"text": "fail: x"})
    assert (await codex_client.idle(session["id"]))["reason"] == "error"
    assert (await codex_client.session(session["id"]))["lastError"]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"directory": "relative"}, "bad_request"),
        ({"directory": "/no/such/folder"}, "bad_request"),
        ({"policy": "yolo"}, "bad_request"),
        ({"approval": {"topics": ["shell"]}}, "bad_request"),
    ],
)
async def test_what_cannot_be_started(codex_client: Client, codex: CodexSandbox, fields: Json, code: str) -> None:
    request = {"agent": "codex", "directory": str(codex.project), **fields}
    status, body = await codex_client.call("POST", "/api/sessions", request)
    assert (status, body["error"]["code"]) == (400, code)
    assert body["error"]["hint"]


async def test_its_process_ends_while_an_ask_waits(codex_hub: Hub, codex_client: Client, codex: CodexSandbox) -> None:
    session = await create(codex_client, codex, policy="read-only")
    await prompt(codex_client, session, "esc: echo never")
    ask = await codex_client.waiting(session["id"])
    (server,) = servers(codex_hub)
    os.kill(server, signal.SIGKILL)
    ended = await codex_client.resolved(ask["id"])
    assert (ended["state"], ended["resolution"]["reason"]) == ("cancelled", "Codex's process ended.")
    status, body = await codex_client.decide(ask, "allow_once")
    assert (status, body["error"]["code"]) == (409, "already_answered")
    assert not (await codex_client.session(session["id"]))["live"]


async def test_whoever_had_it_started_goes_away_and_it_is_used_all_the_same(
    codex_hub: Hub, codex_client: Client, codex: CodexSandbox
) -> None:
    for server in servers(codex_hub):
        os.kill(server, signal.SIGKILL)
    path = f"/api/agents/codex/options?directory={codex.project}"
    with pytest.raises(TimeoutError):  # a page that is reloaded
        async with asyncio.timeout(0.1):
            await codex_client.get(path)
    for _ in range(3):
        await codex_client.get(path)
    assert len(servers(codex_hub)) == 1


async def test_a_prompt_brings_a_session_back_after_a_restart(codex_hub: Hub, codex: CodexSandbox) -> None:
    async with codex_hub.client() as before:
        session = await create(before, codex, prompt={"text": "speak to me"})
        await before.idle(session["id"])
    codex_hub.stop()
    codex_hub.start()
    async with codex_hub.client() as client:
        now = await client.session(session["id"])
        assert (now["live"], now["capabilities"]["resume"]) == (False, True)
        await prompt(client, session, "run: echo back-again")
        await client.idle(session["id"])
        items = (await client.get(f"/api/sessions/{session['id']}/messages"))["items"]
        assert [item["text"] for item in items if item["kind"] == "prompt"] == ["speak to me", "run: echo back-again"]
        assert (await client.session(session["id"]))["process"]["mode"] == "owned"


async def test_nobody_answers_and_it_is_denied(codex_hub: Hub, codex: CodexSandbox) -> None:
    codex_hub.stop()
    codex_hub.environ["PILOT_PERMISSION_TIMEOUT"] = "1000"
    codex_hub.start()
    try:
        async with codex_hub.client() as client:
            session = await create(client, codex, policy="read-only", prompt={"text": "esc: echo too-late"})
            ask = await client.waiting(session["id"])
            ended = await client.resolved(ask["id"])
            assert (ended["state"], ended["resolution"]["by"]["kind"]) == ("expired", "timeout")
            tool = await client.event("pilot.tool.completed", lambda event: event["callId"] == ask["callId"])
            assert tool["status"] == "denied"
    finally:
        codex_hub.stop()
        del codex_hub.environ["PILOT_PERMISSION_TIMEOUT"]
        codex_hub.start()


async def starts(client: Client) -> None:
    """Return once Pilot says that it can start Codex."""

    async def look() -> bool:
        agents = (await client.get("/api/snapshot"))["agents"]
        return any(agent["agent"] == "codex" and agent["starts"] for agent in agents)

    await until("Codex to be startable", look)


async def create(client: Client, codex: CodexSandbox, **fields: object) -> Json:
    """Start a session and return it."""
    request = {"agent": "codex", "directory": str(codex.project), **fields}
    status, body = await client.call("POST", "/api/sessions", request)
    assert status == 201, body
    return await client.session(body["sessionId"])


async def prompt(client: Client, session: Json, text: str, **fields: str) -> None:
    """Send a prompt."""
    status, body = await client.call("POST", f"/api/sessions/{session['id']}/prompt", {"text": text, **fields})
    assert status == 202, body


def servers(hub: Hub) -> list[int]:
    """Return the app-servers that run as a hub's children."""
    found = [int(entry.name) for entry in Path("/proc").glob("[0-9]*") if _parent(entry) == hub.pid]
    return [pid for pid in found if b"app-server" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def _parent(process: Path) -> int:
    try:
        return int((process / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:  # it has ended meanwhile
        return 0

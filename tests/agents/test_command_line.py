"""Real agents driven from a terminal: started, asked, allowed, stopped, read, written down."""

import asyncio
import json
import os
import sys
from typing import Any

from agents.harness.codex import CodexSandbox
from agents.harness.hub import REPO, Client
from agents.harness.opencode import Sandbox, Serve
from agents.harness.responses import SPEECH
from agents.harness.waiting import LIMIT_S, until


async def spawn(sandbox: Sandbox | CodexSandbox, *arguments: str) -> asyncio.subprocess.Process:
    """Start a command in another folder than the project."""
    environ = {**sandbox.environ, "PILOT_HOME": str(sandbox.pilot_home), "PYTHONPATH": str(REPO / "sidecar")}
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "pilot_sidecar", *arguments, env=environ, cwd=sandbox.pilot_home,
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip


async def pilot(sandbox: Sandbox | CodexSandbox, *arguments: str) -> tuple[int, str, str]:
    """Run one to its end."""
    process = await spawn(sandbox, *arguments)
    async with asyncio.timeout(LIMIT_S):
        out, err = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


async def started(sandbox: Sandbox, serve: Serve, text: str) -> dict[str, Any]:
    code, out, err = await pilot(
        sandbox, "send", "--new", "opencode", "--dir", os.fspath(serve.project), "--wait", "--json", text
    )
    assert (code, err) == (0, "")
    sent: dict[str, Any] = json.loads(out)
    return sent


async def test_prompts_are_sent_and_answers_waited_for(sandbox: Sandbox, serve: Serve, client: Client) -> None:
    await client.connected()
    sent = await started(sandbox, serve, "ponder this")
    assert sent["answer"] == "I thought about it."
    session = sent["sessionId"]
    code, out, err = await pilot(sandbox, "send", session[:-2], "--wait", "speak", "to me", "--key", "k-1")
    assert (code, err) == (0, "")
    assert "I thought" not in out
    assert len(out) > 20
    code, out, err = await pilot(sandbox, "send", session, "--wait", "fail now")
    assert (code, out, "scripted refusal" in err) == (1, "", True)
    assert (await pilot(sandbox, "send", session, "--wait", "ponder that"))[:2] == (0, "I thought about it.\n")
    code, out, _ = await pilot(sandbox, "sessions", "show", session)
    assert code == 0
    assert "  ponder this\n" in out
    assert "  I thought about it.\n" in out
    code, out, _ = await pilot(sandbox, "export", session)
    assert (code, "ponder this" in out, "speak to me" in out) == (0, True, True)


async def test_a_turn_that_asks_is_allowed_from_another_terminal(
    sandbox: Sandbox, serve: Serve, client: Client
) -> None:
    await client.connected()
    session = (await started(sandbox, serve, "ponder this"))["sessionId"]
    turn = await spawn(sandbox, "send", session, "--wait", "clean up")
    ask = await client.waiting(session)
    assert turn.stderr is not None
    async with asyncio.timeout(LIMIT_S):
        assert await turn.stderr.readline() == f"It waits for you: `pilot asks show {ask['id']}`\n".encode()
    assert "waits" in (await pilot(sandbox, "sessions"))[1]
    code, out, _ = await pilot(sandbox, "asks", "approve", ask["id"])
    assert (code, out.endswith("→ allowed once\n")) == (0, True)
    async with asyncio.timeout(LIMIT_S):
        answer, _ = await turn.communicate()
    assert (turn.returncode, answer.startswith(b"Done. The tool said:")) == (0, True)


async def test_a_turn_is_stopped(sandbox: Sandbox, serve: Serve, client: Client) -> None:
    await client.connected()
    session = (await started(sandbox, serve, "ponder this"))["sessionId"]
    assert (await pilot(sandbox, "send", session, "slow please"))[:2] == (0, f"Sent to {session}.\n")

    await client.event("pilot.message.delta", lambda event: "word" in event["delta"])
    code, out, _ = await pilot(sandbox, "sessions", "abort", session, "--json")
    assert (code, json.loads(out)) == (0, {"aborted": session})
    await client.event(
        "pilot.session.stopped", lambda event: (event["sessionId"], event["reason"]) == (session, "aborted")
    )


async def test_codex_is_started_and_prompted_again(codex: CodexSandbox, codex_client: Client) -> None:
    async def startable() -> bool:
        return any(agent["starts"] for agent in (await codex_client.get("/api/snapshot"))["agents"])

    await until("Codex to be startable", startable)
    folder = os.fspath(codex.project)
    code, out, err = await pilot(codex, "send", "--new", "codex", "--dir", folder, "--wait", "--json", "speak to me")
    assert (code, err) == (0, "")
    sent = json.loads(out)
    assert sent["answer"] == SPEECH
    code, out, err = await pilot(codex, "send", sent["sessionId"], "--wait", "speak to me")
    assert (code, " ".join(out.split()), err) == (0, " ".join(SPEECH.split()), "")
    listed = json.loads((await pilot(codex, "sessions", "--agent", "codex", "--json"))[1])["sessions"]
    assert [session["id"] for session in listed] == [sent["sessionId"]]

"""A real Codex whose model tries to answer an ask from its shell: in the shared daemon, and in a session of Pilot's."""

import shlex
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from agents.harness.codex import CodexSandbox, CodexTui
from agents.harness.hub import REPO, Client, Json
from agents.harness.waiting import until, wait_until

ATTACK = Path(__file__).parent / "harness" / "attack.py"
pytestmark = pytest.mark.usefixtures("codex_hub", "codex_tui")


@pytest.fixture
async def ask(codex_client: Client, codex: CodexSandbox) -> AsyncIterator[Json]:
    """One that waits in a session of Pilot's own, and that a person can answer whatever is tried."""
    session = await start(codex_client, codex, "esc: echo waits", policy="read-only")
    ask = await codex_client.waiting(session)
    yield ask
    assert ask["id"] in [waiting["id"] for waiting in await codex_client.asks()]
    await codex_client.allow(ask)
    ended = await codex_client.resolved(ask["id"])
    assert ended["resolution"]["by"]["verified"]
    await codex_client.idle(session)


@pytest.mark.parametrize("kind", ["curl", "rpc", "detached", "clean"])
async def test_a_session_of_pilots_own_cannot_answer(
    kind: str, ask: Json, codex_client: Client, codex: CodexSandbox
) -> None:
    output = codex.root / f"owned-{kind}"
    seen = len(codex_client.events)
    await start(codex_client, codex, f"run: {command(kind, ask, output)}", policy="full-access")
    await refused(codex_client, output, seen)


@pytest.mark.parametrize("kind", ["curl", "pair", "detached", "clean"])
async def test_a_session_of_the_daemon_cannot_answer(
    kind: str, ask: Json, codex_client: Client, codex: CodexSandbox, codex_tui: CodexTui
) -> None:
    output = codex.root / f"daemon-{kind}"
    seen = len(codex_client.events)
    codex_tui.type(f"esc: {command(kind, ask, output)}")

    async def permission() -> Json | None:
        return next((one for one in await codex_client.asks() if one["id"] != ask["id"]), None)

    await codex_client.allow(await until("Codex to ask a person", permission))
    await refused(codex_client, output, seen)


async def start(client: Client, codex: CodexSandbox, text: str, policy: str) -> str:
    """Start a session of Pilot's own with a prompt."""
    body = {"agent": "codex", "directory": str(codex.project), "policy": policy, "prompt": {"text": text}}
    status, answer = await client.call("POST", "/api/sessions", body)
    assert status == 201, answer
    return str(answer["sessionId"])


def command(kind: str, ask: Json, output: Path) -> str:
    """Return what the agent's shell runs."""
    path = shlex.quote(str(REPO / "sidecar"))
    return f"PYTHONPATH={path} {sys.executable} {ATTACK} {kind} {ask['id']} {ask['digest']} {output}"


async def refused(client: Client, output: Path, seen: int) -> None:
    """Return once the attack has failed and the person was told."""
    came = wait_until("the attack", lambda: output.read_text() if output.exists() else None)
    assert "self_approval" in came or "started by codex" in came, came

    async def look() -> Json | None:
        found = [event for event in client.events[seen:] if event["type"] == "pilot.self_approval.refused"]
        return found[0]["attempt"] if found else None

    assert (await until("the person to be told", look))["agent"] == "codex"

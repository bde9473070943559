"""A real OpenCode whose model tries to answer the agent's own ask from the shell tool."""

import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from agents.conftest import bare_sandbox
from agents.harness.hub import REPO, Client, Hub, Json
from agents.harness.model import Model
from agents.harness.opencode import Sandbox, Serve
from agents.harness.waiting import until, wait_until

ATTACK = Path(__file__).parent / "harness" / "attack.py"


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory, model: Model) -> Sandbox:
    """A user who lets this agent run one program unasked."""
    sandbox = bare_sandbox(tmp_path_factory.mktemp("oc"), model)
    sandbox.configure(permission={"bash": {"*": "ask", "attack *": "allow"}})
    sandbox.install()
    script = sandbox.root / "bin" / "attack"
    script.write_text(f'#!/bin/sh\nPYTHONPATH="{REPO / "sidecar"}" exec "{sys.executable}" "{ATTACK}" "$@"\n')
    script.chmod(0o755)
    return sandbox


@pytest.fixture
async def ask(serve: Serve, client: Client) -> AsyncIterator[Json]:
    """One that waits; whatever the agent tried, a person can still answer it."""
    await client.connected()
    session = serve.session()
    serve.prompt(session, "clean please")
    ask = await client.waiting(session)
    yield ask
    assert [waiting["id"] for waiting in await client.asks()] == [ask["id"]]
    status, body = await client.decide(ask, "deny")
    assert status == 200, body
    assert body["resolution"]["by"]["verified"]
    await client.idle(session)


@pytest.mark.parametrize("kind", ["curl", "command", "pair", "canary", "rpc", "detached", "clean"])
async def test_an_agent_cannot_answer_its_own_ask(
    kind: str, ask: Json, serve: Serve, client: Client, sandbox: Sandbox
) -> None:
    seen = len(client.events)
    output = sandbox.root / f"came-of-{kind}"
    await attack(serve, kind, ask, output)
    came = await until("the attack", lambda: came_of(output))
    assert "self_approval" in came or "started by opencode" in came, came
    refused = await told(client, seen)
    assert refused["agent"] == "opencode"
    assert refused["pid"] == serve.process.pid
    assert refused.get("askId") == (ask["id"] if kind not in ("pair", "canary") else None)
    assert refused["certain"] or kind == "clean"
    assert "self_approval.refused" in (sandbox.pilot_home / "audit.jsonl").read_text()


async def test_an_agent_that_leaves_before_it_is_looked_at_has_said_nothing(
    ask: Json, serve: Serve, client: Client, sandbox: Sandbox
) -> None:
    output = sandbox.root / "came-of-hasty"
    await attack(serve, "hasty", ask, output)
    await until("the attack", lambda: came_of(output))
    log = sandbox.pilot_home / "logs" / "hub.log"
    wait_until("the refusal", lambda: "refused asks.decide from a program that had already ended" in log.read_text())


async def test_an_agent_that_ends_the_hub_and_starts_another_is_known_to_that(
    serve: Serve, hub: Hub, sandbox: Sandbox
) -> None:
    """The bridge needs a moment to find the next hub, which a program that waits for it does not."""
    async with hub.client() as client:
        await client.connected()
    output = sandbox.root / "came-of-restart"
    try:
        await attack(serve, "restart", {"id": "none", "digest": "none"}, output)
        came = await until("the attack", lambda: came_of(output))
        assert came.startswith("403 "), came
        assert "started by opencode" in came, came
    finally:
        hub.end_successor()


async def attack(serve: Serve, kind: str, ask: Json, output: Path) -> None:
    """Have the agent's shell tool run it."""
    command = f"attack {kind} {ask['id']} {ask['digest']} {output}"
    serve.prompt(serve.session(), f"call bash {json.dumps({'command': command, 'description': 'Help myself'})}")


async def came_of(output: Path) -> str | None:
    return output.read_text() if output.exists() else None


async def told(client: Client, seen: int) -> Json:
    """Return what the person was told since then."""

    async def look() -> Json | None:
        found = [event for event in client.events[seen:] if event["type"] == "pilot.self_approval.refused"]
        return found[0]["attempt"] if found else None

    return await until("the person to be told", look)

"""What people keep of real OpenCode sessions: deletions hold, costs are counted once, words are found."""

import asyncio
import json
from collections.abc import Iterator

import pytest

from agents.harness.hub import Client, Hub
from agents.harness.opencode import Sandbox, Serve
from agents.harness.waiting import until


@pytest.fixture(scope="module")
def sandbox(sandbox: Sandbox) -> Sandbox:
    """The usual home, with a model that costs money."""
    path = sandbox.config / "opencode.json"
    config = json.loads(path.read_text())
    config["provider"]["fake"]["models"]["fake-1"]["cost"] = {"input": 1000, "output": 2000}
    path.write_text(json.dumps(config))
    return sandbox


@pytest.fixture(scope="module")
def hub(sandbox: Sandbox) -> Iterator[Hub]:
    hub = Hub(sandbox.pilot_home, sandbox.environ)
    hub.start()
    yield hub
    hub.stop()
    assert hub.complaints() == []


async def shown(client: Client) -> list[str]:
    return [session["id"] for session in (await client.get("/api/snapshot"))["sessions"]]


async def test_a_turn_with_a_sub_agent_costs_what_opencode_says(serve: Serve, client: Client) -> None:
    await client.connected()
    session = serve.session()
    status, body = await client.call("PATCH", "/api/settings", {"values": {"budget_session_usd": 0.5}})
    assert status == 200, body
    serve.prompt(session, "delegate this")
    event = await client.event("pilot.permission.pending", lambda event: session in event["ask"]["parents"])
    child = event["ask"]["sessionId"]
    await client.allow(event["ask"])
    await client.idle(session)

    async def counted() -> bool:
        costs = [serve.api("GET", f"/session/{one}")["cost"] for one in (session, child)]
        summary = await client.get("/api/usage")
        return min(costs) > 0 and summary["today"]["costUsd"] == pytest.approx(sum(costs))

    await until("the day to cost what root and sub-agent cost", counted)
    told = await client.event("pilot.budget.reached", lambda event: event.get("sessionId") == session)
    assert (told["period"], told["limitUsd"]) == ("session", 0.5)


async def test_a_deleted_session_stays_away_until_somebody_goes_on_with_it(
    serve: Serve, hub: Hub, client: Client
) -> None:
    await client.connected()
    session = serve.session()
    serve.prompt(session, "speak about walruses")
    await client.idle(session)
    serve.api("PATCH", f"/session/{session}", {"title": "Renamed in OpenCode"})
    status, body = await client.call("DELETE", f"/api/sessions/{session}")
    assert status == 200, body
    assert session not in await shown(client)
    serve.api("PATCH", f"/session/{session}", {"title": "Renamed while it is away"})
    hub.kill()
    hub.start()
    async with hub.client() as again:
        await again.connected()
        other = serve.session()
        await until("OpenCode to have listed its sessions", lambda: listed(again, other))
        assert session not in await shown(again)
        assert (await again.get("/api/search?query=walruses"))["hits"] == []
        serve.prompt(session, "ponder")
        await again.idle(session)
        assert session in await shown(again)
        assert (await again.session(session))["title"] == "Renamed while it is away"
        items = (await again.get(f"/api/sessions/{session}/messages"))["items"]
        assert [item["text"] for item in items if item["kind"] == "prompt"] == ["speak about walruses", "ponder"]
        assert [hit["kind"] for hit in (await again.get("/api/search?query=walruses"))["hits"]] == ["prompt"]
        written = (await again.get(f"/api/sessions/{session}/export"))["text"]
        assert written.index("> speak about walruses") < written.index("> ponder") < written.index("I thought about it")


async def listed(client: Client, session: str) -> bool:
    await asyncio.sleep(0.5)
    return session in await shown(client)

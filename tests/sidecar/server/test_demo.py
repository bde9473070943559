"""The demo: a recorded session through the real pipeline, with an ask that really waits."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fakes.domain import open_domain
from fakes.hub_process import pilot, start_hub
from pilot_sidecar.core.agents import PromptRequest
from pilot_sidecar.core.asks_model import Actor, DecisionRequest
from pilot_sidecar.core.bus import Announcement
from pilot_sidecar.core.errors import UnsupportedError
from pilot_sidecar.core.services import Services
from pilot_sidecar.core.snapshot_model import Client
from pilot_sidecar.integrations.demo.driver import DemoDriver
from pilot_sidecar.integrations.demo.integration import DemoIntegration
from pilot_sidecar.integrations.demo.player import Player
from pilot_sidecar.integrations.demo.recording import load_recording
from pilot_sidecar.integrations.ports import HubAddress

VIEWER = Client(id="c1", kind="owner", name="Test", scope="admin")
FOLDER = '/home/somebody\'s "folder"\\/todo-app'


@pytest.fixture
async def services(tmp_path: Path) -> AsyncIterator[Services]:
    async with open_domain(tmp_path) as services:
        services.presence.join(VIEWER)
        yield services


async def _ask(services: Services) -> Any:
    async with asyncio.timeout(5):
        while not (waiting := services.asks.pending("demo")):
            await asyncio.sleep(0.01)
    return waiting[0].ask


async def _play(services: Services, kind: str) -> list[Announcement]:
    seen: list[Announcement] = []
    services.bus.subscribe(seen.append)
    steps = [replace(step, pause_s=0) for step in load_recording("demo_1", FOLDER, services.clock.now_ms())]
    playing = asyncio.get_running_loop().create_task(Player(services, steps).play())
    ask = await _ask(services)
    assert ask.directory == FOLDER
    assert services.sessions.get("demo_1").state == "busy"  # type: ignore[union-attr]
    decision = DecisionRequest.model_validate({"kind": kind, "digest": ask.digest})
    await services.asks.decide(ask.id, decision, Actor(kind="owner"))
    await asyncio.wait_for(playing, 5)
    return seen


async def test_allowing_runs_the_command_and_ends_well(services: Services) -> None:
    seen = await _play(services, "allow_once")
    session = services.sessions.get("demo_1")
    assert session is not None
    assert (session.demo, session.agent, session.state, session.directory) == (True, "demo", "idle", FOLDER)
    items = (await services.sessions.items("demo_1")).items
    assert {item.kind for item in items} == {"prompt", "text", "reasoning", "tool"}
    shell = next(item for item in items if item.kind == "tool" and item.tool_kind == "shell")
    assert (shell.status, "pass 2" in (shell.output or "")) == ("completed", True)
    assert any(item.kind == "text" and "Both tests pass" in item.text for item in items)
    assert sum(entry.event.type == "pilot.message.delta" for entry in seen) > 20
    assert all(entry.event.at == services.clock.now_ms() for entry in seen if entry.event.agent == "demo")


async def test_its_changes_can_be_looked_at_and_nothing_else_asked_of_it(services: Services) -> None:
    await _play(services, "deny")
    session = services.sessions.get("demo_1")
    assert session is not None
    (file,) = await DemoDriver().diff(session)
    assert file.path == "src/todo.js"
    assert "+export function overdue" in (file.patch or "")
    with pytest.raises(UnsupportedError, match="recording"):
        await DemoDriver().prompt(session, PromptRequest(text="hello"))


async def test_denying_leaves_the_command_unrun(services: Services) -> None:
    await _play(services, "deny")
    items = (await services.sessions.items("demo_1")).items
    shell = next(item for item in items if item.kind == "tool" and item.tool_kind == "shell")
    assert shell.status == "denied"
    assert not any(item.kind == "text" and "tests pass" in item.text for item in items)


async def test_a_new_play_ends_what_an_earlier_one_left(services: Services) -> None:
    old = [replace(step, pause_s=0) for step in load_recording("demo_old", "/x", 1)]
    playing = asyncio.get_running_loop().create_task(Player(services, old).play())
    ask = await _ask(services)
    playing.cancel()
    connection = DemoIntegration(playing=False).attach(services, {})
    running = asyncio.get_running_loop().create_task(connection.run(HubAddress("", "", "")))
    assert (await asyncio.wait_for(services.asks.wait(ask.id), 2)).state == "cancelled"
    await asyncio.sleep(0)
    running.cancel()
    session = services.sessions.get("demo_old")
    assert session is not None
    assert (session.state, session.live) == ("ended", False)


def test_the_recording_names_no_machine() -> None:
    text = "\n".join(step.event.encode().decode() for step in load_recording("s", "/home/you/todo-app", 1))
    for trace in ("/tmp", "/root", "127.0.0.1"):
        assert trace not in text


async def test_pilot_demo_plays_in_the_running_hub(tmp_path: Path) -> None:
    async with start_hub(tmp_path / "home") as hub, hub.watching() as stream:
        code, out, _ = await pilot(hub.home, "demo")
        assert (code, out.splitlines()[0]) == (0, "The demo is playing.")
        async with asyncio.timeout(20):
            async for line in stream.content:
                if line.startswith(b"data: ") and b"pilot.session.started" in line:
                    assert json.loads(line[6:])["session"]["demo"] is True
                if line.startswith(b"data: ") and b"pilot.message.delta" in line:
                    break

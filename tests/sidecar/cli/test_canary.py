"""``pilot doctor --canary``: where an agent's way ends, and that nothing but its errand is ever answered."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fakes.domain import make_draft, make_session
from fakes.found_hub import Door
from pilot_sidecar.cli.canary import check_agent
from pilot_sidecar.cli.canary_walk import Patience
from pilot_sidecar.core.ask_records import Delivered
from pilot_sidecar.core.asks_model import Actor, Ask, DecisionRequest
from pilot_sidecar.core.checks import Check
from pilot_sidecar.core.errors import AgentUnavailableError
from pilot_sidecar.core.events import SessionStarted, SessionUpdated
from pilot_sidecar.core.projects import project_id
from pilot_sidecar.integrations.opencode.integration import OpenCodeIntegration
from pilot_sidecar.integrations.ports import CanaryTurn, Errand, InstallOptions
from pilot_sidecar.server.discovery import HubFile, find_hub

QUICK = Patience(whole_s=3.0, seen_s=0.3, ask_s=0.4, turn_s=0.3)


@dataclass
class Agent:
    """What a turn has at hand: the hub's own side of an agent, without a program."""

    door: Door
    scratch: Path
    errand: Errand
    ran: bool = False

    @property
    def session_id(self) -> str:
        return self.scratch.parent.name

    def session(self) -> None:
        directory = str(self.scratch)
        session = make_session(self.session_id, directory=directory, project_id=project_id(directory))
        self.door.services.bus.publish(
            SessionStarted(at=session.created_at, session_id=session.id, agent=session.agent, session=session)
        )

    def rest(self, state: str) -> None:
        session = self.door.services.sessions.get(self.session_id)
        assert session is not None
        changed = session.model_copy(update={"state": state})
        event = SessionUpdated(at=session.created_at, session_id=session.id, agent=session.agent, session=changed)
        self.door.services.bus.publish(event)

    async def ask(self, command: str, directory: str = "", **fields: Any) -> Ask:
        fields = {"session_id": self.session_id, "directory": directory or str(self.scratch), **fields}
        ask = await self.door.services.asks.open(make_draft(command=command, **fields), self._deliver)
        self.door.services.asks._records[ask.id].reached.set()
        return ask

    async def answer(self, ask: Ask) -> Ask:
        return await self.door.services.asks.wait(ask.id)

    async def _deliver(self, _ask: Ask, request: DecisionRequest) -> Delivered:
        self.ran = request.kind == "allow_once"
        return Delivered()


Turn = Callable[[Agent], Awaitable[bool]]


@dataclass
class Running:
    turn: Turn
    agent: Agent

    async def finished(self) -> bool:
        return await self.turn(self.agent)


class Scripted(OpenCodeIntegration):
    """OpenCode, as far as the command can tell."""

    def __init__(self, door: Door, turn: Turn) -> None:
        super().__init__()
        self._door = door
        self._turn = turn
        self.made: Agent | None = None

    def canary(self, options: InstallOptions, scratch: Path, errand: Errand) -> AbstractAsyncContextManager[CanaryTurn]:
        self.made = Agent(self._door, scratch, errand)
        return self._started(self.made)

    @asynccontextmanager
    async def _started(self, agent: Agent) -> AsyncIterator[CanaryTurn]:
        assert list(agent.scratch.iterdir()) == []

        yield Running(self._turn, agent)


async def tried(door: Door, turn: Turn, patience: Patience = QUICK) -> tuple[Check, Agent]:
    integration = Scripted(door, turn)
    running = await asyncio.to_thread(find_hub, door.home)
    check = await check_agent(integration, InstallOptions(door.home, {}), running, patience)
    assert integration.made is not None
    assert check is not None
    assert check.id == "opencode.canary"
    assert not integration.made.scratch.parent.exists()
    return check, integration.made


async def asks_and_runs(agent: Agent) -> bool:
    agent.session()
    await agent.answer(await agent.ask(agent.errand.command))
    return agent.ran


async def test_an_ask_is_answered_and_nothing_of_it_stays(door: Door) -> None:
    check, agent = await tried(door, asks_and_runs)
    assert (check.status, check.fix) == ("ok", None)
    assert check.message.startswith("OpenCode: asked, answered, ran (0.")
    services = door.services
    assert (services.sessions.all(), services.sessions.projects()) == ([], [])
    assert not services.canaries.has(project_id(str(agent.scratch)))
    await services.store.settled()
    assert await services.store.read("SELECT 1 FROM projects") == []


async def test_each_errand_is_another_one(door: Door) -> None:
    commands = {(await tried(door, asks_and_runs))[1].errand.command for _ in range(3)}
    assert len(commands) == 3
    assert all(command.startswith("echo pilot canary ") for command in commands)


async def test_while_it_lasts_somebody_can_answer_there_and_only_there(door: Door) -> None:
    presence, seen = door.services.presence, []

    async def look(agent: Agent) -> bool:
        seen.append((presence.somebody(project_id(str(agent.scratch))), presence.somebody("another")))
        return await asks_and_runs(agent)

    assert (await tried(door, look))[0].status == "ok"
    assert seen == [(True, False)]


async def nothing(_: Agent) -> bool:
    await asyncio.sleep(5)
    return False


async def only_a_session(agent: Agent) -> bool:
    agent.session()
    return await nothing(agent)


async def does_not_go_on(agent: Agent) -> bool:
    await asks_and_runs(agent)
    return await nothing(agent)


async def asks_and_stops(agent: Agent) -> bool:
    await asks_and_runs(agent)
    return False


async def ends(_: Agent) -> bool:
    return False


async def runs_unasked(_: Agent) -> bool:
    return True


async def fails(_: Agent) -> bool:
    raise AgentUnavailableError("its turn failed: no such model", "Look at it.")


STOPS: list[tuple[Turn, str, str]] = [
    (nothing, "started, but Pilot did not see its session within 0 s.", "Run `pilot stop`, then `pilot up`"),
    (only_a_session, "its session is in Pilot, but no ask came within 0 s.", "Run `pilot stop`, then `pilot up`"),
    (does_not_go_on, "the answer was taken, but it did not go on within 0 s.", "`pilot logs`"),
    (asks_and_stops, "the answer was taken, but it did not run the command.", "`pilot logs`"),
    (ends, "ended its turn without asking.", "Run `pilot stop`, then `pilot up`"),
    (runs_unasked, "ran the command, but Pilot was not asked.", "A rule in OpenCode's configuration"),
    (fails, "its turn failed: no such model", "Look at it."),
]


async def test_where_it_stopped_is_told_with_what_to_do(door: Door) -> None:
    for turn, message, fix in STOPS:
        await stops(door, turn, message, fix)


async def stops(door: Door, turn: Turn, message: str, fix: str) -> None:
    check, _ = await tried(door, turn)
    assert (check.status, check.message) == ("fail", f"OpenCode: {message}")
    assert (check.fix or "").startswith(fix)
    assert door.services.sessions.all() == []


async def test_an_agent_that_starts_too_slowly(door: Door) -> None:
    check, _ = await tried(door, nothing, Patience(whole_s=0.2))
    assert (check.status, check.message) == ("fail", "OpenCode: took longer than 0 s.")


OTHERS: list[dict[str, Any]] = [
    {"command": "rm -rf /"},
    {"directory": "/home/dev/api"},
    {"agent": "codex"},
    {"decisions": ("deny", "release")},
    {"suffix": "; rm -rf /"},
]


async def test_nothing_but_the_errand_is_ever_answered(door: Door) -> None:
    for other in OTHERS:
        await is_left(door, other)


async def is_left(door: Door, other: dict[str, Any]) -> None:
    async def asks_for_more(agent: Agent) -> bool:
        agent.session()
        fields = {**other}
        command = fields.pop("command", agent.errand.command + fields.pop("suffix", ""))
        ask = await agent.ask(command, **fields)
        try:
            return await nothing(agent)
        finally:
            assert door.services.asks.waiting(ask.id) is not None
            await door.services.asks.cancel(ask.id, "over")

    check, agent = await tried(door, asks_for_more)
    assert (check.status, "no ask came" in check.message) == ("fail", True)
    assert not agent.ran


async def test_somebody_who_was_faster_decides(door: Door) -> None:
    async def denied_meanwhile(agent: Agent) -> bool:
        agent.session()
        ask = await agent.ask(agent.errand.command)
        by = Actor(kind="device", name="Anna's phone")
        await asyncio.sleep(0.05)
        await door.services.asks.decide(ask.id, DecisionRequest(kind="deny", digest=ask.digest), by)
        return agent.ran

    check, _ = await tried(door, denied_meanwhile)
    assert check.status == "fail"


async def test_a_hub_that_does_not_answer(door: Door) -> None:
    integration = Scripted(door, nothing)
    gone = HubFile(os.getpid(), "http://127.0.0.1:9", "", "token", "", 1)
    check = await check_agent(integration, InstallOptions(door.home, {}), gone, QUICK)
    assert check is not None
    assert (check.status, "OpenCode: not tried: The hub at" in check.message) == ("fail", True)


async def test_a_session_that_is_at_work_for_a_moment_longer_goes_as_well(door: Door) -> None:
    async def lingers(agent: Agent) -> bool:
        ran = await asks_and_runs(agent)
        agent.rest("busy")
        asyncio.get_running_loop().call_later(0.3, agent.rest, "idle")
        return ran

    began = time.monotonic()
    check, _ = await tried(door, lingers)
    assert check.status == "ok"
    assert time.monotonic() - began > 0.3
    assert door.services.sessions.all() == []


async def test_a_folder_in_which_agents_work_is_no_canarys(door: Door) -> None:
    agent = Agent(door, Path(os.path.realpath(door.home)), Errand("echo", ""))
    agent.session()
    status, answer = await door.hub.call("POST", "/api/canaries", {"directory": str(agent.scratch)})
    assert status == 400
    assert "Agents have worked in that folder" in str(answer)
    assert not door.services.canaries.has(project_id(str(agent.scratch)))


async def test_a_canary_that_nobody_ends_silences_nothing_for_long(door: Door) -> None:
    status, canary = await door.hub.call("POST", "/api/canaries", {"directory": "/tmp/canary-of-nobody"})
    assert (status, door.services.canaries.has(canary["id"])) == (200, True)  # type: ignore[index]
    door.services.clock.advance(91)  # type: ignore[attr-defined] # it is a fake one
    assert not door.services.canaries.has(canary["id"])  # type: ignore[index]

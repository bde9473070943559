"""Held calls of ``opencode run`` over the real ask queue."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from fakes.clock import FakeClock
from fakes.domain import open_domain
from pilot_sidecar.core.asks_model import Actor, DecisionRequest
from pilot_sidecar.core.errors import AgentUnavailableError
from pilot_sidecar.core.services import Services
from pilot_sidecar.core.session_book import SessionBook
from pilot_sidecar.integrations.opencode.frames import GateFrame
from pilot_sidecar.integrations.opencode.gates import Gates

GATE = GateFrame.model_validate(
    {
        "type": "gate",
        "id": "g1",
        "directory": "/w",
        "tool": "bash",
        "sessionID": "s1",
        "callID": "c1",
        "args": {"command": "ls"},
    }
)
OWNER = Actor(kind="owner")


class Run:
    """A connected ``opencode run``."""

    boot = "b1"
    connected = True

    def __init__(self) -> None:
        self.sent: asyncio.Queue[dict[str, object]] = asyncio.Queue()

    def origin(self, directory: str) -> dict[str, object]:
        return {"boot": self.boot, "pid": 1, "directory": directory}

    async def send(self, frame: dict[str, object]) -> None:
        if not self.connected:
            raise AgentUnavailableError("gone")
        await self.sent.put(frame)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def services(tmp_path: Path, clock: FakeClock) -> AsyncIterator[Services]:
    async with open_domain(tmp_path, clock) as services:
        yield services


def gates_of(services: Services, run: Run) -> Gates:
    return Gates(services, SessionBook("opencode", services.sessions, services.bus.publish), run)


async def test_allow(services: Services) -> None:
    run = Run()
    await gates_of(services, run).open(GATE)
    digest = services.asks.pending()[0].ask.digest
    await services.asks.decide("g1", DecisionRequest(kind="allow_once", digest=digest), OWNER)
    assert await asyncio.wait_for(run.sent.get(), 2) == {"type": "gate.result", "id": "g1", "action": "allow"}


async def test_nobody_answers(services: Services, clock: FakeClock) -> None:
    run = Run()
    await gates_of(services, run).open(GATE)
    clock.advance(301)
    await services.asks.expire_due()
    result = await asyncio.wait_for(run.sent.get(), 2)
    assert (result["action"], result["message"]) == ("deny", "Denied in Pilot: nobody answered in time.")


async def test_a_lost_connection_refuses_the_decision_and_keeps_the_ask(services: Services) -> None:
    run = Run()
    await gates_of(services, run).open(GATE)
    run.connected = False
    with pytest.raises(AgentUnavailableError):
        await services.asks.decide("g1", DecisionRequest(kind="deny"), OWNER)
    assert [record.ask.id for record in services.asks.pending()] == ["g1"]


async def test_an_answer_that_was_lost_is_told_again(services: Services) -> None:
    """The hub died between the decision and the frame; the bridge sends its gate anew."""
    first = Run()
    await gates_of(services, first).open(GATE)
    digest = services.asks.pending()[0].ask.digest
    await services.asks.decide("g1", DecisionRequest(kind="allow_once", digest=digest), OWNER)
    second = Run()
    await gates_of(services, second).open(GATE)
    assert (await asyncio.wait_for(second.sent.get(), 2))["action"] == "allow"


async def test_stopping_denies(services: Services) -> None:
    run = Run()
    gates = gates_of(services, run)
    await gates.open(GATE)
    await gates.release({"s1"}, "The turn was stopped from Pilot.")
    assert (await asyncio.wait_for(run.sent.get(), 2))["action"] == "deny"
    assert services.asks.pending() == []

"""A decision made right after a restart waits for its agent to come back."""

import asyncio
from pathlib import Path

import pytest

from fakes.domain import make_draft, open_domain
from pilot_sidecar.core import asks as asks_module
from pilot_sidecar.core.ask_records import Delivered
from pilot_sidecar.core.asks_model import Actor, Ask, DecisionRequest
from pilot_sidecar.core.errors import AgentUnavailableError


async def deliver(ask: Ask, request: DecisionRequest) -> Delivered:
    return Delivered()


async def test_a_click_right_after_a_restart_is_delivered_once_the_agent_is_back(tmp_path: Path) -> None:
    async with open_domain(tmp_path) as services:
        ask = await services.asks.open(make_draft(id="per_1"), deliver)
    async with open_domain(tmp_path) as services:
        request = DecisionRequest(kind="allow_once", digest=ask.digest)
        deciding = asyncio.create_task(services.asks.decide("per_1", request, Actor(kind="owner")))
        await asyncio.sleep(0.02)
        assert not deciding.done()
        await services.asks.open(make_draft(id="per_1"), deliver)
        assert (await asyncio.wait_for(deciding, 5)).state == "resolved"


async def test_an_agent_that_stays_away_is_told_so_and_the_ask_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asks_module, "RECONNECT_S", 0.01)
    async with open_domain(tmp_path) as services:
        ask = await services.asks.open(make_draft(id="per_1"), deliver)
    async with open_domain(tmp_path) as services:
        request = DecisionRequest(kind="allow_once", digest=ask.digest)
        with pytest.raises(AgentUnavailableError):
            await services.asks.decide("per_1", request, Actor(kind="owner"))
        assert [record.ask.state for record in services.asks.pending()] == ["pending"]

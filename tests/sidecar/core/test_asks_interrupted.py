"""Decisions that got stuck half-way, and waiters that gave up: who answered stays true, and nothing is lost."""

import asyncio
from pathlib import Path

import pytest

from fakes.domain import make_draft, open_domain
from pilot_sidecar.core.ask_records import AnsweredElsewhere, Delivered
from pilot_sidecar.core.asks_model import Actor, Ask, DecisionKind, DecisionRequest
from pilot_sidecar.core.errors import AgentUnavailableError, AlreadyAnsweredError
from pilot_sidecar.core.services import Services
from pilot_sidecar.core.store import LostRaceError

OWNER, TERMINAL = Actor(kind="owner"), Actor(kind="terminal")


async def _unreachable(_ask: Ask, _request: DecisionRequest) -> Delivered:
    raise AgentUnavailableError("gone")


async def _too_late(_ask: Ask, _request: DecisionRequest) -> AnsweredElsewhere:
    return AnsweredElsewhere()


async def _allowed_into_the_void(services: Services) -> Ask:
    ask = await services.asks.open(make_draft(), _unreachable)
    with pytest.raises(AgentUnavailableError):
        await services.asks.decide(ask.id, DecisionRequest(kind="allow_once", digest=ask.digest), OWNER)
    return ask


async def test_the_terminals_own_answer_is_not_signed_by_whoever_tried_before(tmp_path: Path) -> None:
    async with open_domain(tmp_path) as services:
        ask = await _allowed_into_the_void(services)
        await services.asks.resolve_elsewhere(ask.id, TERMINAL, "deny")
        resolution = (await services.asks.get(ask.id)).resolution
    assert resolution is not None
    assert (resolution.by.kind, resolution.choice) == ("terminal", "deny")


@pytest.mark.parametrize("reported", ["allow_once", None])
async def test_an_answer_that_arrived_though_the_connection_broke_is_its_authors(
    tmp_path: Path, reported: DecisionKind | None
) -> None:
    async with open_domain(tmp_path) as services:
        ask = await _allowed_into_the_void(services)
        await services.asks.resolve_elsewhere(ask.id, TERMINAL, reported)
        resolution = (await services.asks.get(ask.id)).resolution
    assert resolution is not None
    assert (resolution.by.kind, resolution.choice) == ("owner", "allow_once")


async def test_an_ask_whose_opener_was_cancelled_can_still_be_ended(tmp_path: Path) -> None:
    async with open_domain(tmp_path) as services:
        opening = asyncio.ensure_future(services.asks.open(make_draft()))
        await asyncio.sleep(0)
        opening.cancel()
        with pytest.raises(asyncio.CancelledError):
            await opening
        await services.store.settled()
        [record] = services.asks.pending()
        assert await services.asks.cancel(record.ask.id, "gone")


async def test_whoever_waits_hears_of_an_end_whose_author_was_cancelled(tmp_path: Path) -> None:
    async with open_domain(tmp_path) as services:
        ask = await services.asks.open(make_draft(fallback="terminal"))
        waiting = asyncio.ensure_future(services.asks.wait(ask.id))
        ending = asyncio.ensure_future(services.asks.cancel(ask.id, "gone"))
        await asyncio.sleep(0)
        ending.cancel()
        async with asyncio.timeout(2):
            assert (await waiting).state == "cancelled"


async def test_a_decision_that_the_agent_no_longer_takes_is_the_terminals(tmp_path: Path) -> None:
    async with open_domain(tmp_path) as services:
        ask = await services.asks.open(make_draft(), _too_late)
        deciding = asyncio.ensure_future(
            services.asks.decide(ask.id, DecisionRequest(kind="allow_once", digest=ask.digest), OWNER)
        )
        await services.store.settled()
        await services.asks.resolve_elsewhere(ask.id, TERMINAL, "deny")
        with pytest.raises(AlreadyAnsweredError, match="in the terminal"):
            await deciding
        resolution = (await services.asks.get(ask.id)).resolution
    assert resolution is not None
    assert (resolution.by.kind, resolution.choice) == ("terminal", "deny")


async def test_an_ask_that_ended_behind_our_back_is_not_ended_again(tmp_path: Path) -> None:
    async with open_domain(tmp_path) as services:
        ask = await services.asks.open(make_draft())
        await services.store.run(lambda database: database.execute("UPDATE asks SET state = 'cancelled'"))
        with pytest.raises(LostRaceError):
            await services.asks.decide(ask.id, DecisionRequest(kind="deny"), OWNER)
        assert await services.store.read("SELECT state FROM asks") == [("cancelled",)]

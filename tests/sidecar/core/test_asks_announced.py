"""What waits changes in the same step as the announcement; retries get their first answer, restarts or not."""

from pathlib import Path

import pytest

from fakes.domain import make_draft, open_domain
from pilot_sidecar.core.ask_records import Delivered
from pilot_sidecar.core.asks_model import Actor, Ask, DecisionRequest
from pilot_sidecar.core.bus import Announcement
from pilot_sidecar.core.errors import AlreadyAnsweredError


async def _deliver(_ask: Ask, _request: DecisionRequest) -> Delivered:
    return Delivered()


async def test_a_snapshot_at_the_cursor_of_an_ask_event_agrees_with_it(tmp_path: Path) -> None:
    async with open_domain(tmp_path) as services:
        seen: list[tuple[str, list[str]]] = []

        def look(entry: Announcement) -> None:
            state = services.snapshot()
            assert int(state.cursor.rpartition("-")[2]) == entry.seq
            seen.append((entry.event.type, [ask.state for ask in state.asks]))

        services.bus.subscribe(look)
        ask = await services.asks.open(make_draft(), _deliver)
        await services.asks.decide(ask.id, DecisionRequest(kind="deny"), Actor(kind="owner"))
    assert seen == [("pilot.permission.pending", ["pending"]), ("pilot.permission.resolved", [])]


async def test_a_retry_after_a_restart_gets_the_first_answer(tmp_path: Path) -> None:
    request = DecisionRequest(kind="deny")
    async with open_domain(tmp_path) as services:
        ask = await services.asks.open(make_draft(), _deliver)
        first = await services.asks.decide(ask.id, request, Actor(kind="owner"), "key")
    async with open_domain(tmp_path) as services:
        assert await services.asks.decide(ask.id, request, Actor(kind="owner"), "key") == first
        with pytest.raises(AlreadyAnsweredError):
            await services.asks.decide(ask.id, request, Actor(kind="owner"), "another")

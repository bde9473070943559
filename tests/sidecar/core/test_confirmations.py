"""What waits for a person's yes, with a clock that tests move."""

import asyncio
from pathlib import Path

import pytest

from fakes.clock import FakeClock
from fakes.domain import open_domain
from pilot_sidecar.core.errors import ConflictError, NotFoundError, RateLimitedError
from pilot_sidecar.core.whence import Whence
from pilot_sidecar.infra.tasks import Tasks
from pilot_sidecar.server.expiry import expire_confirmations


def places(count: int) -> list[Whence]:
    return [Whence("lan", f"192.0.2.{number}") for number in range(count)]


async def test_a_few_at_once_and_no_more(tmp_path: Path) -> None:
    clock = FakeClock()
    async with open_domain(tmp_path, clock) as services:
        waiting = services.confirmations
        for place in places(6):
            waiting.ask("pairing", "Phone", "admin", place)
        for place in (Whence("lan", "192.0.2.77"), *places(1)):
            with pytest.raises(RateLimitedError):
                waiting.ask("pairing", "Phone", "admin", place)
        clock.advance(120)
        assert (waiting.pending(), waiting.next_deadline()) == ([], None)
        assert waiting.ask("pairing", "Phone", "admin", places(1)[0]).state == "pending"


async def test_an_answer_counts_once(tmp_path: Path) -> None:
    async with open_domain(tmp_path) as services:
        waiting = services.confirmations
        one = waiting.ask("pairing", "Phone", "admin", Whence())
        first, second = asyncio.ensure_future(waiting.wait(one.id)), asyncio.ensure_future(waiting.wait(one.id))
        await asyncio.sleep(0)
        assert waiting.answer(one.id, allow=False).state == "refused"
        with pytest.raises(ConflictError, match="refused already"):
            waiting.answer(one.id, allow=True)
        assert {(await first).state, (await second).state, (await waiting.wait(one.id)).state} == {"refused"}
        with pytest.raises(NotFoundError):
            await waiting.wait("conf_none")


async def test_it_ends_by_itself_though_nobody_asks(tmp_path: Path) -> None:
    clock = FakeClock()
    async with open_domain(tmp_path, clock) as services, Tasks("expiry") as tasks:
        tasks.spawn("confirmations", expire_confirmations(services))
        late = services.confirmations.ask("pairing", "Phone", "admin", Whence())
        clock.advance(119.99)
        other = services.confirmations.ask("token_rotation", "OpenCode", None, Whence())
        async with asyncio.timeout(2):
            await asyncio.sleep(0)
            clock.advance(0.02)
            while services.confirmations.pending() != [other]:
                await asyncio.sleep(0.01)
            assert (await services.confirmations.wait(late.id)).state == "expired"


async def test_ended_ones_are_forgotten_in_time(tmp_path: Path) -> None:
    async with open_domain(tmp_path) as services:
        waiting = services.confirmations
        ended = [waiting.ask("pairing", "Phone", "view", Whence()).id for _ in range(1)]
        waiting.answer(ended[0], allow=True)
        for _ in range(60):
            waiting.answer(waiting.ask("pairing", "Phone", "view", Whence()).id, allow=True)
        with pytest.raises(NotFoundError):
            waiting.answer(ended[0], allow=True)

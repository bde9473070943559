"""The store forgets what is old or too much, and never what waits."""

import asyncio
from pathlib import Path

import pytest

from fakes.domain import make_draft, make_session, open_domain
from pilot_sidecar.core import retention
from pilot_sidecar.core.asks_model import Actor, DecisionRequest
from pilot_sidecar.core.events import PromptReceived, SessionStarted
from pilot_sidecar.core.retention import forget_old, keep_within_limits, shrink, used_bytes
from pilot_sidecar.core.services import Services


def talk(services: Services, session_id: str, at: int, count: int = 1, size: int = 10) -> None:
    session = make_session(session_id, updated_at=at)
    services.bus.publish(SessionStarted(at=at, session_id=session_id, agent="opencode", session=session))
    for number in range(count):
        message = f"{session_id}-{number}"
        services.bus.publish(
            PromptReceived(at=at, session_id=session_id, agent="opencode", message_id=message, text="x" * size)
        )


async def counts(services: Services) -> dict[str, int]:
    tables = ("events", "items", "sessions", "asks")
    return {table: int(str((await services.store.read(f"SELECT count(*) FROM {table}"))[0][0])) for table in tables}


async def test_old_things_go_and_what_waits_stays(tmp_path: Path) -> None:
    async with open_domain(tmp_path) as services:
        talk(services, "old", 1_000, count=300)
        await services.store.settled()
        talk(services, "new", 9_000)
        for number in range(2):
            ask = await services.asks.open(make_draft(id=f"per_{number}", session_id="old"), None)
        request = DecisionRequest(kind="deny")
        await services.asks.decide(ask.id, request, Actor(kind="owner"))
        assert await forget_old(services.store, services.clock.now_ms() + 1) > 300
        assert [record.ask.id for record in services.asks.pending()] == ["per_0"]
        found = await counts(services)
        assert found["asks"] == 1
        assert found["items"] == 0
    async with open_domain(tmp_path) as services:
        assert services.asks.pending()[0].ask.id == "per_0"


async def test_only_what_is_older_goes(tmp_path: Path) -> None:
    async with open_domain(tmp_path) as services:
        talk(services, "old", 1_000, count=3)
        await services.store.settled()
        talk(services, "new", 9_000, count=3)
        await services.store.settled()
        await forget_old(services.store, 5_000)
        assert await counts(services) == {"events": 1, "items": 3, "sessions": 1, "asks": 0}
        assert len((await services.sessions.items("new")).items) == 3


async def test_the_oldest_go_until_the_rest_fits(tmp_path: Path) -> None:
    async with open_domain(tmp_path) as services:
        for number in range(40):
            talk(services, f"s{number}", 1_000 + number, count=30, size=4_000)
            await services.store.settled()
        full = await services.store.run(used_bytes)
        await shrink(services.store, full // 4)
        assert await services.store.run(used_bytes) <= full // 4
        assert (await services.sessions.items("s39")).items, "the latest should be the last to go"


_OLD_SPENDING = "INSERT INTO spent VALUES ('1999-01-01', 's', 'opencode', 1, 1, 1, 1.0)"


async def test_a_failure_of_the_disk_does_not_end_the_forgetting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(retention, "FIRST_AFTER_S", 0)
    monkeypatch.setattr(retention, "EVERY_S", 0.01)
    async with open_domain(tmp_path) as services:
        talk(services, "old", 1_000, count=3)
        await services.store.settled()
        await services.store.run(lambda connection: connection.execute(_OLD_SPENDING))
        await services.store.run(lambda connection: connection.execute("ALTER TABLE spent RENAME TO away"))
        forgetting = keep_within_limits(services.store, services.settings, services.clock)
        services.tasks.spawn("retention", forgetting)
        async with asyncio.timeout(5):
            while "trying again" not in caplog.text:
                await asyncio.sleep(0.01)
            await services.store.run(lambda connection: connection.execute("ALTER TABLE away RENAME TO spent"))
            while (await services.store.read("SELECT count(*) FROM spent WHERE day < '2000'"))[0][0]:
                await asyncio.sleep(0.01)


async def test_a_smaller_limit_frees_its_room_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "FIRST_AFTER_S", 0)
    async with open_domain(tmp_path) as services:
        await services.store.run(lambda connection: connection.execute(_OLD_SPENDING))
        services.settings.update({"keep_days": 36_500})
        services.tasks.spawn("retention", keep_within_limits(services.store, services.settings, services.clock))
        await asyncio.sleep(0.05)
        assert (await services.store.read("SELECT count(*) FROM spent"))[0][0] == 1
        services.settings.update({"keep_days": 1})
        async with asyncio.timeout(5):
            while (await services.store.read("SELECT count(*) FROM spent"))[0][0]:
                await asyncio.sleep(0.01)

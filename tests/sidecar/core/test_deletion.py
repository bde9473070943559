"""Deleting a session: gone at once, back by an undo or by work in it, never by an agent's list."""

import asyncio
import time
from pathlib import Path

import pytest

from agents.harness.pictures import PNG
from fakes.clock import FakeClock
from fakes.domain import make_draft, make_session, open_domain
from pilot_sidecar.core import purge
from pilot_sidecar.core.bus import Announcement
from pilot_sidecar.core.deletion import UNDO_MS
from pilot_sidecar.core.errors import ConflictError, NotFoundError, StorageError
from pilot_sidecar.core.events import Event, MessageCompleted, PromptReceived, SessionStarted, SessionUpdated
from pilot_sidecar.core.marks import MarkChange
from pilot_sidecar.core.models import Session
from pilot_sidecar.core.services import Services


def start(services: Services, session_id: str = "s1", **fields: object) -> None:
    list_(services, make_session(session_id, title=f"Title of {session_id}", **fields))


def list_(services: Services, session: Session) -> None:
    """Tell of a session as an adapter does that lists what its agent has."""
    at = services.clock.now_ms()
    services.bus.publish(SessionStarted(at=at, session_id=session.id, agent="opencode", session=session))


def prompt(services: Services, session_id: str = "s1", at: int | None = None, text: str = "Go on") -> None:
    at = at or services.clock.now_ms()
    message = f"m{at}"
    services.bus.publish(PromptReceived(at=at, session_id=session_id, agent="opencode", message_id=message, text=text))


def heard(services: Services) -> list[Event]:
    found: list[Event] = []
    services.bus.subscribe(lambda entry: _add(found, entry))
    return found


def _add(found: list[Event], entry: Announcement) -> None:
    found.append(entry.event)


def shown(services: Services) -> set[str]:
    return {session.id for session in services.snapshot().sessions}


async def test_a_session_goes_with_its_sub_agents_and_comes_back_with_them(tmp_path: Path) -> None:
    async with open_domain(tmp_path) as services:
        start(services)
        start(services, "child", parent_id="s1", root_id="s1")
        start(services, "grandchild", parent_id="child", root_id="s1")
        start(services, "other")
        await services.marks.change("child", MarkChange(name="Helper"))
        told = heard(services)
        assert set(await services.bin.delete("s1")) == {"s1", "child", "grandchild"}
        assert [event.type for event in told] == ["pilot.session.removed"] * 3
        assert shown(services) == {"other"}
        assert services.snapshot().marks == []
        told.clear()
        session = await services.bin.restore("grandchild")
        assert session.title == "Title of grandchild"
        assert shown(services) == {"s1", "child", "grandchild", "other"}
        assert next(event.session_id for event in told if event.type == "pilot.session.updated") == "s1"
        assert [event.type for event in told][-1] == "pilot.session.marked"


async def test_doing_it_twice_is_no_mistake(tmp_path: Path) -> None:
    async with open_domain(tmp_path) as services:
        start(services)
        results = await asyncio.gather(*(services.bin.delete("s1") for _ in range(3)))
        assert results == [["s1"], [], []]
        await asyncio.gather(*(services.bin.restore("s1") for _ in range(3)))
        assert shown(services) == {"s1"}
        with pytest.raises(NotFoundError):
            await services.bin.delete("nobody")
        with pytest.raises(NotFoundError):
            await services.bin.restore("nobody")


async def test_not_while_it_works_or_asks(tmp_path: Path) -> None:
    async with open_domain(tmp_path) as services:
        start(services)
        start(services, "child", parent_id="s1", root_id="s1", state="busy")
        with pytest.raises(ConflictError, match="at work"):
            await services.bin.delete("s1")
        services.bus.publish(
            SessionUpdated(
                at=2, session_id="child", agent="opencode", session=make_session("child", parent_id="s1", state="idle")
            )
        )
        ask = await services.asks.open(make_draft(session_id="child"))
        with pytest.raises(ConflictError, match="waits for an answer"):
            await services.bin.delete("s1")
        await services.asks.cancel(ask.id, "over")
        assert await services.bin.delete("s1")


async def test_an_agents_list_does_not_bring_it_back_nor_does_a_restart(tmp_path: Path) -> None:
    clock = FakeClock()
    async with open_domain(tmp_path, clock) as services:
        start(services)
        await services.bin.delete("s1")
        told = heard(services)
        list_(services, make_session("s1", title="Renamed meanwhile", live=True))
        start(services, "late child", parent_id="s1", root_id="s1")
        prompt(services, at=services.clock.now_ms() - 60_000, text="from the history")
        assert shown(services) == set()
        assert [event.type for event in told] == ["pilot.prompt.received"]
    async with open_domain(tmp_path, clock) as services:
        assert shown(services) == set()
        list_(services, make_session("s1", title="Renamed again"))
        assert shown(services) == set()
        session = await services.bin.restore("s1")
        assert (session.title, session.live) == ("Renamed again", True)
        assert shown(services) == {"s1", "late child"}
        texts = [item.text for item in (await services.sessions.items("s1")).items]  # type: ignore[union-attr]
        assert texts == ["from the history"], "what came meanwhile is not lost"


async def test_a_new_prompt_brings_it_back_before_anything_else_is_told(tmp_path: Path) -> None:
    async with open_domain(tmp_path) as services:
        start(services)
        start(services, "child", parent_id="s1", root_id="s1")
        await services.bin.delete("s1")
        told = heard(services)
        prompt(services)
        assert [event.type for event in told] == [
            "pilot.session.updated", "pilot.session.updated", "pilot.prompt.received",
        ]  # fmt: skip
        assert shown(services) == {"s1", "child"}
        session = services.sessions.visible("s1")
        assert session is not None
        assert session.state == "busy"
    async with open_domain(tmp_path) as services:
        assert shown(services) == {"s1", "child"}


async def test_a_turn_that_begins_while_it_is_deleted_wins(tmp_path: Path) -> None:
    async with open_domain(tmp_path) as services:
        start(services)
        deleting = asyncio.get_running_loop().create_task(services.bin.delete("s1"))
        while services.bus.screen is None:
            await asyncio.sleep(0)
        prompt(services)
        await deleting
        await services.store.settled()
        assert shown(services) == {"s1"}
    async with open_domain(tmp_path) as services:
        assert shown(services) == {"s1"}


async def test_an_ask_is_never_lost_to_a_deletion(tmp_path: Path) -> None:
    async with open_domain(tmp_path) as services:
        start(services)
        await services.bin.delete("s1")
        await services.asks.open(make_draft(session_id="s1"))
        assert shown(services) == {"s1"}
        assert [ask.session_id for ask in services.snapshot().asks] == ["s1"]


async def test_an_ask_on_its_way_to_the_disk_is_never_lost_to_a_deletion(tmp_path: Path) -> None:
    async with open_domain(tmp_path) as services:
        start(services)
        start(services, "child", parent_id="s1", root_id="s1")
        in_order = services.store.run(lambda _connection: time.sleep(0.05))
        asking = asyncio.ensure_future(services.asks.open(make_draft(session_id="child")))
        await asyncio.sleep(0)
        with pytest.raises(ConflictError, match="waits"):
            await services.bin.delete("s1")
        await asyncio.gather(asking, in_order)
        assert shown(services) == {"s1", "child"}
    async with open_domain(tmp_path) as services:
        assert shown(services) == {"s1", "child"}


async def test_a_session_in_the_store_only_is_deleted_with_its_sub_agents_there(tmp_path: Path) -> None:
    async with open_domain(tmp_path) as services:
        start(services, "old", updated_at=1)
        start(services, "old child", parent_id="old", root_id="old", updated_at=1)
        for number in range(510):
            start(services, f"new{number}", updated_at=1_000 + number)
    async with open_domain(tmp_path) as services:
        assert "old" not in shown(services)
        assert set(await services.bin.delete("old")) == {"old", "old child"}
        await services.bin.restore("old")
        assert {"old", "old child"} <= shown(services)


async def test_sub_agents_in_the_store_go_along_while_a_decision_is_on_its_way_to_the_disk(tmp_path: Path) -> None:
    async with open_domain(tmp_path) as services:
        start(services, "old", updated_at=1)
        start(services, "old child", parent_id="old", root_id="old", updated_at=1)
        for number in range(510):
            start(services, f"new{number}", updated_at=1_000 + number)
    async with open_domain(tmp_path) as services:
        deciding = asyncio.ensure_future(services.marks.change("new500", MarkChange(name="Slow")))
        in_order = services.store.run(lambda _connection: time.sleep(0.05))
        await asyncio.sleep(0)
        assert set(await services.bin.delete("old")) == {"old", "old child"}
        await asyncio.gather(deciding, in_order)
        assert not {"old", "old child"} & shown(services)


async def test_pictures_of_a_deleted_session_are_gone_from_the_file_and_those_of_others_stay(tmp_path: Path) -> None:
    clock = FakeClock()
    own, shared = (PNG + word * 200 for word in (b"quagga", b"okapi"))
    async with open_domain(tmp_path, clock) as services:
        start(services)
        services.attachments.keep("s1", "own.png", "image/png", own)
        both = [services.attachments.keep(one, "shared.png", "image/png", shared) for one in ("s1", "other")]
        early = services.attachments.keep("not yet", "early.png", "image/png", PNG)
        start(services, "other")
        await services.bin.delete("s1")
        clock.advance(UNDO_MS / 1000 + 1)
        await services.purger.purge_due(clock.now_ms() - UNDO_MS)
        assert (await services.attachments.get(str(both[1].id)))[1] == shared
        assert (await services.attachments.get(str(early.id)))[1] == PNG, "its session is about to be told of"
        assert len(await services.store.read("SELECT * FROM attachment_uses")) == 2
    raw = b"".join(path.read_bytes() for path in tmp_path.glob("pilot.db*"))
    assert b"okapi" in raw
    assert b"quagga" not in raw


async def test_after_the_purge_nothing_is_left_and_only_work_brings_it_back(tmp_path: Path) -> None:
    clock = FakeClock()
    async with open_domain(tmp_path, clock) as services:
        start(services)
        start(services, "other")
        for number in range(450):
            services.bus.publish(
                MessageCompleted(
                    at=clock.now_ms(), session_id="s1", agent="opencode", message_id=f"m{number}", part_id=f"p{number}",
                    text=f"xylophone {number} quagga",
                )
            )  # fmt: skip
        prompt(services, "other", text="keep me, xylophone")
        await services.marks.change("s1", MarkChange(name="xylophone solo"))
        ask = await services.asks.open(make_draft(session_id="s1", summary="xylophone"))
        await services.asks.cancel(ask.id, "over")
        assert len((await services.search.search("xylophone", 500))[0]) == 452
        services.bus.publish(
            SessionUpdated(at=2, session_id="s1", agent="opencode", session=make_session("s1", title="xylophone"))
        )
        await services.bin.delete("s1")
        await services.purger.purge_due(clock.now_ms() - UNDO_MS)
        assert (await services.bin.restore("s1")).title == "xylophone", "there is time to undo"
        await services.bin.delete("s1")
        clock.advance(10 * 60)
        await services.purger.purge_due(clock.now_ms() - UNDO_MS)
        assert await services.bin.restore("s1"), "after ten minutes as well"
        await services.bin.delete("s1")
        clock.advance(UNDO_MS / 1000 + 1)
        await services.purger.purge_due(clock.now_ms() - UNDO_MS)
        with pytest.raises(NotFoundError, match="for good"):
            await services.bin.restore("s1")
        with pytest.raises(NotFoundError):
            await services.asks.get(ask.id)
        assert [hit.session_id for hit in (await services.search.search("xylophone", 500))[0]] == ["other"]
        clock.advance(1)
        list_(services, make_session("s1", title="listed again"))
        assert shown(services) == {"other"}
    raw = b"".join(path.read_bytes() for path in tmp_path.glob("pilot.db*"))
    assert raw.count(b"xylophone") > 0, "the other session's words are there"
    assert b"quagga" not in raw, "also as a word of the index"
    assert b"xylophone solo" not in raw
    async with open_domain(tmp_path, clock) as services:
        list_(services, make_session("s1", title="listed again"))
        assert shown(services) == {"other"}
        prompt(services)
        assert shown(services) == {"s1", "other"}
        assert [item.kind for item in (await services.sessions.items("s1")).items] == ["prompt"]
    async with open_domain(tmp_path, clock) as services:
        assert shown(services) == {"s1", "other"}
        assert services.marks.of("s1").name is None


async def test_a_purge_that_was_interrupted_is_finished_after_a_restart(tmp_path: Path) -> None:
    clock = FakeClock()
    async with open_domain(tmp_path, clock) as services:
        start(services)
        prompt(services, text="xylophone")
        services.bus.publish(
            SessionUpdated(at=clock.now_ms(), session_id="s1", agent="opencode", session=make_session("s1"))
        )
        await services.bin.delete("s1")
        clock.advance(UNDO_MS / 1000 + 1)
        services.bin.begin_purge("s1")
    async with open_domain(tmp_path, clock) as services:
        await services.purger.purge_due(clock.now_ms() - UNDO_MS)
        for table in ("items", "sessions"):
            assert await services.store.read(f"SELECT * FROM {table}") == []
        assert not any(
            b"xylophone" in bytes(lines) for (lines,) in await services.store.read("SELECT lines FROM events")
        )  # type: ignore[arg-type]


async def test_words_said_while_a_session_is_purged_are_found(tmp_path: Path) -> None:
    clock = FakeClock()
    async with open_domain(tmp_path, clock) as services:
        start(services)
        said = MessageCompleted(
            at=clock.now_ms(), session_id="s1", agent="opencode", message_id="m", part_id="p", text="old xylophone"
        )
        services.bus.publish(said)
        assert len((await services.search.search("xylophone", 5))[0]) == 1
        await services.bin.delete("s1")
        clock.advance(UNDO_MS / 1000 + 1)
        purging = asyncio.ensure_future(services.purger.purge_due(clock.now_ms() - UNDO_MS))
        while await services.store.read("SELECT * FROM items"):
            await asyncio.sleep(0)
        clock.advance(1)
        prompt(services, text="new xylophone")
        await services.search.search("xylophone", 5)  # takes the new words in
        await purging
        hits, _ = await services.search.search("xylophone", 5)
        assert [(hit.session_id, hit.snippet) for hit in hits] == [("s1", "new xylophone")]


async def test_a_purge_that_fails_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(purge, "LOOK_S", 0.01)
    clock = FakeClock()
    index = tmp_path / "pilot.db.search"
    index.mkdir()
    async with open_domain(tmp_path, clock) as services:
        start(services)
        with pytest.raises(StorageError, match="index"):
            await services.search.search("xylophone", 1)
        await services.bin.delete("s1")
        clock.advance(UNDO_MS / 1000 + 1)
        services.tasks.spawn("purger", services.purger.run())
        async with asyncio.timeout(5):
            while "trying again" not in caplog.text:
                await asyncio.sleep(0.01)
            index.rmdir()
            while await services.store.read("SELECT * FROM deleted WHERE clean IS NULL"):
                await asyncio.sleep(0.01)

"""What people note about sessions: kept, bounded, and seen everywhere at once."""

import asyncio
from pathlib import Path

import pytest

from fakes.domain import make_session, open_domain
from pilot_sidecar.core.bus import Announcement
from pilot_sidecar.core.errors import BadRequestError, NotFoundError
from pilot_sidecar.core.events import (
    PromptReceived,
    SessionMarked,
    SessionStarted,
    SessionStopped,
    SessionUpdated,
    ToolStarted,
)
from pilot_sidecar.core.marks import MarkChange
from pilot_sidecar.core.models import SessionMark
from pilot_sidecar.core.services import Services


def start(services: Services, session_id: str = "s1", **fields: object) -> None:
    session = make_session(session_id, **fields)
    services.bus.publish(SessionStarted(at=1, session_id=session_id, agent="opencode", session=session))


def heard(services: Services) -> list[SessionMarked]:
    found: list[SessionMarked] = []

    def hear(entry: Announcement) -> None:
        if isinstance(entry.event, SessionMarked):
            found.append(entry.event)

    services.bus.subscribe(hear)
    return found


async def test_a_name_and_labels_are_trimmed_told_and_outlive_the_hub(tmp_path: Path) -> None:
    async with open_domain(tmp_path) as services:
        start(services)
        told = heard(services)
        change = MarkChange(name="  Payments\n\x07 rewrite ", labels=[" api", "API", "", "später "])
        mark = await services.marks.change("s1", change)
        assert (mark.name, mark.labels) == ("Payments rewrite", ["api", "später"])
        assert [event.mark for event in told] == [mark]
        assert services.snapshot().marks == [mark]
    async with open_domain(tmp_path) as services:
        assert services.snapshot().marks == [mark]


async def test_what_is_not_mentioned_stays_and_an_empty_name_is_forgotten(tmp_path: Path) -> None:
    async with open_domain(tmp_path) as services:
        start(services)
        await services.marks.change("s1", MarkChange(name="One", labels=["a"], todos_pinned=True))
        mark = await services.marks.change("s1", MarkChange(archived=True))
        assert (mark.name, mark.labels, mark.archived, mark.todos_pinned) == ("One", ["a"], True, True)
        assert (await services.marks.change("s1", MarkChange(name="  "))).name is None
        await services.marks.change("s1", MarkChange(labels=[], archived=False, todos_pinned=False))
        assert services.snapshot().marks == []
        await services.store.settled()
        assert await services.store.read("SELECT * FROM marks") == []


async def test_the_same_again_is_not_told_again(tmp_path: Path) -> None:
    async with open_domain(tmp_path) as services:
        start(services)
        told = heard(services)
        for _ in range(3):
            await services.marks.change("s1", MarkChange(name="One"))
        assert len(told) == 1


async def test_two_people_at_once_lose_nothing(tmp_path: Path) -> None:
    async with open_domain(tmp_path) as services:
        start(services)
        changes = (MarkChange(name="One"), MarkChange(labels=["a"]), MarkChange(archived=True))
        await asyncio.gather(*(services.marks.change("s1", change) for change in changes))
        mark = services.marks.of("s1")
        assert (mark.name, mark.labels, mark.archived) == ("One", ["a"], True)


@pytest.mark.parametrize("labels", [["x" * 41], [str(number) for number in range(13)]])
async def test_too_much_is_refused_and_changes_nothing(tmp_path: Path, labels: list[str]) -> None:
    async with open_domain(tmp_path) as services:
        start(services)
        with pytest.raises(BadRequestError):
            await services.marks.change("s1", MarkChange(name="One", labels=labels))
        assert not services.marks.has("s1")
        with pytest.raises(NotFoundError):
            await services.marks.change("nobody", MarkChange(name="One"))


def prompt(services: Services, at: int) -> None:
    services.bus.publish(PromptReceived(at=at, session_id="child", agent="opencode", message_id="m", text="Go"))


def tool(services: Services, session_id: str) -> None:
    now = services.clock.now_ms()
    services.bus.publish(ToolStarted(at=now, session_id=session_id, agent="opencode", call_id="c", tool="bash"))


async def test_what_is_archived_at_work_stays_there_until_its_next_turn(tmp_path: Path) -> None:
    async with open_domain(tmp_path) as services:
        start(services, state="busy")
        start(services, "child", parent_id="s1", root_id="s1")
        await services.marks.change("s1", MarkChange(archived=True))
        for session_id in ("s1", "child"):
            tool(services, session_id)
            await asyncio.sleep(0)
            assert services.marks.of("s1").archived
        for session_id in ("child", "s1"):
            services.bus.publish(SessionStopped(at=services.clock.now_ms(), session_id=session_id, agent="opencode"))
        await asyncio.sleep(0)
        assert services.marks.of("s1").archived
        tool(services, "s1")
        await asyncio.sleep(0)
        assert not services.marks.of("s1").archived


async def test_work_in_an_archived_session_brings_it_back_into_sight(tmp_path: Path) -> None:
    async with open_domain(tmp_path) as services:
        start(services)
        start(services, "child", parent_id="s1", root_id="s1")
        told = heard(services)
        await services.marks.change("s1", MarkChange(name="One", archived=True))
        session = make_session(title="renamed")
        services.bus.publish(SessionUpdated(at=2, session_id="s1", agent="opencode", session=session))
        await asyncio.sleep(0)
        assert services.marks.of("s1").archived, "a new title is no work"
        prompt(services, at=3)
        await asyncio.sleep(0)
        assert services.marks.of("s1").archived, "what was said long ago is no work"
        for _ in range(2):
            prompt(services, at=services.clock.now_ms())
        await asyncio.sleep(0)
        assert [(event.mark.archived, event.mark.name) for event in told] == [(True, "One"), (False, "One")]
    async with open_domain(tmp_path) as services:
        assert not services.marks.of("s1").archived


async def test_labels_given_in_the_moment_a_session_works_again_stay(tmp_path: Path) -> None:
    async with open_domain(tmp_path) as services:
        start(services)
        await services.marks.change("s1", MarkChange(archived=True))
        now = services.clock.now_ms()
        services.bus.publish(PromptReceived(at=now, session_id="s1", agent="opencode", message_id="m1", text="Go on"))
        await services.marks.change("s1", MarkChange(labels=["mine"]))
        await services.store.settled()
        assert services.marks.of("s1") == SessionMark(session_id="s1", labels=["mine"])
    async with open_domain(tmp_path) as services:
        assert services.marks.of("s1") == SessionMark(session_id="s1", labels=["mine"])

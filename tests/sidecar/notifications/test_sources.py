"""What people are told of sessions: done, failed, stuck, too dear; once, and nothing of the past."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from fakes.domain import make_draft
from fakes.notified import Notified, notified, settle
from pilot_sidecar.core.events import (
    BudgetReached,
    DiffUpdated,
    ErrorRaised,
    Event,
    MessageCompleted,
    MessageDelta,
    PromptReceived,
    SessionStopped,
    SessionUpdated,
    UsageUpdated,
)
from pilot_sidecar.core.models import FileDiff, Usage
from pilot_sidecar.notifications.sources import Sources


@pytest.fixture
async def hub(tmp_path: Path) -> AsyncIterator[Notified]:
    async with notified(tmp_path, PILOT_NOTIFY_STUCK_AFTER_S="600") as hub:
        hub.session()
        hub.arrive("page", "hidden")
        await hub.step()
        yield hub


def publish(hub: Notified, kind: type[Event], session_id: str = "s1", **fields: object) -> None:  # type: ignore[valid-type] # a union of classes
    values = {"at": hub.clock.now_ms(), "session_id": session_id, "agent": "opencode", **fields}
    hub.services.bus.publish(kind(**values))  # type: ignore[operator] # one of them


def prompt(hub: Notified, session_id: str = "s1") -> None:
    publish(hub, PromptReceived, session_id, message_id="m1", text="Fix the tests")


def say(hub: Notified, words: str, session_id: str = "s1") -> None:
    publish(hub, MessageCompleted, session_id, message_id="m2", part_id="p1", text=words)


async def work(hub: Notified, seconds: float, session_id: str = "s1", reason: str = "completed") -> None:
    prompt(hub, session_id)
    await hub.step(seconds)
    publish(hub, SessionStopped, session_id, reason=reason)
    await hub.step()


async def test_long_work_that_is_done_is_told_with_its_summary(hub: Notified) -> None:
    publish(hub, UsageUpdated, usage=Usage(cost_usd=1.0))
    publish(hub, DiffUpdated, files=[FileDiff(path="old.py", additions=1)])
    prompt(hub)
    await hub.step(240)
    files = [FileDiff(path="old.py", additions=1), FileDiff(path="a.py"), FileDiff(path="b.py")]
    publish(hub, DiffUpdated, files=files)
    publish(hub, UsageUpdated, usage=Usage(cost_usd=1.37))
    say(hub, "All tests pass.\n\nI changed two files.")
    publish(hub, SessionStopped)
    await hub.step()
    [event] = hub.raised
    assert event.notice.title == "OpenCode is done after 4 min, 2 files changed, $0.37"
    assert event.notice.body == "All tests pass. I changed two files."
    assert (event.notice.session_id, event.notice.project, event.notice.urgent) == ("s1", "api", False)
    await hub.step(21)
    assert hub.pushed() == [event.notice.id]


async def test_short_work_is_not_told(hub: Notified) -> None:
    await work(hub, 59)
    assert hub.raised == []


@pytest.mark.parametrize("reason", ["aborted", "error"])
async def test_work_that_was_stopped_or_failed_is_not_called_done(hub: Notified, reason: str) -> None:
    await work(hub, 90, reason=reason)
    assert hub.told("finished") == []


async def test_a_sub_agent_is_not_told_of_but_counts_to_its_root(hub: Notified) -> None:
    hub.session("child", parent_id="s1", root_id="s1")
    prompt(hub)
    await work(hub, 100, "child")
    await work(hub, 10, "child", reason="error")
    publish(hub, ErrorRaised, "child", code="x", message="The tool broke.")
    await hub.step()
    assert hub.raised == []
    publish(hub, SessionStopped)
    await hub.step()
    assert hub.told("finished") == ["OpenCode is done after 2 min"]


async def test_whoever_is_there_sees_it_and_nobody_else_is_told(hub: Notified) -> None:
    hub.arrive("page", "active")
    await work(hub, 90)
    await hub.step(1000)
    assert (hub.shown_on(), hub.push.attempts, hub.telegram.attempts) == (["page"], [], [])


async def test_whoever_comes_in_time_is_not_told_elsewhere(hub: Notified) -> None:
    await work(hub, 90)
    await hub.step(10)
    hub.arrive("page", "active")
    await hub.step()
    hub.arrive("page", "hidden")
    await hub.step(1000)
    assert (hub.shown_on(), hub.push.attempts, hub.telegram.attempts) == (["page"], [], [])


async def test_the_next_turn_takes_the_last_ones_notice_from_the_screens_only(hub: Notified) -> None:
    await work(hub, 90)
    await hub.step(21)
    prompt(hub)
    await hub.step()
    assert [event.notice_id for event in hub.withdrawn] == [hub.raised[0].notice.id]
    assert (len(hub.pushed()), hub.push.withdrawn) == (1, [])
    await hub.step(500)
    assert hub.texted() == []


async def test_an_idle_that_comes_before_the_end_of_the_turn_loses_nothing(hub: Notified) -> None:
    prompt(hub)
    await hub.step(90)
    publish(hub, SessionUpdated, session=hub.services.sessions.all()[0].model_copy(update={"state": "idle"}))
    await hub.step(0.2)
    publish(hub, SessionStopped)
    await hub.step()
    assert len(hub.told("finished")) == 1


async def test_what_is_brought_in_from_the_past_is_not_told(hub: Notified) -> None:
    old = hub.clock.now_ms() - 3_600_000
    publish(hub, PromptReceived, at=old, message_id="m1", text="Long ago")
    publish(hub, ErrorRaised, at=old + 1, code="x", message="It broke.")
    publish(hub, SessionStopped, at=old + 900_000)
    publish(hub, SessionStopped, at=old + 900_000, reason="error")
    await hub.step()
    assert hub.raised == []


async def test_one_failure_is_told_once(hub: Notified) -> None:
    prompt(hub)
    await hub.step(5)
    publish(hub, ErrorRaised, code="turn_failed", message="Out of credit.\nPay up.")
    publish(hub, SessionStopped, reason="error")
    await hub.step()
    assert [(event.notice.title, event.notice.body) for event in hub.raised] == [
        ("OpenCode stopped with an error", "Out of credit. Pay up.")
    ]
    await hub.step(500)
    publish(hub, ErrorRaised, code="turn_failed", message="Out of credit.\nPay up.")
    await hub.step()
    assert len(hub.raised) == 1
    await hub.step(200)
    publish(hub, ErrorRaised, code="turn_failed", message="Out of credit.\nPay up.")
    await hub.step()
    assert len(hub.raised) == 2


async def test_a_turn_that_fails_without_a_word_is_told_too(hub: Notified) -> None:
    await work(hub, 5, reason="error")
    assert [(event.notice.kind, event.notice.body) for event in hub.raised] == [("error", "The turn failed.")]


async def test_trouble_of_the_hub_itself_is_told(hub: Notified) -> None:
    error = ErrorRaised(at=hub.clock.now_ms(), code="storage", message="The disk is full.")
    hub.services.bus.publish(error)
    hub.services.bus.publish(error.model_copy())
    await hub.step()
    assert [(event.notice.title, event.notice.body) for event in hub.raised] == [
        ("Pilot has a problem", "The disk is full.")
    ]


async def test_a_session_that_shows_nothing_new_is_told_once_and_taken_back_when_it_goes_on(hub: Notified) -> None:
    prompt(hub)
    for _ in range(19):
        await hub.step(31)
    assert hub.raised == []
    await hub.step(31)
    await hub.step(31)
    assert hub.told("stuck") == ["OpenCode has shown nothing new for 10 min"]
    await hub.step(3000)
    assert (len(hub.raised), len(hub.pushed())) == (1, 1)
    publish(hub, MessageDelta, message_id="m2", part_id="p1", offset=0, delta="…")
    await hub.step()
    assert [(event.notice_id, event.outcome) for event in hub.withdrawn] == [(hub.raised[0].notice.id, "It goes on")]
    await hub.push.until(lambda: hub.push.withdrawn)


async def test_words_and_sub_agents_are_something_new(hub: Notified) -> None:
    hub.session("child", parent_id="s1", root_id="s1", state="busy")
    prompt(hub)
    for number in range(60):
        await hub.step(31)
        publish(hub, MessageDelta, "child" if number % 2 else "s1", message_id="m", part_id="p", offset=0, delta="x")
    assert hub.raised == []


async def test_people_who_are_slow_to_answer_make_nobody_stuck(hub: Notified) -> None:
    hub.session("child", parent_id="s1", root_id="s1", state="busy")
    prompt(hub)
    ask = await hub.ask(session_id="child")
    for _ in range(60):
        await hub.step(31)
    await hub.answer(ask)
    await hub.step(31)
    assert hub.told("stuck") == []


async def test_stuck_is_never_said_where_that_is_switched_off(tmp_path: Path) -> None:
    async with notified(tmp_path, PILOT_NOTIFY_STUCK_AFTER_S="0") as hub:
        hub.session()
        prompt(hub)
        for _ in range(50):
            await hub.step(100)
        assert hub.raised == []


async def test_a_budget_that_is_used_up_is_told(hub: Notified) -> None:
    publish(hub, BudgetReached, period="session", spent_usd=5.124, limit_usd=5)
    hub.services.bus.publish(BudgetReached(at=hub.clock.now_ms(), period="day", spent_usd=20, limit_usd=20))
    await hub.step()
    assert hub.told("budget") == [
        "This session's budget is used up: $5.12 of $5.00",
        "Today's budget is used up: $20.00 of $20.00",
    ]


async def test_a_deleted_session_is_silent_and_its_notices_go(hub: Notified) -> None:
    await work(hub, 90)
    await hub.services.bin.delete("s1")
    await hub.step()
    assert [(event.notice_id, event.session_id) for event in hub.withdrawn] == [(hub.raised[0].notice.id, None)]
    publish(hub, SessionStopped, reason="error")
    publish(hub, ErrorRaised, code="x", message="It broke.")
    await hub.step(1000)
    assert (len(hub.raised), hub.push.attempts) == (1, [])


async def test_a_recording_shows_at_the_desk_only(hub: Notified) -> None:
    hub.session("demo", demo=True)
    await work(hub, 90, "demo")
    await hub.step(1000)
    assert (hub.told("finished") != [], hub.push.attempts, hub.telegram.attempts) == (True, [], [])


async def test_what_an_agent_wrote_is_on_one_line_and_cut(hub: Notified) -> None:
    hub.session("s2", agent="codex", directory="/home/dev/web", project_id="w")
    await hub.ask(session_id="s2", agent="codex", command="echo a\u202e\n\x1b[2J" + "x" * 5000)
    [event] = hub.raised
    notice = event.notice
    assert (notice.title, notice.agent, notice.urgent) == ("Codex asks to run a command", "codex", True)
    assert len(notice.body) == 240
    assert notice.body.startswith("echo a [2Jxxx")
    assert notice.body.isprintable()
    assert "allow_once" not in notice.quick


async def test_nobody_is_told_of_a_canary(hub: Notified) -> None:
    hub.arrive("page")
    folder = "/home/dev/canary"
    project = hub.services.canaries.begin(folder)
    hub.session("c1", directory=folder, project_id=project)
    ask = await hub.ask(session_id="c1", directory=folder, command="echo pilot canary")
    await hub.step(40)  # past the phones' turn
    publish(hub, ErrorRaised, "c1", code="x", message="It failed.")
    await hub.step(40)
    await hub.answer(ask)
    assert (hub.raised, hub.pushed(), hub.texted()) == ([], [], [])


async def test_what_breaks_in_one_part_ends_no_notices(hub: Notified, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> float:
        raise RuntimeError("This should not happen.")

    monkeypatch.setattr(Sources, "_look_for_stuck", broken)
    task = asyncio.get_running_loop().create_task(hub.pipeline.run())
    try:
        await settle()
        await hub.services.asks.open(make_draft())
        async with asyncio.timeout(3):
            while not hub.raised:
                await asyncio.sleep(0.01)
        assert not task.done()
    finally:
        task.cancel()
        await asyncio.wait([task])


async def test_notes_of_progress_are_kept_only_while_somebody_looks(tmp_path: Path) -> None:
    async with notified(tmp_path, PILOT_NOTIFY_STUCK_AFTER_S="0") as hub:
        hub.session()
        prompt(hub)
        for number in range(50):
            say(hub, "Going on.", f"child{number}")
        prompt(hub)
        await hub.step()
        assert len(hub.pipeline._sources._turns._fresh) == 0

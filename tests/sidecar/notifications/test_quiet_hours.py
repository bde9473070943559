"""Quiet hours in the machine's own time: what waits, until when, and what goes on afterwards."""

import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from pydantic import ValidationError

from fakes.clock import FakeClock
from fakes.notified import notified
from pilot_sidecar.core.events import ErrorRaised
from pilot_sidecar.core.notices_model import NoticeKind
from pilot_sidecar.core.settings_model import Settings
from pilot_sidecar.notifications.quiet_hours import quiet_until, waits


def at(day: int, hour: int, minute: int = 0) -> int:
    return round(datetime(2026, 3, day, hour, minute).timestamp() * 1000)


@pytest.mark.parametrize(
    ("hours", "now", "until"),
    [
        ("22:00-07:00", at(1, 21, 59), None),
        ("22:00-07:00", at(1, 22), at(2, 7)),
        ("22:00-07:00", at(2, 0, 30), at(2, 7)),
        ("22:00-07:00", at(2, 7), None),
        ("09:00-12:30", at(2, 12, 29), at(2, 12, 30)),
        ("09:00-12:30", at(2, 13), None),
        ("23:00-00:00", at(2, 23, 30), at(3, 0)),
        ("08:00-08:00", at(2, 8), None),
        ("", at(2, 3), None),
    ],
)
def test_quiet_hours_end_when_they_say(hours: str, now: int, until: int | None) -> None:
    assert quiet_until(Settings(quiet_hours=hours), now) == until


@pytest.mark.parametrize("hours", ["22:00-07:0\u0660", "0\u0667:00-08:00", "7-8", "24:00-07:00", "22:00-07:00\n"])
def test_hours_that_no_clock_understands_are_not_saved(hours: str) -> None:
    """They would stop every notice."""
    with pytest.raises(ValidationError):
        Settings(quiet_hours=hours)


@pytest.mark.parametrize(
    ("but_for", "goes_out"),
    [
        ("asks_and_errors", {"ask", "error"}),
        ("asks", {"ask"}),
        ("errors", {"error"}),
        ("nothing", set()),
    ],
)
def test_what_is_excepted_goes_out(but_for: str, goes_out: set[str]) -> None:
    settings = Settings.model_validate({"quietHours": "22:00-07:00", "quietExcept": but_for})
    kinds: list[NoticeKind] = ["ask", "finished", "error", "stuck", "budget"]
    assert {kind for kind in kinds if waits(settings, kind, at(1, 23)) is None} == goes_out


@pytest.fixture
def berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="this system has no time zones of a process's own")
@pytest.mark.usefixtures("berlin")
@pytest.mark.parametrize("minutes", range(0, 360, 10))
@pytest.mark.parametrize("day", ["2026-10-24T22:00:00+00:00", "2026-03-28T22:00:00+00:00"])
@pytest.mark.parametrize("hours", ["22:00-02:30", "02:10-02:50", "23:00-03:00"])
def test_nights_with_another_clock_end_later_than_now(hours: str, day: str, minutes: int) -> None:
    """What ends in the past would be looked at again and again, for an hour."""
    now = round(datetime.fromisoformat(day).timestamp() * 1000) + minutes * 60_000
    until = quiet_until(Settings(quiet_hours=hours), now)
    assert until is None or now < until <= now + 7 * 3600 * 1000


async def test_an_ask_waits_for_the_end_of_quiet_hours_and_the_rest_is_dropped(tmp_path: Path) -> None:
    night = FakeClock(at(1, 23))
    quiet = {"PILOT_QUIET_HOURS": "22:00-07:00", "PILOT_QUIET_EXCEPT": "nothing"}
    async with notified(tmp_path, clock=night, **quiet) as hub:
        hub.session()
        await hub.ask()
        hub.services.bus.publish(ErrorRaised(at=night.now_ms(), session_id="s1", code="x", message="Out of credit."))
        await hub.step(3600)
        assert (hub.raised, hub.push.attempts, hub.pipeline.quiet()) == ([], [], True)
        await hub.step(7 * 3600)
        assert ([event.notice.kind for event in hub.raised], len(hub.pushed())) == (["ask"], 1)
        assert (hub.pipeline.quiet(), hub.texted()) == (False, [])
        await hub.step(121)
        assert len(hub.texted()) == 1


async def test_an_ask_answered_in_quiet_hours_is_told_to_nobody(tmp_path: Path) -> None:
    night = FakeClock(at(1, 23))
    quiet = {"PILOT_QUIET_HOURS": "22:00-07:00", "PILOT_QUIET_EXCEPT": "errors"}
    async with notified(tmp_path, clock=night, **quiet) as hub:
        hub.session()
        await hub.answer(await hub.ask())
        await hub.step(9 * 3600)
        assert (hub.raised, hub.withdrawn, hub.push.attempts) == ([], [], [])


async def test_a_ladder_that_quiet_hours_interrupt_goes_on_in_the_morning(tmp_path: Path) -> None:
    evening = FakeClock(at(1, 21, 59) + 55_000)
    quiet = {"PILOT_QUIET_HOURS": "22:00-07:00", "PILOT_QUIET_EXCEPT": "nothing"}
    async with notified(tmp_path, clock=evening, **quiet) as hub:
        hub.session()
        hub.arrive("page", "hidden")
        await hub.ask()
        await hub.step(3600)
        assert (hub.shown_on(), hub.push.attempts) == (["page"], [])
        await hub.step(8 * 3600 + 10)
        assert hub.push.attempts == []
        await hub.step(21)
        assert len(hub.pushed()) == 1


async def test_nobody_is_reached_elsewhere_while_asks_wait_for_the_morning(tmp_path: Path) -> None:
    night = FakeClock(at(1, 23))
    async with notified(tmp_path, clock=night, PILOT_QUIET_HOURS="22:00-07:00", PILOT_QUIET_EXCEPT="nothing") as hub:
        assert not hub.services.presence.somebody()
        night.advance(9 * 3600)
        assert hub.services.presence.somebody()

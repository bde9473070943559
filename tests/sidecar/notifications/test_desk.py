"""Which page or window shows a notice, and when another one does."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from fakes.notified import Notified, notified
from pilot_sidecar.core.attention import ACTIVE_FOR_S, GRACE_S, MAX_SURFACES, RETURNS_S, Surface, Surfaces
from pilot_sidecar.core.errors import ConflictError
from pilot_sidecar.core.windows import Place


@pytest.fixture
async def hub(tmp_path: Path) -> AsyncIterator[Notified]:
    async with notified(tmp_path) as hub:
        hub.session(directory="/home/dev/api/src")
        yield hub


def open_window(hub: Notified, name: str, folder: str, *, focused: bool = False, notifies: bool = True) -> None:
    def show(_place: Place) -> None: ...

    hub.services.windows.put(name, name, [folder], show, focused=focused)
    hub.arrive(name, "hidden", notifies=notifies, vscode=True)


async def test_the_surface_in_use_shows_it_and_all_others_only_hear_of_it(hub: Notified) -> None:
    hub.arrive("window", "active", vscode=True, notifies=False)
    hub.arrive("page", "visible")
    await hub.ask()
    assert hub.shown_on() == ["window"]


async def test_of_two_that_are_in_use_the_last_one_shows_it(hub: Notified) -> None:
    hub.arrive("page-one", "active")
    hub.clock.advance(1)
    hub.arrive("page-two", "active")
    await hub.ask()
    assert hub.shown_on() == ["page-two"]


async def test_without_anybody_there_the_page_that_was_used_last_shows_it(hub: Notified) -> None:
    for name in ("page-one", "page-two"):
        hub.clock.advance(1)
        hub.arrive(name, "active")
    for name in ("page-two", "page-one"):
        hub.arrive(name, "hidden")
        hub.clock.advance(1)
    hub.arrive("page-mute", "visible", notifies=False)
    open_window(hub, "window", "/home/dev/api")
    await hub.ask()
    assert hub.shown_on() == ["page-one"]


async def test_without_a_page_the_window_with_the_sessions_folder_shows_it(hub: Notified) -> None:
    open_window(hub, "api", "/home/dev/api")
    open_window(hub, "web", "/home/dev/web", focused=True)
    await hub.ask()
    assert hub.shown_on() == ["api"]


async def test_without_that_the_window_last_in_use_shows_it(hub: Notified) -> None:
    open_window(hub, "mute", "/home/dev/api", notifies=False)
    open_window(hub, "other", "/home/dev/other")
    open_window(hub, "web", "/home/dev/web", focused=True)
    await hub.ask()
    assert hub.shown_on() == ["web"]


async def test_pages_that_may_not_notify_show_nothing_to_whoever_is_elsewhere(hub: Notified) -> None:
    hub.arrive("page-mute", "visible", notifies=False)
    await hub.ask()
    assert (hub.shown_on(), len(hub.pushed())) == ([None], 1)


async def test_a_page_in_use_that_says_nothing_more_does_not_count_for_ever(hub: Notified) -> None:
    hub.arrive("laptop", "active", notifies=False)
    hub.clock.advance(ACTIVE_FOR_S)
    await hub.ask()
    assert (hub.shown_on(), len(hub.pushed())) == ([None], 1)


async def test_a_window_that_is_closed_hands_on_to_the_next(hub: Notified) -> None:
    open_window(hub, "api", "/home/dev/api")
    open_window(hub, "web", "/home/dev/web")
    await hub.ask()
    await hub.step(5)
    hub.leave("api")
    await hub.step(GRACE_S - 0.1)
    assert hub.shown_on() == ["api"]
    await hub.step(0.2)
    assert [(event.surface, event.sound) for event in hub.raised] == [("api", True), ("web", False)]
    assert len({event.notice.id for event in hub.raised}) == 1


async def test_the_last_one_that_is_closed_hands_on_to_phones(hub: Notified) -> None:
    open_window(hub, "api", "/home/dev/api")
    await hub.ask()
    await hub.step(2)
    hub.leave("api")
    await hub.step(GRACE_S + 0.1)
    assert (hub.shown_on(), len(hub.pushed())) == (["api"], 1)


async def test_a_page_whose_connection_breaks_shows_it_once(hub: Notified) -> None:
    hub.arrive("page", "active")
    await hub.ask()
    hub.leave("page")
    await hub.step(GRACE_S / 2)
    hub.arrive("page", "active")
    await hub.step(GRACE_S)
    assert hub.shown_on() == ["page"]


async def test_a_page_that_is_back_after_long_shows_it_still(hub: Notified) -> None:
    hub.arrive("page", "active")
    await hub.ask()
    hub.leave("page")
    await hub.step(GRACE_S + 1)
    assert len(hub.pushed()) == 1
    hub.arrive("page", "active")
    await hub.step()
    assert hub.shown_on() == ["page"]
    hub.leave("page")
    await hub.step(GRACE_S + 1)
    assert hub.shown_on() == ["page"]


async def test_a_page_that_is_loaded_anew_gets_what_came_meanwhile(hub: Notified) -> None:
    hub.arrive("before", "active")
    hub.leave("before")
    await hub.ask()
    assert (hub.raised, hub.push.attempts) == ([], [])
    await hub.step(1)
    hub.arrive("after", "active")
    await hub.step()
    assert (hub.shown_on(), hub.push.attempts) == (["after"], [])


async def test_a_page_that_does_not_come_back_holds_nobody_up(hub: Notified) -> None:
    hub.arrive("before", "active")
    hub.leave("before")
    await hub.ask()
    await hub.step(RETURNS_S + 0.01)
    assert (hub.shown_on(), len(hub.pushed())) == ([None], 1)


async def test_a_person_who_comes_to_another_surface_finds_it_there_once(hub: Notified) -> None:
    hub.arrive("page", "hidden")
    await hub.ask()
    assert hub.shown_on() == ["page"]
    await hub.step(3)
    hub.arrive("window", "active", vscode=True)
    await hub.step()
    assert [(event.surface, event.sound) for event in hub.raised] == [("page", True), ("window", False)]
    hub.arrive("page", "active")
    hub.arrive("window", "hidden", vscode=True)
    await hub.step(1)
    hub.arrive("window", "active", vscode=True)
    await hub.step(1)
    assert hub.shown_on() == ["page", "window"]


async def test_a_person_who_saw_it_is_not_followed(hub: Notified) -> None:
    hub.arrive("window", "active", vscode=True)
    await hub.ask()
    hub.arrive("window", "hidden", vscode=True)
    hub.arrive("page", "active")
    await hub.step(1)
    assert hub.shown_on() == ["window"]


async def test_the_settings_page_is_told_who_can_show_something(hub: Notified) -> None:
    desk = hub.pipeline.states()[0]
    assert (desk.channel, desk.state, "pilot open" in desk.message) == ("desk", "off", True)
    hub.arrive("page-mute", "visible", notifies=False)
    assert "may show notices" in hub.pipeline.states()[0].message
    hub.arrive("window", "hidden", vscode=True)
    desk = hub.pipeline.states()[0]
    assert (desk.state, [one.id for one in desk.endpoints], desk.delivered_at) == ("ready", ["window"], None)
    await hub.ask()
    assert hub.pipeline.states()[0].delivered_at == hub.clock.now_ms()


async def test_a_test_is_shown_where_it_was_asked_for(hub: Notified) -> None:
    assert (await hub.pipeline.test("desk", None)).ok is False
    hub.arrive("page-one", "active")
    hub.arrive("page-two", "hidden")
    assert (await hub.pipeline.test("desk", None)).ok
    assert (await hub.pipeline.test("desk", "page-two")).message == "Shown on: A page on this machine."
    assert (await hub.pipeline.test("desk", "page-gone")).ok is False
    assert hub.shown_on() == ["page-one", "page-two"]
    assert {event.notice.kind for event in hub.raised} == {"test"}
    await hub.step(500)
    assert hub.push.attempts == []


async def test_a_test_goes_to_one_phone_only(hub: Notified) -> None:
    trial = await hub.pipeline.test("push", "phone")
    assert (trial.ok, [one.notice.kind for one in hub.push.delivered]) == (True, ["test"])
    assert (await hub.pipeline.test("push", "nobody")).ok is False


async def test_nobody_speaks_for_a_page_of_somebody_else(hub: Notified) -> None:
    surfaces = hub.services.surfaces
    hub.arrive("page-one", "hidden")
    mine = Surface("page-one", "page", attention="active")
    for attempt in (surfaces.claim, surfaces.report):
        with pytest.raises(ConflictError):
            attempt("device mallory", mine)
    with surfaces.holding("device mallory", mine):
        assert not surfaces.attended()
    assert [one.id for one in surfaces.all()] == ["page-one"]


async def test_reports_without_a_stream_count_for_nothing_and_are_bounded(hub: Notified) -> None:
    surfaces = hub.services.surfaces
    hub.arrive("page-one", "hidden")
    for number in range(MAX_SURFACES + 10):
        surfaces.report("device mallory", Surface(f"made-up-{number}", "page", attention="active"))
    assert (surfaces.attended(), surfaces.attended_since(1), len(surfaces.all())) == (False, False, 1)
    hub.arrive("page-two", "active")
    assert surfaces.attended()


async def test_a_report_that_came_before_its_stream_counts_once_that_is_open(hub: Notified) -> None:
    surfaces: Surfaces = hub.services.surfaces
    surfaces.report("me", Surface("page-one", "page", attention="active"))
    assert not surfaces.attended()
    with surfaces.holding("me", Surface("page-one", "page")):
        assert surfaces.attended()
        with surfaces.holding("me", Surface("page-one", "page")):
            pass
        assert surfaces.attended()
    assert not surfaces.attended()

"""An open page tells its person once, where they are, and takes away what was dealt with."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from playwright.async_api import Browser, expect

from browser.harness.notices import Desk, Phone, Shown, desk_of
from browser.harness.screen import PHONE, Screen
from browser.test_accessibility import clean
from pilot_sidecar.core.asks_model import Actor, DecisionRequest
from pilot_sidecar.core.notices_model import Notice

SWITCH_SOUND_ON = "localStorage.setItem('pilot.notices.sound', 'on')"
COUNT_TONES = """(() => {
  window.tones = [];
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (...at) {
    window.tones.push(Math.round(this.frequency.value));
    return start.apply(this, at);
  };
})()"""


@pytest_asyncio.fixture(loop_scope="session")
async def desk(tmp_path: Path, browser: Browser) -> AsyncIterator[Desk]:
    async with desk_of(browser, tmp_path / "home") as desk:
        yield desk


def finished(desk: Desk, session: str = "s2") -> Notice:
    """Return the notice of a session that is not looked at."""
    at = desk.services.clock.now_ms()
    return Notice(
        id=f"finished:{session}:1", kind="finished", at=at, title="OpenCode has finished", body="All tests pass.",
        project="api", session_id=session,
    )  # fmt: skip


async def test_the_hub_knows_whether_somebody_looks(desk: Desk) -> None:
    phone = await desk.phone()
    await desk.surfaces(lambda all_: [(one.attention, one.notifies) for one in all_] == [("active", True)])
    await phone.look(away=True)
    await desk.surfaces(lambda all_: [one.attention for one in all_] == ["hidden"])
    await phone.look(away=False)
    await desk.surfaces(lambda all_: [one.attention for one in all_] == ["active"])
    await phone.leave()
    await desk.surfaces(lambda all_: all_ == [])


async def test_whoever_may_only_look_is_no_surface(desk: Desk) -> None:
    phone = await desk.phone("view")
    await phone.look(away=True)
    await phone.screen.page.wait_for_timeout(300)
    assert [one.url for one in phone.screen.requests if "attention" in one.url] == []
    assert all(one.attention == "hidden" for one in desk.services.surfaces.all())


async def test_a_page_behind_others_shows_what_it_is_told_to_and_takes_it_away(desk: Desk) -> None:
    phone = await desk.phone()
    await phone.look(away=True)
    await desk.surfaces(lambda all_: [(one.attention, one.notifies) for one in all_] == [("hidden", True)])
    ask = await desk.ask()
    notice = desk.notice(ask)
    desk.tell(notice, await phone.surface())
    await phone.only(tag=notice.id, body="npm test\napi", actions=["allow", "deny"], silent=True)
    await desk.services.asks.decide(ask.id, DecisionRequest(kind="deny", digest=ask.digest), Actor(kind="vscode"))
    await phone.until(_nothing)


async def test_it_is_allowed_from_the_pages_notice(desk: Desk) -> None:
    phone = await desk.phone()
    await phone.look(away=True)
    await desk.surfaces(lambda all_: [(one.attention, one.notifies) for one in all_] == [("hidden", True)])
    ask = await desk.ask()
    notice = desk.notice(ask)
    desk.tell(notice, await phone.surface(), sound=True)
    await phone.only(tag=notice.id, silent=False)
    await phone.press(notice.id, "allow")
    assert (await desk.services.asks.get(ask.id)).state == "resolved"


async def test_what_was_withdrawn_goes_and_what_was_over_never_comes(desk: Desk) -> None:
    phone = await desk.phone()
    await phone.look(away=True)
    surface = await phone.surface()
    first, second = finished(desk), finished(desk, "s3")
    desk.tell(first, surface)
    await phone.only(tag=first.id)
    desk.withdraw(first)
    await phone.until(_nothing)
    desk.withdraw(second)
    desk.tell(second, surface)
    ask = await desk.ask()
    await desk.services.asks.decide(ask.id, DecisionRequest(kind="deny", digest=ask.digest), Actor(kind="vscode"))
    desk.tell(desk.notice(ask), surface)
    desk.tell(finished(desk, "s4"), surface, at=desk.services.clock.now_ms() - 3_600_000)
    last = finished(desk, "s5")
    desk.tell(last, surface)
    await phone.only(tag=last.id)


async def test_only_the_page_that_is_named_shows_it_and_two_tabs_make_one_notice(desk: Desk) -> None:
    phone, other = await desk.phone(), await desk.phone()
    second = Phone(Screen(await phone.context.new_page(), desk.hub.url), desk.hub.url)
    await second.screen.page.goto(f"{desk.hub.url}/")
    await second.screen.page.locator("session-rail [data-session]").first.wait_for(state="attached")
    for one in (phone, second, other):
        await one.look(away=True)
    notice = desk.notice(await desk.ask())
    for page in (phone, second):
        desk.tell(notice, await page.surface())
    await phone.only(tag=notice.id)
    await phone.push(desk.message(notice))
    await phone.only(tag=notice.id, silent=True)
    assert await other.shown() == []
    second.screen.check()


async def test_what_moves_to_another_tab_is_shown_there_and_what_moves_away_goes(desk: Desk) -> None:
    phone = await desk.phone()
    second = Phone(Screen(await phone.context.new_page(), desk.hub.url), desk.hub.url)
    await second.screen.page.goto(f"{desk.hub.url}/")
    await second.screen.page.locator("session-rail [data-session]").first.wait_for(state="attached")
    for one in (phone, second):
        await one.look(away=True)
    notice = desk.notice(await desk.ask())
    desk.tell(notice, await phone.surface())
    await phone.only(tag=notice.id, by=await phone.surface())
    desk.tell(notice, await second.surface())
    await phone.only(tag=notice.id, by=await second.surface())
    await phone.screen.page.wait_for_timeout(150)
    await phone.only(tag=notice.id)
    desk.tell(notice, "a-window-of-vs-code")
    await phone.until(_nothing)
    second.screen.check()


async def test_a_page_that_comes_back_closes_what_was_answered_meanwhile(desk: Desk) -> None:
    phone = await desk.phone()
    await phone.look(away=True)
    ask = await desk.ask()
    await phone.push(desk.message(desk.notice(ask)))
    await phone.only(actions=["allow", "deny"])
    await phone.leave()
    await desk.services.asks.decide(ask.id, DecisionRequest(kind="deny", digest=ask.digest), Actor(kind="vscode"))
    assert len(await phone.shown()) == 1
    await phone.screen.page.goto(f"{desk.hub.url}/")
    await phone.until(_nothing)


async def test_a_page_in_use_says_it_in_itself_politely(desk: Desk) -> None:
    phone = await desk.phone()
    await phone.screen.page.goto(f"{desk.hub.url}/#asks")
    search = phone.screen.page.get_by_role("searchbox").first
    await search.focus()
    desk.tell(finished(desk, "s1"), await phone.surface())
    line = phone.screen.page.locator("notice-bar").get_by_role("status").filter(has_text="OpenCode has finished")
    await expect(line).to_contain_text("OpenCode has finished · api · All tests pass.")
    await expect(search).to_be_focused()
    assert await phone.shown() == []
    await clean(phone.screen)
    await line.get_by_role("button", name="Open").click()
    await expect(line).to_be_hidden()
    await phone.screen.when("location.hash === '#session=s1'")


async def test_news_moves_no_ask_away_from_the_finger(desk: Desk) -> None:
    phone = await desk.phone(**PHONE)
    await desk.ask()
    await phone.screen.page.goto(f"{desk.hub.url}/#asks")
    row = phone.screen.page.locator(".ask-row")
    before = await row.bounding_box()
    desk.tell(finished(desk), await phone.surface())
    news = phone.screen.page.locator("ask-list notice-bar").get_by_role("status").filter(has_text="has finished")
    await expect(news).to_be_in_viewport()
    assert await row.bounding_box() == before
    await clean(phone.screen)


async def test_it_sounds_where_that_is_wanted_once_somebody_pressed_something(desk: Desk) -> None:
    phone = await desk.phone()
    page = phone.screen.page
    await page.evaluate(COUNT_TONES)
    desk.tell(desk.notice(await desk.ask("ls")), await phone.surface(), sound=True)
    await page.evaluate(SWITCH_SOUND_ON)
    await page.add_init_script(COUNT_TONES)
    assert await page.evaluate("tones") == [], "off unless it was switched on here"
    await page.reload()
    await page.locator("session-rail [data-session]").first.wait_for(state="attached")
    await page.get_by_role("searchbox").first.click()
    desk.tell(desk.notice(await desk.ask("npm test")), await phone.surface(), sound=True)
    await phone.screen.when("tones.length === 2")
    desk.tell(finished(desk), await phone.surface(), sound=True)
    await phone.screen.when("tones.length === 5")
    desk.tell(finished(desk, "s3"), await phone.surface(), sound=False)
    await page.wait_for_timeout(200)
    assert len(await page.evaluate("tones")) == 5


async def test_without_permission_nothing_is_shown_and_nobody_is_asked(desk: Desk) -> None:
    phone = await desk.phone(permission=False)
    await phone.look(away=True)
    await desk.surfaces(lambda all_: [(one.attention, one.notifies) for one in all_] == [("hidden", False)])
    desk.tell(finished(desk), await phone.surface())
    await phone.screen.page.wait_for_timeout(300)
    assert await phone.shown() == []


def _nothing(shown: Shown) -> bool:
    return shown == []

"""Notifications on the settings page of a real hub: channels, what goes where, quiet hours, the way to a chat."""

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, expect

from browser.harness.screen import DESK, PHONE, Screen
from browser.test_accessibility import AXE, FITS, RUN
from fakes.bot_api import TOKEN, serve_bot_api
from fakes.hub_process import HubProcess, start_hub

NOWHERE = "http://127.0.0.1:9"
"""Where no Bot API answers."""
BESIDE_SWITCH = """(() => {
  const box = document.getElementById("notices-desk");
  box.scrollIntoView({ block: "center" });
  const { x, y } = box.getBoundingClientRect();
  return document.elementFromPoint(x + 5, y - 11).id;
})()"""
"""What a finger meets a little above a switch."""
BELOW_TOP = """document.querySelector("[data-group=notifications]").getBoundingClientRect().top
  - document.querySelector("settings-sheet .sheet-content").getBoundingClientRect().top"""


@pytest_asyncio.fixture(loop_scope="session")
async def own_hub(tmp_path: Path) -> AsyncIterator[HubProcess]:
    async with start_hub(tmp_path / "home", "--demo", PILOT_TELEGRAM_API_URL=NOWHERE) as hub:
        yield hub


async def visit(
    hub: HubProcess, browser: Browser, scope: str = "admin", *, sessions: bool = True, **options: Any
) -> Screen:
    """Open the settings at the notifications, in a browser with a role."""
    status, link = await hub.call("POST", "/api/pair", {"scope": scope})
    assert status == 201
    context = await browser.new_context(reduced_motion="reduce", **{**DESK, **options})
    screen = Screen(await context.new_page(), hub.url)
    await screen.page.goto(json.loads(json.dumps(link))["url"])
    await expect(screen.page.locator("session-row" if sessions else "session-rail").first).to_be_visible()
    await screen.page.evaluate("document.querySelector('app-shell').actions.openNotifications()")
    await expect(screen.page.get_by_role("heading", name="Notifications")).to_be_focused()
    await expect(screen.page.locator("channel-row")).to_have_count(3)
    return screen


async def leave(screen: Screen) -> None:
    await screen.page.context.close()
    screen.check()


def box(screen: Screen, kind: str, way: str) -> Locator:
    """Return the box of one kind and channel, by the names people hear."""
    return screen.page.get_by_role("group", name=kind, exact=True).get_by_role("checkbox", name=way, exact=True)


async def rules(hub: HubProcess) -> dict[str, Any]:
    status, view = await hub.call("GET", "/api/notifications")
    assert status == 200
    return dict(json.loads(json.dumps(view))["rules"])


async def test_what_goes_where_is_saved_by_key_undone_by_key_and_seen_elsewhere(
    own_hub: HubProcess, browser: Browser
) -> None:
    screen, other = await visit(own_hub, browser), await visit(own_hub, browser, "view")
    await box(screen, "Errors", "Telegram").focus()
    await screen.page.keyboard.press("Space")
    await expect(screen.page.get_by_text("Saved. Errors: Telegram off.")).to_be_visible()
    assert (await rules(own_hub))["error"] == {"desk": True, "push": True, "telegram": False, "sound": True}
    await expect(box(other, "Errors", "Telegram")).not_to_be_checked()
    await expect(box(other, "Errors", "Telegram")).to_be_disabled()
    await screen.button("Undo").press("Enter")
    await expect(box(screen, "Errors", "Telegram")).to_be_checked()
    await expect(box(screen, "Errors", "Telegram")).to_be_focused()
    await expect(box(other, "Errors", "Telegram")).to_be_checked()
    assert (await rules(own_hub))["error"]["telegram"] is True
    await expect(other.button("Send a test: This desk")).to_have_count(0)
    await leave(screen)
    await leave(other)


async def test_they_are_at_the_top_whatever_comes_above_them_later(own_hub: HubProcess, browser: Browser) -> None:
    for size in (DESK, PHONE):
        screen = await visit(own_hub, browser, **size)
        await screen.page.wait_for_timeout(300)
        assert abs(await screen.page.evaluate(BELOW_TOP)) < 8
        await screen.page.mouse.move(360, 600)
        await screen.page.mouse.wheel(0, -300)
        await screen.when(f"({BELOW_TOP}) > 200")
        await screen.page.locator("reach-panel").evaluate("(panel) => panel.append(document.createElement('hr'))")
        await screen.page.wait_for_timeout(100)
        assert await screen.page.evaluate(BELOW_TOP) > 200, "whoever moves is left where they are"
        await leave(screen)


async def test_a_project_has_a_rule_of_its_own(own_hub: HubProcess, browser: Browser) -> None:
    screen = await visit(own_hub, browser)
    await screen.page.locator(".project-rule select").first.select_option("Asks only")
    await expect(screen.page.locator("project-rules").get_by_text("Saved.")).to_be_visible()
    assert list((await rules(own_hub))["projects"].values()) == ["asks"]
    await screen.page.locator(".project-rule select").first.select_option("Everything")
    await expect(screen.page.locator(".project-rule[data-rule=all]")).to_have_count(1)
    await leave(screen)


async def test_what_the_hub_refuses_is_ticked_back_and_says_why(own_hub: HubProcess, browser: Browser) -> None:
    screen = await visit(own_hub, browser)
    screen.expected = "503"
    error = {"error": {"code": "busy", "message": "The disk is full.", "hint": "Make room."}}
    await screen.page.route(
        "**/api/notifications",
        lambda route: route.fulfill(status=503, json=error) if route.request.method == "PATCH" else route.continue_(),
    )
    await box(screen, "Asks", "Push").click()
    await expect(screen.page.get_by_text("Not saved. The disk is full. Make room.")).to_be_visible()
    await expect(box(screen, "Asks", "Push")).to_be_checked()
    await leave(screen)


async def test_quiet_hours_are_two_times_and_one_text(own_hub: HubProcess, browser: Browser) -> None:
    screen = await visit(own_hub, browser)
    field = screen.page.locator("setting-field[data-setting=quiet_hours]")
    await field.get_by_label("From").fill("23:30")
    await screen.page.get_by_role("searchbox", name="Search settings").focus()
    await expect(field.get_by_label("to", exact=True)).to_have_value("07:00")
    await screen.button("Save").click()
    await expect(screen.page.get_by_text("Saved.", exact=True)).to_be_visible()
    assert json.loads((own_hub.home / "config.json").read_text())["quiet_hours"] == "23:30-07:00"
    await field.get_by_role("button", name=re.compile("Reset to default")).click()
    await expect(field.get_by_label("From")).to_have_value("")
    await screen.button("Save").click()
    await expect(field.get_by_text("Default", exact=True)).to_be_visible()
    await leave(screen)


async def test_a_stranger_is_led_to_a_bot_and_told_when_it_cannot_be_reached(
    own_hub: HubProcess, browser: Browser
) -> None:
    screen = await visit(own_hub, browser)
    screen.expected = "50[0-9]|4[0-9][0-9]"
    setup = screen.page.locator("telegram-setup")
    await expect(setup.get_by_role("link", name="@BotFather")).to_be_visible()
    await expect(setup.get_by_role("button", name="Connect a chat")).to_have_count(0)
    await setup.get_by_role("button", name="To the field").click()
    await expect(screen.page.locator("#setting-telegram_token")).to_be_focused()
    await screen.page.keyboard.type("12345:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
    await screen.button("Save").click()
    await setup.get_by_role("button", name="Connect a chat").click()
    await expect(setup.locator(".test-result[data-ok=false]")).not_to_be_empty()
    await leave(screen)


async def test_a_bot_is_set_up_from_nothing_to_a_test_in_the_chat(tmp_path: Path, browser: Browser) -> None:
    async with serve_bot_api() as api, start_hub(tmp_path / "home", PILOT_TELEGRAM_API_URL=api.url) as hub:
        screen = await visit(hub, browser, sessions=False)
        setup = screen.page.locator("telegram-setup")
        await screen.page.locator("#setting-telegram_token").fill(TOKEN)
        await screen.button("Save").click()
        markers = "[...document.querySelectorAll('.steps li')].map((one) => getComputedStyle(one, '::marker').content)"
        await expect(setup.get_by_role("button", name="Connect a chat")).to_be_visible()
        assert await screen.page.evaluate(markers) == ['"✓ "', '"✓ "', "normal"]
        await setup.get_by_role("button", name="Connect a chat").click()
        link = await setup.get_by_role("link", name="Open Telegram").get_attribute("href")
        assert link is not None
        assert re.fullmatch(r"\d:\d\d left|10:00 left", await setup.locator(".time-left").inner_text())
        api.write(f"/start {link.partition('=')[2]}")
        await expect(setup).to_contain_text("The chat is connected.")
        await expect(setup).to_contain_text("Connected to Anna. Answers of one person count.")
        row = screen.page.locator("channel-row", has_text="Telegram")
        await expect(row).to_contain_text("Ready")
        await screen.button("Send a test: Telegram").click()
        await api.written("A test from Pilot")
        await expect(row.locator(".test-result[data-ok=true]")).not_to_be_empty()
        await expect(row).to_contain_text("Last delivery")
        assert TOKEN not in await screen.page.content()
        await leave(screen)


async def test_sections_are_a_press_away_and_a_search_keeps_what_belongs_together(
    own_hub: HubProcess, browser: Browser
) -> None:
    screen = await visit(own_hub, browser)
    await screen.page.get_by_role("navigation", name="Sections").get_by_role("button", name="History").click()
    await expect(screen.page.get_by_role("heading", name="History")).to_be_in_viewport()
    search = screen.page.get_by_role("searchbox", name="Search settings")
    await search.fill("sound")
    await expect(box(screen, "Asks", "Sound")).to_be_visible()
    await expect(screen.page.get_by_role("heading", name="History")).to_have_count(0)
    await search.fill("quiet")
    await expect(screen.page.locator("channel-row").first).to_be_hidden()
    await expect(screen.page.get_by_label("From")).to_be_visible()
    await leave(screen)


@pytest.mark.parametrize(("size", "scheme"), [(DESK, "light"), (PHONE, "dark"), (PHONE, "light")])
async def test_it_fits_and_is_legible(own_hub: HubProcess, browser: Browser, size: dict[str, Any], scheme: str) -> None:
    screen = await visit(own_hub, browser, color_scheme=scheme, **size)
    await box(screen, "Stuck", "Push").click()
    await expect(screen.page.get_by_text("Saved. Stuck: Push off.")).to_be_visible()
    await screen.page.evaluate(AXE)
    assert await screen.page.evaluate(RUN) == []
    assert await screen.page.evaluate(FITS)
    assert await screen.page.evaluate("document.querySelector('settings-sheet dialog').scrollTop") == 0
    await expect(screen.page.get_by_text("Saved. Stuck: Push off.")).to_be_in_viewport()
    assert await screen.page.evaluate(BESIDE_SWITCH) == "notices-desk"
    await leave(screen)

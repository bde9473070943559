"""Settings on the page of a real hub: where values come from, what is saved, and what never leaves the hub."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, expect

from browser.harness.screen import DESK, Screen
from fakes.hub_process import HubProcess, start_hub

TOKEN = "12345:this-is-a-secret-of-the-bot"
CONFIG = f'{{"telegram_token":"{TOKEN}",   "keep_days": 45, "from_the_future": {{"a": [1]}}}}\n'


@pytest_asyncio.fixture(loop_scope="session")
async def own_hub(tmp_path: Path) -> AsyncIterator[HubProcess]:
    """A hub with settings from everywhere, written by a person with a style of their own."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "config.json").write_text(CONFIG)
    (home / ".env").write_text("PILOT_KEEP_MEGABYTES=500\n")
    async with start_hub(home, "--demo", PILOT_FETCH_TIMEOUT_MS="5000") as hub:
        yield hub


@pytest_asyncio.fixture(loop_scope="session")
async def screen(own_hub: HubProcess, browser: Browser) -> AsyncIterator[Screen]:
    screen = await visit(own_hub, browser, "admin")
    yield screen
    await screen.page.context.close()
    screen.check()


async def visit(hub: HubProcess, browser: Browser, scope: str) -> Screen:
    """Open the settings in a browser with a role."""
    status, link = await hub.call("POST", "/api/pair", {"scope": scope})
    assert status == 201
    context = await browser.new_context(**DESK)  # type: ignore[arg-type] # a fixed set of options
    screen = Screen(await context.new_page(), hub.url)
    await screen.page.goto(json.loads(json.dumps(link))["url"])
    await screen.button("Settings").click()
    await expect(screen.page.get_by_role("dialog", name="Settings")).to_be_visible()
    return screen


def field(screen: Screen, name: str) -> Locator:
    """Return one setting."""
    return screen.page.locator(f"setting-field:has(#setting-{name})")


async def test_each_value_says_where_it_comes_from_and_the_shell_wins(screen: Screen) -> None:
    await expect(field(screen, "keep_days").get_by_text("Saved", exact=True)).to_be_visible()
    await expect(field(screen, "keep_megabytes").get_by_text(".env", exact=True)).to_be_visible()
    await expect(field(screen, "keep_alive").get_by_text("Default", exact=True)).to_be_visible()
    pinned = field(screen, "fetch_timeout_ms")
    await expect(pinned.get_by_text("Shell", exact=True)).to_be_visible()
    await expect(pinned.get_by_role("textbox")).to_be_disabled()
    await expect(pinned).to_contain_text("PILOT_FETCH_TIMEOUT_MS")
    await expect(field(screen, "host")).to_contain_text("when the hub is started again")


async def test_looking_and_changing_back_leaves_every_byte_of_the_file(own_hub: HubProcess, screen: Screen) -> None:
    days = field(screen, "keep_days").get_by_role("textbox")
    await days.fill("30")
    await expect(screen.button("Save")).to_be_visible()
    await days.fill("45")
    await expect(screen.button("Save")).to_be_hidden()
    secret = screen.page.locator("#setting-telegram_token")
    await secret.fill("typed")
    await secret.fill("")
    await expect(screen.button("Save")).to_be_hidden()
    await screen.page.keyboard.press("Escape")
    await expect(screen.page.get_by_role("dialog")).to_have_count(0)
    assert (own_hub.home / "config.json").read_text() == CONFIG


async def test_saving_one_value_leaves_the_others_and_the_secret_as_they_are(
    own_hub: HubProcess, screen: Screen
) -> None:
    await field(screen, "keep_days").get_by_role("textbox").fill("30")
    await screen.button("Save").click()
    await expect(screen.page.get_by_text("Saved.", exact=True)).to_be_visible()
    kept = json.loads((own_hub.home / "config.json").read_text())
    assert kept == {"telegram_token": TOKEN, "keep_days": 30, "from_the_future": {"a": [1]}}
    assert TOKEN not in await screen.page.content()
    answers = [await request.response() for request in screen.requests if "/api/settings" in request.url]
    for answer in filter(None, answers):
        assert TOKEN not in await answer.text()


async def test_a_secret_is_replaced_and_cleared_but_never_shown(own_hub: HubProcess, screen: Screen) -> None:
    secret = field(screen, "telegram_token")
    box = screen.page.locator("#setting-telegram_token")
    await expect(box).to_have_value("")
    await expect(box).to_have_attribute("type", "password")
    await box.fill("67890:another")
    await screen.button("Save").click()
    await expect(secret.get_by_text("Saved", exact=True)).to_be_visible()
    await expect(box).to_have_value("")
    assert json.loads((own_hub.home / "config.json").read_text())["telegram_token"] == "67890:another"
    await secret.get_by_role("button", name="Clear").click()
    await screen.button("Save").click()
    await expect(secret.get_by_text("Default", exact=True)).to_be_visible()
    assert "telegram_token" not in json.loads((own_hub.home / "config.json").read_text())


async def test_what_does_not_fit_is_told_at_the_field_and_nothing_is_saved(own_hub: HubProcess, screen: Screen) -> None:
    screen.expected = "400"
    days = field(screen, "keep_days")
    await days.get_by_role("textbox").fill("0")
    await days.get_by_role("textbox").press("Tab")
    await field(screen, "keep_alive").get_by_role("combobox").select_option("always")
    await expect(days.locator(".problem")).not_to_be_empty()
    await screen.button("Save").click()
    await expect(screen.page.get_by_text("Nothing was saved.")).to_be_visible()
    await expect(days.get_by_role("textbox")).to_be_focused()
    assert (own_hub.home / "config.json").read_text() == CONFIG


async def test_changes_that_are_not_saved_are_not_lost_by_closing(screen: Screen) -> None:
    await field(screen, "keep_days").get_by_role("textbox").fill("30")
    await screen.page.keyboard.press("Escape")
    await expect(screen.page.get_by_text("changes that are not saved")).to_be_visible()
    await expect(field(screen, "keep_days").get_by_role("textbox")).to_have_value("30")
    await screen.button("Discard").click()
    await screen.page.keyboard.press("Escape")
    await expect(screen.page.get_by_role("dialog")).to_have_count(0)


async def test_what_somebody_else_saves_is_shown_at_once(own_hub: HubProcess, screen: Screen) -> None:
    await expect(field(screen, "keep_days").get_by_role("textbox")).to_have_value("45")
    status, _ = await own_hub.call("PATCH", "/api/settings", {"values": {"keep_days": 12}})
    assert status == 200
    await expect(field(screen, "keep_days").get_by_role("textbox")).to_have_value("12")


async def test_keys_for_push_are_made_by_a_click_and_replaced_only_on_purpose(
    own_hub: HubProcess, screen: Screen
) -> None:
    screen.expected = "409"
    await screen.button("Make keys").click()
    await expect(screen.page.get_by_text("New keys are saved.")).to_be_visible()
    made = json.loads((own_hub.home / "config.json").read_text())
    assert len(made["vapid_public_key"]) > 80
    assert made["vapid_private_key"] not in await screen.page.content()
    await screen.button("Make keys").click()
    await expect(screen.button("Replace them")).to_be_visible()
    assert json.loads((own_hub.home / "config.json").read_text()) == made
    await screen.button("Replace them").click()
    await expect(screen.button("Replace them")).to_have_count(0)
    assert json.loads((own_hub.home / "config.json").read_text())["vapid_public_key"] != made["vapid_public_key"]


async def test_a_test_says_how_it_went(screen: Screen) -> None:
    await screen.button("Test the network").click()
    await expect(screen.page.locator(".test-result[data-ok]").first).not_to_be_empty()


async def test_a_search_finds_a_setting(screen: Screen) -> None:
    await screen.page.get_by_role("searchbox", name="Search settings").fill("megabytes")
    await expect(screen.page.locator("setting-field")).to_have_count(1)
    await expect(field(screen, "keep_megabytes")).to_be_visible()


async def test_devices_are_let_in_and_looked_after_from_here(screen: Screen) -> None:
    for door, sheet in (("Pair a device", "Pair a device"), ("Devices", "Devices")):
        await screen.page.get_by_role("dialog").get_by_role("button", name=door, exact=True).click()
        await expect(screen.page.get_by_role("dialog", name=sheet)).to_be_visible()
        await screen.page.keyboard.press("Escape")
        await screen.button("Settings").click()
    await expect(screen.page.locator("reach-panel")).to_contain_text("http://127.0.0.1:")
    await expect(screen.page.locator("tunnel-panel")).to_contain_text("Off")


@pytest.mark.parametrize("scope", ["view", "operate"])
async def test_a_lesser_role_may_only_look(own_hub: HubProcess, browser: Browser, scope: str) -> None:
    screen = await visit(own_hub, browser, scope)
    await expect(screen.page.get_by_text("This device may look at settings, not change them.")).to_be_visible()
    await expect(field(screen, "keep_days").get_by_role("textbox")).to_be_disabled()
    await expect(screen.button("Make keys")).to_have_count(0)
    await screen.page.context.close()
    screen.check()

"""Letting devices in and cutting them off: the picture on the screen, the yes at the desk, roles, follow links."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, expect

from browser.harness.devices import Devices, devices_of, open_sheet
from browser.harness.qr import read_qr
from browser.harness.screen import PHONE, Screen
from browser.test_accessibility import clean
from fakes.hub_process import start_hub

CUT = "401|403|ERR_INCOMPLETE_CHUNKED_ENCODING"
"""What a browser says of a stream that the hub ended, and of what it asks for afterwards."""
SHORT = re.compile(r"^\w{4}-\w{4}$")


@pytest_asyncio.fixture(loop_scope="session")
async def devices(tmp_path: Path, browser: Browser) -> AsyncIterator[Devices]:
    async with devices_of(browser, tmp_path / "home") as devices:
        yield devices


def dialog(screen: Screen) -> Locator:
    return screen.page.get_by_role("dialog")


async def invite(desk: Screen, role: str) -> str:
    """Open the sheet that lets a device in, pick what it may do, and return the short code."""
    await open_sheet(desk.page, "Pair a device")
    code = desk.page.locator("dialog[open] .short-code")
    await expect(code).to_have_text(SHORT)
    before = await code.text_content()
    if not await dialog(desk).get_by_role("radio", name=role, exact=True).is_checked():
        await dialog(desk).get_by_role("radio", name=role, exact=True).check()
        await expect(code).not_to_have_text(before or "")
    return str(await code.text_content())


async def type_code(stranger: Screen, code: str, name: str) -> None:
    await stranger.page.goto(stranger.url)
    await stranger.page.get_by_role("textbox", name="Pairing link or code").fill(code)
    await stranger.page.get_by_role("textbox", name="Name of this device").fill(name)
    await stranger.button("Pair this browser").click()


async def test_a_phone_is_paired_from_the_picture_on_the_screen(devices: Devices) -> None:
    desk = await devices.paired()
    await invite(desk, "Everything")
    picture = desk.page.get_by_role("img", name="QR code of the link")
    link = read_qr(await picture.screenshot())
    assert link.startswith(f"{devices.lan}/pair#code="), "an address that a phone can reach"
    phone = await devices.fresh(at=devices.lan, **PHONE)
    await phone.page.goto(link)
    await expect(phone.page.get_by_role("heading", name="Waiting for a yes")).to_be_visible()
    assert "code=" not in phone.page.url
    await clean(phone)
    wish = dialog(desk).get_by_role("group", name="wants in")
    await expect(wish).to_contain_text("to do everything, settings and devices included. Was that you?")
    await wish.get_by_role("button", name="Allow").click()
    await expect(phone.page.get_by_role("navigation", name="Pages")).to_be_visible()
    assert "code=" not in phone.page.url
    await expect(dialog(desk)).to_contain_text("” is paired.")
    await expect(desk.page.locator("confirmation-strip .wish")).to_have_count(0)
    assert [cookie["httpOnly"] for cookie in await phone.page.context.cookies()] == [True]


async def test_a_page_that_the_phone_dropped_while_it_waited_goes_on_waiting(devices: Devices) -> None:
    desk = await devices.paired()
    code = await invite(desk, "Answer")
    phone = await devices.fresh(**PHONE)
    await type_code(phone, code, "Phone")
    await expect(phone.page.get_by_role("heading", name="Waiting for a yes")).to_be_visible()
    await phone.page.reload()
    await expect(phone.page.get_by_role("heading", name="Waiting for a yes")).to_be_visible()
    await dialog(desk).get_by_role("button", name="Allow").click()
    await expect(phone.page.get_by_role("navigation", name="Pages")).to_be_visible()


async def test_a_page_that_waits_no_more_takes_its_question_back(devices: Devices) -> None:
    desk = await devices.paired()
    code = await invite(desk, "Work")
    await desk.page.keyboard.press("Escape")
    phone = await devices.fresh(at=devices.lan, **PHONE)
    await type_code(phone, code, "Phone")
    await expect(desk.page.get_by_role("group", name="wants in")).to_be_visible()
    await phone.button("Cancel").click()
    await expect(phone.page.get_by_role("heading", name="This browser is not paired")).to_be_visible()
    await expect(desk.page.get_by_role("group", name="wants in")).to_have_count(0)


async def test_a_device_that_nobody_wanted_is_refused_and_told(devices: Devices) -> None:
    desk = await devices.paired()
    code = await invite(desk, "Work")
    await desk.page.keyboard.press("Escape")
    stranger = await devices.fresh("401|403")
    await type_code(stranger, code, "Somebody's laptop")
    wish = desk.page.get_by_role("group", name="wants in")
    await expect(wish).to_contain_text("Somebody's laptop")
    await clean(desk)
    await wish.get_by_role("button", name="Refuse").focus()
    await desk.page.keyboard.press("Enter")
    await expect(stranger.page.get_by_role("alert")).to_contain_text("refused")
    await expect(wish).to_have_count(0)


async def test_a_short_code_is_typed_as_people_type_and_works_once(devices: Devices) -> None:
    desk = await devices.paired()
    code = await invite(desk, "Look")
    phone = await devices.fresh(**PHONE)
    await type_code(phone, f" {code.lower().replace('-', ' ')} ", "Kitchen")
    await expect(phone.page.get_by_role("navigation", name="Pages")).to_be_visible()
    await expect(dialog(desk)).to_contain_text("“Kitchen” is paired.")
    late = await devices.fresh()
    await type_code(late, code, "Late")
    await expect(late.page.get_by_role("alert")).to_contain_text("used already")


async def test_a_device_is_renamed_given_another_role_and_cut_off_while_it_looks(devices: Devices) -> None:
    desk, phone = await devices.paired(), await devices.paired("operate", **PHONE)
    phone.expected = CUT
    await open_sheet(desk.page, "Devices")
    row = desk.page.locator("device-row").filter(has_not=desk.page.get_by_text("this device"))
    await row.get_by_role("button", name="Rename").click()
    await row.get_by_role("textbox", name="Name of the device").fill("Anna's phone")
    await desk.page.keyboard.press("Enter")
    await expect(row).to_contain_text("Anna's phone")
    await expect(row.get_by_role("img", name="online", exact=True)).to_be_visible()
    await row.get_by_role("combobox", name="What Anna's phone may do").select_option(label="Look")
    await phone.when("document.querySelector('app-shell').data.viewer.scope === 'view'")
    await phone.page.get_by_role("button", name="More", exact=True).click()
    await expect(phone.page.get_by_role("menuitem", name="Find anything…")).to_be_visible()
    await expect(phone.page.get_by_role("menuitem", name="Open a folder…")).to_have_count(0)
    await row.get_by_role("button", name="Revoke Anna's phone").click()
    await expect(row).to_contain_text("This cannot be undone")
    await row.get_by_role("button", name="Revoke", exact=True).click()
    await expect(phone.page.get_by_role("heading", name="This browser has to be paired again")).to_be_visible(
        timeout=3000
    )
    await expect(row).to_have_count(0)
    await phone.page.reload()
    await expect(phone.page.get_by_role("heading", name="This browser has to be paired again")).to_be_visible()


async def test_signing_out_leaves_nothing_to_come_back_with(devices: Devices) -> None:
    desk = await devices.paired()
    desk.expected = CUT
    await open_sheet(desk.page, "Devices")
    await desk.button("Sign out of this device").click()
    await desk.button("Sign out").click()
    await expect(desk.page.get_by_role("heading", name="This browser has to be paired again")).to_be_visible()


@pytest.mark.parametrize(
    ("scope", "words"),
    [("view", "You are watching. This device may look"), ("approve", "This device answers what agents ask.")],
)
async def test_a_page_offers_only_what_its_role_may_do(devices: Devices, scope: str, words: str) -> None:
    screen = await devices.paired(scope)
    await screen.page.locator("session-rail [data-session]").first.click()
    await expect(screen.page.locator(".watching")).to_contain_text(words)
    await expect(screen.composer).to_be_hidden()
    await expect(screen.button("Allow once")).to_have_count(1 if scope == "approve" else 0, timeout=60_000)
    await screen.page.locator("session-head").get_by_role("button", name="Session menu").click()
    items = await screen.page.get_by_role("menuitem").all_text_contents()
    assert not {"Rename…", "Labels…", "Archive", "Delete", "Let somebody follow…"} & set(items), items
    await screen.page.keyboard.press("Escape")
    await screen.page.keyboard.press("n")
    await expect(dialog(screen)).to_have_count(0)
    await screen.page.keyboard.press("Control+k")
    for query in ("pair", "devices", "tunnel", "folder", "new session", "rename"):
        await screen.page.get_by_role("combobox").fill(query)
        titles = await screen.page.locator("[role=option] .option-title").all_text_contents()
        forbidden = ("Pair a", "Devices", "Start the tunnel", "Open a folder", "New session", "Rename this")
        assert not [title for title in titles if title.startswith(forbidden)], titles


async def test_a_teammate_follows_one_session_and_sees_nothing_else(devices: Devices) -> None:
    desk = await devices.paired()
    await desk.page.locator("session-rail [data-session]").first.click()
    await desk.page.locator("session-head").get_by_role("button", name="Session menu").click()
    await desk.page.get_by_role("menuitem", name="Let somebody follow…").click()
    await expect(desk.page.locator("dialog[open] .short-code")).to_have_text(SHORT)
    await clean(desk)
    link = read_qr(await desk.page.get_by_role("img", name="QR code of the link").screenshot())
    mate = await devices.fresh("nothing", at=devices.lan)
    await mate.page.goto(link)
    await expect(mate.log).to_be_visible()
    await expect(mate.page.locator(".watching")).to_contain_text("You are watching this session live")
    await expect(mate.page.locator("session-rail, project-tabs:visible, bottom-nav, ask-list")).to_have_count(0)
    await clean(mate)
    await mate.page.goto(f"{mate.url}/#settings")
    await expect(dialog(mate).get_by_text("What works on this connection")).to_be_visible()
    await expect(dialog(mate).get_by_text("Notifications: not at this address")).to_be_visible()
    await expect(dialog(mate).locator("setting-field")).to_have_count(0)
    await clean(mate)
    await desk.page.keyboard.press("Escape")
    await open_sheet(desk.page, "Devices")
    await expect(desk.page.locator("device-row").filter(has_text="watches “")).to_contain_text("ends in 24 h")


async def test_where_no_device_can_get_here_the_sheet_says_what_to_do(tmp_path: Path, browser: Browser) -> None:
    async with start_hub(tmp_path / "home", "--demo") as hub:
        desk = await Devices(browser, hub, "").paired()
        await open_sheet(desk.page, "Pair a device")
        advice = desk.page.get_by_role("region", name="How devices get here")
        await expect(advice).to_be_visible()
        await expect(desk.page.get_by_role("img", name="QR code of the link")).to_have_count(0)
        await clean(desk)
        await advice.get_by_role("button", name="Network settings").click()
        await expect(desk.page.locator("#setting-host")).to_be_focused()
        await desk.page.context.close()
        desk.check()

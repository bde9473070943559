"""Everything by a few letters, and a day without a mouse."""

from playwright.async_api import Locator, expect

from agents.harness.hub import Client
from agents.harness.opencode import Serve
from browser.harness.screen import PHONE, Screen, Screens
from browser.harness.steps import begin, gone, refill
from browser.test_accessibility import AXE, RUN


async def test_a_session_is_found_by_a_few_letters_and_the_focus_goes_back(
    serve: Serve, client: Client, screens: Screens
) -> None:
    screen = await screens.paired()
    first, second = await begin(serve, client), await begin(serve, client)
    await client.call("PATCH", f"/api/sessions/{first}", {"name": "Repair the lighthouse"})
    await screen.show(second)
    await screen.composer.focus()
    await screen.page.keyboard.press("Control+k")
    await expect(field(screen)).to_be_focused()
    await screen.page.keyboard.type("lihouse")
    await expect(chosen(screen)).to_contain_text("Repair the lighthouse")
    await screen.page.keyboard.press("Escape")
    await expect(screen.composer).to_be_focused()
    await screen.page.keyboard.press("Control+k")
    await screen.page.keyboard.type("lihouse")
    await screen.page.keyboard.press("Enter")
    await expect(screen.page.locator("session-head h1")).to_have_text("Repair the lighthouse")
    assert first in screen.page.url
    await screen.page.keyboard.press("Control+k")
    await expect(screen.page.get_by_role("group", name="Used lately")).to_contain_text("Repair the lighthouse")


async def test_it_is_legible_to_a_screen_reader_and_runs_actions(
    serve: Serve, client: Client, screens: Screens
) -> None:
    screen = await screens.paired(reduced_motion="reduce")  # what fades in is pale at first
    await screen.show(await begin(serve, client))
    await screen.page.keyboard.press("Control+k")
    await expect(chosen(screen)).to_be_visible()
    await screen.page.evaluate(AXE)
    assert await screen.page.evaluate(RUN) == []
    await screen.page.keyboard.type("shortcuts")
    await screen.page.keyboard.press("Enter")
    sheet = screen.page.get_by_role("dialog", name="Keyboard shortcuts")
    await expect(sheet).to_contain_text("Stop the turn")
    assert await screen.page.evaluate(RUN) == []


async def test_a_setting_is_found_by_its_name(serve: Serve, client: Client, screens: Screens) -> None:
    screen = await screens.paired()
    await screen.show(await begin(serve, client))
    await screen.page.keyboard.press("Control+k")
    await screen.page.keyboard.type("PILOT_KEEP_DAYS")
    await expect(screen.page.get_by_role("group", name="Settings").get_by_role("option").first).to_be_visible()
    await screen.page.keyboard.press("Enter")
    sheet = screen.page.get_by_role("dialog", name="Settings")
    await expect(sheet.locator("setting-field[data-setting=keep_days]").locator("input").first).to_be_focused()


async def test_on_a_phone_it_is_a_sheet_from_the_bottom(serve: Serve, client: Client, screens: Screens) -> None:
    screen = await screens.paired("Phone", **PHONE)
    session = await begin(serve, client)
    await client.call("PATCH", f"/api/sessions/{session}", {"name": "Water the ferns"})
    await screen.page.goto(screen.url)
    await screen.button("More").tap()
    await screen.page.get_by_role("menuitem", name="Find anything…").tap()
    await field(screen).fill("ferns")
    await chosen(screen).tap()
    await expect(screen.page.locator("session-head h1")).to_have_text("Water the ferns")


async def test_a_day_by_keyboard(serve: Serve, client: Client, screens: Screens) -> None:
    screen = await screens.paired()
    await screen.page.goto(screen.url)
    other = await begin(serve, client)
    await screen.show(other)
    keys = screen.page.keyboard

    await keys.press("n")
    sheet = screen.page.get_by_role("dialog", name="New session")
    await expect(sheet).to_be_visible()
    await pick(screen, sheet.locator("select[name=agent]"), "OpenCode")
    await sheet.locator("textarea[name=prompt]").focus()
    await keys.type("clean please")
    keep = refill(serve)
    await tab_to(screen, sheet.get_by_role("button", name="Start", exact=True))
    await keys.press("Enter")

    await screen.when("location.hash.startsWith('#session=') && !location.hash.endsWith('" + other + "')")
    await expect(screen.log).to_contain_text("I will remove node_modules.", timeout=45_000)
    started = screen.page.url.partition("#session=")[2]
    await client.waiting(started)
    await expect(screen.permission).to_contain_text("rm -rf node_modules")
    await expect(screen.permission).to_contain_text("May delete files")
    await expect(screen.button("Allow once")).to_be_enabled()
    await keys.press("Enter")
    assert keep.exists()
    await keys.press("a")
    await gone(keep)
    await expect(screen.log).to_contain_text("Done. The tool said")

    await keys.press("Control+k")
    await keys.type(await shown_name(screen, other))
    await keys.press("Enter")
    await expect(screen.page).to_have_url(f"{screen.url}/#session={other}")

    await keys.press("i")
    await keys.type("slow please")
    await keys.press("Enter")
    await expect(screen.log).to_contain_text("word5")
    await keys.press("Escape")
    await keys.press("Escape")
    await client.idle(other)
    await expect(screen.button("Stop")).to_be_hidden()

    await keys.press("?")
    await expect(screen.page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    await keys.press("Escape")
    await expect(screen.page.get_by_role("dialog")).to_have_count(0)


def field(screen: Screen) -> Locator:
    return screen.page.get_by_role("combobox", name="Find anything")


def chosen(screen: Screen) -> Locator:
    return screen.page.locator("palette-sheet [role=option][aria-selected=true]")


async def shown_name(screen: Screen, session: str) -> str:
    """Return what the list calls a session."""
    row = screen.page.locator(f"session-rail [data-session='{session}'] b").first
    return (await row.inner_text()).strip()


async def pick(screen: Screen, select: Locator, label: str) -> None:
    """Choose in a list by typing its beginning, as one does."""
    await select.focus()
    await screen.page.keyboard.type(label[:2])
    await expect(select.locator("option:checked")).to_have_text(label)


async def tab_to(screen: Screen, element: Locator) -> None:
    """Press Tab until it has the focus."""
    for _ in range(20):
        if await element.evaluate("(one) => one === document.activeElement"):
            return
        await screen.page.keyboard.press("Tab")
    raise AssertionError("Tab does not lead there")

"""What people keep of their sessions: names, labels, the archive; deleting with undo; filter and search."""

from playwright.async_api import Locator, expect

from agents.harness.hub import Client, Hub
from agents.harness.model import SPEECH
from agents.harness.opencode import Serve
from browser.harness.screen import Screen, Screens
from browser.harness.steps import begin


def row(screen: Screen, session: str) -> Locator:
    """Return a session's row in the list."""
    return screen.page.locator(f"session-row[data-id='{session}']")


async def choose(screen: Screen, session: str, item: str) -> None:
    """Pick something in the menu of a row."""
    await row(screen, session).hover()
    await row(screen, session).get_by_role("button", name="More about").click()
    await screen.page.get_by_role("menuitem", name=item, exact=True).click()


async def test_a_session_is_renamed_and_every_page_says_so(serve: Serve, client: Client, screens: Screens) -> None:
    session = await begin(serve, client)
    screen, other = await screens.paired(), await screens.paired("Other")
    await other.show(session)
    await screen.show(session)
    await choose(screen, session, "Rename…")
    field = screen.page.get_by_role("dialog", name="Rename session").get_by_role("textbox")
    await field.fill("The one that matters")
    await field.press("Enter")
    for page in (screen, other):
        await expect(page.page.locator("session-head h1")).to_have_text("The one that matters")
        await expect(row(page, session)).to_contain_text("The one that matters")
    await screen.button("Undo").click()
    await expect(other.page.locator("session-head h1")).not_to_have_text("The one that matters")


async def test_labels_are_put_on_found_and_taken_off(serve: Serve, client: Client, screens: Screens) -> None:
    session, another = await begin(serve, client), await begin(serve, client)
    screen = await screens.paired()
    await screen.show(session)
    await choose(screen, session, "Labels…")
    sheet = screen.page.get_by_role("dialog", name="Labels")
    for label in ("urgent", "spring clean"):
        await sheet.get_by_role("textbox").fill(label)
        await sheet.get_by_role("textbox").press("Enter")
        await expect(sheet.get_by_role("button", name=label, exact=True)).to_have_attribute("aria-pressed", "true")
    await sheet.get_by_role("button", name="urgent", exact=True).click()
    await sheet.get_by_role("button", name="Close").click()
    await expect(row(screen, session).locator(".labels i")).to_have_text(["spring clean"])
    await screen.page.get_by_role("searchbox", name="Filter sessions").fill("spring")
    await expect(row(screen, another)).to_have_count(0)
    await expect(row(screen, session)).to_be_visible()
    await screen.page.reload()
    await expect(row(screen, session)).to_contain_text("spring clean")
    await expect(row(screen, another)).to_have_count(0)
    await screen.button("Clear").click()
    await expect(row(screen, another)).to_be_visible()


async def test_the_archive_is_folded_and_ctrl_z_takes_out_again(serve: Serve, client: Client, screens: Screens) -> None:
    session = await begin(serve, client)
    screen = await screens.paired()
    await screen.show(await begin(serve, client))
    await choose(screen, session, "Archive")
    archive = screen.page.get_by_role("region", name="Archived")
    await expect(row(screen, session)).to_have_count(0)
    await archive.get_by_text("Archived").click()
    await expect(archive.locator(f"[data-id='{session}']")).to_be_visible()
    await screen.page.locator("session-head h1").click()
    await screen.page.keyboard.press("Control+z")
    await expect(archive.locator(f"[data-id='{session}']")).to_have_count(0)
    await expect(row(screen, session)).to_be_visible()


async def test_a_deleted_session_is_back_after_undo(serve: Serve, client: Client, screens: Screens) -> None:
    session = await begin(serve, client)
    serve.prompt(session, "speak to me")
    await client.idle(session)
    screen, other = await screens.paired(), await screens.paired("Other")
    await other.show(await begin(serve, client))
    await screen.show(session)
    await expect(screen.log).to_contain_text(SPEECH)
    await choose(screen, session, "Delete")
    for page in (screen, other):
        await expect(row(page, session)).to_have_count(0)
    await expect(screen.page).not_to_have_url(f"{screen.url}/#session={session}")
    await screen.page.wait_for_timeout(10_000)  # that long the offer has to stand at least
    await screen.button("Undo").click()
    await expect(screen.log).to_contain_text(SPEECH)
    for page in (screen, other):
        await expect(row(page, session)).to_be_visible()


async def test_the_list_is_narrowed_down_by_words_state_and_agent(
    serve: Serve, client: Client, screens: Screens
) -> None:
    session = await begin(serve, client)
    screen = await screens.paired()
    await screen.show(session)
    await screen.page.get_by_role("searchbox", name="Filter sessions").fill("no session is called that")
    await expect(screen.page.locator("session-row")).to_have_count(0)
    await expect(screen.page.locator("session-rail")).to_contain_text("No session fits.")
    await screen.page.keyboard.press("Escape")
    await expect(row(screen, session)).to_be_visible()
    serve.prompt(session, "clean please")
    await client.waiting(session)
    await screen.button("Filter by state and agent").click()
    await screen.page.get_by_role("menuitemcheckbox", name="Needs you").click()
    await screen.page.keyboard.press("Escape")
    await expect(screen.page.locator("session-row")).to_have_count(1)
    await expect(row(screen, session)).to_contain_text("rm -rf node_modules")
    await screen.button("Not only Needs you").click()
    await screen.button("Filter by state and agent").click()
    await screen.page.get_by_role("menuitemcheckbox", name="OpenCode").click()
    await screen.page.keyboard.press("Escape")
    await expect(row(screen, session)).to_be_visible()


async def test_words_are_found_in_all_transcripts(serve: Serve, client: Client, screens: Screens) -> None:
    session = await begin(serve, client)
    serve.prompt(session, "speak to me of the zanzibar affair")
    await client.idle(session)
    screen = await screens.paired()
    await screen.show(await begin(serve, client))
    await screen.page.get_by_role("searchbox", name="Filter sessions").fill("zanzibar")
    await screen.button("Search all transcripts…").click()
    hit = screen.page.locator("found-places").get_by_role("button").filter(has_text="zanzibar affair")
    await hit.first.click()
    await expect(screen.log).to_contain_text("zanzibar affair")
    assert f"#session={session}&item=" in screen.page.url


async def test_the_menu_of_a_row_works_by_keyboard(serve: Serve, client: Client, screens: Screens) -> None:
    session = await begin(serve, client)
    screen = await screens.paired()
    await screen.show(session)
    more = row(screen, session).get_by_role("button", name="More about")
    await more.focus()
    await screen.page.keyboard.press("Enter")
    menu = screen.page.get_by_role("menu")
    await expect(menu.get_by_role("menuitem", name="Open", exact=True)).to_be_focused()
    await screen.page.keyboard.press("End")
    await expect(menu.get_by_role("menuitem", name="Delete")).to_be_focused()
    await screen.page.keyboard.press("ArrowDown")
    await expect(menu.get_by_role("menuitem", name="Open", exact=True)).to_be_focused()
    await screen.page.keyboard.press("r")
    await expect(menu.get_by_role("menuitem", name="Rename…")).to_be_focused()
    await screen.page.keyboard.press("Escape")
    await expect(menu).to_be_hidden()
    await expect(more).to_be_focused()
    await row(screen, session).click(button="right")
    await expect(menu).to_be_visible()


async def test_a_device_that_may_only_look_is_offered_nothing_else(
    hub: Hub, serve: Serve, client: Client, screens: Screens
) -> None:
    session = await begin(serve, client)
    screen = await screens.unpaired()
    async with hub.client() as owner:
        _, link = await owner.call("POST", "/api/pair", {"scope": "view"})
    await screen.page.goto(link["url"])
    await expect(row(screen, session)).to_be_visible()
    await expect(screen.page.locator("rail-foot")).to_contain_text("may look, but not change anything")
    await expect(screen.button("New session")).to_be_hidden()
    await row(screen, session).click(button="right")
    items = await screen.page.get_by_role("menuitem").all_inner_texts()
    assert not set(items) & {"Rename…", "Labels…", "Archive", "Delete", "Stop the turn"}, items
    assert "Open" in items
    await screen.page.keyboard.press("Escape")
    await expect(screen.button("Open a project")).to_be_hidden()

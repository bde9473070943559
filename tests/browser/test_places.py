"""`/remote` of an agent's terminal, as a browser sees it: the folder's tab opens, in a new page or one in sight."""

import re
from pathlib import Path

from playwright.async_api import Page, expect

from agents.harness.hub import Client, Hub
from agents.harness.opencode import Sandbox, Serve
from agents.harness.slash import remote
from agents.harness.waiting import until
from browser.harness.screen import Screens
from browser.harness.steps import begin


async def shows_nothing_begun(page: Page, name: str) -> None:
    """Wait until a project's empty tab is open, and offers to begin."""
    await expect(page.get_by_role("heading", name=f"No session in {name} yet")).to_be_visible()
    await expect(page.get_by_role("button", name="New session", exact=True).first).to_be_visible()
    await expect(page.get_by_role("tab", name=name)).to_have_attribute("aria-selected", "true")


async def test_a_new_page_opens_on_the_folders_own_tab_and_the_open_one_follows_to_the_next(
    sandbox: Sandbox, hub: Hub, serve: Serve, client: Client, screens: Screens
) -> None:
    warehouse, harbour = (sandbox.new_project(name) for name in ("warehouse", "harbour"))
    found = await remote(hub, warehouse)
    assert found["where"] == "nowhere", "no page is in sight, and this hub has no screen"
    screen = await screens.paired()
    await screen.page.goto(found["url"])
    await shows_nothing_begun(screen.page, "warehouse")
    await remote_goes_to_the_page(hub, harbour)
    await shows_nothing_begun(screen.page, "harbour")
    await expect(screen.page.get_by_role("tab", name="warehouse")).to_be_visible()
    session = await begin(serve, client)
    await remote_goes_to_the_page(hub, sandbox.project, sessionId=session)
    await expect(screen.page).to_have_url(re.compile(f"#session={session}$"))
    await screen.page.go_back()
    await shows_nothing_begun(screen.page, "harbour")
    await screen.page.evaluate("Object.defineProperty(document, 'visibilityState', {value: 'hidden'})")
    await screen.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    async def out_of_sight() -> bool:
        return (await remote(hub, warehouse))["where"] == "nowhere"

    await until("the page to be out of sight", out_of_sight)


async def test_a_browser_that_is_not_paired_yet_goes_there_once_it_is(
    sandbox: Sandbox, hub: Hub, client: Client, screens: Screens
) -> None:
    found = await remote(hub, sandbox.new_project("lighthouse"))
    screen = await screens.unpaired()
    screen.expected = "401"  # the browser logs the 401 that tells the page
    await screen.page.goto(found["url"])
    await expect(screen.page.get_by_role("heading", name="This browser is not paired")).to_be_visible()
    _, link = await client.call("POST", "/api/pair", {})
    await screen.page.get_by_role("textbox", name="Pairing link or code").fill(link["short"])
    await screen.button("Pair this browser").click()
    await shows_nothing_begun(screen.page, "lighthouse")


async def remote_goes_to_the_page(hub: Hub, folder: Path, **more: object) -> None:
    """Wait until `/remote` turns to the page: the hub has to know first that somebody looks at it."""

    async def page() -> bool:
        return (await remote(hub, folder, **more))["where"] == "page"

    await until("a page in sight", page)

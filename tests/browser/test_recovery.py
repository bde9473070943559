"""The hub goes away and comes back; the page was open all the time."""

import asyncio

from playwright.async_api import expect

from agents.harness.hub import Hub
from agents.harness.opencode import Serve
from agents.harness.waiting import until
from browser.harness.screen import Screens
from browser.harness.steps import begin, refill


async def test_after_a_restart_the_ask_is_still_there_and_answerable(hub: Hub, serve: Serve, screens: Screens) -> None:
    screen = await screens.paired()
    async with hub.client() as client:
        session = await begin(serve, client)
        await screen.show(session)
        keep = refill(serve)
        serve.prompt(session, "clean please")
        await expect(screen.permission).to_be_visible()
    await screen.page.evaluate("window.sameDocument = true")
    screen.expected = "net::ERR"
    await asyncio.to_thread(hub.stop)
    await expect(screen.page.get_by_text("Not connected", exact=True)).to_be_visible()
    await expect(screen.permission).to_contain_text("rm -rf node_modules")
    await asyncio.to_thread(hub.start)
    await expect(screen.page.get_by_text("Connected", exact=True)).to_be_visible()
    await expect(screen.permission).to_contain_text("rm -rf node_modules")
    await screen.permission.get_by_role("button", name="Allow once").click()  # OpenCode may not be back yet

    async def taken() -> bool:
        return not keep.exists()

    await until("the answer to be taken", taken)
    await expect(screen.log).to_contain_text("Allowed once by Desk")
    await expect(screen.log).to_contain_text("Done. The tool said")
    assert await screen.page.evaluate("window.sameDocument")

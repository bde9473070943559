"""``pilot demo`` in a browser: clearly a demo, and its ask really waits."""

import json
from pathlib import Path

from playwright.async_api import Browser, expect

from browser.harness.screen import DESK, Screen
from fakes.hub_process import start_hub


async def test_the_demo_says_so_and_its_ask_is_answered(tmp_path: Path, browser: Browser) -> None:
    async with start_hub(tmp_path / "home", "--demo") as hub:
        status, link = await hub.call("POST", "/api/pair", {})
        assert status == 201
        context = await browser.new_context(**DESK)  # type: ignore[arg-type] # a fixed set of options
        screen = Screen(await context.new_page(), hub.url)
        await screen.page.goto(json.loads(json.dumps(link))["url"])
        await expect(screen.page.locator("session-head").get_by_text("Demo", exact=True)).to_be_visible()
        await expect(screen.page.locator("session-rail")).to_contain_text("Demo")
        await screen.button("Allow once").click()
        await expect(screen.permission).to_have_count(0)
        await expect(screen.log).to_contain_text("Allowed once by")
        await context.close()
        screen.check()

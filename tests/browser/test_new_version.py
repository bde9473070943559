"""A hub that was updated serves another page: it is offered, never forced, and what was being written stays."""

import json
import shutil
from pathlib import Path

from playwright.async_api import Browser, expect

from agents.harness.hub import REPO
from browser.harness.screen import DESK, Screen
from fakes.hub_process import start_hub

READY = "navigator.serviceWorker.controller?.state === 'activated'"
NEWER = "fetch('/static/app.css').then((answer) => answer.text()).then((text) => text.includes('of-the-newer-page'))"


async def test_a_newer_page_is_offered_and_shown_after_a_press(tmp_path: Path, browser: Browser) -> None:
    for part in ("sidecar", "webview"):
        shutil.copytree(REPO / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    home, code = tmp_path / "home", {"PYTHONPATH": str(tmp_path / "sidecar")}
    context = await browser.new_context(**DESK)  # type: ignore[arg-type] # a fixed set of options
    async with start_hub(home, "--demo", **code) as hub:
        _, link = await hub.call("POST", "/api/pair", {})
        screen = Screen(await context.new_page(), hub.url)
        screen.expected = "net::ERR"
        await screen.page.goto(json.loads(json.dumps(link))["url"])
        await expect(screen.log).to_be_visible()
        await screen.when(READY)
        await expect(screen.button("Reload")).to_be_hidden()
    with (tmp_path / "webview/css/base.css").open("a") as sheet:
        sheet.write("\n.of-the-newer-page {\n  color: inherit;\n}\n")
    async with start_hub(home, "--demo", **code, PILOT_PORT=hub.url.rsplit(":", 1)[1]):
        await expect(screen.page.get_by_text("A new version is ready.")).to_be_visible()
        assert not await screen.page.evaluate(NEWER)
        async with screen.page.expect_event("load"):  # the old page hides its offer before it is left
            await screen.button("Reload").click()
        await expect(screen.page.get_by_text("A new version is ready.")).to_be_hidden()
        await expect(screen.log).to_be_visible()
        assert await screen.page.evaluate(NEWER)
        assert len(await screen.page.evaluate("caches.keys()")) == 1
    await context.close()
    screen.check()

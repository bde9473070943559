"""Several devices on one hub of their own, which the network can reach."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from browser.harness.screen import DESK, Screen
from fakes.hub_process import HubProcess, start_hub


class Devices:
    """Browsers of several people; none may complain."""

    def __init__(self, browser: Browser, hub: HubProcess, lan: str) -> None:
        self._browser = browser
        self._open: list[Screen] = []
        self.hub = hub
        self.lan = lan
        """Where other machines of the network reach the hub."""

    async def fresh(self, expected: str = "401", *, at: str | None = None, **options: Any) -> Screen:
        """Open an empty page of a browser that the hub does not know."""
        context = await self._browser.new_context(reduced_motion="reduce", **{**DESK, **options})
        screen = Screen(await context.new_page(), at or self.hub.url)
        screen.expected = expected
        self._open.append(screen)
        return screen

    async def paired(self, scope: str = "admin", **options: Any) -> Screen:
        """Open the dashboard in a browser that a local command let in."""
        screen = await self.fresh("nothing", **options)
        status, link = await self.hub.call("POST", "/api/pair", {"scope": scope})
        assert status == 201
        assert isinstance(link, dict)
        await screen.page.goto(link["url"])
        await expect(screen.page.locator("session-rail [data-session]").first).to_be_attached()
        return screen

    async def close(self) -> None:
        """Close all pages; fail if one of them misbehaved."""
        for screen in self._open:
            await screen.page.context.close()
        for screen in self._open:
            screen.check()


@asynccontextmanager
async def devices_of(browser: Browser, home: Path) -> AsyncIterator[Devices]:
    """Start a hub with a recorded session that all the network can reach."""
    async with start_hub(home, "--demo", PILOT_HOST="0.0.0.0") as hub:  # that is what is tried
        _, reach = await hub.call("GET", "/api/reach")
        assert isinstance(reach, dict)
        lan = [address["url"] for address in reach["addresses"] if address["reach"] == "lan"]
        if not lan:
            pytest.skip("no network address found: this machine has loopback only")
        devices = Devices(browser, hub, lan[0])
        yield devices
        await devices.close()


async def open_sheet(page: Page, name: str) -> None:
    """Open a sheet by the palette, as the keyboard does."""
    await page.keyboard.press("Control+k")
    await page.get_by_role("combobox").fill(name)
    await page.keyboard.press("Enter")

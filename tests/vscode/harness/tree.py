"""A tree of the sidebar: its rows, their buttons, and the badge of its container."""

import re

from playwright.async_api import Locator, Page, expect


class Tree:
    """One view with rows."""

    def __init__(self, page: Page, title: str) -> None:
        self._page = page
        self.pane = page.locator(".pane").filter(has=page.locator(f'.pane-header[aria-label^="{title} Section"]'))
        self.rows = self.pane.locator(".monaco-list-row")

    def row(self, text: str | re.Pattern[str]) -> Locator:
        """Return the first row that holds a text."""
        return self.rows.filter(has_text=text).first

    async def press(self, text: str | re.Pattern[str], button: str) -> None:
        """Press a button of a row."""
        row = self.row(text)
        await row.hover()
        await row.get_by_role("button", name=button).click()

    async def choose(self, text: str | re.Pattern[str], entry: str) -> None:
        """Choose from a row's context menu."""
        await self.row(text).click(button="right")
        menu = self._page.locator(".monaco-menu")
        await menu.get_by_role("menuitem", name=entry).click()
        await expect(menu).to_have_count(0)

    async def press_title(self, button: str) -> None:
        """Press a button of the view's title."""
        header = self.pane.locator(".pane-header")
        await header.hover()
        await header.get_by_role("button", name=button).click()

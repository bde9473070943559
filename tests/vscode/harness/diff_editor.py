"""The editor that compares two texts."""

import re

from playwright.async_api import Locator, Page, expect


class DiffEditor:
    """The one in view."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.tab = page.locator(".tabs-container .tab.active")
        self._group = page.locator(".editor-group-container.active")
        self.editor = self._group.locator(".monaco-diff-editor").first
        self.files = self._group.locator(".multiDiffEntry")

    async def left(self) -> str:
        """Return the text before."""
        return await _text(self.editor.locator(".editor.original"))

    async def right(self) -> str:
        """Return the text after."""
        return await _text(self.editor.locator(".editor.modified"))

    async def press(self, button: str) -> None:
        """Press a button of the editor's title."""
        await self.button(button).click()

    def button(self, name: str) -> Locator:
        """Return a button of the editor's title; its name may be followed by its key."""
        return self._group.locator(".editor-actions").get_by_role("button", name=re.compile(rf"^{re.escape(name)}"))

    async def close(self) -> None:
        """Close the editor."""
        await self.tab.hover()
        await self.tab.locator(".codicon-close").click()


async def _text(side: Locator) -> str:
    lines = side.locator(".view-line")
    await expect(lines.first).to_be_visible()
    found = await lines.evaluate_all(
        "lines => lines.map(line => [parseFloat(line.style.top), line.innerText])"
        ".sort((a, b) => a[0] - b[0]).map(([, text]) => text)"
    )
    return "\n".join(line.replace("\xa0", " ") for line in found)

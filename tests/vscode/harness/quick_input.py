"""The box at the top of a window: the palette, lists to pick from, and questions to type an answer to."""

import re

from playwright.async_api import Locator, Page, TimeoutError, expect

LOOK_MS = 2_000
TRIES = 8


class QuickInput:
    """Shows at most one thing at a time."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.box = page.locator(".quick-input-widget:visible")
        self.field = self.box.locator(".quick-input-box input")
        self.rows = self.box.locator(".quick-input-list .monaco-list-row")

    async def run(self, title: str) -> None:
        """Run the command of exactly that title, through the palette."""
        for _ in range(TRIES):
            await self._palette(title)
            row = self._named(title)
            try:
                await row.wait_for(timeout=LOOK_MS)
            except TimeoutError:  # the palette does not notice a command that comes late
                await self._page.keyboard.press("Escape")
                continue
            await row.click()
            return
        raise AssertionError(f"the palette has no command “{title}”")

    async def offers(self, title: str) -> bool:
        """Whether the palette lists a command now."""
        await self._palette(title)
        await expect(self.rows.first).to_be_visible()
        found = await self._named(title).count() > 0
        await self.cancel()
        return found

    def row(self, text: str | re.Pattern[str]) -> Locator:
        """Return the first entry that holds a text."""
        return self.rows.filter(has_text=text).first

    async def pick(self, text: str | re.Pattern[str]) -> None:
        """Choose an entry."""
        await self.row(text).click()

    async def press(self, text: str | re.Pattern[str], button: str) -> None:
        """Press a button of an entry."""
        row = self.row(text)
        await row.hover()
        await row.get_by_role("button", name=button).click()

    async def answer(self, text: str) -> None:
        """Type, and send."""
        await self.field.fill(text)
        await self.field.press("Enter")

    async def cancel(self) -> None:
        """Close it."""
        await self._page.keyboard.press("Escape")
        await expect(self.box).to_have_count(0)

    async def _palette(self, title: str) -> None:
        for _ in range(TRIES):  # it closes again if something else takes the keyboard just then
            await self._page.keyboard.press("F1")
            try:
                return await self.field.fill(f">{title}", timeout=LOOK_MS)
            except TimeoutError:
                continue
        raise AssertionError("the palette does not open")

    def _named(self, title: str) -> Locator:
        # Beside the title, an entry's label may name its key, or say that it was used before.
        label = re.compile(rf"^{re.escape(title)}(, .*)?$")
        return self.box.get_by_role("option", name=label).first

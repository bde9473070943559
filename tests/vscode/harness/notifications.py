"""Notifications: the boxes at the bottom right of a window."""

import re

from playwright.async_api import Locator, Page, expect


class Notifications:
    """Those that show now."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.all = page.locator(".notifications-toasts .notification-list-item")

    def about(self, text: str | re.Pattern[str]) -> "Notification":
        """Return the one that holds a text."""
        return Notification(self.all.filter(has_text=text).first)

    async def texts(self) -> list[str]:
        """Return what they all say."""
        return await self.all.locator(".notification-list-item-message").all_inner_texts()


class Notification:
    """One of them, whether it shows or not."""

    def __init__(self, box: Locator) -> None:
        self.box = box
        self.message = box.locator(".notification-list-item-message")
        self._buttons = box.locator(".notification-list-item-buttons-container .monaco-button")

    async def buttons(self) -> list[str]:
        """Return the labels of its buttons."""
        await expect(self.box).to_be_visible()
        return [text.strip() for text in await self._buttons.all_inner_texts()]

    async def press(self, label: str) -> None:
        """Press a button."""
        await self.box.hover()
        await self._buttons.filter(has_text=re.compile(rf"^\s*{re.escape(label)}\s*$")).click()

    async def follow(self, link: str) -> None:
        """Follow a link in its text: what answers an ask is one, because such a notification can be withdrawn."""
        await (
            self.message.get_by_role("link", name=link, exact=True)
            .or_(self.message.get_by_text(link, exact=True))
            .first.click()
        )

    async def dismiss(self) -> None:
        """Close it without an answer."""
        await self.box.hover()
        await self.box.locator(".codicon-notifications-clear").click()

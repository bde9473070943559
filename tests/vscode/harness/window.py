"""A window of VS Code, as a person has it before them."""

import re
from pathlib import Path
from typing import Self
from urllib.parse import quote

from playwright.async_api import Browser, Locator, Page, expect

from vscode.harness.dashboard import Dashboard, Surface, dashboard
from vscode.harness.diff_editor import DiffEditor
from vscode.harness.notifications import Notifications
from vscode.harness.quick_input import QuickInput
from vscode.harness.server import CodeServer
from vscode.harness.tree import Tree

OPEN_MS = 90_000
LIMIT_MS = 30_000
SIZE = {"width": 1400, "height": 900}
FOCUS = """(focused) => {
  document.hasFocus = () => focused;
  window.dispatchEvent(new Event(focused ? "focus" : "blur"));
}"""
"""Playwright keeps every page focused; this is what VS Code looks at."""
EXTENSION = "agent-pilot.agent-pilot"


class Window:
    """One folder, opened in a page of a browser profile of its own."""

    def __init__(self, page: Page, server: CodeServer, folder: Path) -> None:
        self.page = page
        self.server = server
        self.folder = folder
        self.console: list[str] = []
        self.quick = QuickInput(page)
        self.notifications = Notifications(page)
        self.diff = DiffEditor(page)
        page.set_default_timeout(LIMIT_MS)
        page.on("console", lambda message: self.console.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: self.console.append(f"pageerror: {error}"))

    @classmethod
    async def open(cls, browser: Browser, server: CodeServer, folder: Path) -> Self:
        """Open a folder, and wait until the window is drawn."""
        context = await browser.new_context(viewport=SIZE, reduced_motion="reduce")
        window = cls(await context.new_page(), server, folder)
        await window.page.goto(f"{server.url}/?folder={quote(str(folder))}")
        await window.drawn()
        return window

    async def drawn(self) -> None:
        """Wait until it is drawn."""
        await self.page.locator(".monaco-workbench .statusbar-item").first.wait_for(timeout=OPEN_MS)

    async def reload(self) -> None:
        """Reload it as a person does, so that VS Code keeps what it would keep."""
        async with self.page.expect_event("domcontentloaded"):
            await self.run("Developer: Reload Window")
        await self.drawn()

    async def connected(self) -> None:
        """Wait until it has its hub: what happened before that, it was not told."""
        await expect(self.status).to_have_attribute("aria-label", re.compile("waits? for you"), timeout=OPEN_MS)

    async def leave(self) -> None:
        """Do what a person does who goes to another program."""
        await self.page.evaluate(FOCUS, False)

    async def come(self) -> None:
        """Come back to it."""
        await self.page.evaluate(FOCUS, True)
        await self.page.mouse.move(700, 450)
        await self.page.mouse.click(700, 450)

    async def close(self) -> None:
        """Close it; its extension host ends with it."""
        await self.page.context.close()

    async def run(self, title: str) -> None:
        """Run a command of the palette."""
        await self.quick.run(title)

    @property
    def status(self) -> Locator:
        """Pilot's item in the status bar."""
        return self.page.locator(f'.statusbar-item[id="{EXTENSION}.pilot.status"]')

    async def says_waiting(self, asks: int) -> None:
        """Wait until it says that so many asks wait."""
        await self.says(rf"\b{asks} asks? waits? for you" if asks else "nothing waits for you")

    async def says(self, pattern: str) -> None:
        """Wait until it says something, as a screen reader would read it."""
        await expect(self.status).to_have_attribute("aria-label", re.compile(pattern))

    def tree(self, title: str) -> Tree:
        """Return a tree of the sidebar."""
        return Tree(self.page, title)

    async def dashboard(self, surface: Surface) -> Dashboard:
        """Return the dashboard; call this again after it was hidden or the window reloaded."""
        return await dashboard(self.page, surface)

    @property
    def activity(self) -> Locator:
        """Pilot's icon at the left edge."""
        return self.page.locator('.activitybar .action-item:has(a[aria-label^="Pilot"])').first

    @property
    def badge(self) -> Locator:
        """The number on that icon."""
        return self.activity.locator(".badge-content")

    async def show_sidebar(self) -> None:
        """Show Pilot in the sidebar; a second press would hide it."""
        if "checked" not in (await self.activity.get_attribute("class") or ""):
            await self.activity.click()
        await expect(self.page.locator(".part.sidebar .composite.title")).to_contain_text(re.compile("pilot", re.I))

    async def show_explorer(self) -> None:
        """Show the files in the sidebar, so that nothing of Pilot's is in view."""
        explorer = self.page.locator('.activitybar .action-item:has(a[aria-label^="Explorer"])').first
        if "checked" not in (await explorer.get_attribute("class") or ""):
            await explorer.click()
        await expect(self.page.locator(".part.sidebar .explorer-folders-view")).to_be_visible()

    @property
    def dialog(self) -> Locator:
        """A question that blocks the window."""
        return self.page.locator(".monaco-dialog-box")

    async def follow_link(self, uri: str) -> None:
        """Do what a click on a link to VS Code does."""
        await self.run("Developer: Open URL")
        await self.quick.answer(uri)

"""Code as context for an agent: from the menus of a window whose files are on the machine of the server."""

import re
from collections.abc import Iterator

import pytest
from playwright.async_api import Locator, Page, expect

from agents.harness.opencode import Sandbox
from vscode.harness.window import Window

SEND_FILE = re.compile("^Send File")


@pytest.fixture(scope="module", autouse=True)
def _a_file(sandbox: Sandbox) -> Iterator[None]:
    file = sandbox.project / "context.py"
    file.write_text("x = 1\n")
    yield
    file.unlink()


async def _offers(page: Page, what: Locator, item: re.Pattern[str]) -> None:
    """Press again as a person does: VS Code draws a menu from what it knows of a file by then, maybe nothing yet."""
    menu = page.locator(".monaco-menu").first
    for _ in range(4):
        await what.click(button="right")
        await expect(menu).to_be_visible()
        if await menu.get_by_role("menuitem", name=item).count():
            break
        await page.keyboard.press("Escape")
        await expect(menu).to_be_hidden()
    await expect(menu.get_by_role("menuitem", name=item)).to_be_visible()
    await page.keyboard.press("Escape")


async def test_a_file_can_be_sent_from_the_explorer_and_from_its_editor(window: Window) -> None:
    await window.says("Pilot: ")
    page = window.page
    file = page.locator(".explorer-folders-view .monaco-list-row", has_text="context.py")
    await _offers(page, file, SEND_FILE)
    await file.dblclick()
    await _offers(page, page.locator(".editor-instance .view-lines").first, SEND_FILE)

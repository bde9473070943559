"""Code as context for an agent: from the menus of a window whose files are on the machine of the server."""

import re
from collections.abc import Iterator

import pytest
from playwright.async_api import Page, expect

from agents.harness.opencode import Sandbox
from vscode.harness.window import Window


@pytest.fixture(scope="module", autouse=True)
def _a_file(sandbox: Sandbox) -> Iterator[None]:
    file = sandbox.project / "context.py"
    file.write_text("x = 1\n")
    yield
    file.unlink()


async def _menu_of(page: Page) -> None:
    await expect(page.locator(".monaco-menu").first).to_be_visible()


async def test_a_file_can_be_sent_from_the_explorer_and_from_its_editor(window: Window) -> None:
    await window.says("Pilot: ")
    page = window.page
    file = page.locator(".explorer-folders-view .monaco-list-row", has_text="context.py")
    await file.click(button="right")
    await _menu_of(page)
    await expect(page.get_by_role("menuitem", name=re.compile("^Send File"))).to_be_visible()
    await page.keyboard.press("Escape")
    await file.dblclick()
    await page.locator(".editor-instance .view-lines").first.click(button="right")
    await _menu_of(page)
    await expect(page.get_by_role("menuitem", name=re.compile("^Send File"))).to_be_visible()
    await page.keyboard.press("Escape")

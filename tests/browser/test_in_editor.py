"""The dashboard in the colours and sizes of VS Code: everything legible, nothing wider than the sidebar."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from browser.harness.editor import THEMES, Editor, open_editor
from browser.harness.editor_hub import answers
from browser.test_accessibility import AXE, RUN

Open = Callable[..., Awaitable[Editor]]
AWAY = {
    "message": "Pilot is stopped.",
    "hint": "Agents go on.",
    "coming": False,
    "offers": [{"command": "pilot.start", "label": "Start Pilot"}, {"command": "pilot.logs", "label": "Show Logs"}],
}


@pytest_asyncio.fixture(loop_scope="session")
async def opened(browser: Browser) -> AsyncIterator[Open]:
    """Open pages; close them, and fail if one complained."""
    editors: list[Editor] = []

    async def open_one(surface: str = "view", *asks: str, sessions: int = 9, **options: Any) -> Editor:
        editors.append(await open_editor(browser, surface, answers(*asks, sessions=sessions), **options))
        return editors[-1]

    yield open_one
    for editor in editors:
        assert editor.complaints == []
        await editor.page.context.close()


@pytest.mark.parametrize("ask", ["command", "edit", "question", "plan"])
async def test_every_ask_fits_a_sidebar_and_is_legible_in_every_theme(opened: Open, ask: str) -> None:
    editor = await opened("view", ask)
    await expect(editor.page.locator("session-row").first).to_be_visible()
    await look(editor)
    await editor.page.locator("[data-session=s0]").click()
    await expect(editor.page.locator("ask-card button[data-decision]:not([disabled])").first).to_be_visible()
    await look(editor)


async def test_a_panel_has_the_layout_of_a_desk_and_is_legible_in_every_theme(opened: Open) -> None:
    editor = await opened("panel", "command", size=(1200, 800))
    await expect(editor.page.locator("session-side")).to_be_visible()
    await expect(editor.page.locator("bottom-nav")).to_be_hidden()
    await expect(editor.page.locator("ask-card button[data-decision]:not([disabled])").first).to_be_visible()
    await look(editor)


async def test_sheets_fit_a_sidebar(opened: Open) -> None:
    editor = await opened()
    await editor.page.get_by_role("button", name="New session").click()
    await expect(editor.page.get_by_role("dialog")).to_be_visible()
    await look(editor)
    await editor.page.keyboard.press("Escape")
    await editor.page.locator("[data-session=s0]").click()
    for name in ("About this session", "Diff"):
        await editor.page.get_by_role("button", name=name).click()
        await expect(editor.page.get_by_role("dialog")).to_be_visible()
        await look(editor)
        await editor.page.keyboard.press("Escape")


async def test_what_goes_where_fits_a_sidebar_and_the_rest_is_in_the_editors_settings(opened: Open) -> None:
    editor = await opened()
    await expect(editor.page.locator("session-row").first).to_be_visible()
    await editor.page.evaluate("say({type: 'show', place: {name: 'settings'}})")
    await expect(editor.page.locator("channel-row")).to_have_count(3)
    await expect(editor.page.get_by_role("checkbox")).to_have_count(20)
    await look(editor)
    await editor.page.get_by_role("button", name="Open the settings").click()
    assert {"type": "run", "command": "pilot.settings"} in await editor.page.evaluate("said")
    await editor.page.keyboard.press("Escape")
    await expect(editor.page.get_by_role("dialog")).to_have_count(0)
    await expect(editor.page.locator("channel-row")).to_have_count(0)


async def test_no_session_yet_offers_the_editors_own_commands(opened: Open) -> None:
    editor = await opened(sessions=0)
    await editor.page.get_by_role("button", name="Connect an agent").click()
    assert {"type": "run", "command": "pilot.agents.connect"} in await editor.page.evaluate("said")
    await expect(editor.page.locator(".type-this")).to_have_count(0)
    await look(editor)


async def test_a_hub_that_is_stopped_is_told_in_the_editors_words(opened: Open) -> None:
    editor = await opened(greeting=({"type": "hub", "connected": False, "away": AWAY},))
    await expect(editor.page.get_by_role("alert")).to_contain_text("Pilot is stopped.")
    await look(editor)
    await editor.page.get_by_role("button", name="Start Pilot").click()
    assert {"type": "run", "command": "pilot.start"} in await editor.page.evaluate("said")
    await editor.page.evaluate("say({type: 'hub', connected: true, away: null})")
    await expect(editor.page.locator("session-row").first).to_be_visible()
    await editor.page.evaluate("(away) => say({type: 'hub', connected: false, away})", AWAY)
    await expect(editor.page.locator("connection-strip")).to_contain_text("Pilot is stopped. Agents go on.")
    await expect(editor.page.locator("session-row").first).to_be_visible()
    await look(editor)


async def test_a_page_that_is_loaded_anew_is_where_it_was_with_its_draft(opened: Open) -> None:
    editor = await opened()
    await editor.page.locator("[data-session=s0]").click()
    title = await editor.page.locator("session-head h1").inner_text()
    await editor.page.get_by_role("textbox", name="Prompt").fill("half a sen")
    await editor.page.reload()
    await expect(editor.page.locator("session-head h1")).to_have_text(title)
    await expect(editor.page.get_by_role("textbox", name="Prompt")).to_have_value("half a sen")
    await editor.page.get_by_role("button", name="Back to the list").click()
    await expect(editor.page.locator("session-row").first).to_be_visible()
    assert await editor.page.evaluate("location.hash + history.length") == "2"  # the address is not ours in an editor


async def test_the_extension_can_ask_for_a_place(opened: Open) -> None:
    editor = await opened("view", "command")
    await editor.page.evaluate("say({type: 'show', place: {name: 'ask', id: 'a-command'}})")
    await expect(editor.page.get_by_role("group", name="Permission request")).to_be_visible()


async def test_files_of_the_workspace_open_in_the_editor(opened: Open) -> None:
    editor = await opened()
    await editor.page.locator("[data-session=s0]").click()
    read = editor.page.locator("tool-card", has=editor.page.locator(".verb", has_text="Read"))
    await read.locator("summary").press("Enter")  # a key: nothing moves under it
    await read.get_by_role("button", name="Open reading_very_long_names.py").press("Enter")
    path = "/home/ada/shop/src/parser/reading_very_long_names.py"
    assert {"type": "openFile", "path": path} in await editor.page.evaluate("said")


async def look(editor: Editor) -> None:
    """Fail with what is too wide, or what axe finds, in any theme."""
    if not await editor.page.evaluate("'axe' in window"):
        await editor.page.evaluate(AXE)
    assert await editor.overflowing() == []
    found = {}
    for theme in THEMES:
        await editor.set_theme(theme)
        found[theme] = await editor.page.evaluate(RUN)
    assert found == {theme: [] for theme in THEMES}

"""The dashboard in the sidebar and among the editors, with a real OpenCode."""

import re

import pytest
from playwright.async_api import expect

from agents.harness.hub import Client
from agents.harness.opencode import Serve
from agents.harness.waiting import until
from browser.harness.steps import begin, gone, refill
from vscode.harness.dashboard import Dashboard, Surface
from vscode.harness.found_hub import FoundHub
from vscode.harness.window import Window

# A service worker of VS Code's answers these; nothing leaves the browser.
OWN = re.compile(
    r"https://vscode-remote[^/]*\.vscode-resource\.vscode-cdn\.net/.*/extensions/agent-pilot\.agent-pilot-"
)
NOT_ALLOWED = "not something the dashboard may ask for"
BAD_MESSAGES: list[tuple[object, str]] = [
    ({"type": "call", "id": 900, "name": "hub.stop", "params": {}}, NOT_ALLOWED),
    ({"type": "call", "id": 901, "name": "pairing.create", "params": {}}, NOT_ALLOWED),
    ({"type": "run", "command": "workbench.action.quit"}, NOT_ALLOWED),
    ({"type": "eval", "code": "1"}, "its type is"),
    ("hello", "it is no object"),
]


async def open_dashboard(window: Window, surface: Surface) -> Dashboard:
    if surface == "panel":
        await window.run("Pilot: Open Dashboard")
    else:
        await window.show_sidebar()
    return await window.dashboard(surface)


@pytest.mark.parametrize("surface", ["view", "panel"])
async def test_a_session_shows_with_its_words_as_they_come(
    surface: Surface, window: Window, serve: Serve, client: Client
) -> None:
    session = await begin(serve, client)
    page = await open_dashboard(window, surface)
    await page.open(session)
    serve.prompt(session, "slow please")
    await expect(page.log).to_contain_text("word3")
    assert "word599" not in await page.log.inner_text()
    before = len(await page.log.inner_text())

    async def grows() -> bool:
        return len(await page.log.inner_text()) > before

    await until("more words", grows)
    assert (await client.session(session))["state"] == "busy"
    await client.call("POST", f"/api/sessions/{session}/abort", {})
    await client.idle(session)


@pytest.mark.parametrize("surface", ["view", "panel"])
async def test_an_ask_is_allowed_in_it(surface: Surface, window: Window, serve: Serve, client: Client) -> None:
    session = await begin(serve, client)
    page = await open_dashboard(window, surface)
    await page.open(session)
    keep = refill(serve)
    serve.prompt(session, "clean please")
    await expect(page.permission).to_contain_text("rm -rf node_modules")
    assert keep.exists()
    await page.button("Allow once").click()
    await gone(keep)
    await expect(page.permission).to_have_count(0)
    await expect(page.log).to_contain_text("Allowed once by VS Code")
    await client.idle(session)


async def test_the_panel_is_back_at_its_place_after_a_reload(window: Window, serve: Serve, client: Client) -> None:
    session = await begin(serve, client)
    page = await open_dashboard(window, "panel")
    await page.open(session)
    serve.prompt(session, "speak please")
    await expect(page.log).to_contain_text("Streaming words")
    await client.idle(session)
    await page.composer.fill("half a thought")
    await window.reload()
    page = await window.dashboard("panel")
    await expect(page.log).to_contain_text("Streaming words")
    await expect(page.composer).to_have_value("half a thought")


async def test_a_page_that_was_taken_over_gets_nothing_more(window: Window, hub: FoundHub) -> None:
    page = await open_dashboard(window, "panel")
    for message, told in BAD_MESSAGES:
        assert told in await page.refused(message), message
    assert hub.alive


async def test_the_page_itself_reaches_nobody(window: Window, hub: FoundHub) -> None:
    asked: list[str] = []
    window.page.on("request", lambda request: asked.append(request.url))
    page = await open_dashboard(window, "panel")
    assert not await page.reaches(f"{hub.file['url']}/health")
    assert not await page.reaches("https://example.org/")
    foreign = [url for url in asked if not url.startswith((window.server.url, "data:", "blob:")) and not OWN.match(url)]
    assert foreign == []

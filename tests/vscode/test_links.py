"""Links to Pilot: the exact ask, in the window that owns it; whatever a link says, it only shows something."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import expect

from agents.harness.hub import Client
from agents.harness.opencode import Sandbox, Serve
from agents.harness.slash import remote
from browser.harness.steps import begin, refill
from vscode.harness.found_hub import FoundHub
from vscode.harness.server import CodeServer
from vscode.harness.window import EXTENSION, Window
from vscode.harness.windows import Windows

LINK = f"code-oss://{EXTENSION}"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def other(server: CodeServer, sandbox: Sandbox, hub: FoundHub, windows: Windows) -> AsyncIterator[Window]:
    """A second window of the same person, on another project."""
    window = await windows.open(server, sandbox.new_project("second"))
    await window.says("Pilot: ")
    yield window
    await windows.close(window)


async def test_an_ask_opens_in_the_window_that_owns_it(
    window: Window, other: Window, serve: Serve, client: Client
) -> None:
    first, second = await begin(serve, client), await begin(serve, client)
    refill(serve)
    serve.prompt(first, "clean please")
    await client.waiting(first)
    serve.prompt(second, "thrice please")
    ask = await client.waiting(second)
    await other.follow_link(f"{LINK}/ask/{ask['id']}")
    page = await window.dashboard("panel")
    await expect(page.permission).to_contain_text("echo step-1")
    await expect(other.page.locator(".statusbar-item").filter(has_text="Shown in")).to_contain_text("project")
    await expect(other.page.locator("iframe.webview")).to_have_count(0)
    assert {waiting["id"] for waiting in await client.asks()} >= {ask["id"]}, "a link answers nothing"
    for waiting in await client.asks():
        await client.decide(waiting, "deny")
    await asyncio.gather(client.idle(first), client.idle(second))


async def test_a_session_opens_here_where_it_belongs(window: Window, serve: Serve, client: Client) -> None:
    session = await begin(serve, client)
    serve.prompt(session, "speak please")
    await client.idle(session)
    await window.follow_link(f"{LINK}/session/{session}")
    await expect((await window.dashboard("panel")).log).to_contain_text("Streaming words")


async def test_remote_in_a_terminal_opens_the_session_or_the_folders_own_tab_in_the_window_that_has_it(
    window: Window, serve: Serve, client: Client, hub: FoundHub, sandbox: Sandbox
) -> None:
    session = await begin(serve, client)
    serve.prompt(session, "speak please")
    await client.idle(session)
    found = await remote(hub, sandbox.project, sessionId=session)
    assert found["where"] == "vscode"
    page = await window.dashboard("panel")
    await expect(page.log).to_contain_text("Streaming words")
    part = sandbox.project / "packages" / "billing"
    part.mkdir(parents=True)
    await remote(hub, part)
    await expect(page.frame.get_by_role("heading", name="No session in billing yet")).to_be_visible()
    await expect(page.button("New session").first).to_be_visible()


@pytest.mark.parametrize(
    ("link", "told"),
    [
        ("/run/rm", "Links end in"),
        ("/ask/../../etc/passwd", "Links end in"),
        ("/ask/per_1?decision=allow_once", "carries more than"),
        ("/ask/%00%1b", "never does"),
        ("/ask/per_nobody", "There is no ask per_nobody."),
    ],
)
async def test_a_link_that_is_none(link: str, told: str, window: Window, hub: FoundHub) -> None:
    await window.follow_link(LINK + link)
    await expect(window.notifications.about(told).box).to_be_visible()
    await expect(window.page.locator("iframe.webview")).to_have_count(0)
    assert hub.alive

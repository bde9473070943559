"""One surface tells: the window or the page that the person is at, and all are quiet once it is dealt with."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from agents.harness.hub import Client
from agents.harness.opencode import Sandbox, Serve
from browser.harness.screen import Screen, Screens
from browser.harness.steps import begin
from browser.test_notices import COUNT_TONES
from vscode.harness.found_hub import FoundHub
from vscode.harness.hook import HookAsk
from vscode.harness.server import CodeServer
from vscode.harness.window import Window
from vscode.harness.windows import Windows

Ask = Callable[[str], HookAsk]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def other(server: CodeServer, sandbox: Sandbox, hub: FoundHub, windows: Windows) -> AsyncIterator[Window]:
    """A second window of the same person, on another project."""
    window = await windows.open(server, sandbox.new_project("elsewhere"))
    await window.connected()
    yield window
    await windows.close(window)


@pytest_asyncio.fixture(loop_scope="session")
async def both(window: Window, other: Window) -> tuple[Window, Window]:
    """Both windows, with nothing on them and nobody at them."""
    await other.run("Notifications: Clear All Notifications")
    await window.leave()
    await other.leave()
    return window, other


@pytest.fixture
def ask(hub: FoundHub, sandbox: Sandbox) -> Iterator[Ask]:
    """Let an agent in the first window's folder ask whether it may run a command."""
    asking: list[HookAsk] = []

    def ask(command: str) -> HookAsk:
        asking.append(HookAsk(hub, Path(sandbox.project), command, []))
        return asking[-1]

    yield ask
    for agent in asking:
        agent.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser, hub: FoundHub) -> AsyncIterator[Screen]:
    """The dashboard in a browser, in use."""

    async def pair() -> dict[str, str]:
        async with hub.client() as owner:
            _, link = await owner.call("POST", "/api/pair", {})
        return dict(link)

    screens = Screens(browser, hub, pair)
    screen = await screens.paired()
    await screen.page.goto(screen.url)
    await expect(screen.page.get_by_text(re.compile("^Connected"))).to_be_visible()
    await screen.page.mouse.click(600, 10)
    yield screen
    await screens.close()


async def quiet(window: Window) -> None:
    """See that it has shown nothing of an ask that it knows of, also after a while."""
    await window.says_waiting(1)
    await window.run("Pilot: Approve Next")
    await expect(window.quick.row("Approve once")).to_be_visible()
    await window.quick.cancel()
    assert await window.notifications.texts() == []


async def test_the_window_in_use_tells_wherever_the_ask_belongs(both: tuple[Window, Window], ask: Ask) -> None:
    owning, used = both
    await used.come()
    agent = ask("make used")
    notice = used.notifications.about("make used")
    await expect(notice.box).to_be_visible()
    await quiet(owning)
    await notice.follow("Approve once")
    assert (await asyncio.to_thread(agent.decision))["behavior"] == "allow"
    await expect(notice.box).to_have_count(0)


async def test_where_nobody_is_the_owner_tells_and_the_notice_follows_the_person(
    both: tuple[Window, Window], ask: Ask, client: Client
) -> None:
    owning, used = both
    ask("make moved")
    await expect(owning.notifications.about("make moved").box).to_be_visible()
    await quiet(used)
    await used.leave()
    await owning.leave()
    await used.come()
    await expect(used.notifications.about("make moved").box).to_be_visible()
    await expect(owning.notifications.about("make moved").box).to_have_count(0)
    [waiting] = await client.asks()
    await client.decide(waiting, "deny")
    await expect(used.notifications.about("make moved").box).to_have_count(0)


async def test_a_page_in_use_leaves_vs_code_quiet(both: tuple[Window, Window], page: Screen, ask: Ask) -> None:
    ask("make paged")
    await expect(page.page.get_by_role("region", name="Needs you").locator(".row")).to_contain_text("make paged")
    for window in both:
        await window.says_waiting(1)
        assert await window.notifications.texts() == []
    await page.page.close()


async def test_what_is_told_where_is_set_in_the_dashboard_and_can_be_tried_and_heard(
    window: Window, server: CodeServer
) -> None:
    server.set(pilot__notifications__sound=True)
    await window.come()
    await window.run("Pilot: Notifications…")
    frame = (await window.dashboard("panel")).frame
    await frame.evaluate(COUNT_TONES)
    await frame.locator("notifications-sheet").get_by_role("button", name="Send a test").first.click()
    await expect(window.notifications.about("A test from Pilot").box).to_be_visible()
    await frame.wait_for_function("window.tones.join() === '659,880'")
    server.set(pilot__notifications__sound=False)


@pytest_asyncio.fixture(loop_scope="session")
async def short(client: Client) -> AsyncIterator[None]:
    """Any work is long enough to be told of."""
    await client.call("PATCH", "/api/settings", {"values": {"notifyFinishedAfterS": 0}})
    yield
    await client.call("PATCH", "/api/settings", {"values": {"notifyFinishedAfterS": None}})


@pytest.mark.usefixtures("short")
async def test_work_that_is_done_is_told_with_the_way_there(window: Window, serve: Serve, client: Client) -> None:
    session = await begin(serve, client)
    serve.prompt(session, "speak please")
    told = window.notifications.about("OpenCode is done after")
    await expect(told.box).to_be_visible()
    assert await told.buttons() == ["Show Session"]
    await told.press("Show Session")
    await expect((await window.dashboard("panel")).log).to_contain_text("Streaming words")

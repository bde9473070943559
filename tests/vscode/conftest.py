"""Fixtures: one VS Code server, the hub that its first window starts, a real OpenCode that asks, a window a module."""

from collections.abc import AsyncIterator, Generator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright, expect

from agents.harness.hub import Client
from agents.harness.model import Model
from agents.harness.opencode import Sandbox, Serve, binary
from browser.harness.screen import launch, program
from vscode.harness.found_hub import FoundHub
from vscode.harness.guest import Guest
from vscode.harness.install import missing
from vscode.harness.server import CodeServer
from vscode.harness.user import COMMAND, User
from vscode.harness.window import Window
from vscode.harness.windows import Windows

HERE = Path(__file__).parent
FAILED = pytest.StashKey[bool]()
LIMIT_MS = 30_000
TIMEOUT_S = 240
PHONE = {"width": 390, "height": 844}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run all on one loop, as long as the browser lives; whoever opens the first window of all waits for a lot."""
    for item in items:
        if HERE in item.path.parents and pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)
            item.add_marker(pytest.mark.flaky(reruns=1))
            if item.get_closest_marker("timeout") is None:
                item.add_marker(pytest.mark.timeout(TIMEOUT_S))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember a failure, for what is kept of it."""
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report


@pytest.fixture(scope="session", autouse=True)
def _installed() -> None:
    if lacking := missing():
        pytest.skip(lacking)
    if program() is None:
        pytest.skip("Chromium not found: apt-get install chromium")


@pytest.fixture(autouse=True)
def _patience() -> Iterator[None]:
    """Wait longer than a page needs: a window of VS Code is heavy."""
    expect.set_options(timeout=LIMIT_MS)
    yield
    expect.set_options(timeout=15_000)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(_installed: None) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright, await launch(playwright) as browser:
        yield browser


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def windows(browser: Browser) -> Windows:
    return Windows(browser)


@pytest_asyncio.fixture(loop_scope="session", autouse=True)
async def _keep_failures(request: pytest.FixtureRequest, windows: Windows) -> AsyncIterator[None]:
    """Keep pictures and logs of what failed, before its windows close."""
    yield
    if request.node.stash.get(FAILED, False):
        request.node.add_report_section("teardown", "kept", str(await windows.keep(request.node.name)))


@pytest.fixture(scope="session")
def model() -> Iterator[Model]:
    model = Model()
    model.start()
    yield model
    model.stop()


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory, model: Model, _installed: None) -> Sandbox:
    """A user's home with the bridge installed; OpenCode asks before it runs or edits anything."""
    found = binary()
    if found is None:
        pytest.skip("opencode not found: run `npm ci`")
    sandbox = Sandbox(tmp_path_factory.mktemp("vscode"), found, model.url)
    sandbox.configure(permission={"bash": "ask", "edit": "ask"})
    sandbox.install()
    model.sandbox = str(sandbox.project)
    return sandbox


@pytest.fixture(scope="session")
def server(sandbox: Sandbox) -> Iterator[CodeServer]:
    """That user's VS Code, with the extension."""
    server = CodeServer(sandbox.root / "vscode", sandbox.environ, {"pilot.sidecar.command": COMMAND})
    server.install()
    server.start()
    yield server
    server.stop()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def hub(sandbox: Sandbox, server: CodeServer, windows: Windows) -> AsyncIterator[FoundHub]:
    """The hub that a window starts, and leaves behind."""
    hub = FoundHub(sandbox.pilot_home, sandbox.environ)
    window = await windows.open(server, sandbox.project)
    await hub.here()
    await windows.close(window)
    yield hub
    hub.stop()


@pytest.fixture(scope="session")
def serve(sandbox: Sandbox, hub: FoundHub) -> Iterator[Serve]:
    """A running ``opencode serve``; its own API stands in for what a person does in its terminal."""
    serve = sandbox.serve()
    serve.api("GET", "/session/status")
    yield serve
    serve.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shared_window(server: CodeServer, sandbox: Sandbox, hub: FoundHub, windows: Windows) -> AsyncIterator[Window]:
    """A window on the project, for all tests of a module: it takes ten seconds to open."""
    window = await windows.open(server, sandbox.project)
    await window.connected()
    yield window
    await windows.close(window)


@pytest_asyncio.fixture(loop_scope="session")
async def client(hub: FoundHub, serve: Serve) -> AsyncIterator[Client]:
    """The owner's API; what a test leaves waiting is refused at its end."""
    async with hub.client() as client:
        await client.connected()
        yield client
    async with hub.client() as client:  # it may be another hub by now
        for ask in await client.asks():
            await client.decide(ask, "deny")


@pytest_asyncio.fixture(loop_scope="session")
async def window(shared_window: Window) -> AsyncIterator[Window]:
    """That window, with nothing on it."""
    await shared_window.show_explorer()
    await shared_window.run("View: Close All Editors")
    await shared_window.run("Notifications: Clear All Notifications")
    yield shared_window


@pytest.fixture
def user(tmp_path: Path) -> Iterator[User]:
    """Somebody who has nothing of Pilot's yet."""
    user = User(tmp_path)
    yield user
    user.stop()


@pytest.fixture(scope="module")
def owner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[User]:
    """Somebody whose hub the network reaches."""
    user = User(tmp_path_factory.mktemp("access"), PILOT_HOST="0.0.0.0")
    user.start(pilot__sidecar__command=COMMAND)
    yield user
    user.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def open_window(owner: User, windows: Windows) -> AsyncIterator[Window]:
    """A window of theirs, for all tests of a module."""
    window = await windows.open(owner.server, owner.folder)
    await owner.hub.here()
    await window.says_waiting(0)
    yield window
    await windows.close(window)


@pytest_asyncio.fixture(loop_scope="session")
async def here(open_window: Window) -> Window:
    """That window, with nothing on it."""
    await open_window.run("View: Close All Editors")
    await open_window.run("Notifications: Clear All Notifications")
    return open_window


@pytest_asyncio.fixture(loop_scope="session")
async def guest(owner: User, open_window: Window) -> AsyncIterator[Guest]:
    """A device that comes to that hub."""
    guest = Guest(owner.hub)
    yield guest
    await guest.refuse_all()
    await guest.close()


@pytest_asyncio.fixture(loop_scope="session")
async def phone(browser: Browser) -> AsyncIterator[Page]:
    """A phone's browser."""
    context = await browser.new_context(viewport=PHONE, is_mobile=True, has_touch=True)
    yield await context.new_page()
    await context.close()

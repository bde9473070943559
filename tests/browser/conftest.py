"""Fixtures: a hub with a real OpenCode, and a browser to look at them; one of each for all tests of this folder."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from agents.harness.codex import CodexSandbox, codex_binary
from agents.harness.hub import Client, Hub
from agents.harness.model import Model
from agents.harness.opencode import Sandbox, Serve, binary
from agents.harness.responses import ResponsesModel
from browser.harness.screen import Screens, launch, program

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run all on one loop: the browser lives as long as all of them. What others wrote gets a second attempt, told."""
    for item in items:
        if HERE in item.path.parents and pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="session")
def model() -> Iterator[Model]:
    model = Model()
    model.start()
    yield model
    model.stop()


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory, model: Model) -> Sandbox:
    """A user's home with the bridge installed and ``bash`` set to ask."""
    found = binary()
    if found is None:
        pytest.skip("opencode not found: run `npm ci`")
    sandbox = Sandbox(tmp_path_factory.mktemp("browser"), found, model.url)
    sandbox.configure(permission={"bash": "ask"})
    sandbox.install()
    model.sandbox = str(sandbox.project)
    return sandbox


@pytest.fixture(scope="session")
def responses() -> Iterator[ResponsesModel]:
    model = ResponsesModel()
    model.start()
    yield model
    model.stop()


@pytest.fixture(scope="session")
def codex(tmp_path_factory: pytest.TempPathFactory, responses: ResponsesModel) -> Iterator[CodexSandbox]:
    """The same user's Codex; its daemon runs once a terminal was opened."""
    program = codex_binary()
    if program is None:
        pytest.skip("codex not found: run `npm ci`")
    sandbox = CodexSandbox(tmp_path_factory.mktemp("codex"), program, responses.url)
    yield sandbox
    sandbox.stop_daemon()
    shutil.rmtree(sandbox.root)


@pytest.fixture(scope="session")
def hub(sandbox: Sandbox, codex: CodexSandbox) -> Iterator[Hub]:
    """A hub that keeps its port when it is started again, as a user's does."""
    path = f"{codex.root / 'bin'}:{sandbox.environ['PATH']}"
    hub = Hub(sandbox.pilot_home, {**sandbox.environ, "CODEX_HOME": str(codex.codex_home), "PATH": path})
    hub.start()
    hub.environ["PILOT_PORT"] = hub.file["url"].rsplit(":", 1)[1]
    yield hub
    hub.stop()


@pytest.fixture(scope="session")
def serve(sandbox: Sandbox, hub: Hub) -> Iterator[Serve]:
    """A running ``opencode serve``; its own API stands in for what a person does in its terminal."""
    serve = sandbox.serve()
    serve.api("GET", "/session/status")
    yield serve
    serve.stop()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    if program() is None:
        pytest.skip("Chromium not found: apt-get install chromium")
    async with async_playwright() as playwright, await launch(playwright) as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="session")
async def client(hub: Hub, serve: Serve) -> AsyncIterator[Client]:
    """The owner's API; what a test leaves waiting is refused at its end."""
    async with hub.client() as client:
        await client.connected()
        yield client
        for ask in await client.asks():
            await client.decide(ask, "deny")


@pytest_asyncio.fixture(loop_scope="session")
async def screens(browser: Browser, hub: Hub) -> AsyncIterator[Screens]:
    async def pair() -> dict[str, str]:
        async with hub.client() as owner:
            status, link = await owner.call("POST", "/api/pair", {})
        assert status == 201, link
        return dict(link)

    screens = Screens(browser, hub, pair)
    yield screens
    await asyncio.wait_for(screens.close(), 20)

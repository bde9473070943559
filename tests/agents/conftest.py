"""Fixtures: for each agent a scripted model, a sandbox, a hub and the running program, one of each a module."""

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from agents.harness.codex import CodexSandbox, CodexTui, codex_binary
from agents.harness.hub import Client, Hub
from agents.harness.model import Model
from agents.harness.opencode import Sandbox, Serve, binary
from agents.harness.responses import ResponsesModel
from agents.harness.terminal import has_tmux

MISSING = "opencode not found: run `npm ci`, or name the program in PILOT_TEST_OPENCODE"
CODEX_MISSING = "codex not found: run `npm ci`, or name the program in PILOT_TEST_CODEX"


@pytest.fixture(scope="module")
def model() -> Iterator[Model]:
    model = Model()
    model.start()
    yield model
    model.stop()


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory, model: Model) -> Sandbox:
    """A user's home with the bridge installed and ``bash`` set to ask."""
    sandbox = bare_sandbox(tmp_path_factory.mktemp("oc"), model)
    sandbox.configure(permission={"bash": "ask"})
    sandbox.install()
    return sandbox


def bare_sandbox(root: Path, model: Model) -> Sandbox:
    """Make a user's home in which Pilot was never installed."""
    program = binary()
    if program is None:
        pytest.skip(MISSING)
    sandbox = Sandbox(root, program, model.url)
    model.sandbox = str(sandbox.project)
    return sandbox


@pytest.fixture(scope="module")
def hub(sandbox: Sandbox) -> Iterator[Hub]:
    hub = Hub(sandbox.pilot_home, sandbox.environ)
    hub.start()
    yield hub
    hub.stop()
    assert hub.complaints() == []


@pytest.fixture(scope="module")
def serve(sandbox: Sandbox, hub: Hub) -> Iterator[Serve]:
    """A running ``opencode serve`` in the sandbox's project."""
    serve = sandbox.serve()
    serve.api("GET", "/session/status")
    yield serve
    serve.stop()


@pytest.fixture
async def client(hub: Hub) -> AsyncIterator[Client]:
    async with hub.client() as client:
        yield client


@pytest.fixture(scope="module")
def tmux() -> None:
    if not has_tmux():
        pytest.skip("tmux not found")


@pytest.fixture(scope="module")
def responses() -> Iterator[ResponsesModel]:
    model = ResponsesModel()
    model.start()
    yield model
    model.stop()


@pytest.fixture(scope="module")
def codex(tmp_path_factory: pytest.TempPathFactory, responses: ResponsesModel) -> Iterator[CodexSandbox]:
    """A home in which Codex talks to the scripted model; Pilot was never installed there."""
    program = codex_binary()
    if program is None:
        pytest.skip(CODEX_MISSING)
    sandbox = CodexSandbox(tmp_path_factory.mktemp("codex"), program, responses.url)
    yield sandbox
    sandbox.stop_daemon()
    shutil.rmtree(sandbox.root)


@pytest.fixture(scope="module")
def codex_hub(codex: CodexSandbox) -> Iterator[Hub]:
    hub = Hub(codex.pilot_home, codex.environ)
    hub.start()
    yield hub
    hub.stop()
    assert hub.complaints() == []


@pytest.fixture
async def codex_client(codex_hub: Hub) -> AsyncIterator[Client]:
    async with codex_hub.client() as client:
        yield client


@pytest.fixture(scope="module")
def codex_tui(tmux: None, codex: CodexSandbox) -> Iterator[CodexTui]:
    """Codex's terminal UI, ready for a prompt; it has started the daemon and is attached to it."""
    tui = CodexTui(codex)
    try:
        tui.ready()
        yield tui
    finally:
        tui.stop()

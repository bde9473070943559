"""Installing and removing the bridge in a real user's configuration."""

import sys
import time
from pathlib import Path

import pytest

from agents.conftest import bare_sandbox
from agents.harness.hub import Client, Hub
from agents.harness.model import Model
from agents.harness.opencode import Sandbox, Tui
from pilot_sidecar.integrations.opencode.reload import reload_idle_terminals

COMMENTED = """{
  // my theme
  "theme": "opencode", // keep me
  "plugin": [
    /* none yet */
  ],
}
"""


LINKED = b"\xef\xbb\xbf" + COMMENTED.replace("\n", "\r\n").encode()


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory, model: Model) -> Sandbox:
    """A user who keeps OpenCode's folder among the dotfiles and links to it."""
    sandbox = bare_sandbox(tmp_path_factory.mktemp("install"), model)
    dotfiles = sandbox.home / "dotfiles"
    sandbox.config.rename(dotfiles)
    sandbox.config.symlink_to(dotfiles)
    return sandbox


def test_install_and_uninstall_restore_every_byte(sandbox: Sandbox) -> None:
    (sandbox.config / "tui.jsonc").write_text(COMMENTED)
    before = files(sandbox.config)
    first = sandbox.pilot("init", "opencode", "--offline", "--yes")
    installed = files(sandbox.config)
    assert "// keep me" in installed["tui.jsonc"].decode()
    assert "./pilot/tui.js" in installed["tui.jsonc"].decode()
    assert installed["opencode.json"] == before["opencode.json"]
    assert sandbox.pilot("init", "opencode", "--offline", "--yes") != first
    assert files(sandbox.config) == installed
    sandbox.pilot("uninstall", "opencode")
    assert files(sandbox.config) == before
    assert sorted(path.name for path in sandbox.config.iterdir()) == ["opencode.json", "tui.jsonc"]
    assert not (sandbox.pilot_home / "opencode").exists()


def test_what_was_changed_since_loses_only_our_entry(sandbox: Sandbox) -> None:
    config = sandbox.config / "tui.jsonc"
    config.write_text(COMMENTED)
    sandbox.install()
    config.write_text(config.read_text().replace("my theme", "my favourite theme"))
    sandbox.uninstall()
    assert config.read_text() == COMMENTED.replace("my theme", "my favourite theme")


def test_opencode_starts_clean_and_fast_without_a_network(sandbox: Sandbox) -> None:
    (sandbox.config / "tui.jsonc").unlink(missing_ok=True)
    plain = start_s(sandbox)
    sandbox.install()
    with_bridge = start_s(sandbox)
    for _ in range(2):  # what waits for a network does so at each start, what waits for a busy machine does not
        with_bridge = with_bridge if with_bridge < plain + 2 else start_s(sandbox)
    sandbox.uninstall()
    assert with_bridge < plain + 2, f"{plain:.1f} s without, {with_bridge:.1f} s with the bridge"


@pytest.mark.skipif(sys.platform != "linux", reason="terminals are told to load the bridge on Linux only")
@pytest.mark.usefixtures("tmux")
async def test_a_running_terminal_joins_without_a_restart_unless_it_is_busy(sandbox: Sandbox, hub: Hub) -> None:
    tui = Tui(sandbox)
    try:
        tui.shows("Ask anything", 60)
        sandbox.install(reload=True)
        async with hub.client() as client:
            await client.connected()
            tui.type("slow please")
            await client.event("pilot.message.delta", lambda event: event["delta"].startswith("word"), 60)
            assert reload_idle_terminals(sandbox.environ) == []
    finally:
        tui.stop()
        sandbox.uninstall()


@pytest.mark.timeout(240)  # two starts of a terminal, which take long on a busy machine
@pytest.mark.usefixtures("tmux")
async def test_it_starts_clean_with_the_bridge_and_without_it_again(sandbox: Sandbox, hub: Hub) -> None:
    (sandbox.config / "tui.jsonc").write_bytes(LINKED)
    before = files(sandbox.config)
    said = sandbox.pilot("init", "opencode", "--yes")
    assert "Done." in said
    async with hub.client() as client:
        screen = await at_start(sandbox, client, connections=1)
        assert "/remote" in screen
        assert "rror" not in screen
        said = sandbox.pilot("uninstall", "opencode")
        assert "restored" in said
        assert {name: data for name, data in files(sandbox.config).items() if name in before} == before
        assert not list(sandbox.config.rglob("*pilot*"))
        screen = await at_start(sandbox, client, connections=0)
        assert "/remote" not in screen
        assert "rror" not in screen
    assert sandbox.config.is_symlink()
    assert [line for log in logs(sandbox) for line in log.splitlines() if "failed to load" in line] == []


async def at_start(sandbox: Sandbox, client: Client, connections: int) -> str:
    """Start a terminal; return what it suggests for a slash, once as many bridges are there."""
    tui = Tui(sandbox)
    try:
        tui.shows("Ask anything", 60)
        await client.connected(connections)
        tui.write("/")
        tui.shows("/help")
        tui.write("rem")
        return tui.screen()
    finally:
        tui.stop()


def logs(sandbox: Sandbox) -> list[str]:
    return [path.read_text(errors="replace") for path in (sandbox.home / ".local/share/opencode/log").glob("*.log")]


def start_s(sandbox: Sandbox) -> float:
    """Return how long OpenCode takes to answer its first request; the log must show no failed plugin."""
    started = time.monotonic()
    serve = sandbox.serve()
    try:
        serve.api("GET", "/session/status")
        took = time.monotonic() - started
        assert "failed to load plugin" not in serve.log()
        return took
    finally:
        serve.stop()


def files(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder with its bytes."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

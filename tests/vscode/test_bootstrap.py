"""Somebody installs the extension and has nothing else: it makes its environment, starts the hub, and repairs it."""

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psutil
import pytest
import pytest_asyncio
from playwright.async_api import expect

from vscode.harness.user import User
from vscode.harness.window import EXTENSION, Window
from vscode.harness.windows import Windows

pytestmark = pytest.mark.timeout(300)
SETTING_UP = "Setting up Pilot, only this once"
INSTALL_MS = 180_000


@pytest.fixture(scope="module")
def newcomer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[User]:
    user = User(tmp_path_factory.mktemp("newcomer"))
    user.start()
    yield user
    user.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def first_window(newcomer: User, windows: Windows) -> AsyncIterator[Window]:
    window = await windows.open(newcomer.server, newcomer.folder)
    yield window
    await windows.close(window)


def environment(user: User) -> Path:
    """Return the environment that the extension made."""
    [found] = (user.server.data / "User" / "globalStorage" / EXTENSION).glob("env-*[0-9a-f]")
    return found


async def test_it_comes_up_from_nothing(first_window: Window, newcomer: User) -> None:
    await expect(first_window.notifications.about(SETTING_UP).box).to_be_visible()
    await expect(first_window.notifications.about(SETTING_UP).box).to_be_hidden(timeout=INSTALL_MS)
    pid = await newcomer.hub.here(limit_s=INSTALL_MS / 1000)
    await first_window.says_waiting(0)
    python = Path(psutil.Process(pid).cmdline()[0])
    assert environment(newcomer) in python.parents


async def test_an_environment_that_broke_is_made_anew(first_window: Window, newcomer: User) -> None:
    before = await newcomer.hub.here(limit_s=INSTALL_MS / 1000)
    await first_window.says_waiting(0)
    [packages] = environment(newcomer).glob("lib/python*/site-packages/pydantic")
    shutil.rmtree(packages)
    newcomer.hub.kill()
    await newcomer.hub.here(other_than=before, limit_s=INSTALL_MS / 1000)
    await first_window.says_waiting(0)
    assert packages.exists()

"""What can be wrong on a person's machine: one message each time, with what to do next."""

import stat
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import expect

from vscode.harness.absence import never
from vscode.harness.user import COMMAND, User
from vscode.harness.window import Window
from vscode.harness.windows import Windows

DEAD_INDEX = "http://127.0.0.1:9/simple"
FAKE_39 = "#!/bin/sh\necho pilot 3 9 18 1 /usr/bin/python3.9\n"
DIES = "#!/bin/sh\necho once >> {count}\necho 'pilot: The port is taken.' >&2\nexit 1\n"


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The only folder on the person's PATH."""
    return tmp_path_factory.mktemp("programs")


@pytest.fixture(scope="module")
def unlucky(tmp_path_factory: pytest.TempPathFactory, programs: Path) -> Iterator[User]:
    """Somebody whose package index is down, and who has no programs at all."""
    environ = {
        "PATH": str(programs),
        "PIP_INDEX_URL": DEAD_INDEX,
        "PIP_EXTRA_INDEX_URL": DEAD_INDEX,
        "PIP_FIND_LINKS": "",
        "PIP_DEFAULT_TIMEOUT": "2",
    }
    user = User(tmp_path_factory.mktemp("unlucky"), **environ)
    user.start()
    yield user
    user.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def their_window(unlucky: User, windows: Windows) -> AsyncIterator[Window]:
    window = await windows.open(unlucky.server, unlucky.folder)
    yield window
    await windows.close(window)


@pytest_asyncio.fixture(loop_scope="session")
async def troubled(their_window: Window, unlucky: User, programs: Path) -> AsyncIterator[Window]:
    """Their window once everything it had to say was read; the programs go at the end."""
    await their_window.says("Click: try again")
    await their_window.run("Notifications: Clear All Notifications")
    yield their_window
    for program in programs.iterdir():
        program.unlink()
    unlucky.server.set(pilot__python="", pilot__sidecar__command=[])


def put(folder: Path, name: str, script: str) -> Path:
    """Write a program."""
    path = folder / name
    path.write_text(script)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


async def test_no_python(troubled: Window) -> None:
    await troubled.run("Pilot: Start")
    notice = troubled.notifications.about("Pilot needs Python 3.11 or newer: none was found.")
    assert await notice.buttons() == ["Choose Python…", "Show Logs", "Retry"]
    await expect(troubled.notifications.all).to_have_count(1)


async def test_python_39(troubled: Window, programs: Path) -> None:
    put(programs, "python3", FAKE_39)
    await troubled.run("Pilot: Start")
    await expect(troubled.notifications.about("python3 is 3.9.18").box).to_be_visible()
    await expect(troubled.notifications.all).to_have_count(1)


async def test_no_network(troubled: Window, programs: Path, unlucky: User) -> None:
    (programs / "python3").symlink_to(sys.executable)
    await troubled.run("Pilot: Start")
    notice = troubled.notifications.about("the package index cannot be reached")
    await expect(notice.box).to_be_visible(timeout=90_000)
    assert await notice.buttons() == ["Retry", "Show Logs"]
    storage = unlucky.server.data / "User" / "globalStorage"
    assert [found.name for found in storage.glob("*/env-*")] == []


async def test_a_hub_that_dies_at_once_is_not_started_again_and_again(
    troubled: Window, unlucky: User, tmp_path: Path
) -> None:
    count = tmp_path / "count"
    program = put(tmp_path, "dies", DIES.format(count=count))
    unlucky.server.set(pilot__sidecar__command=[str(program)])
    notice = troubled.notifications.about("The port is taken.")
    assert await notice.buttons() == ["Retry", "Show Logs"]
    await never("a second start", lambda: len(count.read_text().splitlines()) > 1)
    await expect(troubled.notifications.all).to_have_count(1)
    await notice.press("Retry")
    await expect(notice.box).to_be_visible()
    assert count.read_text().splitlines() == ["once", "once"]


async def test_a_hub_that_ends_again_and_again_is_left_alone(user: User, windows: Windows) -> None:
    user.start(pilot__sidecar__command=COMMAND)
    window = await windows.open(user.server, user.folder)
    pid = 0
    for _ in range(4):
        pid = await user.hub.here(other_than=pid)
        await window.says_waiting(0)
        user.hub.kill()
    notice = window.notifications.about("The hub ended again and again")
    assert await notice.buttons() == ["Retry", "Show Logs"]
    await notice.press("Retry")
    await user.hub.here(other_than=pid)
    await window.says_waiting(0)
    await windows.close(window)

"""A hub of another version, started by somebody else: it is used where that works, and replaced only on request."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from pilot_sidecar import PROTOCOL, __version__
from vscode.harness.install import REPO
from vscode.harness.user import COMMAND, User
from vscode.harness.windows import Windows

pytestmark = pytest.mark.timeout(180)


@pytest.fixture
def other(tmp_path: Path) -> Iterator["OtherHub"]:
    hub = OtherHub(tmp_path / "other")
    yield hub
    hub.stop()


class OtherHub:
    """The same hub, which says that it is another."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, user: User, version: str, protocol: int) -> None:
        """Start it in somebody's home."""
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(REPO / "sidecar" / "pilot_sidecar", self._root / "pilot_sidecar", ignore=ignored)
        source = self._root / "pilot_sidecar" / "__init__.py"
        text = re.sub(r"(?m)^__version__ = .*$", f'__version__ = "{version}"', source.read_text())
        source.write_text(re.sub(r"(?m)^PROTOCOL = .*$", f"PROTOCOL = {protocol}", text))
        environ = {**os.environ, **user.environ, "PYTHONPATH": str(self._root), "PILOT_PORT": "0"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "pilot_sidecar", "up", "--no-open", "--quiet"],
            env=environ, cwd=self._root, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        )  # fmt: skip

    def stop(self) -> None:
        """End it, if nobody did."""
        if self._process:
            self._process.kill()
            self._process.wait()


async def test_an_older_hub_is_used_and_restarted_on_request(user: User, other: OtherHub, windows: Windows) -> None:
    other.start(user, "0.0.1", PROTOCOL)
    old = await user.hub.here()
    user.start(pilot__sidecar__command=COMMAND)
    window = await windows.open(user.server, user.folder)
    await window.says_waiting(0)
    assert user.hub.pid == old
    notice = window.notifications.about("Pilot's hub is version 0.0.1")
    assert await notice.buttons() == ["Restart It", "Keep It"]
    await notice.press("Restart It")
    await user.hub.here(other_than=old)
    await window.says_waiting(0)
    assert user.hub.file["version"] == __version__
    await windows.close(window)


async def test_a_hub_that_speaks_another_protocol_is_left_alone(user: User, other: OtherHub, windows: Windows) -> None:
    other.start(user, "9.0.0", PROTOCOL + 1)
    new = await user.hub.here()
    user.start(pilot__sidecar__command=COMMAND)
    window = await windows.open(user.server, user.folder)
    notice = window.notifications.about("too new for this extension")
    assert await notice.buttons() == ["Check for Updates", "Reload Window", "Show Logs"]
    await expect(window.notifications.all).to_have_count(1)
    assert user.hub.pid == new
    await windows.close(window)

"""The windows that are open, and what is kept of them when a test fails."""

import re
import shutil
from pathlib import Path

from playwright.async_api import Browser, Error

from vscode.harness.install import REPO
from vscode.harness.server import CodeServer
from vscode.harness.window import Window

KEPT = REPO / "test-results" / "vscode"


class Windows:
    """Opens windows in one browser."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._open: list[Window] = []

    async def open(self, server: CodeServer, folder: Path) -> Window:
        """Open a window on a folder."""
        window = await Window.open(self._browser, server, folder)
        self._open.append(window)
        return window

    async def close(self, window: Window) -> None:
        """Close one."""
        self._open.remove(window)
        await window.close()

    async def keep(self, test: str) -> Path:
        """Save what the open windows show and logged."""
        folder = KEPT / re.sub(r"\W+", "-", test)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for number, window in enumerate(self._open):
            (folder / f"console-{number}.txt").write_text("\n".join(window.console))
            try:
                await window.page.screenshot(path=folder / f"window-{number}.png")
            except Error as error:
                (folder / f"window-{number}.txt").write_text(str(error))
        for server in {window.server for window in self._open}:
            _keep_logs(folder, server)
        return folder


def _keep_logs(folder: Path, server: CodeServer) -> None:
    for name, text in server.logs().items():
        (folder / name.replace("/", "--")).write_text(text)
    hub_log = server.pilot_home / "logs" / "hub.log"
    if hub_log.exists():
        (folder / "hub.log").write_text(hub_log.read_text(errors="replace"))

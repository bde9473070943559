"""A program on a screen of tmux's: what a person would see and press."""

import os
import shutil
import subprocess
from pathlib import Path

from agents.harness.waiting import wait_until


class Terminal:
    """One program on a screen, on a tmux server of its own."""

    def __init__(self, command: list[str], folder: Path, environ: dict[str, str]) -> None:
        self._socket = f"pilot-test-{os.getpid()}-{id(self)}"
        self._environ = environ
        self._tmux("-f", "/dev/null", "new-session", "-d", "-x", "140", "-y", "45", "-c", str(folder), *command)
        self.pid = int(self._tmux("list-panes", "-F", "#{pane_pid}").strip())

    def screen(self) -> str:
        """What a person would see."""
        return self._tmux("capture-pane", "-p")

    def keys(self, *keys: str) -> None:
        """Press keys."""
        self._tmux("send-keys", *keys)

    def type(self, text: str) -> None:
        """Type and send."""
        self.write(text)
        self.keys("Enter")

    def write(self, text: str) -> None:
        """Type, and return once it shows."""
        self._tmux("send-keys", "-l", text)
        wait_until(f"“{text}” on the screen", lambda: self.holds(text))

    def holds(self, text: str) -> bool:
        """Whether a text has been typed."""
        return text in self.screen()

    def shows(self, text: str, limit_s: float = 30.0) -> str:
        """Return the screen once it shows a text."""
        try:
            return wait_until(text, lambda: ((screen := self.screen()) and text in screen and screen) or None, limit_s)
        except AssertionError:
            raise AssertionError(f"“{text}” is not on the screen:\n{self.screen()}") from None

    def hides(self, text: str) -> None:
        """Return once the screen does not show a text any more."""
        try:
            wait_until(f"“{text}” to go", lambda: text not in self.screen())
        except AssertionError:
            raise AssertionError(f"“{text}” is still on the screen:\n{self.screen()}") from None

    def stop(self) -> None:
        """Close the screen and what runs on it."""
        subprocess.run(
            ["tmux", "-L", self._socket, "kill-server"], check=False, env=self._environ, capture_output=True, timeout=10
        )

    def _tmux(self, *arguments: str) -> str:
        done = subprocess.run(
            ["tmux", "-L", self._socket, *arguments],
            env=self._environ, capture_output=True, text=True, timeout=10, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout


def has_tmux() -> bool:
    """Whether terminals can be shown."""
    return shutil.which("tmux") is not None

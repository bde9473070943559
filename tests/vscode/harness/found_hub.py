"""The hub that VS Code started: it outlives VS Code by design, so the tests find it and end it."""

import os
import signal
from pathlib import Path

import psutil

from agents.harness.hub import Hub
from agents.harness.waiting import until, wait_until

START_S = 60.0
STOP_S = 15.0


class FoundHub(Hub):
    """Whatever hub lives in a home now."""

    def __init__(self, home: Path, environ: dict[str, str]) -> None:
        super().__init__(home, environ)
        self.environ["PILOT_HOME"] = str(home)

    @property
    def pid(self) -> int:
        """The process."""
        return int(self.file["pid"])

    @property
    def alive(self) -> bool:
        """Whether one lives here."""
        try:
            return _runs(self.pid)
        except (OSError, ValueError):
            return False

    async def here(self, *, other_than: int = 0, limit_s: float = START_S) -> int:
        """Wait until one lives here, and return its process."""

        async def look() -> int | None:
            return self.pid if self.alive and self.pid != other_than else None

        return await until("a hub", look, limit_s)

    def stop(self) -> None:
        """End it as a signal does, and wait."""
        if self.alive:
            self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it without a chance to say goodbye."""
        self._end(signal.SIGKILL)

    def _end(self, number: int) -> None:
        pid = self.pid
        os.kill(pid, number)
        wait_until(f"the end of hub {pid}", lambda: not _runs(pid), STOP_S)


def _runs(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False

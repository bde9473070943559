"""A tunnel's program, run by the real supervisor, in a hurry."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest

from pilot_sidecar.infra.clock import SystemClock
from pilot_sidecar.infra.tasks import Tasks
from pilot_sidecar.infra.tunnel.ports import Answer, Pace, Report
from pilot_sidecar.infra.tunnel.supervisor import TunnelPrograms

FAST = Pace(
    first_s=0.02, most_s=0.1, held_s=30, url_s=5, weak_s=0.1, connect_s=0.2, check_s=0.05, far_check_s=0.05,
    lost_s=0.3, quiet_s=0.1, grace_s=1,
)  # fmt: skip


class Watched:
    """What the supervisor says."""

    def __init__(self) -> None:
        self.reports: list[Report] = []
        self._news = asyncio.Event()

    def tell(self, report: Report) -> None:
        self.reports.append(report)
        self._news.set()

    async def until(self, wanted: Callable[[Report], bool], count: int = 1) -> Report:
        async with asyncio.timeout(15):
            while len(found := [report for report in self.reports if wanted(report)]) < count:
                self._news.clear()
                await self._news.wait()
        return found[count - 1]

    async def state(self, state: str, count: int = 1) -> Report:
        return await self.until(lambda report: report.state == state, count)


class Runner:
    """Starts stand-ins that lie in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self.home.mkdir()
        self.bin = folder / "bin"
        path = os.pathsep.join((str(self.bin), "/usr/bin", "/bin"))
        self.environ = {"PATH": path, "PILOT_HOOK_TOKEN": "secret", "KEEP": "1"}

    def programs(self, pace: Pace = FAST, **asking: object) -> TunnelPrograms:
        return TunnelPrograms(self.home, self.environ, SystemClock(), pace, **asking)  # type: ignore[arg-type]

    @asynccontextmanager
    async def run(
        self, name: str, command: str = "", pace: Pace = FAST, answers: Callable[[str], Answer | None] | None = None
    ) -> AsyncIterator[Watched]:
        async def ask(url: str) -> Answer | None:
            return answers(url) if answers else Answer(200, b'{"tunnels":[1],"protocol":1}')

        watched = Watched()
        async with Tasks("test", stop_timeout_s=10) as tasks:
            tasks.spawn("tunnel", self.programs(pace, asking=ask).run(name, command, 40711, watched.tell))
            yield watched


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    return Runner(tmp_path)


def alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


async def number_in(path: Path) -> int:
    """Return the number that a stand-in writes into a file."""
    async with asyncio.timeout(10):
        while not (path.exists() and path.read_text().strip()):
            await asyncio.sleep(0.01)
    return int(path.read_text())

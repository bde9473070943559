"""A command on a terminal, with a person who reads and types."""

import asyncio
import os
import pty
import select
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fakes.hub_process import environment

LIMIT_S = 30.0


class Terminal:
    def __init__(self, main: int, process: "subprocess.Popen[bytes]") -> None:
        self._main = main
        self.process = process
        self._raw = b""

    @property
    def shown(self) -> str:
        return self._raw.decode("utf-8", "replace").replace("\r\n", "\n")

    async def until(self, text: str, times: int = 1) -> str:
        """Return what is shown once ``text`` is among it."""
        async with asyncio.timeout(LIMIT_S):
            while self.shown.count(text) < times:
                if not await asyncio.to_thread(self._read) and self.process.poll() is not None:
                    raise AssertionError(f"“{text}” was not shown: {self.shown}")
        return self.shown

    def type(self, text: str) -> None:
        os.write(self._main, text.encode())

    def interrupt(self) -> None:
        self.process.send_signal(signal.SIGINT)

    async def end(self) -> int:
        """Return the exit code."""
        async with asyncio.timeout(LIMIT_S):
            while self.process.poll() is None:
                await asyncio.to_thread(self._read)
            while await asyncio.to_thread(self._read):
                pass
        return self.process.returncode

    def _read(self) -> bool:
        if not select.select([self._main], [], [], 0.05)[0]:
            return False
        try:
            data = os.read(self._main, 65_536)
        except OSError:  # Linux says so when the other side is closed
            return False
        self._raw += data
        return bool(data)


@asynccontextmanager
async def terminal(home: Path, *arguments: str, **extra: str) -> AsyncIterator[Terminal]:
    """Run ``pilot`` on a terminal of its own; end it with the test."""
    main, side = pty.openpty()
    command = [sys.executable, "-m", "pilot_sidecar", *arguments]
    process = subprocess.Popen(  # noqa: ASYNC220 - it returns at once
        command, stdin=side, stdout=side, stderr=side, env=environment(home, **extra), start_new_session=True
    )
    os.close(side)
    try:
        yield Terminal(main, process)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        os.close(main)

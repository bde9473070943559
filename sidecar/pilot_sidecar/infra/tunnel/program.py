"""A tunnel's program while it runs: started without a shell, read in any pieces, ended with all it started."""

import asyncio
import logging
import os
import secrets
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

from pilot_sidecar.infra.tunnel.family import MARKER, Run, end, started
from pilot_sidecar.infra.tunnel.note import Note
from pilot_sidecar.infra.tunnel.output import Lines

logger = logging.getLogger(__name__)
PIECE_BYTES = 1024 * 1024
REST_S = 0.05
"""After each so much output the program has to wait for a moment: a flood does not keep the hub busy."""
LAST_WORDS_S = 0.3
"""For what it printed to arrive after it ended; a child of its own may hold the pipes open for ever."""

Read = Callable[[str], None]


class Program(asyncio.SubprocessProtocol):
    """Hands on lines, and knows when the program has ended, whoever still holds its pipes."""

    def __init__(self, read: Read, quiet_s: float) -> None:
        self.ended = asyncio.Event()
        self._read = read
        self._quiet_s = quiet_s
        self._lines = {1: Lines(), 2: Lines()}
        self._timers: dict[int, asyncio.TimerHandle] = {}
        self._open = {1, 2}
        self._silent = asyncio.Event()
        self._bytes = 0
        self._transport: asyncio.SubprocessTransport | None = None

    @property
    def code(self) -> int | None:
        """The exit code; negative for a signal."""
        return self._transport.get_returncode() if self._transport else None

    async def last_words(self) -> None:
        """Wait, though not for long, until everything it printed was read."""
        try:
            async with asyncio.timeout(LAST_WORDS_S):
                await self._silent.wait()
        except TimeoutError:
            return

    def close(self) -> None:
        """Read no more."""
        for timer in self._timers.values():
            timer.cancel()
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the transport."""
        self._transport = cast("asyncio.SubprocessTransport", transport)  # uvloop's is one, but does not say so

    def pipe_data_received(self, fd: int, data: bytes | str) -> None:
        """Hand on what is whole."""
        assert isinstance(data, bytes)
        self._hand_on(self._lines[fd].feed(data))
        if timer := self._timers.pop(fd, None):
            timer.cancel()
        self._timers[fd] = asyncio.get_running_loop().call_later(self._quiet_s, self._look, fd)
        self._bytes += len(data)
        if self._bytes >= PIECE_BYTES:
            self._bytes = 0
            self._rest(fd)

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:
        """Look at what is left."""
        if fd in self._lines:
            self._look(fd)
            self._open.discard(fd)
        if not self._open:
            self._silent.set()

    def process_exited(self) -> None:
        """Note that it ended."""
        self.ended.set()

    def _look(self, fd: int) -> None:
        self._hand_on(self._lines[fd].unfinished())

    def _rest(self, fd: int) -> None:
        # uvloop's pipe is one, but does not say so
        pipe = cast("asyncio.ReadTransport | None", self._transport and self._transport.get_pipe_transport(fd))
        if pipe is not None and not pipe.is_closing():
            pipe.pause_reading()
            asyncio.get_running_loop().call_later(REST_S, self._resume, pipe)

    def _resume(self, pipe: asyncio.ReadTransport) -> None:
        if not pipe.is_closing():
            pipe.resume_reading()

    def _hand_on(self, lines: Sequence[str]) -> None:
        for line in lines:
            self._read(line)


@asynccontextmanager
async def run_program(
    command: Sequence[str],
    environ: Mapping[str, str],
    note: Note,
    read: Read,
    quiet_s: float,
    grace_s: Callable[[], float],
) -> AsyncIterator[Program]:
    """Run a program; on leaving it is ended, with everything it started. Raises OSError when it cannot be started."""
    run = Run(secrets.token_hex(16))
    program = Program(read, quiet_s)
    await asyncio.to_thread(note.write, run)
    folder = await asyncio.to_thread(_folder, environ)
    try:
        transport, _ = await asyncio.get_running_loop().subprocess_exec(
            lambda: program,
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            env={**clean(environ), MARKER: run.marker},
            cwd=folder,
            start_new_session=os.name == "posix",
        )
        pid = transport.get_pid()
        run = Run(run.marker, pid, await asyncio.to_thread(started, pid))
        await asyncio.to_thread(note.write, run)
        yield program
    finally:
        try:
            if staying := await _finish(run, note, grace_s()):
                logger.error("%d processes of the tunnel could not be ended", staying)
        finally:
            program.close()


async def _finish(run: Run, note: Note, grace_s: float) -> int:
    """End the run in a thread, which goes on should nobody have the time to wait for it."""

    def finish() -> int:
        staying = end(run, grace_s)
        if not staying:
            note.clear(run)
        return staying

    return await asyncio.to_thread(finish)


def _folder(environ: Mapping[str, str]) -> str | None:
    """Return where it runs: nobody's project."""
    home = environ.get("HOME")
    return home if home and Path(home).is_dir() else None


def clean(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment without Pilot's own settings, some of which are secrets."""
    return {name: text for name, text in environ.items() if not name.startswith("PILOT_")}

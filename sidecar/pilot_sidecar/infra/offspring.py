"""A program that is started for a moment: whatever becomes of it, it and what it started are ended."""

import asyncio
import os
import secrets
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from pilot_sidecar.infra.tunnel.family import MARKER, Run, end, started

GRACE_S = 1.0
LINE_BYTES = 64 * 1024 * 1024
LAST_BYTES = 64 * 1024


class Offspring:
    """A running program with pipes to talk to it; leaving it ends it, with everything it started."""

    def __init__(self, process: asyncio.subprocess.Process, run: Run, errors: IO[bytes]) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self.process = process
        self.stdin = process.stdin
        self.stdout = process.stdout
        self._run = run
        self._errors = errors

    async def ends_within(self, limit_s: float) -> None:
        """Let it end by itself: its input is over."""
        self.stdin.close()
        with suppress(TimeoutError):
            async with asyncio.timeout(limit_s):
                await self.process.wait()

    def last_words(self, longest: int = 300) -> str:
        """Return the end of what it wrote about errors, on one line."""
        self._errors.seek(0)
        words = " ".join(self._errors.read()[-LAST_BYTES:].decode("utf-8", "replace").split())
        return words if len(words) <= longest else f"…{words[-longest:]}"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            await asyncio.shield(asyncio.to_thread(end, self._run, GRACE_S))
            await self.ends_within(GRACE_S)  # asyncio takes note of it
        finally:
            self._errors.close()


async def launch(command: Sequence[str], environ: Mapping[str, str], folder: Path) -> Offspring:
    """Start a program in a group of its own; raises OSError. Enter what is returned at once."""
    marker = secrets.token_hex(16)
    errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the program
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            env={**environ, MARKER: marker},
            cwd=folder,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=errors,
            limit=LINE_BYTES,
            start_new_session=os.name == "posix",
        )
    except OSError:
        errors.close()
        raise
    return Offspring(process, Run(marker, process.pid, started(process.pid)), errors)

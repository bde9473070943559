"""A program that is started for a moment: whatever becomes of it, it and what it started are ended."""

import asyncio
import os
import re
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
LINE_LETTERS = 300
_WRONG = re.compile(r"\bError\b", re.IGNORECASE)
_COLOUR = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


def first_line(text: str) -> str:
    """Return the first line of what a program says is wrong, without colours, not for ever."""
    line = _COLOUR.sub("", text).strip().partition("\n")[0].strip()
    return line if len(line) <= LINE_LETTERS else f"{line[:LINE_LETTERS]}…"


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

    def last_words(self) -> str:
        """Return the line that says what is wrong, else its last one; what follows may quote a file with secrets."""
        self._errors.seek(0)
        text = _COLOUR.sub("", self._errors.read()[-LAST_BYTES:].decode("utf-8", "replace"))
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        return first_line(next((line for line in lines if _WRONG.search(line)), lines[-1] if lines else ""))

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

"""An app-server of Pilot's own: a child that ends with the connection."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

from pilot_sidecar.core.errors import AgentUnavailableError
from pilot_sidecar.integrations.codex.rpc import MAX_MESSAGE, GarbageError

STOP_S = 0.3
"""How long each way of ending the child may take; a stopping hub has little time."""


class ChildCarrier:
    """Talks over a child's standard input and output, a line a message."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @property
    def pid(self) -> int:
        """The child."""
        return self._process.pid

    async def send(self, text: str) -> None:
        """Send one message."""
        assert self._process.stdin is not None
        self._process.stdin.write(text.encode() + b"\n")
        await self._process.stdin.drain()

    async def messages(self) -> AsyncIterator[str]:
        """Yield lines until the child ends."""
        assert self._process.stdout is not None
        while True:
            try:
                line = await self._process.stdout.readline()
            except ValueError as error:
                raise GarbageError("a message over the limit") from error
            if not line:
                return
            if line.strip():
                yield line.decode("utf-8", "replace")

    async def close(self) -> None:
        """End the child: its input closes, then it is told, then it is made to."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        for end in (None, self._process.terminate, self._process.kill):
            if end is not None:
                with contextlib.suppress(ProcessLookupError):
                    end()
            try:
                async with asyncio.timeout(STOP_S):
                    await self._process.wait()
            except TimeoutError:
                continue
            return


@asynccontextmanager
async def start_app_server(
    program: str, environ: Mapping[str, str], arguments: Sequence[str] = ()
) -> AsyncIterator[ChildCarrier]:
    """Start ``codex app-server``; raises AgentUnavailableError when it cannot be started."""
    try:
        process = await asyncio.create_subprocess_exec(
            program,
            "app-server",
            *arguments,
            env=dict(environ),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            limit=MAX_MESSAGE,
        )
    except OSError as error:
        raise AgentUnavailableError(f"Codex could not be started: {error.strerror or error}.") from error
    carrier = ChildCarrier(process)
    try:
        yield carrier
    finally:
        await carrier.close()

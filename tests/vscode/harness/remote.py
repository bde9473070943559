"""A server on another machine, as far as its network goes; the only way there is a socket in the file system."""

import asyncio
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

ELSEWHERE = ["unshare", "--map-root-user", "--net", sys.executable, str(Path(__file__).with_name("own_network.py"))]
CHUNK = 65_536


def possible() -> bool:
    """Whether this machine lets us make a network."""
    if shutil.which("unshare") is None:
        return False
    return subprocess.run([*ELSEWHERE, "true"], capture_output=True, check=False).returncode == 0


def inside(pid: int) -> list[str]:
    """Return the command that runs another where a process is."""
    return ["nsenter", "--target", str(pid), "--user", "--net", "--preserve-credentials"]


@asynccontextmanager
async def forward(path: Path) -> AsyncIterator[str]:
    """Listen on a port of loopback for the server behind a socket; yield its address."""

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, to_there = await asyncio.open_unix_connection(path)
        await asyncio.gather(_pump(reader, to_there), _pump(there, writer))

    listener = await asyncio.start_server(meet, "127.0.0.1", 0)
    async with listener:
        yield f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}"


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await reader.read(CHUNK):
            writer.write(data)
            await writer.drain()
    writer.close()

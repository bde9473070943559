"""Another client of Codex's shared daemon, as a second terminal would be one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from pilot_sidecar.integrations.codex.daemon import SOCKET
from pilot_sidecar.integrations.codex.greeting import greet
from pilot_sidecar.integrations.codex.rpc import AppServer, Said
from pilot_sidecar.integrations.codex.socket import open_socket


class OtherClient:
    """Listens to a thread, and answers what it asks."""

    def __init__(self) -> None:
        self.asked: asyncio.Queue[Said] = asyncio.Queue()
        self.server: AppServer

    async def hear(self, said: Said) -> None:
        """Keep the server's requests."""
        if said.id is not None:
            self.asked.put_nowait(said)

    async def join(self, thread_id: str) -> None:
        """Listen to a thread."""
        await self.server.call("thread/resume", {"threadId": thread_id, "excludeTurns": True})

    async def answer(self, said: Said, result: dict[str, Any]) -> None:
        """Answer a request."""
        assert said.id is not None
        await self.server.answer(said.id, result)


@asynccontextmanager
async def other_client(codex_home: Path) -> AsyncIterator[OtherClient]:
    """Connect to the daemon of a home."""
    client = OtherClient()
    async with open_socket(codex_home / SOCKET) as carrier:
        client.server = AppServer(carrier, client.hear)
        listening = asyncio.get_running_loop().create_task(client.server.listen())
        try:
            await greet(client.server)
            yield client
        finally:
            listening.cancel()
            await client.server.close()

"""The control socket of Codex's shared daemon: a WebSocket over a Unix socket."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from pilot_sidecar.infra.peer import is_same_user, peer_pid
from pilot_sidecar.integrations.codex.rpc import MAX_MESSAGE, GarbageError

CONNECT_S = 5.0
HEARTBEAT_S = 30.0


class SocketCarrier:
    """Talks in text frames, a message each."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, pid: int | None) -> None:
        self._socket = socket
        self.pid = pid
        """The daemon, where the system says who listens."""

    async def send(self, text: str) -> None:
        """Send one message."""
        await self._socket.send_str(text)

    async def messages(self) -> AsyncIterator[str]:
        """Yield frames until the daemon goes away."""
        async for frame in self._socket:
            if frame.type is not aiohttp.WSMsgType.TEXT:
                raise GarbageError("not text")
            yield frame.data
        if isinstance(self._socket.exception(), aiohttp.WebSocketError):
            raise GarbageError("a message over the limit")

    async def close(self) -> None:
        """Hang up."""
        await self._socket.close()


@asynccontextmanager
async def open_socket(path: Path) -> AsyncIterator[SocketCarrier]:
    """Connect to a daemon; raises OSError when nobody listens, GarbageError for who does not speak WebSocket."""
    connector = aiohttp.UnixConnector(path=str(path))
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_S)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout) as http:
        try:
            socket = await http.ws_connect(
                "ws://localhost/", max_msg_size=MAX_MESSAGE, timeout=aiohttp.ClientWSTimeout(ws_close=2.0)
            )
        except aiohttp.ClientOSError:
            raise
        except aiohttp.ClientError as error:
            raise GarbageError(str(error) or "no WebSocket") from error
        async with socket:
            raw = socket.get_extra_info("socket")
            if raw is not None and not is_same_user(raw):
                raise GarbageError("another user listens there")
            yield SocketCarrier(socket, peer_pid(raw) if raw is not None else None)

"""The control socket of Codex's shared daemon: a WebSocket over a Unix socket."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from pilot_sidecar.infra.peer import is_same_user, peer_pid
from pilot_sidecar.integrations.codex.rpc import MAX_MESSAGE, GarbageError

CONNECT_S = 5.0
"""How long a daemon may take to accept, and to speak WebSocket."""


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
            if frame.type is aiohttp.WSMsgType.ERROR:
                if isinstance(frame.data, aiohttp.WebSocketError):
                    raise GarbageError(_words(frame.data)) from frame.data
                return  # the line broke
            if frame.type is not aiohttp.WSMsgType.TEXT:
                raise GarbageError("not text")
            yield frame.data

    async def close(self) -> None:
        """Hang up."""
        await self._socket.close()


@asynccontextmanager
async def open_socket(path: Path) -> AsyncIterator[SocketCarrier]:
    """Connect to a daemon; raises OSError when nobody listens, GarbageError for who does not speak WebSocket."""
    # The address of a Unix socket may not be long; Codex links to a short one.
    connector = aiohttp.UnixConnector(path=str(await asyncio.to_thread(path.resolve)))
    timeout = aiohttp.ClientTimeout(total=None)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout) as http, await _upgrade(http) as socket:
        raw = socket.get_extra_info("socket")
        if raw is not None and not is_same_user(raw):
            raise GarbageError("another user listens there")
        yield SocketCarrier(socket, peer_pid(raw) if raw is not None else None)


def _words(error: aiohttp.WebSocketError) -> str:
    return "a message over the limit" if error.code == aiohttp.WSCloseCode.MESSAGE_TOO_BIG else "a broken frame"


async def _upgrade(http: aiohttp.ClientSession) -> aiohttp.ClientWebSocketResponse:
    try:
        async with asyncio.timeout(CONNECT_S):
            return await http.ws_connect(
                "ws://localhost/", max_msg_size=MAX_MESSAGE, timeout=aiohttp.ClientWSTimeout(ws_close=2.0)
            )
    except TimeoutError as error:
        raise GarbageError("it does not answer") from error
    except aiohttp.ClientOSError:
        raise
    except aiohttp.ClientError as error:
        raise GarbageError(str(error) or "no WebSocket") from error

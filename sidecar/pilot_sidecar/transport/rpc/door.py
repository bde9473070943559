"""The JSON-RPC door: a private socket, one pygls instance per connection, all sharing one hub."""

import asyncio
import contextlib
import logging
import os
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pilot_sidecar.core.whence import Whence
from pilot_sidecar.infra.liveness import mark, still
from pilot_sidecar.infra.peer import is_same_user, peer_pid
from pilot_sidecar.infra.tasks import Tasks
from pilot_sidecar.infra.tcp_peer import pid_of_peer
from pilot_sidecar.transport.call import ApiContext
from pilot_sidecar.transport.rpc.feed import Feed
from pilot_sidecar.transport.rpc.inbox import Inbox
from pilot_sidecar.transport.rpc.outbox import Outbox

if TYPE_CHECKING:
    from pilot_sidecar.transport.rpc.connection import Connection

logger = logging.getLogger(__name__)
TCP = "tcp:127.0.0.1:"


@asynccontextmanager
async def serve_rpc(context: ApiContext, path: Path | None, token: Callable[[], str]) -> AsyncIterator[str]:
    """Serve until left; yield the address for ``hub.json``: a path, or ``tcp:127.0.0.1:<port>`` without one.

    A TCP port is open to every local user, so there ``initialize`` must carry the token.
    """
    feed = Feed(context.services.bus)
    async with Tasks("rpc", stop_timeout_s=0.5) as tasks:
        server, address = await _listen(_Door(context, feed, tasks, None if path else token), path)
        try:
            yield address
        finally:
            server.close()
            feed.close()
            _remove(path)


async def _listen(door: "_Door", path: Path | None) -> tuple[asyncio.Server, str]:
    if path is None:
        server = await asyncio.start_server(door.accept, "127.0.0.1", 0)
        return server, f"{TCP}{server.sockets[0].getsockname()[1]}"
    _remove(path)  # left by a hub that was killed: the lock says that it is gone
    server = await asyncio.start_unix_server(door.accept, sock=_private_socket(path))
    return server, str(path)


def _private_socket(path: Path) -> socket.socket:
    """Return a socket for this user only, on Linux from its first moment; its folder is private, too."""
    own = socket.socket(socket.AF_UNIX)
    try:
        with contextlib.suppress(OSError):  # only Linux lets a socket have a mode before its name
            os.fchmod(own.fileno(), 0o600)
        own.bind(os.fspath(path))
        path.chmod(0o600)
    except BaseException:
        own.close()
        raise
    own.setblocking(False)
    return own


def _remove(path: Path | None) -> None:
    if path is not None:
        path.unlink(missing_ok=True)


class _Door:
    def __init__(self, context: ApiContext, feed: Feed, tasks: Tasks, token: Callable[[], str] | None) -> None:
        self._context = context
        self._feed = feed
        self._tasks = tasks
        self._token = token

    def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take a connection of this user; anybody else's is dropped."""
        if self._token is None and not is_same_user(writer.get_extra_info("socket")):
            logger.warning("dropped a JSON-RPC connection of another user")
            writer.transport.abort()
            return
        self._tasks.spawn("connection", self._serve(reader, writer))

    def _whence(self, writer: asyncio.StreamWriter) -> Whence:
        """Return where a connection comes from: always this machine."""
        if self._token is None:
            pid = peer_pid(writer.get_extra_info("socket"))
            return Whence() if pid is None else Whence(pid=partial(still, mark(pid)))
        here, there = writer.get_extra_info("sockname")[:2], writer.get_extra_info("peername")[:2]
        return Whence(address=there[0], pid=partial(pid_of_peer, here, there))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # pygls takes most of a second to import: not before somebody needs it, and not on the loop.
        connection = await asyncio.to_thread(_load)
        outbox = Outbox(writer.transport)
        try:
            with self._context.services.connections.holding(None, writer.transport.abort):
                whence = await asyncio.to_thread(self._whence, writer)
                await connection(self._context, self._feed, outbox, self._token and self._token(), whence).serve(
                    Inbox(reader)
                )
        finally:
            outbox.close()


def _load() -> "type[Connection]":
    from pilot_sidecar.transport.rpc.connection import Connection

    return Connection

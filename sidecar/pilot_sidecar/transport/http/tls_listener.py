"""A listener that speaks TLS; a connection counts before its handshake, so that silent ones do not take every place."""

import asyncio
import logging
import socket
import ssl
from contextlib import suppress

from pilot_sidecar.infra.network import printable
from pilot_sidecar.infra.tasks import Tasks
from pilot_sidecar.transport.http.server import HubServer

logger = logging.getLogger(__name__)
HANDSHAKE_S = 10.0
PAUSE_S = 0.5
"""After the system had no room for another connection."""
_TLS = b"\x16"
"""The first byte of every handshake."""


class TlsListener:
    """Accepts until closed; whoever forgot the https of an address is shown the way."""

    def __init__(self, server: HubServer, opened: socket.socket, context: ssl.SSLContext, tasks: Tasks) -> None:
        self._server = server
        self._opened = opened
        self._context = context
        self._tasks = tasks
        self._accepting = tasks.spawn("accepting", self._accept())
        self._accepting.add_done_callback(lambda _: opened.close())

    def close(self) -> None:
        """Stop accepting; what is connected stays so."""
        self._accepting.cancel()

    async def _accept(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                accepted, peer = await loop.sock_accept(self._opened)
            except OSError as error:
                logger.warning("a connection could not be accepted: %s", error)
                await asyncio.sleep(PAUSE_S)
                continue
            place = self._server.crowd.come("open", peer)
            if place is None:
                accepted.close()
            else:
                self._tasks.spawn("handshake", self._welcome(accepted, place))

    async def _welcome(self, accepted: socket.socket, place: str) -> None:
        """Shake hands, then it is a connection like any other, which takes a place of its own."""
        handed_over = False
        try:
            async with asyncio.timeout(HANDSHAKE_S):
                first = await _peek(accepted)
                if first == _TLS:
                    handed_over = True
                    await asyncio.get_running_loop().connect_accepted_socket(
                        self._server, accepted, ssl=self._context, ssl_handshake_timeout=HANDSHAKE_S
                    )
                elif first:
                    await self._show_the_way(accepted)
        except (OSError, ssl.SSLError) as error:  # time-outs, and phones that do not trust the certificate
            logger.debug("no handshake: %s", error)
        finally:
            self._server.crowd.go(place)
            if not handed_over:
                accepted.close()

    async def _show_the_way(self, accepted: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        await loop.sock_recv(accepted, 65_536)  # unread bytes would make the system take the answer back
        ip, port = accepted.getsockname()[:2]
        answer = (
            f"HTTP/1.1 307 Temporary Redirect\r\nLocation: https://{printable(ip)}:{port}/\r\n"
            "Cache-Control: no-store\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        )
        await loop.sock_sendall(accepted, answer.encode())
        with suppress(OSError):
            accepted.shutdown(socket.SHUT_WR)


async def _peek(accepted: socket.socket) -> bytes:
    """Return the first byte without taking it; empty when the other side left."""
    loop = asyncio.get_running_loop()
    readable: asyncio.Future[None] = loop.create_future()

    def tell() -> None:
        loop.remove_reader(accepted)
        if not readable.done():
            readable.set_result(None)

    loop.add_reader(accepted, tell)
    try:
        await readable
    finally:
        loop.remove_reader(accepted)
    return accepted.recv(1, socket.MSG_PEEK)

"""The listener that only the tunnel's program uses: who comes through it is remote, whatever is claimed."""

import asyncio
from weakref import WeakSet

from pilot_sidecar.infra.sockets import listen_on
from pilot_sidecar.transport.http.server import Connection, HubServer

BACKLOG = 128


class LoopbackTunnelDoor:
    """A port of its own on loopback, open while a tunnel runs (``core.tunnel.TunnelDoor``)."""

    def __init__(self, http: HubServer) -> None:
        self._http = http
        self._listener: asyncio.AbstractServer | None = None
        self._port = 0
        self._connections: WeakSet[Connection] = WeakSet()

    async def open(self) -> int:
        """Listen and return the port; the same one if it is open already."""
        if self._listener is None:
            opened = listen_on("127.0.0.1", 0)
            self._port = opened.getsockname()[1]
            loop = asyncio.get_running_loop()
            self._listener = await loop.create_server(self._connect, sock=opened, backlog=BACKLOG)
        return self._port

    async def close(self) -> None:
        """Stop listening and end what came through."""
        if self._listener is not None:
            self._listener.close()
            self._listener = None
        for connection in list(self._connections):
            if connection.transport is not None:
                connection.transport.abort()

    def _connect(self) -> Connection:
        connection = self._http()
        connection.door = "tunnel"
        self._connections.add(connection)
        return connection

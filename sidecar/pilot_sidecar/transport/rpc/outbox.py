"""The writing side of one connection: never waits, and cuts a reader that does not read."""

import asyncio
import logging

logger = logging.getLogger(__name__)
BUFFER_LIMIT = 1024 * 1024
"""What may wait unread, beside one large answer."""


class Outbox:
    """Writes whole messages; past the limit the connection ends and its client comes back with its cursor."""

    def __init__(self, transport: asyncio.WriteTransport) -> None:
        self._transport = transport
        self._largest = 0

    def write(self, data: bytes) -> None:
        """Queue an answer, as pygls hands it over."""
        waiting = self._waiting()
        if waiting <= BUFFER_LIMIT + self._largest:
            self._largest = max(self._largest if waiting else 0, len(data))
            self._transport.write(data)
        else:
            self._cut()

    def push(self, data: bytes) -> None:
        """Queue events."""
        if self._waiting() <= BUFFER_LIMIT + self._largest:
            self._transport.write(data)
        else:
            self._cut()

    def close(self) -> None:
        """End the connection once what is queued is written."""
        self._transport.close()

    def _waiting(self) -> int:
        return self._transport.get_write_buffer_size()

    def _cut(self) -> None:
        if not self._transport.is_closing():
            logger.info("cut a JSON-RPC connection that did not keep up")
        self._transport.abort()

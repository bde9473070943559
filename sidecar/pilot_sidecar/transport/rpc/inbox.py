"""The reading side of one connection, with a limit on what a message may hold."""

import asyncio

MAX_MESSAGE = 8 * 1024 * 1024


class Inbox:
    """What pygls reads from."""

    def __init__(self, reader: asyncio.StreamReader) -> None:
        self._reader = reader

    async def readline(self) -> bytes:
        """Return a header line; raises ValueError when it is too long."""
        return await self._reader.readline()

    async def readexactly(self, size: int) -> bytes:
        """Return a body; raises ValueError past ``MAX_MESSAGE``, before reading it."""
        if size > MAX_MESSAGE:
            raise ValueError(f"a message announced {size} bytes; the limit is {MAX_MESSAGE}")
        return await self._reader.readexactly(size)

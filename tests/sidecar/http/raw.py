"""HTTP as bytes: nothing between a test and the hub tidies up."""

import asyncio
import json
from dataclasses import dataclass, field

LIMIT_S = 10.0


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes = field(repr=False)

    @property
    def code(self) -> str:
        error = json.loads(self.body)["error"]
        assert error["message"]
        return str(error["code"])


class Wire:
    """One connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    def send(self, data: bytes) -> None:
        self._writer.write(data)

    async def answer(self, limit_s: float = LIMIT_S, *, head_only: bool = False) -> Answer:
        """Return the next answer; raises IncompleteReadError where the connection ends instead."""
        async with asyncio.timeout(limit_s):
            head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            lines = head.split("\r\n")
            headers = {name.lower(): text.strip() for name, _, text in (line.partition(":") for line in lines[1:-2])}
            body = b"" if head_only else await self._reader.readexactly(int(headers.get("content-length", 0)))
        return Answer(int(lines[0].split()[1]), headers, body)

    async def ended(self, limit_s: float = LIMIT_S) -> bytes:
        """Return what comes until the other end closes."""
        async with asyncio.timeout(limit_s):
            try:
                return await self._reader.read()
            except ConnectionError:
                return b""

    def close(self) -> None:
        self._writer.close()


async def connect(port: int, host: str = "127.0.0.1", source: str | None = None) -> Wire:
    return Wire(*await asyncio.open_connection(host, port, local_addr=(source, 0) if source else None))


async def ask(port: int, request: bytes, *, head_only: bool = False) -> Answer:
    """Send one request over a connection of its own."""
    wire = await connect(port)
    try:
        wire.send(request)
        return await wire.answer(head_only=head_only)
    finally:
        wire.close()


def request(method: str, target: str, body: bytes = b"", **headers: str) -> bytes:
    """Return a request; ``Host`` is loopback unless given, an empty text leaves a header out."""
    values = {"Host": "127.0.0.1", "Content-Length": str(len(body)) if body else "", **headers}
    lines = "".join(f"{name.replace('_', '-')}: {text}\r\n" for name, text in values.items() if text)
    return f"{method} {target} HTTP/1.1\r\n{lines}\r\n".encode() + body

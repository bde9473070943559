"""Raw loopback clients: as little of their own as Python allows, so that the hub is what is measured."""

import asyncio
import json
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import cast


@dataclass
class Target:
    """A hub, or a bare server, to measure."""

    host: str
    port: int
    token: str
    pid: int

    def request(self, method: str, path: str, body: bytes = b"", headers: str = "") -> bytes:
        """Return the bytes of one request."""
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\nAuthorization: Bearer {self.token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n{headers}\r\n"
        )
        return head.encode() + body


@dataclass
class Timings:
    """Latencies in ms and the time the whole took in s."""

    latencies: list[float] = field(default_factory=list)
    elapsed_s: float = 0.0

    def percentile(self, share: float) -> float:
        """Return the latency that this share of the requests stayed under."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


class _Connection(asyncio.Protocol):
    """Sends one request after another; each answer must arrive whole."""

    def __init__(
        self,
        requests: "list[bytes]",
        timings: Timings,
        done: asyncio.Event,
        expect: bytes,
        on_send: Callable[[float], None],
    ) -> None:
        self._requests = requests
        self._timings = timings
        self._done = done
        self._expect = expect
        self._on_send = on_send
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's do not inherit from it
        self._next()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, found, body = self._buffer.partition(b"\r\n\r\n")
        if not found or len(body) < _length(head):
            return
        assert self._buffer.startswith(self._expect), self._buffer[:300]
        self._buffer = b""
        self._timings.latencies.append((time.perf_counter() - self._sent) * 1000)
        self._next()

    def _next(self) -> None:
        if not self._requests:
            self._transport.close()
            self._done.set()
            return
        self._sent = time.perf_counter()
        self._on_send(self._sent)
        self._transport.write(self._requests.pop())


def _length(head: bytes) -> int:
    _, found, rest = head.lower().partition(b"content-length:")
    return int(rest.split(b"\r\n", 1)[0]) if found else 0


async def send_all(
    target: Target,
    requests: Iterable[bytes],
    connections: int,
    expect: bytes = b"HTTP/1.1 2",
    on_send: Callable[[float], None] = lambda _: None,
) -> Timings:
    """Send requests over so many connections, each waiting for its answer before the next."""
    timings, waiting = Timings(), list(requests)
    loop = asyncio.get_running_loop()
    started = time.perf_counter()
    ends = []
    for _ in range(connections):
        done = asyncio.Event()
        ends.append(done.wait())
        make = partial(_Connection, waiting, timings, done, expect, on_send)
        await loop.create_connection(make, target.host, target.port)
    await asyncio.gather(*ends)
    timings.elapsed_s = time.perf_counter() - started
    return timings


class Line(asyncio.Protocol):
    """A connection that is kept: one request, one answer, again."""

    def __init__(self) -> None:
        self._answered: asyncio.Future[float] | None = None
        self._buffer = b""
        self.body = b""
        """Of the last answer."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, found, body = self._buffer.partition(b"\r\n\r\n")
        if not found or len(body) < _length(head) or self._answered is None:
            return
        assert self._buffer.startswith(b"HTTP/1.1 2"), self._buffer[:300]
        self._buffer, self.body = b"", body
        self._answered.set_result(time.perf_counter())

    def send(self, request: bytes) -> "asyncio.Future[float]":
        """Send a request; the result is when its answer was whole."""
        self._answered = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return self._answered


async def open_line(target: Target) -> Line:
    """Open a connection to keep."""
    _, line = await asyncio.get_running_loop().create_connection(Line, target.host, target.port)
    return line


class Reader(asyncio.Protocol):
    """Reads an event stream, counting events; keeps the text where asked to."""

    def __init__(self, target: Target, cursor: str | None = None, *, keep: bool = False) -> None:
        header = f"Last-Event-ID: {cursor}\r\n" if cursor else ""
        self._request = target.request("GET", "/events", headers=header)
        self._keep = keep
        self.text = b""
        self.count = 0
        self.arrivals: list[tuple[float, int]] = []
        """When a batch arrived, and how many events had arrived by then."""
        self.changed = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self.transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        found = data.count(b"\nid: ") + data.startswith(b"id: ")
        self.count += found
        self.arrivals.append((time.perf_counter(), self.count))
        if self._keep:
            self.text += data
        self.changed.set()

    async def reach(self, count: int, timeout_s: float = 30.0) -> None:
        """Return when so many events have arrived."""
        async with asyncio.timeout(timeout_s):
            while self.count < count:
                self.changed.clear()
                await self.changed.wait()

    @property
    def sequence(self) -> list[int]:
        """Return the numbers of the events kept, in order of arrival."""
        return [int(line.rpartition(b"-")[2]) for line in self.text.split(b"\n") if line.startswith(b"id: ")]


async def open_reader(target: Target, cursor: str | None = None, *, keep: bool = False) -> Reader:
    """Open an event stream."""
    loop = asyncio.get_running_loop()
    _, reader = await loop.create_connection(lambda: Reader(target, cursor, keep=keep), target.host, target.port)
    return reader


def hook_body(number: int, event: str = "PreToolUse", size: int = 0) -> bytes:
    """Return a hook payload like Codex's."""
    return json.dumps(
        {
            "session_id": f"bench-{number % 10}",
            "hook_event_name": event,
            "cwd": "/home/dev/api",
            "model": "gpt-5.4",
            "permission_mode": "default",
            "turn_id": f"turn-{number // 50}",
            "tool_name": "Bash",
            "tool_input": {"command": "ls -la", "description": "x" * size},
            "tool_use_id": f"call-{number}",
        }
    ).encode()

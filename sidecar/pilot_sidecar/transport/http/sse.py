"""``GET /events``: what was missed, then what happens, without gap or duplicate."""

import asyncio
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from aiohttp import web

from pilot_sidecar.core.errors import RateLimitedError
from pilot_sidecar.core.events import Snapshot
from pilot_sidecar.core.services import Services
from pilot_sidecar.transport.call import Caller
from pilot_sidecar.transport.http.fanout import Fanout, Stream, chunk, cut, frame
from pilot_sidecar.transport.http.responses import SECURITY
from pilot_sidecar.transport.http.route import Visit

OWNER_STREAMS = 512
DEVICE_STREAMS = 32
CATCH_UP_BYTES = 256 * 1024
"""More than this is written with back-pressure before the stream joins the others."""
PORTION = 64 * 1024
STALLED_S = 10.0
"""How long a reader may take for a portion of what it missed."""
_HEADERS = SECURITY | {
    "Content-Type": "text/event-stream; charset=utf-8",
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",
}


class EventStreams:
    """Serves event streams."""

    def __init__(self, services: Services, fanout: Fanout) -> None:
        self._services = services
        self._fanout = fanout
        self._open: dict[str, int] = {}
        self._snapshot: tuple[int, bytes] = (-1, b"")

    async def serve(self, visit: Visit) -> web.StreamResponse:
        """Answer until the reader leaves, is cut, or the hub stops."""
        assert visit.caller is not None
        request = visit.request
        with self._counted(visit.caller):
            response = web.StreamResponse(headers=_HEADERS)
            await response.prepare(request)
            await response.write(b"retry: 1000\n\n")
            try:
                cursor = await self._catch_up(
                    response, request.headers.get("Last-Event-ID") or request.query.get("cursor")
                )
            except TimeoutError:
                cut(request.transport)
                return response
            if request.transport is not None:
                await self._follow(Stream(request.transport), cursor, visit.caller)
            return response

    async def _catch_up(self, response: web.StreamResponse, cursor: str | None) -> str | None:
        """Write what is too much for one step, at the reader's pace; return the cursor it is at then.

        Raises TimeoutError for a reader that has none.
        """
        bus, replay = self._services.bus, self._services.replay
        while True:
            missed = replay.recent(cursor)
            if missed is not None and sum(len(body) for _, body in missed) <= CATCH_UP_BYTES:
                return cursor
            missed = missed or await replay.stored(cursor)
            if missed is None:
                picture = self._snapshot_frame()
                if len(picture) <= CATCH_UP_BYTES:
                    return None
                cursor = bus.cursor
                await _write(response, picture)
                continue
            for portion in _portions(bus.epoch, missed):
                await _write(response, portion)
            cursor = f"{bus.epoch}-{missed[-1][0]}" if missed else bus.cursor

    async def _follow(self, stream: Stream, cursor: str | None, caller: Caller) -> None:
        client = caller.client(f"sse_{secrets.token_hex(6)}")
        self._join(stream, cursor)
        self._services.presence.join(client)
        try:
            with self._services.connections.holding(caller.id or None, stream.end):
                await stream.ended.wait()
        finally:
            self._fanout.leave(stream)
            self._services.presence.leave(client)

    def _join(self, stream: Stream, cursor: str | None) -> None:
        """Send what was missed and follow what comes: one step without an await, so that they meet exactly."""
        self._fanout.flush()
        if backlog := self._backlog(cursor):
            stream.send(chunk(backlog))
        self._fanout.join(stream)

    def _backlog(self, cursor: str | None) -> bytes:
        bus = self._services.bus
        missed = self._services.replay.recent(cursor)
        if missed is None:
            return self._snapshot_frame()
        return b"".join(frame(bus.epoch, seq, body) for seq, body in missed)

    def _snapshot_frame(self) -> bytes:
        bus = self._services.bus
        if self._snapshot[0] != bus.seq:
            event = Snapshot(
                at=self._services.clock.now_ms(), seq=bus.seq, epoch=bus.epoch, snapshot=self._services.snapshot()
            )
            self._snapshot = (bus.seq, frame(bus.epoch, bus.seq, event.encode()))
        return self._snapshot[1]

    @contextmanager
    def _counted(self, caller: Caller) -> Iterator[None]:
        """Bound how many streams one caller holds."""
        key, limit = (caller.id, DEVICE_STREAMS) if caller.id else (caller.kind, OWNER_STREAMS)
        if self._open.get(key, 0) >= limit:
            raise RateLimitedError(f"{limit} event streams are open already.", 5)
        self._open[key] = self._open.get(key, 0) + 1
        try:
            yield
        finally:
            self._open[key] -= 1
            if not self._open[key]:
                del self._open[key]


def _portions(epoch: str, missed: Sequence[tuple[int, bytes]]) -> Iterator[bytes]:
    """Yield the frames of events, several together."""
    part: list[bytes] = []
    size = 0
    for seq, body in missed:
        part.append(frame(epoch, seq, body))
        size += len(body)
        if size >= PORTION:
            yield b"".join(part)
            part, size = [], 0
    yield b"".join(part)


async def _write(response: web.StreamResponse, data: bytes) -> None:
    for start in range(0, len(data), PORTION):
        async with asyncio.timeout(STALLED_S):
            await response.write(data[start : start + PORTION])

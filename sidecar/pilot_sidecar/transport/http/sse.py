"""``GET /events``: what was missed, then what happens, without gap or duplicate."""

import asyncio
import re
import secrets
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext

from aiohttp import web

from pilot_sidecar.core.attention import Surface
from pilot_sidecar.core.audience import Audience
from pilot_sidecar.core.errors import BadRequestError, RateLimitedError
from pilot_sidecar.core.events import Snapshot
from pilot_sidecar.core.services import Services
from pilot_sidecar.transport.call import SURFACE_ID, Caller, page_of
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
        self._pictured_at = -1
        self._pictures: dict[Audience, bytes] = {}

    async def serve(self, visit: Visit) -> web.StreamResponse:
        """Answer until the reader leaves, is cut, or the hub stops."""
        assert visit.caller is not None
        request, caller = visit.request, visit.caller
        page = self._page(caller, request.query.get("surface"))
        connections = self._services.connections
        with self._counted(caller), connections.answering(caller.id or None, visit.end):
            response = web.StreamResponse(headers=_HEADERS)
            await response.prepare(request)
            await response.write(b"retry: 1000\n\n")
            audience = caller.audience()
            await audience.prepare(self._services.sessions)
            try:
                cursor = await self._catch_up(
                    response, request.headers.get("Last-Event-ID") or request.query.get("cursor"), audience
                )
            except TimeoutError:
                cut(request.transport)
                return response
            if request.transport is not None:
                with self._surface(caller, page):
                    await self._follow(Stream(request.transport), cursor, caller)
            return response

    def _page(self, caller: Caller, surface_id: str | None) -> Surface | None:
        """Return the page that a stream belongs to; raises BadRequestError, ConflictError for an id that is not its."""
        if surface_id is None:
            return None
        if not re.fullmatch(SURFACE_ID, surface_id):
            raise BadRequestError("surface: 8 to 64 letters, digits, - or _.")
        if not caller.may("approve") or caller.session_id is not None:
            return None
        page = page_of(caller, surface_id)
        self._services.surfaces.claim(caller.key(), page)
        return page

    def _surface(self, caller: Caller, page: Surface | None) -> AbstractContextManager[None]:
        """Count a page that can answer as one that notices may be shown on, while it listens."""
        return nullcontext() if page is None else self._services.surfaces.holding(caller.key(), page)

    async def _catch_up(self, response: web.StreamResponse, cursor: str | None, audience: Audience) -> str | None:
        """Write what is too much for one step, at the reader's pace; return the cursor it is at then.

        Raises TimeoutError for a reader that has none.
        """
        bus, replay = self._services.bus, self._services.replay
        while True:
            missed = self._missed(cursor, audience)
            if missed is not None and sum(len(body) for _, body in missed) <= CATCH_UP_BYTES:
                return cursor
            if missed is None and audience.session_id is None:
                missed = await replay.stored(cursor)
            if missed is None:
                picture = self._snapshot_frame(audience)
                if len(picture) <= CATCH_UP_BYTES:
                    return None
                cursor = bus.cursor
                await _write(response, picture)
                if audience.session_id is not None:
                    return cursor
                continue
            for portion in _portions(bus.epoch, [one for one in missed if audience.hears_encoded(one[1])]):
                await _write(response, portion)
            cursor = f"{bus.epoch}-{missed[-1][0]}" if missed else bus.cursor

    def _missed(self, cursor: str | None, audience: Audience) -> list[tuple[int, bytes]] | None:
        """Return what came after the cursor, or None where only a picture will do.

        Whoever follows one session gets that whenever anything happened: it is small.
        """
        missed = self._services.replay.recent(cursor)
        return None if missed and audience.session_id is not None else missed

    async def _follow(self, stream: Stream, cursor: str | None, caller: Caller) -> None:
        client, services = caller.client(f"sse_{secrets.token_hex(6)}"), self._services
        self._join(stream, cursor, caller.audience())
        services.presence.join(client)
        try:
            with services.connections.holding(caller.id or None, stream.end):
                await stream.ended.wait()
        finally:
            self._fanout.leave(stream)
            services.presence.leave(client)
            services.devices.seen(caller.id, caller.whence)

    def _join(self, stream: Stream, cursor: str | None, audience: Audience) -> None:
        """Send what was missed and follow what comes: one step without an await, so that they meet exactly."""
        self._fanout.flush()
        if backlog := self._backlog(cursor, audience):
            stream.send(chunk(backlog))
        self._fanout.join(stream, audience)

    def _backlog(self, cursor: str | None, audience: Audience) -> bytes:
        missed = self._missed(cursor, audience)
        if missed is None:
            return self._snapshot_frame(audience)
        epoch = self._services.bus.epoch
        return b"".join(frame(epoch, seq, body) for seq, body in missed if audience.hears_encoded(body))

    def _snapshot_frame(self, audience: Audience) -> bytes:
        bus, services = self._services.bus, self._services
        if self._pictured_at != bus.seq:
            self._pictured_at = bus.seq
            self._pictures.clear()
        if audience not in self._pictures:
            picture = audience.picture(services.snapshot(), services.sessions)
            event = Snapshot(at=services.clock.now_ms(), seq=bus.seq, epoch=bus.epoch, snapshot=picture)
            self._pictures[audience] = frame(bus.epoch, bus.seq, event.encode())
        return self._pictures[audience]

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

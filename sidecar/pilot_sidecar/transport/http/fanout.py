"""Event streams: each event framed once, written to every reader in batches that never delay an idle stream."""

import asyncio
import logging
from dataclasses import dataclass, field

from pilot_sidecar.core.audience import Audience
from pilot_sidecar.core.bus import Announcement, Bus
from pilot_sidecar.core.sessions import Sessions

logger = logging.getLogger(__name__)

COALESCE_S = 0.005
"""Under load, frames of this long travel in one write; the first after a pause goes at once."""
BUFFER_LIMIT = 1024 * 1024
"""A reader with more than this unread is cut; it comes back with its cursor."""
HEARTBEAT_S = 15.0
HEARTBEAT = b"event: heartbeat\ndata: {}\n\n"


def frame(epoch: str, seq: int, body: bytes) -> bytes:
    """Return one event as server-sent event; JSON has no raw line breaks, so one data line is enough."""
    return b"id: %b-%d\ndata: %b\n\n" % (epoch.encode(), seq, body)


def chunk(data: bytes) -> bytes:
    """Return data as one chunk of HTTP's chunked encoding: framed once for all readers."""
    return b"%x\r\n%b\r\n" % (len(data), data)


class Stream:
    """One reader."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._large = 0
        """Size of the largest chunk beyond the limit that may still be on its way: one big ask cuts nobody."""
        self.ended = asyncio.Event()

    def end(self) -> None:
        """End it at once: its reader may not listen any more."""
        self._transport.abort()
        self.ended.set()

    def send(self, data: bytes) -> None:
        """Write a chunk without waiting; a reader that does not keep up is cut."""
        if self._transport.is_closing():
            self.ended.set()
            return
        if not (unread := self._transport.get_write_buffer_size()):
            self._large = 0
        if unread > BUFFER_LIMIT + self._large:
            cut(self._transport)
            self.ended.set()
            return
        if len(data) > BUFFER_LIMIT:
            self._large = max(self._large, len(data))
        self._transport.write(data)


def cut(transport: asyncio.Transport | None) -> None:
    """End a stream whose reader does not read; it comes back with its cursor."""
    if transport is not None:
        logger.info("cut an event stream that did not keep up")
        transport.abort()


@dataclass(slots=True)
class _Readers:
    """Streams that hear the same, and what they are to hear next."""

    streams: set[Stream] = field(default_factory=set)
    batch: list[bytes] = field(default_factory=list)

    def flush(self) -> None:
        """Write what is batched."""
        data = chunk(b"".join(self.batch))
        self.batch.clear()
        self.send(data)

    def send(self, data: bytes) -> None:
        """Write one chunk to all."""
        for stream in tuple(self.streams):
            stream.send(data)


_ALL = Audience("admin")


class Fanout:
    """Writes announcements to all streams, each what is for it."""

    def __init__(self, bus: Bus, sessions: Sessions) -> None:
        self._bus = bus
        self._sessions = sessions
        self._epoch = bus.epoch
        self._readers: dict[Audience, _Readers] = {}
        self._flush_handle: asyncio.Handle | None = None
        self._last_flush = 0.0
        self._heartbeat: asyncio.TimerHandle | None = None
        bus.subscribe(self._on_event)

    def join(self, stream: Stream, audience: Audience = _ALL) -> None:
        """Send everything announced from now on. Call it in one step with sending what came before."""
        if self._heartbeat is None:
            self._schedule_heartbeat()
        self._readers.setdefault(audience, _Readers()).streams.add(stream)

    def leave(self, stream: Stream) -> None:
        """Send nothing more."""
        for audience, readers in tuple(self._readers.items()):
            readers.streams.discard(stream)
            if not readers.streams:
                del self._readers[audience]

    def flush(self) -> None:
        """Write what is batched, now."""
        if self._flush_handle is not None:
            self._flush_handle.cancel()
            self._flush_handle = None
        waiting = [readers for readers in self._readers.values() if readers.batch]
        for readers in waiting:
            readers.flush()
        if waiting:
            self._last_flush = asyncio.get_running_loop().time()

    def close(self) -> None:
        """End all streams, last events included."""
        self.flush()
        if self._heartbeat is not None:
            self._heartbeat.cancel()
        for readers in self._readers.values():
            for stream in readers.streams:
                stream.ended.set()

    def _on_event(self, entry: Announcement) -> None:
        if not self._readers:
            return
        data = frame(self._epoch, entry.seq, entry.body)
        for audience, readers in self._readers.items():
            if audience.hears(entry.event, self._sessions):
                readers.batch.append(data)
        if self._flush_handle is None:
            loop = asyncio.get_running_loop()
            due = self._last_flush + COALESCE_S
            self._flush_handle = loop.call_soon(self.flush) if due <= loop.time() else loop.call_at(due, self.flush)

    def _schedule_heartbeat(self) -> None:
        self._heartbeat = asyncio.get_running_loop().call_later(HEARTBEAT_S, self._beat)

    def _beat(self) -> None:
        self.flush()
        data = chunk(HEARTBEAT)
        for readers in tuple(self._readers.values()):
            readers.send(data)
        self._schedule_heartbeat()

"""Event streams: each event framed once, written to every reader in batches that never delay an idle stream."""

import asyncio
import logging

from pilot_sidecar.core.bus import Announcement, Bus

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


class Fanout:
    """Writes announcements to all streams."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._epoch = bus.epoch
        self._streams: set[Stream] = set()
        self._batch: list[bytes] = []
        self._flush_handle: asyncio.Handle | None = None
        self._last_flush = 0.0
        self._heartbeat: asyncio.TimerHandle | None = None
        bus.subscribe(self._on_event)

    def join(self, stream: Stream) -> None:
        """Send everything announced from now on. Call it in one step with sending what came before."""
        if self._heartbeat is None:
            self._schedule_heartbeat()
        self._streams.add(stream)

    def leave(self, stream: Stream) -> None:
        """Send nothing more."""
        self._streams.discard(stream)

    def flush(self) -> None:
        """Write what is batched, now."""
        if self._flush_handle is not None:
            self._flush_handle.cancel()
            self._flush_handle = None
        if not self._batch:
            return
        data = chunk(b"".join(self._batch))
        self._batch.clear()
        for stream in tuple(self._streams):
            stream.send(data)
        self._last_flush = asyncio.get_running_loop().time()

    def close(self) -> None:
        """End all streams, last events included."""
        self.flush()
        if self._heartbeat is not None:
            self._heartbeat.cancel()
        for stream in self._streams:
            stream.ended.set()

    def _on_event(self, entry: Announcement) -> None:
        if not self._streams:
            return
        self._batch.append(frame(self._epoch, entry.seq, entry.body))
        if self._flush_handle is None:
            loop = asyncio.get_running_loop()
            due = self._last_flush + COALESCE_S
            self._flush_handle = loop.call_soon(self.flush) if due <= loop.time() else loop.call_at(due, self.flush)

    def _schedule_heartbeat(self) -> None:
        self._heartbeat = asyncio.get_running_loop().call_later(HEARTBEAT_S, self._beat)

    def _beat(self) -> None:
        self.flush()
        data = chunk(HEARTBEAT)
        for stream in tuple(self._streams):
            stream.send(data)
        self._schedule_heartbeat()

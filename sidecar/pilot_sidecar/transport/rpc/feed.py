"""Events for all JSON-RPC connections: each framed once, those of one moment written together."""

import asyncio

from pilot_sidecar.core.bus import Announcement, Bus
from pilot_sidecar.transport.rpc.outbox import Outbox

_EVENT, _SHOW = (b'{"jsonrpc":"2.0","method":"%b","params":' % method for method in (b"pilot/event", b"pilot/show"))
_TAIL = b"}"


def frame(body: bytes) -> bytes:
    """Return an event as a notification with its header."""
    return _notification(_EVENT, body)


def show_frame(body: bytes) -> bytes:
    """Return a place to show as a notification with its header."""
    return _notification(_SHOW, body)


def _notification(head: bytes, body: bytes) -> bytes:
    return b"Content-Length: %d\r\n\r\n%b%b%b" % (len(head) + len(body) + len(_TAIL), head, body, _TAIL)


class Feed:
    """Writes announcements to all subscribed connections."""

    def __init__(self, bus: Bus) -> None:
        self._readers: set[Outbox] = set()
        self._batch: list[bytes] = []
        self._flush_handle: asyncio.Handle | None = None
        self._unsubscribe = bus.subscribe(self._on_event)

    def join(self, reader: Outbox) -> None:
        """Send what is announced from now on."""
        self._flush()
        self._readers.add(reader)

    def leave(self, reader: Outbox) -> None:
        """Send nothing more."""
        self._readers.discard(reader)

    def close(self) -> None:
        """Write what is batched, then no more: why the hub stops must reach those who would start it again."""
        self._unsubscribe()
        self._flush()

    def _on_event(self, entry: Announcement) -> None:
        if not self._readers:
            return
        self._batch.append(frame(entry.body))
        if self._flush_handle is None:
            self._flush_handle = asyncio.get_running_loop().call_soon(self._flush)

    def _flush(self) -> None:
        if self._flush_handle is not None:
            self._flush_handle.cancel()
            self._flush_handle = None
        if not self._batch:
            return
        data = b"".join(self._batch)
        self._batch.clear()
        for reader in tuple(self._readers):
            reader.push(data)

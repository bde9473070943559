"""What a reader missed: from a ring in memory, else from the store, else nothing but a snapshot will do."""

import asyncio
import re
from collections import deque

from pilot_sidecar.core.bus import Announcement, Bus
from pilot_sidecar.core.store import Store

RING_BYTES = 4 * 1024 * 1024
STORE_LIMIT = 20_000


def parse_cursor(text: str | None) -> tuple[str, int] | None:
    """Return ``(epoch, seq)``, or None for anything that is not a cursor of ours."""
    epoch, _, seq = (text or "").rpartition("-")
    if not epoch or not seq.isascii() or not seq.isdigit() or len(seq) > 15:
        return None
    return epoch, int(seq)


class Replay:
    """Keeps the latest announcements, as many as fit into ``RING_BYTES``."""

    def __init__(self, bus: Bus, store: Store, limit_bytes: int = RING_BYTES) -> None:
        self._bus = bus
        self._store = store
        self._limit = limit_bytes
        self._ring: deque[tuple[int, bytes]] = deque()
        self._size = 0
        bus.subscribe(self._keep)

    def recent(self, cursor: str | None) -> list[tuple[int, bytes]] | None:
        """Return what was announced after the cursor, or None when the ring does not reach back that far."""
        place = self._place(cursor)
        if place is None:
            return None
        if place == self._bus.seq:
            return []
        if not self._ring or self._ring[0][0] > place + 1:
            return None
        return [entry for entry in self._ring if entry[0] > place]

    async def stored(self, cursor: str | None) -> list[tuple[int, bytes]] | None:
        """Return the same from the store, or None when something between was transient or there is too much."""
        place = self._place(cursor)
        if place is None or self._bus.seq - place > STORE_LIMIT:
            return None
        upto = self._bus.seq
        await self._store.settled()
        rows = await self._store.read(
            "SELECT lines FROM events WHERE epoch = ? AND last > ? AND first <= ? ORDER BY last",
            (self._store.epoch, place, upto),
        )
        return await asyncio.to_thread(
            _between, [bytes(lines) for (lines,) in rows if isinstance(lines, bytes)], place, upto
        )

    def _place(self, cursor: str | None) -> int | None:
        parsed = parse_cursor(cursor)
        if parsed is None or parsed[0] != self._bus.epoch or parsed[1] > self._bus.seq:
            return None
        return parsed[1]

    def _keep(self, entry: Announcement) -> None:
        self._ring.append((entry.seq, entry.body))
        self._size += len(entry.body) + 150  # the tuple, the number and the object around the bytes
        while self._size > self._limit and self._ring:
            _, body = self._ring.popleft()
            self._size -= len(body) + 150


_SEQ = re.compile(rb'\{"seq":(\d+)')


def _between(blocks: list[bytes], after: int, upto: int) -> list[tuple[int, bytes]] | None:
    """Return the numbered events of ``(after, upto]``, or None if one is missing: transient ones are not stored."""
    found = []
    for line in (line for block in blocks for line in block.split(b"\n")):
        match = _SEQ.match(line)
        if match and after < (seq := int(match[1])) <= upto:
            found.append((seq, line))
    return found if len(found) == upto - after else None

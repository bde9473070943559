"""Forgetting deleted sessions for good: entries, asks, pictures, what the log and the search know of them."""

import asyncio
import json
import logging
import sqlite3
from collections.abc import Callable, Sequence

from pilot_sidecar.core.asks import AskQueue
from pilot_sidecar.core.deletion import UNDO_MS, Bin
from pilot_sidecar.core.errors import PilotError
from pilot_sidecar.core.search import Search
from pilot_sidecar.core.store import Row, Store
from pilot_sidecar.infra.clock import Clock

logger = logging.getLogger(__name__)
LOOK_S = 30.0
STEP = 200
"""Rows deleted at a time, so that an ask never waits long for the disk."""
BATCHES = 20
"""Batches of the event log that are looked through at a time."""
PAUSE_S = 0.02
TOMBSTONES = 5_000

_ROWS = (
    "DELETE FROM items WHERE rowid IN (SELECT rowid FROM items WHERE session_id = ?1 AND pos < ?2 * 1000 LIMIT ?3)",
    "DELETE FROM decisions WHERE rowid IN (SELECT decisions.rowid FROM asks JOIN decisions ON ask_id = asks.id "
    "WHERE session_id = ?1 AND created_at < ?2 LIMIT ?3)",
    "DELETE FROM asks WHERE rowid IN "
    "(SELECT rowid FROM asks WHERE session_id = ?1 AND created_at < ?2 AND state <> 'pending' LIMIT ?3)",
    "DELETE FROM unknown_events WHERE rowid IN "
    "(SELECT rowid FROM unknown_events WHERE at < ?2 AND instr(body, '"
    " || ?1 || "
    "') LIMIT ?3)",
)
_HEAD = (
    "DELETE FROM sessions WHERE id = ?1 AND EXISTS "
    "(SELECT 1 FROM deleted WHERE session_id = ?1 AND purged_at IS NOT NULL)",
    "DELETE FROM attachments WHERE id IN (SELECT attachment_id FROM attachment_uses WHERE session_id = ?1) "
    "AND NOT EXISTS (SELECT 1 FROM attachment_uses WHERE attachment_id = attachments.id AND session_id <> ?1)",
    "DELETE FROM attachment_uses WHERE session_id = ?1",
    "DELETE FROM telegram_messages WHERE session_id = ?1",
    "DELETE FROM deliveries WHERE session_id = ?1",
)
_NEXT = "SELECT epoch, last FROM events WHERE (epoch, last) > (?, ?) ORDER BY epoch, last LIMIT ?"
_NAMED = """
    SELECT epoch, last, lines FROM events
    WHERE (epoch, last) > (?, ?) AND (epoch, last) <= (?, ?) AND instr(lines, ?)
"""
_SURPLUS = """
    DELETE FROM deleted WHERE session_id IN
    (SELECT session_id FROM deleted WHERE clean = 1 ORDER BY at DESC LIMIT -1 OFFSET ?)
"""


class Purger:
    """Works through the deletions that were not undone, in small steps; what was interrupted is taken up again."""

    def __init__(self, store: Store, clock: Clock, bin_: Bin, asks: AskQueue, search: Search) -> None:
        self._store = store
        self._clock = clock
        self._bin = bin_
        self._asks = asks
        self._search = search

    async def run(self) -> None:
        """Purge what is due, now and then, until cancelled."""
        while True:
            try:
                await self.purge_due(self._clock.now_ms() - UNDO_MS)
            except (PilotError, sqlite3.Error, OSError):
                logger.exception("a deleted session could not be forgotten; trying again")
            await asyncio.sleep(LOOK_S)

    async def purge_due(self, before_ms: int) -> None:
        """Purge the deletions made before a time."""
        for group in self._bin.due(before_ms):
            ids = self._bin.begin_purge(group)
            await self._store.settled()
            for session_id in ids:
                await self._purge(session_id)
            await self._end(ids)
            logger.info("forgot %d deleted sessions for good", len(ids))
            await self._store.run(_checkpoint)
            await self._store.run(lambda connection: connection.execute(_SURPLUS, (TOMBSTONES,)))

    async def _end(self, ids: Sequence[str]) -> None:
        """Take the words out of the search; of a session that is back since it worked meanwhile, only the old ones."""
        gone = [one for one in ids if self._bin.purged_at(one) is not None]
        await self._search.forget(gone)
        if len(gone) < len(ids):
            await self._search.prune()
        for session_id in gone:
            self._bin.end_purge(session_id)

    async def _purge(self, session_id: str) -> None:
        until = self._bin.purged_at(session_id)
        if until is None:
            return  # it worked meanwhile, and is back
        for sql in _HEAD:
            await self._store.run(_scrubbing(sql, (session_id,)))
        for sql in _ROWS:
            while await self._store.run(_scrubbing(sql, (session_id, until, STEP))):
                pass
        await self._purge_log(session_id, until)
        self._asks.forget(session_id)

    async def _purge_log(self, session_id: str, until: int) -> None:
        """Take a session's events out of the log; a reader that was away so long gets a snapshot."""
        needle = json.dumps(session_id, ensure_ascii=False).encode()
        place: tuple[int, int] = (-1, -1)
        while keys := await self._store.read(_NEXT, (*place, BATCHES)):
            end = (int(str(keys[-1][0])), int(str(keys[-1][1])))
            for epoch, last, lines in await self._store.read(_NAMED, (*place, *end, needle)):
                assert isinstance(lines, bytes)
                kept = await asyncio.to_thread(_without, lines, needle, session_id, until)
                sql = "UPDATE events SET lines = ?1 WHERE epoch = ?2 AND last = ?3"
                await self._store.run(_scrubbing(sql, (kept, epoch, last)))
            place = end
            await asyncio.sleep(PAUSE_S)


def _without(lines: bytes, needle: bytes, session_id: str, until: int) -> bytes:
    return b"\n".join(line for line in lines.split(b"\n") if needle not in line or not _is_of(line, session_id, until))


def _is_of(line: bytes, session_id: str, until: int) -> bool:
    event = json.loads(line)
    return bool(event.get("sessionId") == session_id and event.get("at", 0) <= until)


def _scrubbing(sql: str, values: Sequence[object]) -> Callable[[sqlite3.Connection], int]:
    """Return a job whose deleted rows are overwritten in the file, not only unlinked."""
    row: Row = tuple(values)

    def job(connection: sqlite3.Connection) -> int:
        connection.execute("PRAGMA secure_delete = ON")
        try:
            return connection.execute(sql, row).rowcount
        finally:
            connection.execute("PRAGMA secure_delete = OFF")

    return job


def _checkpoint(connection: sqlite3.Connection) -> None:
    """Bring the changes from the write-ahead log into the file, unless somebody reads just now."""
    connection.execute("PRAGMA busy_timeout = 0")
    try:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    finally:
        connection.execute("PRAGMA busy_timeout = 5000")

"""The durable log and the tables behind it: one writer, batched, SQLite in WAL mode."""

import asyncio
import json
import logging
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from pilot_sidecar.core import schema
from pilot_sidecar.core.errors import StorageError
from pilot_sidecar.infra.disk import DiskThread

logger = logging.getLogger(__name__)

FLUSH_AFTER_S = 0.05
BATCH_BYTES = 256 * 1024
"""A batch of this size does not wait for its time."""
ROOM_BYTES = 1024 * 1024
"""Unwritten events beyond this hold back whoever brings more."""
Row = tuple[object, ...]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Write:
    """One statement of a transaction."""

    sql: str
    values: Row
    must_change: bool = False
    """Fail the transaction unless exactly one row changed (compare-and-set)."""


@dataclass(frozen=True, slots=True)
class Patches:
    """Many transcript rows at once: session, item, position and an encoded patch each."""

    rows: Sequence[tuple[str, str, int, bytes]]

    def packed(self) -> tuple[bytes, bytes]:
        """Return the rows' heads as JSON, with where each patch is, and all patches in one.

        One statement over these runs without Python's lock, so that the event loop does not wait for the disk.
        """
        heads, place = [], 1
        for session_id, item_id, pos, patch in self.rows:
            heads.append((session_id, item_id, pos, place, len(patch)))
            place += len(patch)
        return json.dumps(heads).encode(), b"".join(row[3] for row in self.rows)


@dataclass(slots=True)
class Batch:
    """Encoded events in the order of their numbers."""

    first: int
    last: int
    at: int
    lines: list[bytes] = field(default_factory=list)
    size: int = 0
    """Bytes of all lines."""


class LostRaceError(StorageError):
    """A compare-and-set found the row changed already."""

    code, status = "lost_race", 409


class Store:
    """Writes go through one thread in the order given; reads use a connection of their own."""

    def __init__(self, path: Path, epoch: int) -> None:
        self.path = path
        schema.prepare(path)
        self._disk = DiskThread("pilot-disk")
        self._writer = schema.connect(path)
        self._reader = schema.connect(path, readonly=True)
        [(last,)] = self.read_now("SELECT max(epoch) FROM events")
        self.epoch = max(epoch, int(str(last)) + 1) if last is not None else epoch
        """This run's number: later than every one before it, even if the clock was set back."""
        self._read_lock = asyncio.Lock()
        self._events: Batch | None = None
        self._extra: list[Write] = []
        self._unwritten = 0
        self._flush_timer: asyncio.TimerHandle | None = None
        self._before_flush: Callable[[], Sequence[Write | Patches]] = list

    def collect_with(self, source: Callable[[], Sequence[Write | Patches]]) -> None:
        """Let ``source`` add its latest rows (the projection's dirty ones) to every flush."""
        self._before_flush = source

    def append(self, seq: int, at: int, body: bytes) -> None:
        """Add an encoded event to the next batch."""
        if self._events is None:
            self._events = Batch(seq, seq, at)
            self.flush_soon()
        self._events.last = seq
        self._events.lines.append(body)
        self._events.size += len(body)
        self._unwritten += len(body)
        if self._events.size > BATCH_BYTES:
            self._flush()

    def write_soon(self, write: Write) -> None:
        """Add a statement to the next batch."""
        self._extra.append(write)
        self.flush_soon()

    def flush_soon(self) -> None:
        """Make sure that a batch is written within ``FLUSH_AFTER_S``."""
        if self._flush_timer is None:
            self._flush_timer = asyncio.get_running_loop().call_later(FLUSH_AFTER_S, self._flush)

    def commit(self, writes: Sequence[Write], event: Batch | None = None) -> "asyncio.Future[None]":
        """Write these, and the event they belong to, in one transaction; done when it is in the log on disk.

        What came before is written first, in a transaction of its own: it must not share the fate of a refusal.
        """
        self._flush()
        if event is not None:
            self._unwritten += event.size
        return self._disk.run(lambda: self._write(event, (), writes))

    async def room(self) -> None:
        """Return when the disk keeps up: adapters await this after publishing, so that a flood waits at its source."""
        if self._unwritten > ROOM_BYTES:
            await self.settled()

    async def read(self, sql: str, values: Row = ()) -> list[Row]:
        """Return the rows of a query over what has been written."""
        async with self._read_lock:
            return await asyncio.to_thread(lambda: self._reader.execute(sql, values).fetchall())

    def read_now(self, sql: str, values: Row = ()) -> list[Row]:
        """Return the rows of a query at once: for start-up only, when nothing else runs."""
        return self._reader.execute(sql, values).fetchall()

    def run(self, job: Callable[[sqlite3.Connection], T]) -> "asyncio.Future[T]":
        """Do something short with the database, in order with the other writes."""
        return self._disk.run(lambda: job(self._writer))

    async def settled(self) -> None:
        """Return when everything appended so far is written."""
        await self.commit(())

    def post(self, job: Callable[[], None]) -> None:
        """Run a file job on the writing thread, in order with the log."""
        self._disk.post(job)

    async def close(self, timeout_s: float = 3.0) -> None:
        """Write what is left and close; say so when the disk does not answer."""
        self._flush()
        if await asyncio.to_thread(self._disk.close, timeout_s):
            self._writer.close()
            self._reader.close()
        else:
            logger.error("the disk did not take the last writes within %.0f s", timeout_s)

    def _flush(self) -> None:
        events, rows = self._take()
        if events or rows:
            self._disk.post(lambda: self._write(events, rows, ()))

    def _take(self) -> tuple[Batch | None, Sequence[Write | Patches]]:
        if self._flush_timer is not None:
            self._flush_timer.cancel()
            self._flush_timer = None
        events, self._events = self._events, None
        extra, self._extra = self._extra, []
        return events, [*self._before_flush(), *extra]

    def _write(self, events: Batch | None, rows: Sequence[Write | Patches], writes: Sequence[Write]) -> None:
        """Run on the disk thread; the count it lowers is only a measure, so no lock."""
        try:
            self._transaction(events, rows, writes)
        finally:
            if events:
                self._unwritten -= events.size

    def _transaction(self, events: Batch | None, rows: Sequence[Write | Patches], writes: Sequence[Write]) -> None:
        connection = self._writer
        try:
            connection.execute("BEGIN IMMEDIATE")
            if events:
                block = (self.epoch, events.last, events.first, events.at, b"\n".join(events.lines))
                connection.execute(schema.INSERT_EVENTS, block)
            for write in (*rows, *writes):
                if isinstance(write, Patches):
                    connection.execute(schema.UPSERT_ITEMS, write.packed())
                    continue
                changed = connection.execute(write.sql, write.values).rowcount
                if write.must_change and changed != 1:
                    raise LostRaceError("The row was changed by somebody else.")
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            _roll_back(connection)
            raise StorageError(
                f"The database refused the write: {error}", "Check that the disk has room; `pilot logs` has more."
            ) from error
        except BaseException:
            _roll_back(connection)
            raise


def _roll_back(connection: sqlite3.Connection) -> None:
    if connection.in_transaction:
        connection.execute("ROLLBACK")

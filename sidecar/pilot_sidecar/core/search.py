"""Finding words in all sessions there are, in titles and transcripts."""

import asyncio
import itertools
import logging
import sqlite3
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar, cast

from pilot_sidecar.core.bus import Bus
from pilot_sidecar.core.errors import RateLimitedError, StorageError
from pilot_sidecar.core.plain_text import one_line
from pilot_sidecar.core.search_index import SearchIndex
from pilot_sidecar.core.search_terms import Terms, parse_terms, snippet_of
from pilot_sidecar.core.store import Row, Store
from pilot_sidecar.infra.disk import DiskThread

logger = logging.getLogger(__name__)
T = TypeVar("T")
IDLE_S = 10.0
"""The store is looked through for new words once nothing has happened for this long."""
PAUSE_S = 0.05
PRUNE_S = 6 * 3600.0
CATCH_UP_S = 1.5
"""How long a query may wait for the index."""
FIND_S = 3.0
WAITING = 16
"""Queries that may wait for those before them."""
CLOSE_S = 0.5

HitKind = Literal["title", "prompt", "text", "reasoning", "tool", "error"]
_TITLES = """
    SELECT id, updated_at, body ->> '$.title', (SELECT body ->> '$.name' FROM marks WHERE session_id = sessions.id)
    FROM sessions WHERE NOT EXISTS (SELECT 1 FROM deleted WHERE session_id = sessions.id)
"""


@dataclass(frozen=True, slots=True)
class Hit:
    """One place where the words stand."""

    session_id: str
    title: str
    item_id: str | None
    kind: HitKind
    at: int
    snippet: str


class Search:
    """Answers queries; its index is filled when somebody asks, and while nothing else happens."""

    def __init__(self, bus: Bus, store: Store) -> None:
        self._bus = bus
        self._store = store
        self._index = SearchIndex(search_path(store.path), store.path)
        self._thread: DiskThread | None = None
        self._closing = False
        self._waiting = 0

    async def search(self, query: str, limit: int) -> tuple[list[Hit], bool]:
        """Return the latest matches, and whether there are more, or may be; raises StorageError, RateLimitedError."""
        terms = parse_terms(query)
        if not terms.all:
            return [], False
        if self._waiting >= WAITING:
            raise RateLimitedError("Many searches wait already.", round(FIND_S))
        self._waiting += 1
        try:
            return await self._search(terms, limit)
        finally:
            self._waiting -= 1

    async def run(self) -> None:
        """Keep the index up to date while nothing happens, until cancelled."""
        done, pruned = -1, time.monotonic()
        while True:
            seq = self._bus.seq
            await asyncio.sleep(IDLE_S)
            if self._bus.seq != seq or seq == done:
                continue
            try:
                done = await self._follow(seq)
                if time.monotonic() - pruned > PRUNE_S:
                    await self.prune()
                    pruned = time.monotonic()
            except (sqlite3.Error, OSError):
                logger.exception("the search index could not be brought up to date")
                done = seq

    async def _follow(self, seq: int) -> int:
        """Take in what is new, unless something happens meanwhile; return up to where that was done."""
        for _ in itertools.count():
            if self._bus.seq != seq:
                return -1
            if not await self._run(self._index.step):
                break
            await asyncio.sleep(PAUSE_S)
        return seq

    async def forget(self, session_ids: Sequence[str]) -> None:
        """Drop all words of some sessions."""
        await self._run(lambda: self._index.forget(session_ids))

    async def prune(self) -> None:
        """Drop what the store has forgotten meanwhile."""
        place: int | None = -(2**63)
        while place is not None:
            after = place
            place = await self._run(lambda: self._index.prune(after))  # noqa: B023 - awaited before it changes
            await asyncio.sleep(PAUSE_S)

    async def close(self) -> None:
        """End what runs, and let go of the files."""
        self._closing = True
        if self._thread is not None:
            self._index.interrupt()
            self._thread.post(self._index.close)
            await asyncio.to_thread(self._thread.close, CLOSE_S)

    async def _search(self, terms: Terms, limit: int) -> tuple[list[Hit], bool]:
        await self._store.settled()
        titles = await self._store.read(_TITLES)
        try:
            rows, whole = await self._run(lambda: self._find(terms, limit + 1))
        except (sqlite3.Error, OSError) as error:
            hint = "Check that the disk has room; `pilot logs` has more."
            raise StorageError(f"The index of all transcripts cannot be used: {error}", hint) from error
        hits = await asyncio.to_thread(_hits, terms, titles, rows)
        return hits[:limit], len(hits) > limit or not whole

    def _find(self, terms: Terms, limit: int) -> tuple[list[Row], bool]:
        """Run on the search's own thread."""
        until = time.monotonic() + CATCH_UP_S
        while more := self._index.step():
            if time.monotonic() > until or self._closing:
                break
        words = terms.indexed()
        if words is not None and self._index.has_words:
            rows, whole = self._index.find(words, limit, FIND_S)
        else:
            found, whole = self._index.read_through(terms.all, limit, FIND_S)
            rows = [(*row[:4], snippet_of(str(row[4]), terms)) for row in found]
        return rows, whole and not more

    async def _run(self, job: Callable[[], T]) -> T:
        if self._thread is None:
            self._thread = DiskThread("pilot-search")
        try:
            return await self._thread.run(job)
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                raise
            logger.warning("the search index is damaged (%s); it is made anew", error)
            await self._thread.run(self._index.reset)
            return await self._thread.run(job)


def search_path(store: Path) -> Path:
    """Return where the index of a store is."""
    return store.with_name(f"{store.name}.search")


def _hits(terms: Terms, titles: Sequence[Row], rows: Sequence[Row]) -> list[Hit]:
    named = {str(row[0]): str(row[3] or row[2] or "") for row in titles}
    hits = []
    for session_id, updated_at, title, name in titles:
        for text in (str(name or ""), str(title or "")):
            if terms.match(text):
                shown = named[str(session_id)]
                hits.append(Hit(str(session_id), shown, None, "title", int(str(updated_at)), one_line(text)[:300]))
                break
    for session_id, item_id, kind, at, snippet in rows:
        known = cast("HitKind", kind)  # SAFETY: the index takes in these kinds only
        text = one_line(str(snippet))[:300]
        hits.append(Hit(str(session_id), named.get(str(session_id), ""), str(item_id), known, int(str(at)), text))
    return sorted(hits, key=lambda hit: -hit.at)

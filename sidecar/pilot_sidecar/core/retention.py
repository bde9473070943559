"""How long the store keeps what: so many days or megabytes, whichever is less; an ask that waits is never dropped."""

import asyncio
import contextlib
import logging
import sqlite3
from collections.abc import Callable
from functools import partial

from pilot_sidecar.core.attachments import KEPT_UNUSED_MS, forget_oldest, forget_unused
from pilot_sidecar.core.settings import SettingsStore
from pilot_sidecar.core.settings_model import Settings
from pilot_sidecar.core.store import Store
from pilot_sidecar.infra.clock import Clock

logger = logging.getLogger(__name__)

DAY_MS = 24 * 3600 * 1000
FIRST_AFTER_S = 30.0
EVERY_S = 6 * 3600.0
STEP = 200
"""Rows deleted at a time, so that an ask never waits long for the disk."""
FEW = 5
"""Pictures, which are large, deleted at a time."""

_BY_AGE = (
    "DELETE FROM events WHERE (epoch, last) IN (SELECT epoch, last FROM events WHERE at < ?1 LIMIT ?2)",
    "DELETE FROM unknown_events WHERE rowid IN (SELECT rowid FROM unknown_events WHERE at < ?1 LIMIT ?2)",
    "DELETE FROM decisions WHERE rowid IN (SELECT rowid FROM decisions WHERE at < ?1 LIMIT ?2)",
    "DELETE FROM asks WHERE rowid IN "
    "(SELECT rowid FROM asks WHERE state <> 'pending' AND created_at < ?1 ORDER BY created_at LIMIT ?2)",
    "DELETE FROM items WHERE rowid IN (SELECT items.rowid FROM sessions JOIN items ON items.session_id = sessions.id "
    "WHERE sessions.updated_at < ?1 LIMIT ?2)",
    "DELETE FROM marks WHERE rowid IN (SELECT marks.rowid FROM sessions JOIN marks ON marks.session_id = sessions.id "
    "WHERE sessions.updated_at < ?1 LIMIT ?2)",
    "DELETE FROM sessions WHERE rowid IN (SELECT rowid FROM sessions WHERE updated_at < ?1 LIMIT ?2)",
    "DELETE FROM spent WHERE (day, session_id) IN "
    "(SELECT day, session_id FROM spent WHERE day < date(?1 / 1000, 'unixepoch', 'localtime') LIMIT ?2)",
    "DELETE FROM budgets_reached WHERE (period, subject, limit_usd) IN "
    "(SELECT period, subject, limit_usd FROM budgets_reached WHERE at < ?1 LIMIT ?2)",
    # A total is kept long beyond its session: whoever takes that up again must not pay for all of it once more.
    "DELETE FROM counted WHERE session_id IN (SELECT session_id FROM counted WHERE at < ?1 - 63072000000 LIMIT ?2)",
)
_OLDEST_EVENTS = (
    "DELETE FROM events WHERE (epoch, last) IN (SELECT epoch, last FROM events ORDER BY epoch, last LIMIT ?)"
)
_OLDEST_ITEMS = "DELETE FROM items WHERE rowid IN (SELECT rowid FROM items ORDER BY pos LIMIT ?)"


async def keep_within_limits(store: Store, settings: SettingsStore, clock: Clock) -> None:
    """Forget what is too old or too much, now and then, until cancelled."""
    await asyncio.sleep(FIRST_AFTER_S)
    changed = _limits_changed(settings)
    while True:
        changed.clear()
        try:
            dropped = await _forget(store, settings.current, clock.now_ms())
        except sqlite3.Error:
            logger.exception("what is too old or too much could not be forgotten; trying again later")
        else:
            if dropped:
                logger.info("forgot %d rows that were too old or too much", dropped)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(EVERY_S):
                await changed.wait()


def _limits_changed(settings: SettingsStore) -> asyncio.Event:
    """Return what is set whenever a person wants another limit."""
    changed, limits = asyncio.Event(), (settings.current.keep_days, settings.current.keep_megabytes)

    def look() -> None:
        nonlocal limits
        before, limits = limits, (settings.current.keep_days, settings.current.keep_megabytes)
        if limits != before:
            changed.set()

    settings.on_change(look)
    return changed


async def _forget(store: Store, limits: Settings, now: int) -> int:
    dropped = await forget_old(store, now - limits.keep_days * DAY_MS)
    dropped += await store.run(partial(forget_unused, before_ms=now - KEPT_UNUSED_MS))
    return dropped + await shrink(store, limits.keep_megabytes * 1_000_000)


async def forget_old(store: Store, before_ms: int) -> int:
    """Delete what is older; return how many rows went."""
    total = 0
    for sql in _BY_AGE:
        while gone := await store.run(_delete(sql, (before_ms, STEP))):
            total += gone
    return total


async def shrink(store: Store, limit_bytes: int) -> int:
    """Delete the oldest until the data fits; return how many rows went. The file keeps its size and is filled again."""
    total = 0
    while await store.run(used_bytes) > limit_bytes:
        gone = (
            await store.run(_delete(_OLDEST_EVENTS, (STEP,)))
            or await store.run(partial(forget_oldest, count=FEW))
            or await store.run(_delete(_OLDEST_ITEMS, (STEP,)))
        )
        if not gone:
            break
        total += gone
    return total


def used_bytes(connection: sqlite3.Connection) -> int:
    """Return how much of the file holds data."""
    names = ("page_count", "freelist_count", "page_size")
    pages, free, size = (int(connection.execute(f"PRAGMA {name}").fetchone()[0]) for name in names)
    return (pages - free) * size


def _delete(sql: str, values: tuple[int, ...]) -> Callable[[sqlite3.Connection], int]:
    return lambda connection: connection.execute(sql, values).rowcount

"""Pictures that agents' messages carry: each kept once, by what is in it; bounded, and gone with their sessions."""

import asyncio
import hashlib
import logging
import sqlite3
from collections.abc import Callable

from pilot_sidecar.core.errors import NotFoundError
from pilot_sidecar.core.models import Attachment
from pilot_sidecar.core.pictures import MAX_PICTURE, in_data_url, picture_type
from pilot_sidecar.core.store import Store, Write
from pilot_sidecar.infra.clock import Clock

logger = logging.getLogger(__name__)
MAX_TOTAL = 256 * 1024 * 1024
"""All pictures together; past it the oldest go."""
MAX_NAME = 200
KEPT_UNUSED_MS = 3600 * 1000
"""A picture may be on disk this long before the session it belongs to is."""

_INSERT = "INSERT OR IGNORE INTO attachments (id, mime, size, at, body) VALUES (?, ?, ?, ?, ?)"
_USE = "INSERT OR IGNORE INTO attachment_uses (session_id, attachment_id) VALUES (?, ?)"
_USED = "SELECT session_id FROM attachment_uses WHERE attachment_id = ?"
_UNUSED = (
    "DELETE FROM attachment_uses WHERE NOT EXISTS (SELECT 1 FROM sessions WHERE id = session_id) "
    "AND NOT EXISTS (SELECT 1 FROM attachments WHERE id = attachment_id AND at >= ?1)",
    "DELETE FROM attachments WHERE at < ?1 "
    "AND NOT EXISTS (SELECT 1 FROM attachment_uses WHERE attachment_id = attachments.id)",
)
_OLDEST = "DELETE FROM attachments WHERE id IN (SELECT id FROM attachments ORDER BY at LIMIT ?)"
_LOST = "DELETE FROM attachment_uses WHERE NOT EXISTS (SELECT 1 FROM attachments WHERE id = attachment_id)"

Keep = Callable[[str, str, str, str], Attachment]
"""Takes a session's id, a name, the type it is said to have and an address; returns what a transcript shows."""


def only_named(_session_id: str, name: str, mime: str, _url: str) -> Attachment:
    """Keep nothing."""
    return _named(name, mime, None)


class Attachments:
    """Takes pictures in as they are told of, and hands them out."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        [(total,)] = store.read_now("SELECT coalesce(sum(size), 0) FROM attachments")
        self._total = int(str(total))
        self._trimming = False

    def keep_url(self, session_id: str, name: str, mime: str, url: str) -> Attachment:
        """Keep what a ``data:`` address carries, if it is a picture; all else is only named."""
        raw = in_data_url(url)
        return _named(name, mime, None) if raw is None else self.keep(session_id, name, mime, raw)

    def keep(self, session_id: str, name: str, mime: str, raw: bytes) -> Attachment:
        """Keep a picture for a session; what is none, or too large, is only named."""
        found = picture_type(raw)
        if found is None or len(raw) > MAX_PICTURE:
            return _named(name, mime, len(raw))
        key = hashlib.sha256(raw).hexdigest()
        self._store.write_soon(Write(_INSERT, (key, found, len(raw), self._clock.now_ms(), raw)))
        self._store.write_soon(Write(_USE, (session_id, key)))
        self._total += len(raw)  # counted twice when it is known already: the next trim counts anew
        if self._total > MAX_TOTAL and not self._trimming:
            self._trimming = True
            self._store.run(trim).add_done_callback(self._trimmed)
        return Attachment(id=key, name=_short(name), mime=found, size=len(raw))

    async def get(self, attachment_id: str) -> tuple[str, bytes]:
        """Return a picture's type and bytes."""
        await self._store.settled()
        rows = await self._store.read("SELECT mime, body FROM attachments WHERE id = ?", (attachment_id,))
        for mime, body in rows:
            assert isinstance(body, bytes)
            if (found := picture_type(body)) is not None and found == mime:
                return found, body
        raise NotFoundError("That picture is not here any more.", "It was too old, or its session was deleted.")

    async def sessions_of(self, attachment_id: str) -> list[str]:
        """Return the sessions whose messages carry a picture."""
        await self._store.settled()
        return [str(found) for (found,) in await self._store.read(_USED, (attachment_id,))]

    def _trimmed(self, done: "asyncio.Future[int]") -> None:
        self._trimming = False
        if done.exception() is None:
            self._total = done.result()
        else:
            logger.error("old pictures could not be deleted", exc_info=done.exception())


def trim(connection: sqlite3.Connection) -> int:
    """Delete the oldest pictures until all fit; return how many bytes are left."""
    while (total := _sum(connection)) > MAX_TOTAL:
        connection.execute(_OLDEST, (10,))
    connection.execute(_LOST)
    return total


def forget_unused(connection: sqlite3.Connection, before_ms: int) -> int:
    """Delete pictures whose sessions are gone; return how many rows went."""
    return sum(connection.execute(sql, (before_ms,)).rowcount for sql in _UNUSED)


def forget_oldest(connection: sqlite3.Connection, count: int) -> int:
    """Delete some of the oldest pictures; return how many went."""
    gone = connection.execute(_OLDEST, (count,)).rowcount
    connection.execute(_LOST)
    return gone


def _sum(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT coalesce(sum(size), 0) FROM attachments").fetchone()[0])


def _named(name: str, mime: str, size: int | None) -> Attachment:
    return Attachment(name=_short(name), mime=mime[:100] or "application/octet-stream", size=size)


def _short(name: str) -> str:
    return "".join(letter for letter in name if letter.isprintable())[:MAX_NAME] or "picture"

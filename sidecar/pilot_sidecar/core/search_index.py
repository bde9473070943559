"""The words of all transcripts, in a file of their own: made from the store, and made anew when in doubt.

Everything here blocks, and is called off the loop. The statements do their work without Python's lock.
"""

import logging
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from pilot_sidecar.core.store import Row
from pilot_sidecar.infra.files import private_file

logger = logging.getLogger(__name__)
VERSION = 1
ITEMS = 100
"""Entries taken in at a time."""
TEXT = 40_000
"""Characters of an entry's text, of its arguments and of its output that are looked at."""

_SHAPE = """
    CREATE TABLE place (name TEXT PRIMARY KEY, a INTEGER NOT NULL, b INTEGER NOT NULL);
    CREATE TABLE docs (
      rowid INTEGER PRIMARY KEY, session_id TEXT NOT NULL, item_id TEXT NOT NULL, kind TEXT NOT NULL,
      at INTEGER NOT NULL, text TEXT NOT NULL);
    CREATE UNIQUE INDEX docs_item ON docs (session_id, item_id);
"""
_WORDS = """
    CREATE VIRTUAL TABLE words USING fts5 (
      text, content = 'docs', content_rowid = 'rowid', tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3');
    CREATE TRIGGER docs_in AFTER INSERT ON docs BEGIN
      INSERT INTO words (rowid, text) VALUES (new.rowid, new.text); END;
    CREATE TRIGGER docs_out AFTER DELETE ON docs BEGIN
      INSERT INTO words (words, rowid, text) VALUES ('delete', old.rowid, old.text); END;
    CREATE TRIGGER docs_new AFTER UPDATE OF text ON docs WHEN old.text <> new.text BEGIN
      INSERT INTO words (words, rowid, text) VALUES ('delete', old.rowid, old.text);
      INSERT INTO words (rowid, text) VALUES (new.rowid, new.text); END;
"""
_TAKE = """
    INSERT INTO docs (rowid, session_id, item_id, kind, at, text)
    SELECT min(pos, 9000000000000000) * 1024 + (number & 1023), session_id, id, body ->> '$.kind',
      coalesce(body ->> '$.at', pos / 1000), {text}
    FROM (SELECT rowid AS number, session_id, id, pos, replace(body, '\\u0000', '\\u0020') AS body
      FROM hub.items WHERE {which})
    WHERE body ->> '$.kind' IN ('prompt', 'text', 'reasoning', 'tool', 'error')
    ON CONFLICT (session_id, item_id) DO UPDATE SET text = excluded.text WHERE docs.text <> excluded.text
    ON CONFLICT DO NOTHING
"""
"""Numbers grow with time, so that the latest matches are found first; a zero in a text would end it for SQLite."""
_TEXT = " || ".join(
    f"coalesce(substr({part}, 1, {TEXT}) || char(10), '')"
    for part in (
        *(f"(body ->> '$.{name}')" for name in ("title", "text", "code", "message", "error")),
        "(SELECT group_concat(atom, char(10)) FROM json_tree(body, '$.input') "
        "WHERE type IN ('text', 'integer', 'real'))",
        "(body ->> '$.output')",
    )
)
_ROWS = "rowid >= ?1 AND rowid < ?2"
_SAID = """
    (id, session_id) IN (
      SELECT CASE value ->> '$.type'
          WHEN 'pilot.prompt.received' THEN value ->> '$.messageId'
          WHEN 'pilot.message.completed' THEN value ->> '$.partId'
          WHEN 'pilot.error' THEN 'error-' || (value ->> '$.epoch') || '-' || (value ->> '$.seq')
          ELSE value ->> '$.callId' END,
        value ->> '$.sessionId'
      FROM hub.events, json_each('[' || replace(CAST(lines AS TEXT), char(10), ',') || ']')
      WHERE epoch = ?1 AND last = ?2 AND length(lines) > 0)
"""
_FOUND = """
    SELECT docs.session_id, docs.item_id, docs.kind, docs.at, {snippet}
    FROM {source}
    WHERE {which} AND EXISTS (SELECT 1 FROM hub.sessions WHERE id = docs.session_id)
      AND NOT EXISTS (SELECT 1 FROM hub.deleted WHERE session_id = docs.session_id)
    ORDER BY {order} DESC LIMIT ?
"""
_GONE = """
    DELETE FROM docs WHERE rowid > ?1 AND rowid <= ?2 AND NOT EXISTS
    (SELECT 1 FROM hub.items WHERE id = docs.item_id AND session_id = docs.session_id)
"""


class SearchIndex:
    """Follows the store: entries that were there at first, then whatever the event log says has changed."""

    def __init__(self, path: Path, hub: Path) -> None:
        self._path = path
        self._hub = hub
        self._connection: sqlite3.Connection | None = None
        self.has_words = False
        """There is an index of words (FTS5); else texts are read one after another."""

    def interrupt(self) -> None:
        """End what runs, from another thread."""
        if self._connection is not None:
            self._connection.interrupt()

    def reset(self) -> None:
        """Start over: the file is damaged."""
        self.close()
        self._remove()

    def close(self) -> None:
        """Let go of the files."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def step(self) -> bool:
        """Take in a little; return whether there is more."""
        connection = self._open()
        with _transaction(connection):
            return self._first(connection) or self._then(connection)

    def find(self, words: str, limit: int, limit_s: float) -> tuple[list[Row], bool]:
        """Return the latest entries that match a query of words, and whether all were looked at."""
        source = "words CROSS JOIN docs ON docs.rowid = words.rowid"
        snippet = "snippet(words, 0, '', '', '…', 24)"
        sql = _FOUND.format(snippet=snippet, source=source, which="words MATCH ?", order="words.rowid")
        return self._rows(sql, (words, limit), limit_s)

    def read_through(self, terms: tuple[str, ...], limit: int, limit_s: float) -> tuple[list[Row], bool]:
        """Return the latest entries whose texts hold all terms, and whether all were looked at; without an index."""
        which = " AND ".join("docs.text LIKE ? ESCAPE '\\'" for _ in terms) or "0"
        sql = _FOUND.format(snippet="docs.text", source="docs", which=which, order="docs.rowid")
        return self._rows(sql, (*map(_like, terms), limit), limit_s)

    def forget(self, session_ids: Sequence[str]) -> None:
        """Drop some sessions' entries, and rewrite the index, once, so that their words are gone from the file."""
        connection = self._open()
        rows = [(session_id,) for session_id in session_ids]
        if connection.executemany("DELETE FROM docs WHERE session_id = ?", rows).rowcount > 0 and self.has_words:
            connection.execute("INSERT INTO words (words) VALUES ('optimize')")
        connection.execute("PRAGMA main.wal_checkpoint(TRUNCATE)").fetchall()

    def prune(self, after: int) -> int | None:
        """Drop entries that the store has forgotten, from a number on; return where to go on, or None at the end."""
        connection = self._open()
        sql = "SELECT rowid FROM docs WHERE rowid > ? ORDER BY rowid LIMIT 1 OFFSET ?"
        row = connection.execute(sql, (after, ITEMS * 5)).fetchone()
        upto = int(row[0]) if row else 2**63 - 1
        connection.execute(_GONE, (after, upto))
        return upto if row else None

    def _first(self, connection: sqlite3.Connection) -> bool:
        """Take in what was there when the index was begun, by row, the latest first."""
        [below] = connection.execute("SELECT a FROM place WHERE name = 'items'").fetchone()
        sql = "SELECT min(rowid) FROM (SELECT rowid FROM hub.items WHERE rowid < ? ORDER BY rowid DESC LIMIT ?)"
        [start] = connection.execute(sql, (below, ITEMS)).fetchone()
        if start is None:
            return False
        connection.execute(_TAKE.format(text=_TEXT, which=_ROWS), (start, below))
        connection.execute("UPDATE place SET a = ? WHERE name = 'items'", (start,))
        return True

    def _then(self, connection: sqlite3.Connection) -> bool:
        """Take in what one batch of events is about."""
        sql = "SELECT epoch, last FROM hub.events WHERE (epoch, last) > (?, ?) ORDER BY epoch, last LIMIT 1"
        place = connection.execute("SELECT a, b FROM place WHERE name = 'events'").fetchone()
        key = connection.execute(sql, place).fetchone()
        if key is None:
            return False
        try:
            connection.execute(_TAKE.format(text=_TEXT, which=_SAID), key)
        except sqlite3.OperationalError as error:
            if "JSON" not in str(error):
                raise
            logger.warning("a batch of events could not be read for the search: %s", error)
        connection.execute("UPDATE place SET a = ?, b = ? WHERE name = 'events'", key)
        return True

    def _rows(self, sql: str, values: Row, limit_s: float) -> tuple[list[Row], bool]:
        connection = self._open()
        until = time.monotonic() + limit_s
        connection.set_progress_handler(lambda: time.monotonic() > until, 100_000)
        found: list[Row] = []
        try:
            for row in connection.execute(sql, values):
                found.append(row)
        except sqlite3.OperationalError as error:
            if "interrupted" not in str(error):
                raise
            return found, False
        finally:
            connection.set_progress_handler(None, 0)
        return found, True

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            try:
                self._connection = self._connect()
            except sqlite3.DatabaseError as error:
                logger.warning("the search index could not be read (%s); it is made anew", error)
                self._remove()
                self._connection = self._connect()
        return self._connection

    def _connect(self) -> sqlite3.Connection:
        private_file(self._path)  # SQLite gives its other files the same mode
        connection = sqlite3.connect(
            f"file:{quote(str(self._path))}", uri=True, isolation_level=None, check_same_thread=False, timeout=5.0
        )
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA cache_size = -4000")  # KiB
            connection.execute("PRAGMA secure_delete = ON")
            connection.execute("ATTACH DATABASE ? AS hub", (f"file:{quote(str(self._hub))}?mode=ro",))
            self.has_words = _has_fts(connection)
            self._prepare(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _prepare(self, connection: sqlite3.Connection) -> None:
        wanted = VERSION * 2 + self.has_words
        version = int(connection.execute("PRAGMA main.user_version").fetchone()[0])
        if version == wanted:
            connection.execute("SELECT * FROM docs LIMIT 1").fetchall()
            return
        if version:
            raise sqlite3.DatabaseError("it is of another shape")
        connection.executescript(f"BEGIN;{_SHAPE}{_WORDS if self.has_words else ''}")
        [rows] = connection.execute("SELECT coalesce(max(rowid), 0) + 1 FROM hub.items").fetchone()
        last = connection.execute(
            "SELECT epoch, last FROM hub.events ORDER BY epoch DESC, last DESC LIMIT 1"
        ).fetchone()
        connection.execute("INSERT INTO place VALUES ('items', ?, 0)", (rows,))
        connection.execute("INSERT INTO place VALUES ('events', ?, ?)", last or (-1, -1))
        connection.execute(f"PRAGMA main.user_version = {wanted}")
        connection.execute("COMMIT")

    def _remove(self) -> None:
        for end in ("", "-wal", "-shm"):
            self._path.with_name(self._path.name + end).unlink(missing_ok=True)


def _like(term: str) -> str:
    for special in "\\%_":
        term = term.replace(special, "\\" + special)
    return f"%{term}%"


def _has_fts(connection: sqlite3.Connection) -> bool:
    try:
        connection.execute("CREATE VIRTUAL TABLE temp.probe USING fts5 (text)")
        connection.execute("DROP TABLE temp.probe")
    except sqlite3.OperationalError:
        return False
    return True


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")

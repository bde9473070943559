"""The database's shape: numbered migrations, with a backup before each, and a refusal of what is newer."""

import logging
import shutil
import sqlite3
import time
from pathlib import Path

from pilot_sidecar.core.errors import StorageError
from pilot_sidecar.infra.files import private_file, set_aside

logger = logging.getLogger(__name__)

MIGRATIONS = [
    """
    CREATE TABLE events (
      epoch INTEGER NOT NULL, last INTEGER NOT NULL, first INTEGER NOT NULL, at INTEGER NOT NULL, lines BLOB NOT NULL,
      PRIMARY KEY (epoch, last)) WITHOUT ROWID;
    CREATE TABLE projects (id TEXT PRIMARY KEY, body TEXT NOT NULL);
    CREATE TABLE sessions (id TEXT PRIMARY KEY, updated_at INTEGER NOT NULL, body TEXT NOT NULL);
    CREATE INDEX sessions_updated ON sessions (updated_at);
    CREATE TABLE items (
      session_id TEXT NOT NULL, id TEXT NOT NULL, pos INTEGER NOT NULL, body TEXT NOT NULL);
    CREATE UNIQUE INDEX items_id ON items (id, session_id);
    CREATE INDEX items_pos ON items (session_id, pos);
    CREATE TABLE asks (
      id TEXT PRIMARY KEY, state TEXT NOT NULL, created_at INTEGER NOT NULL, session_id TEXT NOT NULL,
      body TEXT NOT NULL, origin TEXT NOT NULL, held INTEGER NOT NULL, claim TEXT);
    CREATE INDEX asks_state ON asks (state);
    CREATE INDEX asks_session ON asks (session_id, created_at);
    CREATE TABLE unknown_events (agent TEXT NOT NULL, name TEXT NOT NULL, at INTEGER NOT NULL, body TEXT NOT NULL);
    CREATE TABLE decisions (key TEXT PRIMARY KEY, ask_id TEXT NOT NULL, at INTEGER NOT NULL, request TEXT NOT NULL);
    CREATE TABLE devices (
      id TEXT PRIMARY KEY, name TEXT NOT NULL, scope TEXT NOT NULL, token_hash BLOB NOT NULL,
      created_at INTEGER NOT NULL, last_seen_at INTEGER NOT NULL, revoked_at INTEGER);
    """,
    """
    CREATE TABLE attachments (
      id TEXT PRIMARY KEY, mime TEXT NOT NULL, size INTEGER NOT NULL, at INTEGER NOT NULL, body BLOB NOT NULL);
    CREATE INDEX attachments_at ON attachments (at);
    CREATE TABLE attachment_uses (
      session_id TEXT NOT NULL, attachment_id TEXT NOT NULL, PRIMARY KEY (session_id, attachment_id)) WITHOUT ROWID;
    CREATE INDEX attachment_uses_of ON attachment_uses (attachment_id);
    """,
    """
    CREATE TABLE marks (session_id TEXT PRIMARY KEY, body TEXT NOT NULL);
    CREATE TABLE deleted (
      session_id TEXT PRIMARY KEY, group_id TEXT NOT NULL, at INTEGER NOT NULL, purged_at INTEGER, clean INTEGER,
      body TEXT);
    CREATE INDEX deleted_group ON deleted (group_id);
    CREATE TABLE counted (
      session_id TEXT PRIMARY KEY, at INTEGER NOT NULL, input INTEGER NOT NULL, output INTEGER NOT NULL,
      cache INTEGER NOT NULL, cost REAL NOT NULL) WITHOUT ROWID;
    CREATE TABLE spent (
      day TEXT NOT NULL, session_id TEXT NOT NULL, agent TEXT NOT NULL, input INTEGER NOT NULL, output INTEGER NOT NULL,
      cache INTEGER NOT NULL, cost REAL NOT NULL, PRIMARY KEY (day, session_id)) WITHOUT ROWID;
    CREATE TABLE budgets_reached (
      period TEXT NOT NULL, subject TEXT NOT NULL, limit_usd REAL NOT NULL, at INTEGER NOT NULL,
      PRIMARY KEY (period, subject, limit_usd)) WITHOUT ROWID;
    """,
    """
    ALTER TABLE devices ADD COLUMN address TEXT;
    ALTER TABLE devices ADD COLUMN reach TEXT;
    ALTER TABLE devices ADD COLUMN expires_at INTEGER;
    ALTER TABLE devices ADD COLUMN session_id TEXT;
    CREATE TABLE audit_head (id INTEGER PRIMARY KEY CHECK (id = 1), lines INTEGER NOT NULL, hash TEXT NOT NULL);
    CREATE TABLE audit_due (ask_id TEXT PRIMARY KEY) WITHOUT ROWID;
    """,
    """
    CREATE TABLE preferences (key TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE push_subscriptions (
      device_id TEXT PRIMARY KEY, body TEXT NOT NULL, created_at INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE deliveries (
      notice_id TEXT NOT NULL, channel TEXT NOT NULL, endpoint_id TEXT NOT NULL, session_id TEXT, at INTEGER NOT NULL,
      receipt TEXT NOT NULL, notice TEXT NOT NULL, outcome TEXT,
      PRIMARY KEY (notice_id, channel, endpoint_id)) WITHOUT ROWID;
    CREATE INDEX deliveries_at ON deliveries (at);
    CREATE INDEX deliveries_of ON deliveries (session_id);
    CREATE TABLE telegram_messages (
      chat_id INTEGER NOT NULL, message_id INTEGER NOT NULL, session_id TEXT, ask_id TEXT, digest TEXT,
      html TEXT NOT NULL, buttons TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (chat_id, message_id)) WITHOUT ROWID;
    CREATE INDEX telegram_messages_of ON telegram_messages (session_id);
    """,
]

INSERT_EVENTS = "INSERT INTO events (epoch, last, first, at, lines) VALUES (?, ?, ?, ?, ?)"
"""A batch of events is one row, one line of JSON each: written 5 times as fast as a row per event, and what reads it
back (a reader that was away for long, an export) wants them in a row anyway."""

UPSERT_ITEMS = """
    INSERT INTO items (session_id, id, pos, body)
    SELECT value ->> 0, value ->> 1, value ->> 2, CAST(substr(?2, value ->> 3, value ->> 4) AS TEXT)
    FROM json_each(CAST(?1 AS TEXT)) WHERE true
    ON CONFLICT (id, session_id)
    DO UPDATE SET body = json_set(json_patch(body, excluded.body), '$.at', body -> '$.at')
"""
"""Each body is a patch (RFC 7396) over what the item already holds; the time it began stays."""

UPSERT_SESSION = """
    INSERT INTO sessions (id, updated_at, body) VALUES (?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET updated_at = excluded.updated_at, body = excluded.body
"""
UPSERT_PROJECT = """
    INSERT INTO projects (id, body) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body
"""


def connect(path: Path, *, readonly: bool = False) -> sqlite3.Connection:
    """Open the database; the caller owns the connection, from whichever thread."""
    connection = sqlite3.connect(private_file(path), isolation_level=None, check_same_thread=False, timeout=5.0)
    connection.execute("PRAGMA journal_mode = WAL")
    # NORMAL survives the death of the hub at any instruction (what an ask must survive); FULL would add
    # a disk flush (0.4 ms here) to protect against power loss, which ends the waiting agent as well.
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA cache_size = -2000")  # KiB
    if readonly:
        connection.execute("PRAGMA query_only = ON")
    return connection


def prepare(path: Path) -> None:
    """Bring the database to the present shape; set a broken one aside and start afresh."""
    try:
        _migrate(path)
        path.chmod(0o600)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
            raise StorageError("The database is in use by another process.", "Stop the other hub first.") from error
        stamp = int(time.time())
        for part in (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
            if part.exists():
                aside = set_aside(part, stamp)
                logger.error("%s could not be read (%s); kept as %s, starting with an empty one", part, error, aside)
        _migrate(path)
        path.chmod(0o600)


def _migrate(path: Path) -> None:
    connection = connect(path)
    try:
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
        _probe(connection)
        if version > len(MIGRATIONS):
            raise StorageError(
                f"{path} was written by a newer Pilot (schema {version}, this one knows {len(MIGRATIONS)}).",
                "Update Pilot, or move that file away to start with an empty history.",
            )
        if version and version < len(MIGRATIONS):
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            shutil.copyfile(path, private_file(path.with_name(f"{path.name}.v{version}.bak")))
        for number in range(version, len(MIGRATIONS)):
            connection.executescript(f"BEGIN;{MIGRATIONS[number]};PRAGMA user_version = {number + 1};COMMIT;")
    finally:
        connection.close()


def _probe(connection: sqlite3.Connection) -> None:
    """Touch every table, so that a file that is no database, or a damaged one, is found now."""
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        connection.execute(f'SELECT * FROM "{name}" LIMIT 1').fetchall()  # noqa: S608 - names from the schema itself

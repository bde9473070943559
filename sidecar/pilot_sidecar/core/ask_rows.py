"""Asks in the database."""

import json
from collections.abc import Iterator, Sequence
from typing import cast

from pilot_sidecar.core.ask_records import AskRecord, Fallback
from pilot_sidecar.core.asks_model import Actor, Ask, DecisionRequest, Resolution
from pilot_sidecar.core.store import Store, Write


def insert(record: AskRecord) -> Write:
    """Return the statement that adds an ask."""
    ask = record.ask
    origin = json.dumps({"origin": record.origin, "fallback": record.fallback, "timeoutDenies": record.timeout_denies})
    return Write(
        "INSERT INTO asks (id, state, created_at, session_id, body, origin, held) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (ask.id, ask.state, ask.created_at, ask.session_id, ask.encode().decode(), origin, record.held),
    )


def replace(ask: Ask) -> Write:
    """Return the statement for an ask whose content the agent changed while it waits."""
    return Write(
        "UPDATE asks SET body = ? WHERE id = ? AND state = 'pending'", (ask.encode().decode(), ask.id), must_change=True
    )


def claim(record: AskRecord) -> Write:
    """Return the statement that notes a decision on its way to the agent."""
    assert record.claim is not None
    return Write(
        "UPDATE asks SET claim = ? WHERE id = ? AND state = 'pending'",
        (record.claim.encode().decode(), record.ask.id),
        must_change=True,
    )


def end(ask: Ask) -> Write:
    """Return the statement that ends an ask, if it still waits: the compare-and-set."""
    return Write(
        "UPDATE asks SET state = ?, body = ?, claim = NULL WHERE id = ? AND state = 'pending'",
        (ask.state, ask.encode().decode(), ask.id),
        must_change=True,
    )


def audit_due(ask: Ask) -> Write:
    """Return the statement that notes that the audit log has to have this end, whatever happens."""
    return Write("INSERT OR IGNORE INTO audit_due (ask_id) VALUES (?)", (ask.id,))


def remember_key(key: str, ask: Ask, request: DecisionRequest) -> Write:
    """Return the statement that ties an idempotency key to its decision."""
    assert ask.resolution is not None
    return Write(
        "INSERT INTO decisions (key, ask_id, at, request) VALUES (?, ?, ?, ?)",
        (key, ask.id, ask.resolution.at, request.encode().decode()),
    )


async def decision_of(store: Store, key: str) -> tuple[str, str] | None:
    """Return the ask and the request that a key was used for."""
    rows = await store.read("SELECT ask_id, request FROM decisions WHERE key = ?", (key,))
    return (str(rows[0][0]), str(rows[0][1])) if rows else None


async def find(store: Store, ask_id: str) -> Ask | None:
    """Return a stored ask."""
    rows = await store.read("SELECT body FROM asks WHERE id = ?", (ask_id,))
    return Ask.model_validate_json(str(rows[0][0])) if rows else None


async def ended(store: Store, sessions: Sequence[str], limit: int) -> list[Ask]:
    """Return the newest asks of some sessions that wait no more, oldest first."""
    marks = ",".join("?" * len(sessions))
    rows = await store.read(
        f"SELECT body FROM asks WHERE session_id IN ({marks}) AND state <> 'pending' "  # noqa: S608 - question marks
        "ORDER BY created_at DESC LIMIT ?",
        (*sessions, limit),
    )
    return [Ask.model_validate_json(str(body)) for (body,) in reversed(rows)]


def load(store: Store) -> Iterator[AskRecord]:
    """Yield what waited when the last hub ended.

    Those the last hub held itself are ended by ``AskQueue.settle_restart``: their connection died with it.
    """
    rows = store.read_now("SELECT body, origin, claim, held FROM asks WHERE state = 'pending' ORDER BY created_at")
    for body, stored, claimed, held in rows:
        meta = json.loads(str(stored))
        record = AskRecord(
            Ask.model_validate_json(str(body)),
            origin=meta["origin"],
            fallback=cast("Fallback", meta["fallback"]),  # written by insert() above
            timeout_denies=meta["timeoutDenies"],
            held=bool(held),
        )
        if claimed is not None:
            record.claim = Resolution.model_validate_json(str(claimed))
        yield record


def restart_resolution(at: int) -> Resolution:
    """Return how an ask ends whose connection died with the last hub."""
    return Resolution(by=Actor(kind="hub"), at=at, reason="The hub restarted; the agent's own dialog took over.")

"""Codex's own record of a thread, in Pilot's form."""

from collections.abc import Iterable

from pilot_sidecar.core.attachments import Keep
from pilot_sidecar.core.errors import AgentUnavailableError
from pilot_sidecar.core.models import ErrorItem, FileDiff
from pilot_sidecar.core.models import Item as Entry
from pilot_sidecar.core.sessions import ItemPage
from pilot_sidecar.integrations.codex.advice import advice
from pilot_sidecar.integrations.codex.backfill import items_in
from pilot_sidecar.integrations.codex.diffs import file_diffs
from pilot_sidecar.integrations.codex.items import entry_of
from pilot_sidecar.integrations.codex.link import Link
from pilot_sidecar.integrations.codex.native import Turn
from pilot_sidecar.integrations.codex.rpc import RefusedError

TURNS_PER_ITEM = 4
"""A turn has about this many items; a page is asked for in turns."""
DIFF_PAGES = 20


async def page(link: Link, thread_id: str, before: str | None, limit: int, seq: int, keep: Keep) -> ItemPage:
    """Return a page of the transcript, oldest first."""
    count = max(1, min(50, limit // TURNS_PER_ITEM))
    try:
        turns, cursor = await link.backfill.page(thread_id, count, before)
    except RefusedError:
        return ItemPage(items=[], seq=seq)  # not one turn yet
    entries = [entry for turn in reversed(turns) for entry in _entries(turn, thread_id, keep)]
    return ItemPage(items=entries, before=cursor if isinstance(cursor, str) else None, seq=seq)


async def changes(link: Link, thread_id: str) -> list[FileDiff]:
    """Return what a thread's patches changed, a file each, its patches one after another."""
    found: list[FileDiff] = []
    cursor: object = None
    for _ in range(DIFF_PAGES):
        try:
            turns, cursor = await link.backfill.page(thread_id, 20, cursor)
        except RefusedError as error:
            raise AgentUnavailableError(f"Codex does not tell its changes: {error.message}") from error
        found = [diff for turn in reversed(turns) for diff in _patched(turn)] + found
        if cursor is None:
            break
    return _by_file(found)


def _patched(turn: Turn) -> Iterable[FileDiff]:
    for item in items_in(turn):
        if item.type == "fileChange" and item.status == "completed":
            yield from file_diffs(item.changes)


def _by_file(diffs: Iterable[FileDiff]) -> list[FileDiff]:
    files: dict[str, FileDiff] = {}
    for diff in diffs:
        known = files.get(diff.path)
        files[diff.path] = diff if known is None else _joined(known, diff)
    return list(files.values())


def _joined(first: FileDiff, then: FileDiff) -> FileDiff:
    hunks = (then.patch or "").partition("@@")
    return first.model_copy(
        update={
            "patch": (first.patch or "") + "".join(hunks[1:]),
            "additions": first.additions + then.additions,
            "deletions": first.deletions + then.deletions,
            "status": "deleted" if then.status == "deleted" else first.status,
        }
    )


def _entries(turn: Turn, thread_id: str, keep: Keep) -> list[Entry]:
    at = int((turn.started_at or 0) * 1000)
    entries = [entry for item in items_in(turn) if (entry := entry_of(item, turn.id, at, thread_id, keep)) is not None]
    if turn.status == "failed" and turn.error is not None:
        ended = int((turn.completed_at or turn.started_at or 0) * 1000)
        why, hint = turn.error.message, advice(turn.error)
        entries.append(ErrorItem(id=f"{turn.id}-error", at=ended, code="turn_failed", message=why, hint=hint))
    return entries

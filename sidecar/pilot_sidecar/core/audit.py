"""The audit log: who decided, paired and changed what, from where; append-only, and whoever edits it is found out."""

import asyncio
import json
import logging
from collections.abc import Sequence
from pathlib import Path

from pydantic.alias_generators import to_camel

from pilot_sidecar.core.asks_model import Actor, Ask
from pilot_sidecar.core.audit_entries import Entry, Head
from pilot_sidecar.core.audit_writer import AuditWriter, Line, Opening
from pilot_sidecar.core.bus import Announcement, Bus
from pilot_sidecar.core.events import (
    AnyAskEvent,
    ConfirmationPending,
    ConfirmationResolved,
    PermissionResolved,
    PlanResolved,
    QuestionResolved,
)
from pilot_sidecar.core.store import Store, Write
from pilot_sidecar.core.whence import CALLING, Noted
from pilot_sidecar.infra.clock import Clock

logger = logging.getLogger(__name__)

Detail = str | int | bool | None
_PEOPLE = frozenset({"owner", "vscode", "device", "telegram"})
_HUB = Actor(kind="hub")
_CALLERS = frozenset({"owner", "vscode", "device"})
_ROUTINE = frozenset(
    {"session.prompt", "session.abort", "session.create", "session.mark", "session.export", "login.refused"}
)
"""What may be on the disk itself a moment later: everything else is at once."""
_HEAD = (
    "INSERT INTO audit_head (id, lines, hash) VALUES (1, ?, ?)"
    " ON CONFLICT (id) DO UPDATE SET lines = excluded.lines, hash = excluded.hash"
)
_DUE = "SELECT audit_due.ask_id, asks.body FROM audit_due LEFT JOIN asks ON asks.id = audit_due.ask_id"
_DONE = "DELETE FROM audit_due WHERE ask_id IN (SELECT value FROM json_each(?))"
CLOSE_S = 1.5


class Audit:
    """Hands lines to the thread that writes them: nobody waits for it. Never given a secret."""

    def __init__(self, home: Path, store: Store, bus: Bus, clock: Clock) -> None:
        self._home = home
        self._loop = asyncio.get_running_loop()
        self._store = store
        self._clock = clock
        self._writer: AuditWriter | None = None
        rows = store.read_now("SELECT lines, hash FROM audit_head")
        self._anchor = Head(int(str(rows[0][0])), str(rows[0][1])) if rows else None
        self._due = [_recovered(str(ask_id), body) for ask_id, body in store.read_now(_DUE)]
        bus.listen((PermissionResolved, QuestionResolved, PlanResolved), self._on_ended)
        bus.listen((ConfirmationPending, ConfirmationResolved), self._on_confirmation)

    def record(self, action: str, actor: Actor, **details: Detail) -> None:
        """Add a line; where it is about a call, also where that came from. It is on its way when this returns."""
        caller = CALLING.get() if actor.kind in _CALLERS else None
        self._put(_entry(self._clock.now_ms(), action, actor, caller, details), urgent=action not in _ROUTINE)

    async def close(self) -> None:
        """Write what is left; say so when the disk does not answer."""
        writer, self._writer = self._writer, None
        if writer is not None and not await asyncio.to_thread(writer.close, CLOSE_S):
            logger.error("the audit log did not take the last lines within %.1f s", CLOSE_S)

    def _on_ended(self, entry: Announcement) -> None:
        """Record how each ask ended, whoever ended it: a person, the terminal, a time-out."""
        event = entry.event
        if isinstance(event, AnyAskEvent) and (resolution := event.ask.resolution) is not None:
            caller = entry.noted if resolution.by.kind in _CALLERS else None
            line = _entry(event.at, "ask.ended", resolution.by, caller, _told(event.ask))
            self._put(line, urgent=resolution.by.kind in _PEOPLE)

    def _on_confirmation(self, entry: Announcement) -> None:
        """Record who asked for a yes, and that nobody said anything; whoever answers is recorded by the call."""
        event = entry.event
        if isinstance(event, ConfirmationPending):
            asked = event.confirmation
            found = {"address": asked.address, "reach": asked.reach, "scope": asked.scope}
            self.record("confirmation.asked", _HUB, confirmation=asked.id, kind=asked.kind, name=asked.name, **found)
        elif isinstance(event, ConfirmationResolved) and event.confirmation.state == "expired":
            ended = event.confirmation
            self.record("confirmation.expired", _HUB, confirmation=ended.id, kind=ended.kind, name=ended.name)

    def _put(self, entry: Entry, *, urgent: bool) -> None:
        if self._writer is None:
            self._writer = self._start()
        self._writer.put(Line(entry, urgent))

    def _start(self) -> AuditWriter:
        """Open the log with its first line: a hub that is only looked at writes nothing."""
        return AuditWriter(self._home, Opening(self._anchor, self._sign, self._due), self._synced)

    def _sign(self) -> Entry:
        return {"at": self._clock.now_ms(), "action": "", "by": _HUB.dump()}

    def _synced(self, head: Head, written: Sequence[Entry]) -> None:
        """Note how far the log is, on the writer's thread: only the loop may write to the store."""
        asks = [str(entry["ask"]) for entry in written if entry["action"] == "ask.ended"]
        try:
            self._loop.call_soon_threadsafe(self._note, head, asks)
        except RuntimeError:
            return  # the loop is gone: the log is ahead of what the database knows, which is as it may be

    def _note(self, head: Head, asks: list[str]) -> None:
        self._store.write_soon(Write(_HEAD, (head.lines, head.hash)))
        if asks:
            self._store.write_soon(Write(_DONE, (json.dumps(asks),)))


def _entry(at: int, action: str, actor: Actor, caller: Noted | None, details: dict[str, Detail]) -> Entry:
    entry: Entry = {"at": at, "action": action, "by": {name: _clean(text) for name, text in actor.dump().items()}}
    if caller is not None:
        found = {"device": caller.device, "address": caller.whence.address, "reach": caller.whence.reach}
        entry["from"] = {name: text for name, text in found.items() if text}
    return entry | {to_camel(name): _clean(value) for name, value in details.items() if value is not None} | entry


def _told(ask: Ask) -> dict[str, Detail]:
    """Return what the log says of an ask: which one, not what is in it."""
    assert ask.resolution is not None
    return {
        "ask": ask.id, "session": ask.session_id, "agent": ask.agent, "tool": ask.tool, "state": ask.state,
        "choice": ask.resolution.choice, "option": ask.resolution.option_id, "digest": ask.digest,
    }  # fmt: skip


def _recovered(ask_id: str, body: object) -> Entry:
    """Return the line of a decision that the database has and the log may not."""
    ask = Ask.model_validate_json(str(body)) if body is not None else None
    if ask is None or ask.resolution is None:
        return {"at": 0, "action": "ask.ended", "by": _HUB.dump(), "ask": ask_id}
    return _entry(ask.resolution.at, "ask.ended", ask.resolution.by, None, _told(ask))


def _clean(value: object) -> object:
    """Return a text without what UTF-8 cannot say, anything else as it is."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value

"""Deleting sessions: out of sight at once, back by an undo or by work of their own, gone for good a while later."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from pilot_sidecar.core.asks import AskQueue
from pilot_sidecar.core.bus import Bus
from pilot_sidecar.core.errors import ConflictError, NotFoundError
from pilot_sidecar.core.events import (
    AnyAskEvent,
    Event,
    PromptReceived,
    SessionMarked,
    SessionRemoved,
    SessionStarted,
    SessionUpdated,
    ToolStarted,
)
from pilot_sidecar.core.marks import Marks
from pilot_sidecar.core.models import Session
from pilot_sidecar.core.sessions import Sessions, at_rest
from pilot_sidecar.core.store import Store, Write

UNDO_MS = 15 * 60 * 1000
"""How long a deletion can be undone; people are promised ten minutes."""
_INSERT = "INSERT OR REPLACE INTO deleted (session_id, group_id, at, purged_at, body) VALUES (?, ?, ?, ?, ?)"
_BACK = "DELETE FROM deleted WHERE group_id = ?"
_LOAD = """
    SELECT session_id, group_id, at, purged_at, clean, coalesce(deleted.body, sessions.body)
    FROM deleted LEFT JOIN sessions ON sessions.id = session_id
"""
Kept = Callable[[Session, int], None]
"""Told how a hidden session is now, and when: nobody else hears of it."""


@dataclass(slots=True)
class Deleted:
    """One session that people deleted, alone or with the one it belongs to."""

    group: str
    """The session that was deleted; those below it share its fate."""
    at: int
    purged_at: int | None = None
    """When it began to be forgotten for good: from then on there is no undo."""
    clean: bool = False
    """Nothing is left of it but its id, so that its agent's lists do not bring it back."""


class Bin:
    """Holds what was deleted, and keeps adapters, which go on listing it, from showing it again."""

    def __init__(
        self, bus: Bus, store: Store, sessions: Sessions, asks: AskQueue, marks: Marks, kept: Kept = lambda *_: None
    ) -> None:
        self._bus = bus
        self._store = store
        self._sessions = sessions
        self._asks = asks
        self._marks = marks
        self._kept = kept
        self._lock = asyncio.Lock()
        self._deleted: dict[str, Deleted] = {}
        self._load()

    def purged_at(self, session_id: str) -> int | None:
        """Return since when a session is being forgotten, or None: it is there, or may come back."""
        entry = self._deleted.get(session_id)
        return entry.purged_at if entry else None

    async def delete(self, session_id: str) -> list[str]:
        """Hide a session and all below it; return their ids. Raises NotFoundError, ConflictError."""
        async with self._lock:
            if session_id in self._deleted:
                return []
            if await self._sessions.find(session_id) is None:
                raise NotFoundError(f"There is no session {session_id}.")
            family = await self._sessions.whole_family(session_id)
            self._refuse_if_needed(family)
            now = self._bus.clock.now_ms()
            ids = [session.id for session in family]
            self._deleted |= {one: Deleted(session_id, now) for one in ids}
            self._screen_if_needed()
            removed = [SessionRemoved(at=now, session_id=one) for one in ids]
            try:
                writes = [Write(_INSERT, (one, session_id, now, None, None)) for one in ids]
                await self._bus.publish_durably(removed[0], writes)
            except Exception:
                self._forget_entries(ids)
                raise
            if self._asked(ids):  # it was on its way to the disk before the deletion
                await self._restore(session_id)
                raise _waiting()
            for event in removed[1:]:
                if event.session_id in self._deleted:  # else it worked meanwhile, and is back
                    self._bus.publish(event)
            return ids

    async def restore(self, session_id: str) -> Session:
        """Bring a deleted session back, with all that went with it; raises NotFoundError when it is too late."""
        async with self._lock:
            entry = self._deleted.get(session_id)
            if entry is not None and entry.purged_at is not None:
                raise NotFoundError("That session was deleted for good.", "It comes back when its agent works in it.")
            if entry is not None:
                await self._restore(entry.group)
            session = await self._sessions.find(session_id)
            if session is None:
                raise NotFoundError(f"There is no session {session_id}.")
            return session

    def due(self, before_ms: int) -> list[str]:
        """Return the deletions that were not undone in time, and those whose forgetting was interrupted."""
        due = [one for one in self._deleted.values() if not one.clean and (one.purged_at or one.at < before_ms)]
        return list(dict.fromkeys(entry.group for entry in due))

    def begin_purge(self, group: str) -> list[str]:
        """From now on there is no undo: forget what is held of a deletion, and return the ids of its sessions."""
        now = self._bus.clock.now_ms()
        ids = [one for one, entry in self._deleted.items() if entry.group == group and not entry.clean]
        for one in ids:
            entry = self._deleted[one]
            entry.purged_at = entry.purged_at or now
            if (session := self._sessions.get(one)) is not None:
                self._sessions.hide(scrubbed(session), purged=True)
                self._write(one, entry, scrubbed(session))
            self._store.write_soon(self._marks.drop(one))
        return ids

    def end_purge(self, session_id: str) -> None:
        """Note that nothing is left."""
        if (entry := self._deleted.get(session_id)) is not None and entry.purged_at is not None:
            entry.clean = True
            self._store.write_soon(Write("UPDATE deleted SET clean = 1 WHERE session_id = ?", (session_id,)))

    async def _restore(self, group: str) -> None:
        kept = {one: entry for one, entry in self._deleted.items() if entry.group == group}
        back = self._take_back(group)
        if not back:
            return
        try:
            await self._bus.publish_durably(back[0], [Write(_BACK, (group,))])
        except Exception:
            self._deleted |= kept
            self._screen_if_needed()
            raise
        for event in back[1:]:
            self._bus.publish(event)

    def _refuse_if_needed(self, family: Sequence[Session]) -> None:
        if self._asked([session.id for session in family]):
            raise _waiting()
        if any(session.state in ("busy", "retrying") for session in family):
            raise ConflictError("The agent is at work in this session.", "Stop it first, then delete.")

    def _asked(self, ids: Sequence[str]) -> bool:
        return any(record.ask.session_id in ids for record in self._asks.pending())

    def _screen(self, event: Event) -> Sequence[Event]:
        """Return what is announced of an event: nothing new of what was deleted, unless there is work in it."""
        key = self._concerned(event)
        if key is None or isinstance(event, SessionMarked | SessionRemoved):
            return (event,)
        entry = self._deleted[key]
        if _is_work(event, entry.at):
            return self._brought_back(entry.group, event)
        if isinstance(event, SessionStarted | SessionUpdated):
            self._keep_hidden(event.session, entry)
            self._kept(event.session, event.at)
            return ()
        return () if entry.purged_at is not None else (event,)

    def _concerned(self, event: Event) -> str | None:
        if event.session_id in self._deleted:
            return event.session_id
        if isinstance(event, SessionStarted | SessionUpdated):
            above = (event.session.parent_id, event.session.root_id)
            return next((one for one in above if one in self._deleted), None)
        return None

    def _keep_hidden(self, session: Session, entry: Deleted) -> None:
        purged = entry.purged_at is not None
        kept = scrubbed(session) if purged else session
        if session.id not in self._deleted:
            self._deleted[session.id] = Deleted(entry.group, entry.at, entry.purged_at)
            self._write(session.id, entry, kept if purged else None)
        self._sessions.hide(kept, purged=purged)

    def _brought_back(self, group: str, event: Event) -> list[Event]:
        back = self._take_back(group)
        self._store.write_soon(Write(_BACK, (group,)))
        if isinstance(event, SessionStarted | SessionUpdated):
            back = [one for one in back if not (isinstance(one, SessionUpdated) and one.session_id == event.session_id)]
        return [*back, event]

    def _take_back(self, group: str) -> list[Event]:
        """Let go of a deletion; return what tells surfaces of its sessions, parents first."""
        ids = [one for one, entry in self._deleted.items() if entry.group == group]
        self._forget_entries(ids)
        now = self._bus.clock.now_ms()
        sessions = sorted((session for one in ids if (session := self._sessions.get(one))), key=lambda s: s.created_at)
        events: list[Event] = [
            SessionUpdated(at=now, session_id=one.id, agent=one.agent, session=one.model_copy(deep=True))
            for one in sessions
        ]
        return [*events, *(self._marks.announcement(one.id) for one in sessions if self._marks.has(one.id))]

    def _forget_entries(self, ids: Iterable[str]) -> None:
        for one in ids:
            self._deleted.pop(one, None)
        self._screen_if_needed()

    def _screen_if_needed(self) -> None:
        self._bus.screen = self._screen if self._deleted else None

    def _write(self, session_id: str, entry: Deleted, body: Session | None) -> None:
        stored = body.encode().decode() if body else None
        self._store.write_soon(Write(_INSERT, (session_id, entry.group, entry.at, entry.purged_at, stored)))

    def _load(self) -> None:
        for session_id, group, at, purged_at, clean, body in self._store.read_now(_LOAD):
            entry = Deleted(str(group), int(str(at)), int(str(purged_at)) if purged_at else None, bool(clean))
            self._deleted[str(session_id)] = entry
            if body is not None:
                self._sessions.hide(at_rest(str(body)), purged=entry.purged_at is not None)
        self._screen_if_needed()


def _waiting() -> ConflictError:
    return ConflictError("A question of this session waits for an answer.", "Answer it first, then delete.")


def scrubbed(session: Session) -> Session:
    """Return what may be remembered of a session that people wanted forgotten: enough to know it again."""
    return session.model_copy(update={"title": "", "last_line": "", "last_error": None, "todos": [], "files": []})


def _is_work(event: Event, since: int) -> bool:
    """Tell whether an agent works, or asks, since a time; what it repeats from before does not count."""
    if isinstance(event, AnyAskEvent):
        return event.ask.state == "pending"  # whenever it was: no ask is ever lost
    if event.at < since:
        return False
    if isinstance(event, SessionStarted | SessionUpdated):
        return event.session.state in ("busy", "retrying")
    return isinstance(event, PromptReceived | ToolStarted)

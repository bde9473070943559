"""What people note about sessions: names, labels, what is out of the way. Agents know nothing of it."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pilot_sidecar.core.bus import Announcement, Bus
from pilot_sidecar.core.errors import BadRequestError, NotFoundError
from pilot_sidecar.core.events import (
    Event,
    PromptReceived,
    SessionMarked,
    SessionStarted,
    SessionStopped,
    SessionUpdated,
    ToolStarted,
)
from pilot_sidecar.core.models import SessionMark
from pilot_sidecar.core.plain_text import one_line
from pilot_sidecar.core.sessions import Sessions
from pilot_sidecar.core.store import Store, Write

MAX_LABELS = 12
MAX_LABEL = 40
RECENT_MS = 60_000
"""What an agent tells of longer ago is history."""

_UPSERT = (
    "INSERT INTO marks (session_id, body) VALUES (?, ?) ON CONFLICT (session_id) DO UPDATE SET body = excluded.body"
)
_DELETE = "DELETE FROM marks WHERE session_id = ?"


@dataclass(frozen=True, slots=True)
class MarkChange:
    """What to note; what is None stays as it is."""

    name: str | None = None
    labels: Sequence[str] | None = None
    archived: bool | None = None
    todos_pinned: bool | None = None


class Marks:
    """Keeps marks, on disk before anybody hears of them, and takes a session out of the archive when it works again."""

    def __init__(self, bus: Bus, store: Store, sessions: Sessions) -> None:
        self._bus = bus
        self._store = store
        self._sessions = sessions
        self._lock = asyncio.Lock()
        self._marks: dict[str, SessionMark] = {}
        self._at_work: set[str] = set()
        self._untold: dict[str, SessionMark] = {}
        """Changed by work, and about to be told."""
        for (body,) in store.read_now("SELECT body FROM marks"):
            mark = SessionMark.model_validate_json(str(body))
            self._marks[mark.session_id] = mark
        bus.listen((SessionMarked,), self._on_marked)
        bus.listen((PromptReceived, ToolStarted, SessionStarted, SessionUpdated, SessionStopped), self._on_work)

    def all(self) -> list[SessionMark]:
        """Return the marks of sessions that people see."""
        return [mark for mark in self._marks.values() if self._sessions.visible(mark.session_id) is not None]

    def of(self, session_id: str) -> SessionMark:
        """Return a session's mark, empty if nobody noted anything."""
        return self._marks.get(session_id) or SessionMark(session_id=session_id)

    def has(self, session_id: str) -> bool:
        """Tell whether anything is noted."""
        return session_id in self._marks

    async def change(self, session_id: str, change: MarkChange) -> SessionMark:
        """Note something, and return the whole mark; raises NotFoundError, BadRequestError."""
        if await self._sessions.find(session_id) is None:
            raise NotFoundError(f"There is no session {session_id}.")
        async with self._lock:
            self._tell(session_id)  # or it would be told after this change, and take it back
            mark = _changed(self.of(session_id), change)
            if mark != self.of(session_id):
                await self._bus.publish_durably(self._event(mark), [_write(mark)])
            return mark

    def drop(self, session_id: str) -> Write:
        """Forget a mark without a word, for a session that is gone for good; returns what to write."""
        self._marks.pop(session_id, None)
        self._untold.pop(session_id, None)
        return Write(_DELETE, (session_id,))

    def announcement(self, session_id: str) -> SessionMarked:
        """Return the event that tells surfaces of a mark."""
        return self._event(self.of(session_id))

    def _event(self, mark: SessionMark) -> SessionMarked:
        return SessionMarked(at=self._bus.clock.now_ms(), session_id=mark.session_id, mark=mark)

    def _on_marked(self, entry: Announcement) -> None:
        if isinstance(entry.event, SessionMarked):
            mark = entry.event.mark
            if _is_empty(mark):
                self._marks.pop(mark.session_id, None)
            else:
                self._marks[mark.session_id] = mark
            if mark.archived:
                self._note_work(mark.session_id)

    def _on_work(self, entry: Announcement) -> None:
        """Bring a session in which a turn begins back into sight, with those it works for."""
        event = entry.event
        if not self._marks or event.session_id is None:
            return
        for session_id in (event.session_id, *self._sessions.parents(event.session_id)):
            mark = self._marks.get(session_id)
            if mark is None or not mark.archived:
                continue
            if session_id in self._at_work and not isinstance(event, PromptReceived):
                self._forget_work(session_id)
            elif _works(event) and event.at > self._bus.clock.now_ms() - RECENT_MS:
                shown = mark.model_copy(update={"archived": False})
                self._marks[session_id] = shown  # at once: the next event must not do it again
                self._untold[session_id] = shown
                asyncio.get_running_loop().call_soon(self._tell, session_id)  # subscribers do not publish

    def _note_work(self, session_id: str) -> None:
        """Remember that a turn runs in a session that is put away: that one does not bring it back."""
        if any(self._is_at_work(one) for one in self._sessions.family(session_id)):
            self._at_work.add(session_id)

    def _forget_work(self, session_id: str) -> None:
        if not any(self._is_at_work(one) for one in self._sessions.family(session_id)):
            self._at_work.discard(session_id)

    def _is_at_work(self, session_id: str) -> bool:
        session = self._sessions.get(session_id)
        return session is not None and session.state in ("busy", "retrying")

    def _tell(self, session_id: str) -> None:
        if (mark := self._untold.pop(session_id, None)) is not None:
            self._store.write_soon(_write(mark))
            self._bus.publish(self._event(mark))


def _works(event: Event) -> bool:
    if isinstance(event, SessionStarted | SessionUpdated):
        return event.session.state in ("busy", "retrying")
    return isinstance(event, PromptReceived | ToolStarted)


def _changed(mark: SessionMark, change: MarkChange) -> SessionMark:
    fields: dict[str, object] = {}
    if change.name is not None:
        fields["name"] = one_line(change.name) or None
    if change.labels is not None:
        fields["labels"] = _labels(change.labels)
    if change.archived is not None:
        fields["archived"] = change.archived
    if change.todos_pinned is not None:
        fields["todos_pinned"] = change.todos_pinned
    return mark.model_copy(update=fields)


def _labels(labels: Iterable[str]) -> list[str]:
    """Return labels trimmed, each once, in the order given; raises BadRequestError for what does not fit."""
    found: dict[str, str] = {}
    for label in map(one_line, labels):
        if len(label) > MAX_LABEL:
            raise BadRequestError(f"A label has at most {MAX_LABEL} characters; “{label[:20]}…” has {len(label)}.")
        if label:
            found.setdefault(label.casefold(), label)
    if len(found) > MAX_LABELS:
        raise BadRequestError(f"A session has at most {MAX_LABELS} labels.")
    return list(found.values())


def _is_empty(mark: SessionMark) -> bool:
    return mark == SessionMark(session_id=mark.session_id)


def _write(mark: SessionMark) -> Write:
    if _is_empty(mark):
        return Write(_DELETE, (mark.session_id,))
    return Write(_UPSERT, (mark.session_id, mark.encode().decode()))

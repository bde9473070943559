"""The files of an ask, whole: what each was when it was asked, and what it would become."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pilot_sidecar.core.agents import AgentDirectory
from pilot_sidecar.core.asks import AskQueue
from pilot_sidecar.core.asks_model import Ask, AskFile
from pilot_sidecar.core.base_texts import Base, read_bases
from pilot_sidecar.core.bus import Announcement, Bus
from pilot_sidecar.core.errors import UnsupportedError
from pilot_sidecar.core.events import AnyAskEvent
from pilot_sidecar.core.file_edits import CHANGED, FileEdit, UnclearError, edits_in
from pilot_sidecar.core.sessions import Sessions
from pilot_sidecar.infra.clock import Clock
from pilot_sidecar.infra.tasks import Tasks

KEPT_BYTES = 64 * 1024 * 1024
KEPT_S = 600.0
"""How long the texts of an ask are kept after it ended."""
SETTLED_MS = 1000
"""A file changed this long after the ask was opened is not what the agent read."""
_ENDED = "The ask has ended, and what the file was is not kept any more. Look at the session's changes instead."
_UNREAD = Base(problem="Pilot learned of this file too late to read it. Look at the patch in the dashboard.")
_GONE = "The file that the agent wants to change is not there any more. Look at the patch in the dashboard."


@dataclass(slots=True)
class Kept:
    """The texts of one ask."""

    reading: "asyncio.Task[Mapping[str, Base]]"
    late: bool
    """Read only when somebody looked: the hub was restarted meanwhile."""
    ended_s: float | None = None
    _size: int | None = None

    def size(self) -> int:
        """Return how many characters are held; counted once, for each event of an ask adds all of them up."""
        if self._size is None and self.reading.done():
            failed = self.reading.cancelled() or self.reading.exception() is not None
            self._size = 0 if failed else sum(len(base.text or "") for base in self.reading.result().values())
        return self._size or 0


class AskFiles:
    """Reads files when an ask is opened, and puts both texts of each together when somebody looks."""

    def __init__(
        self, bus: Bus, asks: AskQueue, sessions: Sessions, agents: AgentDirectory, tasks: Tasks, home: Path
    ) -> None:
        self._clock: Clock = bus.clock
        self._asks = asks
        self._sessions = sessions
        self._agents = agents
        self._tasks = tasks
        self._home = home
        self._kept: dict[str, Kept] = {}
        bus.subscribe(self._on_event)

    async def of(self, ask_id: str) -> list[AskFile]:
        """Return the files of an ask; raises NotFoundError."""
        ask = await self._asks.get(ask_id)
        arguments = await self._arguments(ask)
        bases = await self._bases(ask)
        return await asyncio.to_thread(self._files, ask, arguments, bases)

    def _on_event(self, entry: Announcement) -> None:
        event = entry.event
        if not isinstance(event, AnyAskEvent):
            return
        if event.ask.state == "pending" and event.ask.kind == "permission":
            self._read(event.ask, late=False)
        elif (kept := self._kept.get(event.ask.id)) is not None:
            kept.ended_s = self._clock.monotonic_s()
        self._forget()

    def _read(self, ask: Ask, *, late: bool) -> Kept:
        reading = self._tasks.spawn("ask-files", asyncio.to_thread(self._texts, ask))
        kept = self._kept[ask.id] = Kept(reading, late)
        return kept

    def _texts(self, ask: Ask) -> Mapping[str, Base]:
        return read_bases(ask.directory, [edit.source for edit in self._edits(ask, {})], self._home)

    async def _bases(self, ask: Ask) -> Mapping[str, Base] | None:
        """Return the texts as they were, or None when they are not kept any more."""
        kept = self._kept.get(ask.id)
        if kept is None and ask.state != "pending":
            return None
        kept = kept or self._read(ask, late=True)
        bases = await self._tasks.outlive(kept.reading)
        if not kept.late:
            return bases
        latest = ask.created_at + SETTLED_MS
        return {path: Base(problem=CHANGED) if base.changed_at > latest else base for path, base in bases.items()}

    def _files(self, ask: Ask, arguments: Mapping[str, object], bases: Mapping[str, Base] | None) -> list[AskFile]:
        edits = self._edits(ask, arguments)
        if bases is None:
            return [AskFile(path=edit.path, status=edit.status, problem=_ENDED) for edit in edits]
        return [_file(edit, bases.get(edit.source, _UNREAD)) for edit in edits]

    def _edits(self, ask: Ask, arguments: Mapping[str, object]) -> list[FileEdit]:
        """Return what an ask would do: as its agent says it best, else as its patches do."""
        try:
            told = self._agents.driver(ask.agent).edits(ask, {**ask.input, **arguments})
        except UnsupportedError:
            told = None
        return edits_in(ask.files) if told is None else told

    async def _arguments(self, ask: Ask) -> Mapping[str, object]:
        """Return the arguments of the call that asks, as the transcript has them."""
        if ask.call_id is None:
            return {}
        return await self._sessions.call_input(ask.session_id, ask.call_id) or {}

    def _forget(self) -> None:
        """Let go of what ended long ago, and of the oldest where it is too much."""
        now = self._clock.monotonic_s()
        for ask_id, kept in list(self._kept.items()):
            if kept.ended_s is not None and now - kept.ended_s > KEPT_S:
                del self._kept[ask_id]
        total = sum(kept.size() for kept in self._kept.values())
        if total <= KEPT_BYTES:
            return
        for ask_id, kept in sorted(self._kept.items(), key=lambda item: item[1].ended_s is None):
            if total <= KEPT_BYTES:
                return
            total -= kept.size()
            del self._kept[ask_id]


def _file(edit: FileEdit, base: Base) -> AskFile:
    if base.problem is not None:
        return AskFile(path=edit.path, status=edit.status, problem=base.problem)
    if base.text is None and edit.status != "added":
        return AskFile(path=edit.path, status=edit.status, problem=_GONE)
    if edit.status == "deleted":
        return AskFile(path=edit.path, status="deleted", base=base.text)
    try:
        proposed = edit.rewrite(base.text or "")
    except UnclearError as error:
        return AskFile(path=edit.path, status=edit.status, problem=str(error))
    status = "added" if base.text is None else "modified"
    return AskFile(path=edit.path, status=status, base=base.text, proposed=proposed)

"""The projection of sessions and projects: what the events so far add up to."""

from collections.abc import Sequence

from pydantic import TypeAdapter

from pilot_sidecar.core import schema
from pilot_sidecar.core.bus import Announcement, Bus
from pilot_sidecar.core.events import SessionRemoved, SessionStarted, SessionUpdated
from pilot_sidecar.core.models import ApprovalMode, Item, Project, Session, ToolItem
from pilot_sidecar.core.projects import present_id, project_of
from pilot_sidecar.core.reduce import reduce_session
from pilot_sidecar.core.store import Patches, Store, Write
from pilot_sidecar.core.transcript import Transcript
from pilot_sidecar.core.wire import Wire

REMEMBERED = 500
"""Sessions held in memory after a start, newest first; older ones stay in the store."""
_item: TypeAdapter[Item] = TypeAdapter(Item)
_items: TypeAdapter[list[Item]] = TypeAdapter(list[Item])


class ItemPage(Wire):
    """Part of a transcript, oldest first."""

    items: list[Item]
    before: str | None = None
    """Pass it back for the page before this one; absent at the beginning."""
    seq: int
    """Events up to this one are in ``items``."""


class Sessions:
    """Holds sessions and projects, and changes only by events (and the approval choice)."""

    def __init__(self, bus: Bus, store: Store) -> None:
        self._bus = bus
        self._store = store
        self._sessions: dict[str, Session] = {}
        self._projects: dict[str, Project] = {}
        self._hidden: set[str] = set()
        self._purged: set[str] = set()
        self._transcript = Transcript()
        self._dirty: set[str] = set()
        self._load()
        store.collect_with(self._rows)
        bus.subscribe(self._on_event)

    def all(self) -> list[Session]:
        """Return the known sessions, latest change first; none that was deleted."""
        shown = (session for session in self._sessions.values() if session.id not in self._hidden)
        return sorted(shown, key=lambda session: -session.updated_at)

    def get(self, session_id: str) -> Session | None:
        """Return a session, or None. For adapters: what was deleted is still the agent's."""
        return self._sessions.get(session_id)

    def agent_of(self, session_id: str) -> str | None:
        """Return whose session this is."""
        session = self._sessions.get(session_id)
        return session.agent if session else None

    def visible(self, session_id: str) -> Session | None:
        """Return a session that people see, or None."""
        return None if session_id in self._hidden else self._sessions.get(session_id)

    async def find(self, session_id: str) -> Session | None:
        """Return a session that people see, also one that is only in the store: from now on it is known again."""
        if session_id in self._sessions or session_id in self._hidden:
            return self.visible(session_id)
        for (body,) in await self._store.read("SELECT body FROM sessions WHERE id = ?", (session_id,)):
            if session_id not in self._sessions:
                session = at_rest(str(body))
                now = self._bus.clock.now_ms()
                self._bus.publish(SessionUpdated(at=now, session_id=session.id, agent=session.agent, session=session))
                if session_id not in self._sessions:  # what is announced before it is still on its way to the disk
                    await self._store.settled()
                return session
        return self.visible(session_id)

    async def whole_family(self, session_id: str) -> list[Session]:
        """Return a session and all below it, also those that were only in the store."""
        sql = "SELECT id FROM sessions WHERE body ->> '$.rootId' = ?1 OR body ->> '$.parentId' = ?1"
        for (found,) in await self._store.read(sql, (session_id,)):
            await self.find(str(found))
        return [session for one in self.family(session_id) if (session := self.visible(one)) is not None]

    def hide(self, session: Session, *, purged: bool = False) -> None:
        """Take a session in, or take it away, without a word; what was purged is not stored again."""
        self._sessions[session.id] = session
        self._hidden.add(session.id)
        if purged:
            self._purged.add(session.id)
        else:
            self._dirty.add(session.id)
            self._store.flush_soon()

    def projects(self) -> list[Project]:
        """Return the known projects."""
        return list(self._projects.values())

    def project(self, project_id: str) -> Project | None:
        """Return a project, or None."""
        return self._projects.get(project_id)

    def parents(self, session_id: str) -> list[str]:
        """Return the chain of parents, nearest first; ends at a loop or an unknown one."""
        chain: list[str] = []
        session = self._sessions.get(session_id)
        while session and session.parent_id and session.parent_id not in (*chain, session_id):
            chain.append(session.parent_id)
            session = self._sessions.get(session.parent_id)
        return chain

    def family(self, session_id: str) -> list[str]:
        """Return a session and all below it."""
        below = (
            one.id for one in self._sessions.values() if one.root_id == session_id or session_id in self.parents(one.id)
        )
        return [session_id, *(one for one in below if one != session_id)]

    def remember_project(self, project: Project) -> Project:
        """Take in a folder that people opened; returns the one that is known already."""
        known = self._projects.setdefault(project.id, project)
        self._dirty.add(project.id)
        self._store.flush_soon()
        return known

    def forget_project(self, project_id: str) -> None:
        """Let go of a folder in which nobody will work again."""
        self._projects.pop(project_id, None)
        self._store.write_soon(Write("DELETE FROM projects WHERE id = ?", (project_id,)))

    def set_project_approval(self, project: Project, mode: ApprovalMode) -> Project:
        """Remember what agents of a project are told to ask about."""
        kept = self._projects.setdefault(project.id, project)
        kept.approval = mode
        self._dirty.add(project.id)
        self._store.flush_soon()
        return kept

    async def items(self, session_id: str, before: str | None = None, limit: int = 100) -> ItemPage:
        """Return a page of a transcript, the latest one unless ``before`` says otherwise."""
        place = int(before) if before and before.isascii() and before.isdigit() else 2**62
        seq = self._bus.seq  # what is announced while the disk is read may be in or not: readers take it in again
        await self._store.settled()
        rows = await self._store.read(
            "SELECT pos, body FROM items WHERE session_id = ? AND pos < ? ORDER BY pos DESC LIMIT ?",
            (session_id, min(place, 2**62), limit + 1),
        )
        page = rows[:limit][::-1]
        items = _items.validate_json("[" + ",".join(str(body) for _, body in page) + "]")
        if before is None:
            stored = {item.id for item in items}
            items += [
                part.item()
                for (owner, part_id), part in self._transcript.streaming.items()
                if owner == session_id and part_id not in stored
            ]
        more = str(page[0][0]) if len(rows) > limit else None
        return ItemPage(items=items, before=more, seq=seq)

    async def oldest_at(self, session_id: str) -> int | None:
        """Return when the first stored entry of a transcript began (ms since 1970), or None without one."""
        await self._store.settled()
        [(pos,)] = await self._store.read("SELECT min(pos) FROM items WHERE session_id = ?", (session_id,))
        return int(str(pos)) // 1000 if pos is not None else None

    async def known_items(self, session_id: str, ids: Sequence[str]) -> set[str]:
        """Return those of some entries that are stored."""
        marks = ",".join("?" * len(ids))
        sql = f"SELECT id FROM items WHERE session_id = ? AND id IN ({marks})"  # noqa: S608 - question marks only
        return {str(found) for (found,) in await self._store.read(sql, (session_id, *ids))}

    async def call_input(self, session_id: str, call_id: str) -> dict[str, object] | None:
        """Return the arguments of a tool call, as far as they are known."""
        await self._store.settled()
        sql = "SELECT body FROM items WHERE id = ? AND session_id = ?"
        for (body,) in await self._store.read(sql, (call_id, session_id)):
            item = _item.validate_json(str(body))
            return item.input if isinstance(item, ToolItem) else None
        return None

    def _on_event(self, entry: Announcement) -> None:
        event = entry.event
        self._transcript.apply(event, entry.body)
        if isinstance(event, SessionStarted | SessionUpdated):
            self._remember(event.session)
        elif isinstance(event, SessionRemoved):
            self._hidden.add(event.session_id)
        elif event.session_id and (session := self._sessions.get(event.session_id)):
            reduce_session(session, event)
            self._dirty.add(session.id)

    def _remember(self, session: Session) -> None:
        if session.project_id not in self._projects:
            project = project_of(session.directory)
            project.id = session.project_id
            self._projects[project.id] = project
            self._dirty.add(project.id)
        self._sessions[session.id] = session
        self._hidden.discard(session.id)
        self._purged.discard(session.id)
        self._dirty.add(session.id)

    def _rows(self) -> Sequence[Write | Patches]:
        writes: list[Write | Patches] = []
        if rows := self._transcript.take_rows():
            writes.append(Patches(rows))
        dirty, self._dirty = self._dirty, set()
        for key in dirty:
            if key in self._purged:
                continue
            if session := self._sessions.get(key):
                writes.append(Write(schema.UPSERT_SESSION, (key, session.updated_at, session.encode().decode())))
            elif project := self._projects.get(key):
                writes.append(Write(schema.UPSERT_PROJECT, (key, project.encode().decode())))
        return writes

    def _load(self) -> None:
        for (body,) in self._store.read_now("SELECT body FROM projects"):
            self._load_project(Project.model_validate_json(str(body)))
        rows = self._store.read_now(_LATEST, (REMEMBERED,))
        for (body,) in rows:
            session = at_rest(str(body))
            self._sessions[session.id] = session

    def _load_project(self, project: Project) -> None:
        if (present := present_id(project.id, project.directory)) != project.id:
            self._dirty.add(present)
            self._store.write_soon(Write("DELETE FROM projects WHERE id = ?", (project.id,)))
            project = project_of(project.directory).model_copy(update={"approval": project.approval})
        if (known := self._projects.get(project.id)) is not None:
            project.approval = project.approval or known.approval
        self._projects[project.id] = project


_LATEST = """
    SELECT body FROM sessions WHERE NOT EXISTS (SELECT 1 FROM deleted WHERE session_id = sessions.id)
    ORDER BY updated_at DESC LIMIT ?
"""


def at_rest(body: str) -> Session:
    """Return a stored session: as far as anybody knows, nothing runs it."""
    session = Session.model_validate_json(body)
    session.project_id = present_id(session.project_id, session.directory)
    session.live = False
    session.process = None
    if session.state in ("busy", "retrying"):
        session.state = "idle"
    return session

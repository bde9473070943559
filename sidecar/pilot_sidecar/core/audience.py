"""Who hears what: everything is told to admins, less to others, one session to whoever only follows that."""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic_core import from_json

from pilot_sidecar.core.asks_model import Ask
from pilot_sidecar.core.events import (
    AnyAskEvent,
    ConfirmationPending,
    ConfirmationResolved,
    DevicesChanged,
    Event,
    ProjectUpdated,
    SessionStarted,
    SessionUpdated,
    TunnelChanged,
)
from pilot_sidecar.core.models import AgentStatus, Scope, Session
from pilot_sidecar.core.reach_model import TunnelStatus
from pilot_sidecar.core.sessions import Sessions
from pilot_sidecar.core.snapshot_model import SnapshotState

_ADMINS_ONLY = (ConfirmationPending, ConfirmationResolved, DevicesChanged, TunnelChanged)
_WITHHELD = frozenset(str(kind.model_fields["type"].default) for kind in _ADMINS_ONLY)
_MARKS = tuple(f'"type":"{name}"'.encode() for name in _WITHHELD)


@dataclass(frozen=True, slots=True)
class Audience:
    """What a surface may hear, by its role and the session it is bound to."""

    scope: Scope
    session_id: str | None = None

    @property
    def hears_all(self) -> bool:
        """Whether nothing is withheld."""
        return self.scope == "admin" and self.session_id is None

    async def prepare(self, sessions: Sessions) -> None:
        """Fetch what it follows, which may be in the store only."""
        if self.session_id is not None:
            await sessions.find(self.session_id)
            await sessions.whole_family(self.session_id)

    def hears(self, event: Event, sessions: Sessions) -> bool:
        """Tell whether an event is for it."""
        if self.hears_all:
            return True
        if isinstance(event, _ADMINS_ONLY):
            return False
        return self.session_id is None or self._is_about_mine(event, sessions)

    def hears_encoded(self, body: bytes) -> bool:
        """Tell the same of an event that was announced before; not for whoever follows one session."""
        if self.hears_all or not any(mark in body for mark in _MARKS):
            return True
        return from_json(body)["type"] not in _WITHHELD

    def covers(self, session_id: str, sessions: Sessions, parents: Sequence[str] = ()) -> bool:
        """Tell whether it may see a session."""
        mine = self.session_id
        if mine is None or mine in (session_id, *parents):
            return True
        session = sessions.get(session_id)
        return (session is not None and session.root_id == mine) or mine in sessions.parents(session_id)

    def picture(self, state: SnapshotState, sessions: Sessions) -> SnapshotState:
        """Return what of the state is for it."""
        if self.hears_all:
            return state
        state = state.model_copy(update={"confirmations": [], "tunnel": TunnelStatus()})
        return state if self.session_id is None else self._narrowed(state, sessions)

    def asks(self, asks: Sequence[Ask], sessions: Sessions) -> list[Ask]:
        """Return those it may see."""
        return [ask for ask in asks if self.covers(ask.session_id, sessions, ask.parents)]

    def _is_about_mine(self, event: Event, sessions: Sessions) -> bool:
        if isinstance(event, ProjectUpdated):
            mine = sessions.visible(self.session_id or "")
            return mine is not None and mine.project_id == event.project.id
        if event.session_id is None:
            return False
        return self.covers(event.session_id, sessions, _ancestors(event))

    def _narrowed(self, state: SnapshotState, sessions: Sessions) -> SnapshotState:
        mine = [session for session in state.sessions if self.covers(session.id, sessions, _above(session))]
        ids, projects = {one.id for one in mine}, {one.project_id for one in mine}
        agents = {one.agent for one in mine}
        return state.model_copy(
            update={
                "hub": state.hub.model_copy(update={"files": False}),
                "projects": [project for project in state.projects if project.id in projects],
                "sessions": mine,
                "marks": [mark for mark in state.marks if mark.session_id in ids],
                "asks": self.asks(state.asks, sessions),
                "agents": [_only_named(status) for status in state.agents if status.agent in agents],
                "clients": [],
            }
        )


def _ancestors(event: Event) -> list[str]:
    """Return the sessions above an event's own, as far as it names them itself."""
    if isinstance(event, AnyAskEvent):
        return event.ask.parents
    return _above(event.session) if isinstance(event, SessionStarted | SessionUpdated) else []


def _above(session: Session) -> list[str]:
    return [one for one in (session.parent_id, session.root_id) if one is not None]


def _only_named(status: AgentStatus) -> AgentStatus:
    """Return an agent without what happens in other sessions of it."""
    return AgentStatus(agent=status.agent, state=status.state, version=status.version)

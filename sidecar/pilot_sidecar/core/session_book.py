"""An adapter's own copy of its sessions, in step with what it publishes."""

from collections.abc import Callable
from typing import Protocol

from pilot_sidecar.core.events import Event, SessionStarted, SessionUpdated
from pilot_sidecar.core.models import Session
from pilot_sidecar.core.reduce import reduce_session


class SessionLookup(Protocol):
    """Where the present form of a session is found."""

    def get(self, session_id: str) -> Session | None:
        """Return a session, or None."""
        ...


class SessionBook:
    """One agent's sessions: whole at once, while the hub's own waits for events to be on disk."""

    def __init__(self, agent: str, known: SessionLookup, publish: Callable[[Event], None]) -> None:
        self._agent = agent
        self._known = known
        self._publish = publish
        self._sessions: dict[str, Session] = {}

    def get(self, session_id: str) -> Session | None:
        """Return the session as of the last event published here."""
        if session_id not in self._sessions and (known := self._known.get(session_id)) and known.agent == self._agent:
            self._sessions[session_id] = known.model_copy(deep=True)
        return self._sessions.get(session_id)

    def forget(self, session_id: str) -> None:
        """Read a session anew the next time: somebody else told of it meanwhile."""
        self._sessions.pop(session_id, None)

    def all(self) -> list[Session]:
        """Return every session seen since the hub's start."""
        return list(self._sessions.values())

    def parents(self, session_id: str) -> list[str]:
        """Return the chain of parents, nearest first."""
        chain: list[str] = []
        session = self.get(session_id)
        while session and session.parent_id and session.parent_id not in (*chain, session_id):
            chain.append(session.parent_id)
            session = self.get(session.parent_id)
        return chain

    def family(self, session_id: str) -> set[str]:
        """Return a session with all below it."""
        return {session_id} | {session.id for session in self.all() if session_id in self.parents(session.id)}

    def publish(self, event: Event) -> None:
        """Take an event in and announce it."""
        match event:
            case SessionStarted() | SessionUpdated():
                if isinstance(event, SessionUpdated) and self._same(event.session):
                    return
                self._sessions[event.session.id] = event.session.model_copy(deep=True)
            case _:
                if event.session_id and (session := self.get(event.session_id)):
                    reduce_session(session, event)
        self._publish(event)

    def _same(self, session: Session) -> bool:
        known = self.get(session.id)
        return known is not None and session == known.model_copy(update={"updated_at": session.updated_at})

    def change(self, session: Session, at: int, **fields: object) -> None:
        """Announce a session with some fields changed, if they are."""
        changed = session.model_copy(update=fields, deep=True)
        self.publish(SessionUpdated(at=at, session_id=session.id, agent=self._agent, session=changed))

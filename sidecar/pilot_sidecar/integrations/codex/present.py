"""A session as of the last event published, also while the hub's own copy waits for the disk."""

from pilot_sidecar.core.events import Event, SessionStarted, SessionUpdated
from pilot_sidecar.core.models import Session
from pilot_sidecar.core.reduce import reduce_session
from pilot_sidecar.core.services import Services
from pilot_sidecar.integrations.codex.sessions import AGENT


class Present:
    """The hub's copy, with what is not announced yet. Costs nothing on the way of a hook."""

    def __init__(self, services: Services, session_id: str) -> None:
        self._id = session_id
        self._bus = services.bus
        self._sessions = services.sessions
        self._published: list[Event] = []

    def publish(self, event: Event) -> None:
        """Announce an event."""
        if self._published and self._published[-1].seq <= self._bus.seq:
            self._published.clear()
        self._bus.publish(event)
        self._published.append(event)

    def get(self) -> Session | None:
        """Return the session; to be read, not written."""
        session = self._sessions.get(self._id)
        for event in self._published:
            if event.seq > self._bus.seq:
                session = _after(event, session)
        return session

    def change(self, session: Session, at: int, **fields: object) -> None:
        """Announce the session with some fields changed, if they are."""
        changed = session.model_copy(update=fields, deep=True)
        if changed != session:
            self.publish(SessionUpdated(at=at, session_id=self._id, agent=AGENT, session=changed))


def _after(event: Event, session: Session | None) -> Session | None:
    if isinstance(event, SessionStarted | SessionUpdated):
        return event.session
    if session is None:
        return None
    session = session.model_copy(deep=True)
    reduce_session(session, event)
    return session

"""Who hears what: everything is told to admins, less to others, one session to whoever only follows that."""

from dataclasses import dataclass

from pilot_sidecar.core.events import Event, SnapshotState
from pilot_sidecar.core.models import Scope
from pilot_sidecar.core.sessions import Sessions


@dataclass(frozen=True, slots=True)
class Audience:
    """What a surface may hear, by its role and the session it is bound to."""

    scope: Scope
    session_id: str | None = None

    @property
    def hears_all(self) -> bool:
        """Whether nothing is withheld."""
        return self.scope == "admin" and self.session_id is None

    def hears(self, event: Event, sessions: Sessions) -> bool:
        """Tell whether an event is for it."""
        return True

    def picture(self, state: SnapshotState, sessions: Sessions) -> SnapshotState:
        """Return what of the state is for it."""
        return state

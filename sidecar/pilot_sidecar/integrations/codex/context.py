"""What all connections to Codex share."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from pilot_sidecar.core.services import Services
from pilot_sidecar.core.session_book import SessionBook

HOMES = 5_000
"""Sessions whose home is remembered."""


@dataclass(frozen=True, slots=True)
class Context:
    """The hub's parts, Codex's sessions, and the home each of them lives in."""

    services: Services
    book: SessionBook
    homes: dict[str, Path] = field(default_factory=dict)
    taken: list[Callable[[str], None]] = field(default_factory=list)
    """Told when an app-server has a session loaded: from then on nobody else tells of it."""

    def note_home(self, session_id: str, home: Path) -> None:
        """Remember where a session lives; the oldest is forgotten where there are too many."""
        self.homes[session_id] = home
        if len(self.homes) > HOMES:
            del self.homes[next(iter(self.homes))]

    def take(self, session_id: str) -> None:
        """Have an app-server alone tell of a session, as it is by now."""
        for let_go in self.taken:
            let_go(session_id)
        self.book.forget(session_id)

"""What all connections to Codex share."""

from dataclasses import dataclass, field
from pathlib import Path

from pilot_sidecar.core.services import Services
from pilot_sidecar.core.session_book import SessionBook


@dataclass(frozen=True, slots=True)
class Context:
    """The hub's parts, Codex's sessions, and the home each of them lives in."""

    services: Services
    book: SessionBook
    homes: dict[str, Path] = field(default_factory=dict)

"""What one line of a rollout is, and what it can say: pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pilot_sidecar.core.events import Event, ToolCompleted, ToolUpdated

Json = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a rollout."""

    at: int
    """Milliseconds since 1970."""
    type: str
    payload: Json


@dataclass(frozen=True, slots=True)
class About:
    """What the first line says of the session."""

    kind: Literal["embedded", "exec"]
    created_at: int
    parent_id: str | None = None
    nickname: str | None = None


@dataclass(frozen=True, slots=True)
class Began:
    """A turn began."""

    turn_id: str


@dataclass(frozen=True, slots=True)
class Over:
    """A turn ended."""

    turn_id: str
    reason: Literal["completed", "aborted", "error"]
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Runs:
    """A model was chosen."""

    model: str


@dataclass(frozen=True, slots=True)
class Named:
    """The session has a title: how it began, or the name that somebody gave it."""

    title: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Said:
    """Something for the transcript, or the numbers beside it."""

    event: Event
    turn_id: str
    number: int = 0
    """Of a prompt: its place in the turn, from 1."""


@dataclass(frozen=True, slots=True)
class Output:
    """What a call gave back that no item speaks of: hooks may know the call."""

    event: ToolCompleted | ToolUpdated


Told = About | Began | Over | Runs | Named | Said | Output


def parse_line(raw: bytes) -> Line | None:
    """Return a line; None for garbage."""
    try:
        whole = json.loads(raw)
        at = round(datetime.fromisoformat(whole["timestamp"]).timestamp() * 1000)
        kind, payload = whole["type"], whole["payload"]
    except (ValueError, KeyError, TypeError, RecursionError, OverflowError):
        return None
    return Line(at, kind, payload) if isinstance(kind, str) and isinstance(payload, dict) else None

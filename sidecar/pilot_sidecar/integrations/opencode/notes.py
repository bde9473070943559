"""What changes about a conversation itself: its model, its mode, what was compacted; pure."""

from dataclasses import dataclass
from typing import Literal

from pilot_sidecar.core.events import Event, SessionNoted
from pilot_sidecar.core.models import NoteItem
from pilot_sidecar.integrations.opencode.native import MessageInfo, Part
from pilot_sidecar.integrations.opencode.sessions import AGENT

COMPACTION = "compaction"
"""The type of the part that stands where a conversation was compacted, and the agent that does it."""


@dataclass(frozen=True, slots=True)
class Setting:
    """Who answers a prompt."""

    mode: str | None = None
    model: str | None = None


def setting_of(info: MessageInfo) -> Setting:
    """Return who is to answer a prompt."""
    return Setting(info.agent, info.model.name() if info.model else None)


def after_setting(before: Setting, now: Setting) -> Setting:
    """Return what is in force after a prompt that may say only part of it."""
    return Setting(now.mode or before.mode, now.model or before.model)


def switches(message_id: str, at: int, before: Setting, now: Setting) -> list[NoteItem]:
    """Return what changed between two prompts; nothing for what was not known before."""
    notes: list[tuple[Literal["mode", "model"], str | None, str | None]] = [
        ("mode", before.mode, now.mode),
        ("model", before.model, now.model),
    ]
    return [
        NoteItem(id=f"{message_id}-{note}", at=at, message_id=message_id, note=note, text=value)
        for note, old, value in notes
        if old and value and old != value
    ]


def compaction(part: Part, at: int) -> NoteItem:
    """Return the line that stands where a conversation was compacted."""
    why = "The context was full: what was said so far was compacted." if part.auto else "What was said was compacted."
    return NoteItem(id=part.id, at=at, message_id=part.message_id, note="compaction", text=why)


def noted(note: NoteItem, session_id: str) -> Event:
    """Return a note as it is announced."""
    return SessionNoted(at=note.at, session_id=session_id, agent=AGENT, note_id=note.id, note=note.note, text=note.text)

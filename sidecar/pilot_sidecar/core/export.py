"""A session as one file: everything that was said, from its beginning, with its sub-agents."""

import asyncio
import json
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from pilot_sidecar.core import ask_rows
from pilot_sidecar.core.asks_model import Ask
from pilot_sidecar.core.errors import AgentUnavailableError, NotFoundError, UnsupportedError
from pilot_sidecar.core.export_markdown import markdown_of
from pilot_sidecar.core.models import Item, Session, SessionMark, ToolItem
from pilot_sidecar.core.services import Services
from pilot_sidecar.core.spending import day_of

VERSION = 1
LIMIT = 20_000_000
"""Bytes of transcript that are written down; past it the oldest is left out."""
OUTPUT = 1_000_000
"""Characters of one tool's output."""
PAGE = 200
PAGES = 5_000
ASKS = 5_000
NAME_BYTES = 100
_CUT = "Older parts are left out: the transcript is too long for one file."
_ALONE = "What was said before Pilot knew the session is with its agent, which could not be asked."

Format = Literal["markdown", "json"]


@dataclass(slots=True)
class Transcript:
    """What is written down of one session."""

    session: Session
    mark: SessionMark
    items: list[Item] = field(default_factory=list)
    asks: list[Ask] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """What is missing, for people."""

    @property
    def title(self) -> str:
        """What people call it."""
        return self.mark.name or self.session.title or self.session.last_line or "Session"


@dataclass(frozen=True, slots=True)
class Written:
    """The file."""

    name: str
    mime: str
    text: str


async def export(services: Services, session_id: str, form: Format) -> Written:
    """Return a session's transcript as a file; raises NotFoundError."""
    if await services.sessions.find(session_id) is None:
        raise NotFoundError(f"There is no session {session_id}.")
    room = LIMIT
    transcripts: list[Transcript] = []
    for session in await services.sessions.whole_family(session_id):
        transcript = Transcript(session, services.marks.of(session.id))
        room = await _gather(services, transcript, room)
        transcripts.append(transcript)
    now = services.clock.now_ms()
    return await asyncio.to_thread(_written, transcripts, form, now)


async def _gather(services: Services, transcript: Transcript, room: int) -> int:
    """Read a transcript backwards until it is whole, or ``room`` bytes are used up; return what is left of those."""
    before: str | None = None
    pages: list[list[Item]] = []
    for _ in range(PAGES):
        try:
            page = await services.history.page(transcript.session, before, PAGE)
        except (AgentUnavailableError, UnsupportedError):
            transcript.notes.append(_ALONE)
            break
        items = [_bounded(item) for item in page.items]
        room -= await asyncio.to_thread(_size, items)
        if room < 0:
            transcript.notes.append(_CUT)
            break
        pages.append(items)
        if page.before is None or page.before == before:
            break
        before = page.before
    transcript.items = [item for page_items in reversed(pages) for item in page_items]
    transcript.asks = await ask_rows.ended(services.store, [transcript.session.id], ASKS)
    return max(0, room)


def _bounded(item: Item) -> Item:
    if isinstance(item, ToolItem) and item.output and len(item.output) > OUTPUT:
        more = len(item.output) - OUTPUT
        return item.model_copy(update={"output": f"{item.output[:OUTPUT]}\n… {more} characters more"})
    return item


def _size(items: Sequence[Item]) -> int:
    return sum(len(item.encode()) for item in items)


def _written(transcripts: Sequence[Transcript], form: Format, now: int) -> Written:
    whole = transcripts[0]
    stem = f"{_plain(whole.title)}-{day_of(whole.session.created_at)}"
    if form == "json":
        text = json.dumps(_json(transcripts, now), ensure_ascii=False, indent=1)
        return Written(f"{stem}.json", "application/json", text)
    return Written(f"{stem}.md", "text/markdown", markdown_of(transcripts))


def _json(transcripts: Sequence[Transcript], now: int) -> dict[str, object]:
    whole, *below = map(_dumped, transcripts)
    return {"format": "pilot.transcript", "version": VERSION, "exportedAt": now, **whole, "subAgents": below}


def _dumped(transcript: Transcript) -> dict[str, object]:
    return {
        "session": transcript.session.dump(),
        "mark": transcript.mark.dump(),
        "items": [item.dump() for item in transcript.items],
        "asks": [ask.dump() for ask in transcript.asks],
        "missing": transcript.notes,
    }


def _plain(title: str) -> str:
    """Return a title as part of a file's name that fits every system."""
    letters = (letter if letter.isalnum() else "-" for letter in unicodedata.normalize("NFC", title))
    words = "-".join(part for part in "".join(letters).split("-") if part)
    return words.encode()[:NAME_BYTES].decode(errors="ignore").strip("-") or "session"

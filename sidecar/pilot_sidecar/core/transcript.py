"""Turns session events into transcript rows; only text that still streams is held in memory."""

import json
from dataclasses import dataclass, field

from pilot_sidecar.core.events import (
    ErrorRaised,
    Event,
    MessageCompleted,
    MessageDelta,
    PromptReceived,
    SessionNoted,
    ToolCompleted,
    ToolStarted,
    ToolUpdated,
)
from pilot_sidecar.core.models import Item, NoteItem, PromptItem, ReasoningItem, TextItem

MAX_STREAMING = 256
"""Parts streaming at once; past it the oldest is dropped, its completed text still comes whole."""


def utf16_length(text: str) -> int:
    """Return the length as JavaScript counts it."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


@dataclass(slots=True)
class StreamingPart:
    """The text of one part so far."""

    delta: MessageDelta
    at: int
    chunks: list[str] = field(default_factory=list)
    length: int = 0

    def add(self, event: MessageDelta) -> None:
        """Apply a delta; the same one twice changes nothing."""
        if event.offset != self.length:
            whole = "".join(self.chunks).encode("utf-16-le", "surrogatepass")[: event.offset * 2]
            self.chunks = [whole.decode("utf-16-le", "surrogatepass")]
            self.length = len(whole) // 2
        self.chunks.append(event.delta)
        self.length += utf16_length(event.delta)

    def item(self) -> Item:
        """Return the transcript entry as it stands."""
        kind = TextItem if self.delta.part == "text" else ReasoningItem
        return kind(
            id=self.delta.part_id,
            at=self.at,
            message_id=self.delta.message_id,
            text="".join(self.chunks),
            streaming=True,
        )


class Transcript:
    """Collects rows for the store and holds the parts that stream."""

    def __init__(self) -> None:
        self.streaming: dict[tuple[str, str], StreamingPart] = {}
        self._rows: list[tuple[str, str, int, bytes]] = []
        self._tie = 0

    def apply(self, event: Event, encoded: bytes) -> None:
        """Take in one event and its wire form; those that are no part of a transcript are ignored."""
        match event:
            case MessageDelta():
                self._stream(event)
            case MessageCompleted():
                self._complete(event)
            case PromptReceived():
                item = PromptItem(
                    id=event.message_id,
                    at=event.at,
                    message_id=event.message_id,
                    text=event.text,
                    attachments=event.attachments,
                )
                self._row(event.session_id, item.id, event.at, item.encode())
            case SessionNoted():
                note = NoteItem(id=event.note_id, at=event.at, note=event.note, text=event.text)
                self._row(event.session_id, note.id, event.at, note.encode())
            case ToolStarted() | ToolUpdated() | ToolCompleted():
                self._row(event.session_id, event.call_id, event.at, _tool_patch(event, encoded))
            case ErrorRaised(session_id=str(session_id)):
                body = {"kind": "error", "id": f"error-{event.epoch}-{event.seq}", "at": event.at}
                body |= {"code": event.code, "message": event.message, "hint": event.hint}
                self._row(session_id, str(body["id"]), event.at, json.dumps(body).encode())
            case _:
                pass

    def take_rows(self) -> list[tuple[str, str, int, bytes]]:
        """Return the rows since the last call: session, item, position, patch."""
        rows, self._rows = self._rows, []
        return rows

    def _stream(self, event: MessageDelta) -> None:
        key = (event.session_id, event.part_id)
        part = self.streaming.get(key)
        if part is None:
            part = self.streaming[key] = StreamingPart(event, event.at)
            if len(self.streaming) > MAX_STREAMING:
                del self.streaming[next(iter(self.streaming))]
        part.add(event)

    def _complete(self, event: MessageCompleted) -> None:
        part = self.streaming.pop((event.session_id, event.part_id), None)
        at = event.started_at or (part.at if part else event.at)
        kind = TextItem if event.part == "text" else ReasoningItem
        item = kind(id=event.part_id, at=at, message_id=event.message_id, text=event.text)
        if isinstance(item, ReasoningItem):
            item.ended_at = event.at
        self._row(event.session_id, item.id, at, item.encode())

    def _row(self, session_id: str, item_id: str, at: int, body: bytes) -> None:
        self._tie = (self._tie + 1) % 1000
        self._rows.append((session_id, item_id, at * 1000 + self._tie, body))


def _tool_patch(event: ToolStarted | ToolUpdated | ToolCompleted, encoded: bytes) -> bytes:
    """Return the event itself under the item's name: it has the item's fields, and readers ignore the others."""
    head = f'{{"kind":"tool","id":{json.dumps(event.call_id)},'
    if isinstance(event, ToolCompleted):
        head += f'"endedAt":{event.at},'
    return head.encode() + encoded[1:]

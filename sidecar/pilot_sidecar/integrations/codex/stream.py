"""Text and output as they are generated, with their places: one object a connection."""

from dataclasses import dataclass, field
from typing import Literal, TypeVar

from pilot_sidecar.core.events import MessageDelta, ToolUpdated
from pilot_sidecar.core.transcript import utf16_length
from pilot_sidecar.integrations.codex.sessions import AGENT

T = TypeVar("T")
ITEMS = 256
"""Items that grow at once."""
OUTPUT_TAIL = 64_000
"""Characters of a running command's output that travel; the completed call carries all."""
OUTPUT_PAUSE_MS = 100
"""Output of one command is told at most this often."""


@dataclass(slots=True)
class Growing:
    """One item's text so far."""

    length: int = 0
    section: int | None = None


@dataclass(slots=True)
class Output:
    """What a command printed so far."""

    text: str = ""
    told_at: int = 0


@dataclass(slots=True)
class Stream:
    """Turns native deltas into events that say where they belong."""

    _texts: dict[tuple[str, str], Growing] = field(default_factory=dict)
    _outputs: dict[tuple[str, str], Output] = field(default_factory=dict)

    def text(self, thread_id: str, turn_id: str, item_id: str, delta: str, at: int) -> MessageDelta:
        """Return the next words of a message."""
        return self._grow(thread_id, turn_id, item_id, delta, at, "text")

    def thought(
        self, thread_id: str, turn_id: str, item_id: str, delta: str, at: int, section: int | None = None
    ) -> MessageDelta:
        """Return the next words of a reasoning; a new section begins a new paragraph."""
        growing = self._texts.setdefault((thread_id, item_id), Growing())
        if growing.section is not None and section is not None and section != growing.section and growing.length:
            delta = "\n\n" + delta
        growing.section = section
        return self._grow(thread_id, turn_id, item_id, delta, at, "reasoning")

    def output(self, thread_id: str, item_id: str, delta: str, at: int) -> ToolUpdated | None:
        """Return the output so far, unless it was told a moment ago: the next piece or the end tells it."""
        known = self._outputs.setdefault((thread_id, item_id), Output())
        _bound(self._outputs)
        known.text = (known.text + delta)[-OUTPUT_TAIL:]
        if at - known.told_at < OUTPUT_PAUSE_MS:
            return None
        known.told_at = at
        return ToolUpdated(at=at, session_id=thread_id, agent=AGENT, call_id=item_id, output=known.text)

    def end(self, thread_id: str, item_id: str) -> None:
        """Forget an item that is whole."""
        self._texts.pop((thread_id, item_id), None)
        self._outputs.pop((thread_id, item_id), None)

    def clear(self) -> None:
        """Forget everything: the connection starts over."""
        self._texts.clear()
        self._outputs.clear()

    def _grow(
        self, thread_id: str, turn_id: str, item_id: str, delta: str, at: int, part: Literal["text", "reasoning"]
    ) -> MessageDelta:
        growing = self._texts.setdefault((thread_id, item_id), Growing())
        _bound(self._texts)
        event = MessageDelta(
            at=at, session_id=thread_id, agent=AGENT, message_id=turn_id, part_id=item_id, part=part,
            offset=growing.length, delta=delta,
        )  # fmt: skip
        growing.length += utf16_length(delta)
        return event


def _bound(known: dict[tuple[str, str], T]) -> None:
    """Forget the oldest where items never end: turns that were stopped."""
    while len(known) > ITEMS:
        del known[next(iter(known))]

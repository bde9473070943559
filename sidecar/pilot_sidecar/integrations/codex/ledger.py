"""What hooks and the rollout have told of a session so far, so that nothing is told twice: pure."""

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from pilot_sidecar.core.events import (
    Event,
    MessageCompleted,
    PromptReceived,
    SessionStopped,
    ToolCompleted,
    ToolStarted,
)
from pilot_sidecar.core.models import ToolKind

REMEMBERED = 1000
"""Calls and turns kept; what is older tells no more."""
T = TypeVar("T")


@dataclass(slots=True)
class Turn:
    """One turn of the agent's."""

    prompts: int = 0
    """Told after hooks."""
    balance: int = 0
    """Prompts told after hooks that the rollout did not have yet; negative: the other way round."""
    last_heard: str | None = None
    last_read: str | None = None
    stopped: Literal["no", "heard", "read"] = "no"


@dataclass(slots=True)
class Ledger:
    """Decides which of two sources tells of a thing; each prompt, call, message and end of a turn comes in both."""

    names: OrderedDict[str, tuple[str, ToolKind]] = field(default_factory=OrderedDict)
    """Calls that hooks told of, as these name them."""
    ends: OrderedDict[str, Literal["heard", "read"]] = field(default_factory=OrderedDict)
    """Who told of a call's end: a hook, or the rollout, which knows more."""
    turns: OrderedDict[str, Turn] = field(default_factory=OrderedDict)

    def turn(self, turn_id: str) -> Turn:
        """Return a turn."""
        return _bounded(self.turns, turn_id, Turn())

    def hears(self, event: Event, turn_id: str | None) -> bool:
        """Tell whether what a hook says is to be told."""
        match event:
            case PromptReceived():
                return turn_id is None or self._hear_prompt(self.turn(turn_id))
            case ToolStarted():
                return self.hears_start(event, turn_id)
            case ToolCompleted():
                return self._hear_end(event)
            case MessageCompleted():
                return turn_id is None or self._hear_message(self.turn(turn_id), event.text)
            case SessionStopped():
                return turn_id is None or self._hear_stop(self.turn(turn_id))
            case _:
                return True

    def hears_start(self, event: ToolStarted, turn_id: str | None) -> bool:
        """Tell whether a call's start is to be told: late hooks must not bring back what is over."""
        if event.call_id in self.ends:
            return False
        self.names[event.call_id] = (event.tool, event.tool_kind)
        if len(self.names) > REMEMBERED:
            self.names.popitem(last=False)
        return turn_id is None or turn_id not in self.turns or self.turns[turn_id].stopped != "read"

    def reads(self, event: Event, turn_id: str) -> bool:
        """Tell whether what the rollout says is to be told; calls keep the name they were told by."""
        match event:
            case PromptReceived():
                return self._read_prompt(self.turn(turn_id))
            case ToolCompleted():
                return self._read_end(event)
            case MessageCompleted(part="text"):
                return self._read_message(self.turn(turn_id), event.text)
            case SessionStopped():
                return self._read_stop(self.turn(turn_id))
            case _:
                return True

    def has_read(self, turn_id: str) -> bool:
        """Tell whether the rollout already told of a prompt that a hook is about to."""
        return turn_id in self.turns and self.turns[turn_id].balance < 0

    def runs(self, call_id: str) -> bool:
        """Tell whether a hook told of a call whose end is not told yet."""
        return call_id in self.names and call_id not in self.ends

    def _hear_prompt(self, turn: Turn) -> bool:
        turn.balance += 1
        turn.prompts += turn.balance > 0
        return turn.balance > 0

    def _read_prompt(self, turn: Turn) -> bool:
        turn.balance -= 1
        return turn.balance < 0

    def _hear_end(self, event: ToolCompleted) -> bool:
        return _bounded(self.ends, event.call_id, "heard") == "heard"

    def _read_end(self, event: ToolCompleted) -> bool:
        if self.ends.get(event.call_id) == "read":
            return False
        _bounded(self.ends, event.call_id, "read")
        self.ends[event.call_id] = "read"
        if (name := self.names.get(event.call_id)) is not None:
            event.assign(tool=name[0], tool_kind=name[1])
        return True

    def _hear_message(self, turn: Turn, text: str) -> bool:
        if turn.last_read == text:
            return False
        turn.last_heard = text
        return True

    def _read_message(self, turn: Turn, text: str) -> bool:
        turn.last_read = text
        return turn.last_heard != text

    def _hear_stop(self, turn: Turn) -> bool:
        if turn.stopped == "read":
            return False
        turn.stopped = "heard"
        return True

    def _read_stop(self, turn: Turn) -> bool:
        known, turn.stopped = turn.stopped, "read"
        return known == "no"


def _bounded(known: OrderedDict[str, T], key: str, fresh: T) -> T:
    found = known.setdefault(key, fresh)
    if len(known) > REMEMBERED:
        known.popitem(last=False)
    return found

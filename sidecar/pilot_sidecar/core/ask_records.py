"""An ask on the hub's side: how an adapter makes one, and how its decision travels."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from pilot_sidecar.core.asks_model import Ask, AskKind, AskOption, DecisionKind, DecisionRequest, Question, Resolution
from pilot_sidecar.core.models import FileDiff

Fallback = Literal["none", "terminal", "deny"]
"""What happens to an ask nobody answers. none: the agent keeps it open itself, it never expires here ·
terminal: hand it back to the agent's own dialog · deny: Pilot owns the process, there is no dialog."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """The agent took the decision."""


@dataclass(frozen=True, slots=True)
class AnsweredElsewhere:
    """The agent had its answer already; what it was arrives by ``resolve_elsewhere``, if at all."""


Deliver = Callable[[Ask, DecisionRequest], Awaitable[Delivered | AnsweredElsewhere]]
"""Carries a decision to the agent; raises AgentUnavailableError when it cannot be reached (the ask stays)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskDraft:
    """An ask as an adapter makes it."""

    kind: AskKind
    agent: str
    session_id: str
    directory: str
    tool: str
    title: str
    input: Mapping[str, object]
    decisions: tuple[DecisionKind, ...]
    id: str | None = None
    """The agent's own id where it has one: opening the same ask again changes nothing."""
    summary: str = ""
    reason: str | None = None
    command: str | None = None
    files: tuple[FileDiff, ...] = ()
    call_id: str | None = None
    questions: tuple[Question, ...] = ()
    options: tuple[AskOption, ...] = ()
    always: str | None = None
    terminal: Literal["race", "exclusive"] = "race"
    fallback: Fallback = "none"
    timeout_ms: int | None = None
    timeout_denies: bool = False
    """A time-out denies, instead of handing back."""
    origin: Mapping[str, object] = field(default_factory=dict)
    """Which process asked; stored, for finding it again after a restart."""
    parents: tuple[str, ...] | None = None
    """Parent sessions, nearest first; None: as the session's own record says."""


@dataclass(slots=True)
class AskRecord:
    """An ask with what only the hub needs to know."""

    ask: Ask
    origin: dict[str, object]
    fallback: Fallback = "none"
    timeout_denies: bool = False
    deliver: Deliver | None = None
    """None when held, and after a restart until the agent is connected again."""
    held: bool = False
    """The agent's own call is blocked on us: whoever waits with ``AskQueue.wait`` carries out the outcome."""
    claim: Resolution | None = None
    """A decision that is on its way to the agent; stored, so that a crash in between is understood."""
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    """Somebody can carry a decision to the agent, or waits for it here."""

    def __post_init__(self) -> None:
        if self.deliver is not None:
            self.reached.set()

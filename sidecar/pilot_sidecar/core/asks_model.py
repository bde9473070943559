"""An ask: a permission request, a question or a plan that waits for a person."""

from typing import Literal

from pydantic import Field

from pilot_sidecar.core.models import FileDiff
from pilot_sidecar.core.wire import Wire

AskKind = Literal["permission", "question", "plan"]
AskState = Literal["pending", "resolved", "expired", "cancelled", "superseded"]
DecisionKind = Literal["allow_once", "allow_always", "deny", "answer", "release"]
ALLOWING: frozenset[DecisionKind] = frozenset({"allow_once", "allow_always", "answer"})
"""Decisions that let the agent go on: these must name the digest they were made on."""


class Actor(Wire):
    """Who decided."""

    kind: Literal["owner", "vscode", "device", "telegram", "rule", "terminal", "timeout", "agent", "hub"]
    """owner: a local process with the owner token · terminal: the agent's own dialog · agent: it moved on."""
    name: str = ""
    """For people: ``Anna's phone``, ``this browser``; empty where the kind says it all."""
    verified: bool = True
    """False: the platform could not tell which process called."""


class AskOption(Wire):
    """One of the agent's own answers, with its native id."""

    id: str
    label: str
    kind: DecisionKind
    description: str | None = None


class QuestionOption(Wire):
    """One choice of a question."""

    label: str
    description: str | None = None


class Question(Wire):
    """One question of an ask; its answer is a list of labels or free text."""

    question: str
    header: str | None = None
    options: list[QuestionOption] = Field(default_factory=list)
    multiple: bool = False
    custom: bool = True
    """Free text is accepted."""
    format: Literal["text", "integer", "number"] = "text"
    """What free text must be."""


class Resolution(Wire):
    """How an ask ended."""

    by: Actor
    at: int
    choice: DecisionKind | None = None
    """Absent when nobody chose (cancelled, expired) or the agent did not say what was chosen."""
    option_id: str | None = None
    message: str | None = None
    answers: list[list[str]] | None = None
    reason: str | None = None
    """For people, where the state needs a word: ``the agent's process ended``."""


class Ask(Wire):
    """Everything a person needs to decide, complete and unshortened."""

    id: str
    kind: AskKind
    state: AskState = "pending"
    digest: str
    """SHA-256 over tool, canonical arguments, directory and session: what exactly is being allowed."""
    agent: str
    session_id: str
    parents: list[str] = Field(default_factory=list)
    """Parent sessions, nearest first; the last one is the root."""
    project_id: str
    directory: str
    machine: str
    created_at: int
    tool: str
    """The agent's own name of the tool or permission."""
    title: str
    """In words: ``Run a command``."""
    summary: str = ""
    """One line: the command, the file, the question."""
    reason: str | None = None
    """Why, in the agent's words, and what it asks for beyond the command."""
    command: str | None = None
    files: list[FileDiff] = Field(default_factory=list)
    input: dict[str, object] = Field(default_factory=dict)
    """The complete arguments as the agent sent them."""
    call_id: str | None = None
    questions: list[Question] = Field(default_factory=list)
    options: list[AskOption] = Field(default_factory=list)
    decisions: list[DecisionKind] = Field(default_factory=list)
    """What may be decided here; anything else is refused."""
    always: str | None = None
    """What ``allow_always`` would mean, in the agent's own words."""
    deadline: int | None = None
    terminal: Literal["race", "exclusive"] = "race"
    """race: the terminal's own dialog is live too · exclusive: it is hidden until Pilot answers or releases."""
    resolution: Resolution | None = None


class AskFile(Wire):
    """One file of an ask, whole: what it was when the agent asked, and what it would become."""

    path: str
    status: Literal["added", "modified", "deleted"]
    base: str | None = None
    """Absent for a file that is not there yet."""
    proposed: str | None = None
    """Absent for a file that would be deleted."""
    problem: str | None = None
    """Why there is nothing to compare, for people, and what to do; then both texts are absent."""


class DecisionRequest(Wire):
    """A person's decision, as sent by a surface."""

    kind: DecisionKind
    digest: str | None = None
    option_id: str | None = None
    scope: Literal["once", "session", "project"] | None = None
    message: str | None = Field(default=None, max_length=20_000)
    answers: list[list[str]] | None = None

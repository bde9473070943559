"""OpenCode's own types, as far as Pilot reads them; what is absent or odd falls back instead of failing."""

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field


def _whole(value: object) -> int:
    return int(value) if isinstance(value, int | float) and value == value else 0  # noqa: PLR0124 - NaN


Whole = Annotated[int, BeforeValidator(_whole)]


class Native(BaseModel):
    """Something of OpenCode's; unknown fields are ignored."""

    model_config = ConfigDict(extra="ignore", populate_by_name=True)


class Cache(Native):
    """Tokens from and to the provider's cache."""

    read: Whole = 0
    write: Whole = 0


class Tokens(Native):
    """Tokens of a message, or of a session so far."""

    total: Whole = 0
    input: Whole = 0
    output: Whole = 0
    reasoning: Whole = 0
    cache: Cache = Field(default_factory=Cache)

    def window(self) -> int:
        """Return how much of the model's window is in use."""
        return self.total or self.input + self.output + self.cache.read + self.cache.write


class Span(Native):
    """When something began and ended; OpenCode uses two pairs of names."""

    created: Whole | None = None
    updated: Whole | None = None
    completed: Whole | None = None
    archived: Whole | None = None
    start: Whole | None = None
    end: Whole | None = None


class ModelRef(Native):
    """A model of a provider."""

    id: str | None = None
    model_id: str | None = Field(default=None, alias="modelID")
    provider_id: str | None = Field(default=None, alias="providerID")

    def name(self) -> str | None:
        """Return ``provider/model``."""
        model = self.id or self.model_id
        return f"{self.provider_id}/{model}" if model and self.provider_id else None


class Rule(Native):
    """One line of OpenCode's permission rules; the last that matches wins."""

    permission: str
    pattern: str
    action: Literal["allow", "ask", "deny"]


class SessionInfo(Native):
    """A session."""

    id: str
    directory: str
    title: str = ""
    parent_id: str | None = Field(default=None, alias="parentID")
    agent: str | None = None
    model: ModelRef | None = None
    cost: float = 0.0
    tokens: Tokens | None = None
    time: Span = Field(default_factory=Span)


class Diff(Native):
    """One changed file."""

    file: str = ""
    patch: str | None = None
    additions: Whole = 0
    deletions: Whole = 0
    status: Literal["added", "modified", "deleted"] = "modified"


class Summary(Native):
    """What a user's message led to; only here are OpenCode's diffs real."""

    diffs: list[Diff] = Field(default_factory=list)


class ErrorData(Native):
    """What went wrong, in words."""

    message: str = ""
    status_code: Whole | None = Field(default=None, alias="statusCode")


class ErrorInfo(Native):
    """An error by name."""

    name: str = "UnknownError"
    data: ErrorData = Field(default_factory=ErrorData)


class MessageInfo(Native):
    """A message without its parts."""

    id: str
    session_id: str = Field(alias="sessionID")
    role: str
    agent: str | None = None
    """Who is to answer a prompt, or who answered."""
    model: ModelRef | None = None
    """Of a prompt; an answer has the two fields below."""
    time: Span = Field(default_factory=Span)
    model_id: str | None = Field(default=None, alias="modelID")
    provider_id: str | None = Field(default=None, alias="providerID")
    tokens: Tokens | None = None
    summary: Summary | bool | None = None
    error: ErrorInfo | None = None


class FilePart(Native):
    """A file that a message or a tool's result carries."""

    mime: str = ""
    filename: str | None = None
    url: str = ""
    """A ``data:`` address, or where the file is."""


class ToolState(Native):
    """Where a tool call stands."""

    status: Literal["pending", "running", "completed", "error"] = "pending"
    input: dict[str, object] = Field(default_factory=dict)
    output: str | None = None
    error: str | None = None
    title: str | None = None
    metadata: dict[str, object] = Field(default_factory=dict)
    attachments: list[FilePart] = Field(default_factory=list)
    time: Span = Field(default_factory=Span)


class Part(FilePart):
    """A part of a message: text, reasoning, a tool call, or something Pilot does not show."""

    id: str
    session_id: str = Field(alias="sessionID")
    message_id: str = Field(alias="messageID")
    type: str
    text: str = ""
    synthetic: bool = False
    ignored: bool = False
    auto: bool = False
    """Of a compaction: nobody asked for it, the window was full."""
    time: Span = Field(default_factory=Span)
    tool: str = ""
    call_id: str = Field(default="", alias="callID")
    state: ToolState = Field(default_factory=ToolState)


class StoredMessage(Native):
    """A message with its parts, as the history gives it."""

    info: MessageInfo
    parts: list[Part] = Field(default_factory=list)


class Delta(Native):
    """More text for a part; the bridge added the offset."""

    session_id: str = Field(alias="sessionID")
    message_id: str = Field(alias="messageID")
    part_id: str = Field(alias="partID")
    field: str = "text"
    delta: str = ""
    offset: Whole = 0


class Status(Native):
    """What a session does."""

    type: str = "idle"
    message: str | None = None


class ToolRef(Native):
    """The call an ask belongs to."""

    message_id: str = Field(default="", alias="messageID")
    call_id: str | None = Field(default=None, alias="callID")


class PermissionRequest(Native):
    """A permission that waits."""

    id: str
    session_id: str = Field(alias="sessionID")
    permission: str
    patterns: list[str] = Field(default_factory=list)
    metadata: dict[str, object] = Field(default_factory=dict)
    always: list[str] = Field(default_factory=list)
    tool: ToolRef | None = None


class QuestionChoice(Native):
    """One answer to pick."""

    label: str
    description: str | None = None


class QuestionInfo(Native):
    """One question."""

    question: str
    header: str | None = None
    options: list[QuestionChoice] = Field(default_factory=list)
    multiple: bool | None = None
    custom: bool | None = None


class QuestionRequest(Native):
    """Questions that wait."""

    id: str
    session_id: str = Field(alias="sessionID")
    questions: list[QuestionInfo]
    tool: ToolRef | None = None


class Reply(Native):
    """An ask that waits no more."""

    session_id: str = Field(alias="sessionID")
    request_id: str = Field(alias="requestID")
    reply: Literal["once", "always", "reject"] | None = None
    answers: list[list[str]] | None = None


class NativeEvent(Native):
    """An event as the bridge forwards it."""

    type: str
    properties: dict[str, object] = Field(default_factory=dict)

"""What an app-server says, as far as Pilot reads it: camelCase, most of it optional, unknown fields ignored."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

Seconds = Annotated[float, Field(ge=0, le=1e11, allow_inf_nan=False)]
Millis = Annotated[int, Field(ge=0, le=10**14)]
"""Times since 1970; what is none would be none in the database either."""


class Native(BaseModel):
    """A part of a message."""

    model_config = ConfigDict(extra="ignore", alias_generator=to_camel, populate_by_name=True)


class ThreadStatus(Native):
    """What a thread does now: ``idle``, ``active``, ``notLoaded`` or ``systemError``."""

    type: str
    active_flags: list[str] = Field(default_factory=list)

    @property
    def waits(self) -> bool:
        """Whether it waits for a person."""
        return any(flag.startswith("waitingOn") for flag in self.active_flags)


class Thread(Native):
    """One conversation; times are seconds since 1970."""

    id: str = Field(min_length=1, max_length=200)
    cwd: str
    name: str | None = None
    preview: str | None = None
    ephemeral: bool = False
    thread_source: str | None = None
    parent_thread_id: str | None = None
    model: str | None = None
    model_provider: str | None = None
    created_at: Seconds = 0
    updated_at: Seconds = 0
    status: ThreadStatus = ThreadStatus(type="notLoaded")
    path: str | None = None
    originator: str | None = None
    source: object = None
    agent_nickname: str | None = None
    agent_role: str | None = None

    @property
    def helper(self) -> bool:
        """Whether Codex made it for itself, to find titles and the like."""
        return self.ephemeral or self.thread_source == "thread_title"


class FileChange(Native):
    """One file of a patch; ``diff`` is the text of a new or deleted file, else hunks of a unified diff."""

    class Kind(Native):
        """``add``, ``delete`` or ``update``."""

        type: str
        move_path: str | None = None

    path: str
    diff: str = ""
    kind: Kind = Kind(type="update")


class CommandAction(Native):
    """What Codex understood of a command."""

    type: str
    command: str = ""


class WebAction(Native):
    """What a web search did."""

    type: str
    query: str | None = None
    url: str | None = None
    pattern: str | None = None


class Words(Native):
    """A message of an error."""

    message: str = ""


class TurnError(Words):
    """Why a turn failed."""

    codex_error_info: object = None
    """A name, or an object of one name with more about it."""


class ToolResult(Native):
    """What an MCP tool gave back."""

    content: list[object] = Field(default_factory=list)
    structured_content: object = None


class Item(Native):
    """One entry of a turn; which fields there are depends on ``type``."""

    type: str
    id: str = Field(min_length=1, max_length=200)
    started_at_ms: Millis | None = None
    completed_at_ms: Millis | None = None
    status: str | None = None
    text: str | None = None
    content: list[object] | None = None
    summary: list[str] | None = None
    command: str | None = None
    cwd: str | None = None
    command_actions: list[CommandAction] = Field(default_factory=list)
    aggregated_output: str | None = None
    exit_code: int | None = None
    changes: list[FileChange] = Field(default_factory=list)
    server: str | None = None
    tool: str | None = None
    namespace: str | None = None
    arguments: object = None
    result: ToolResult | None = None
    error: Words | None = None
    content_items: list[object] | None = None
    success: bool | None = None
    prompt: str | None = None
    receiver_thread_ids: list[str] = Field(default_factory=list)
    agent_thread_id: str | None = None
    query: str | None = None
    action: WebAction | None = None
    path: str | None = None
    saved_path: str | None = None
    revised_prompt: str | None = None
    duration_ms: int | None = None
    review: str | None = None
    fragments: list[object] | None = None
    picture: str | None = None
    """What is in the picture at ``path``, as an address; Pilot put it there."""


class Turn(Native):
    """One prompt with all that followed; times are seconds since 1970."""

    id: str
    items: list[object] = Field(default_factory=list)
    status: str = "inProgress"
    error: TurnError | None = None
    started_at: Seconds | None = None
    completed_at: Seconds | None = None


class TokenCount(Native):
    """Tokens of one request, or of all."""

    total_tokens: int = 0
    input_tokens: int = 0
    cached_input_tokens: int = 0
    cache_write_input_tokens: int = 0
    output_tokens: int = 0
    reasoning_output_tokens: int = 0


class TokenUsage(Native):
    """Tokens of a thread."""

    total: TokenCount = Field(default_factory=TokenCount)
    last: TokenCount = Field(default_factory=TokenCount)
    model_context_window: int | None = None


class PlanStep(Native):
    """A line of the agent's plan."""

    step: str
    status: Literal["pending", "inProgress", "completed"] = "pending"


class ThreadSettings(Native):
    """What a thread runs with."""

    class Mode(Native):
        """How it works with people: ``plan``, ``default``."""

        mode: str | None = None

    model: str | None = None
    model_provider: str | None = None
    collaboration_mode: Mode | None = None

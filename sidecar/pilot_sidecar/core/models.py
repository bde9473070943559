"""What the hub knows about sessions, projects and agents, in wire form."""

from typing import Annotated, Literal

from pydantic import Field

from pilot_sidecar.core.wire import Wire

Scope = Literal["view", "approve", "operate", "admin"]
"""What a caller may do; each includes those before it. Hook tokens have none of them."""

SessionState = Literal["idle", "busy", "retrying", "error", "ended"]
ToolKind = Literal["shell", "read", "write", "edit", "search", "fetch", "task", "todo", "question", "mcp", "other"]
ToolStatus = Literal["pending", "running", "completed", "failed", "denied"]


class Capabilities(Wire):
    """What is true for one session; the dashboard offers only that."""

    stream: Literal["tokens", "lines", "none"] = "none"
    approve: Literal["race", "exclusive", "deny_only", "none"] = "none"
    always: bool = False
    deny_message: bool = False
    prompt: Literal["now", "at_turn_end", "none"] = "none"
    queue: bool = False
    """A prompt may also wait for the running turn to end, instead of joining it."""
    resume: bool = False
    """A prompt brings the session back when nothing runs it."""
    interrupt: bool = False
    history: bool = False
    usage: bool = False
    images: bool = False
    """A prompt may carry pictures."""
    guarded: bool = False
    """The approval mode can be set: the agent asks for little unless told to."""


class Usage(Wire):
    """Tokens and money spent so far; ``context_*`` describe the current window."""

    input_tokens: int = 0
    output_tokens: int = 0
    reasoning_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0
    cost_usd: float = 0.0
    context_tokens: int | None = None
    context_limit: int | None = None


class Todo(Wire):
    """One line of the agent's own plan."""

    text: str
    status: Literal["pending", "in_progress", "completed", "cancelled"] = "pending"
    priority: str | None = None


class FileDiff(Wire):
    """One changed file; ``patch`` is a unified diff."""

    path: str
    patch: str | None = None
    additions: int = 0
    deletions: int = 0
    status: Literal["added", "modified", "deleted"] = "modified"


ApprovalTopic = Literal["shell", "edits", "outside", "web"]


class ApprovalMode(Wire):
    """What an agent is told to ask about, beyond its own defaults. Empty means: as the agent is configured."""

    topics: list[ApprovalTopic] = Field(default_factory=list)


class AgentProcess(Wire):
    """The process a session runs in."""

    pid: int | None = None
    """Absent where the agent does not say."""
    mode: str
    """How it runs, in the agent's words: ``tui``, ``run``, ``serve``, ``daemon``, ``exec`` …"""


class Session(Wire):
    """One conversation with an agent. ``id`` is the agent's own id."""

    id: str
    agent: str
    project_id: str
    directory: str
    title: str = ""
    state: SessionState = "idle"
    live: bool = True
    """An agent process that Pilot can talk to runs it now."""
    parent_id: str | None = None
    root_id: str | None = None
    """Top of the chain of parents; absent when the session is its own root."""
    mode: str | None = None
    """The agent's own persona or mode, such as ``build`` or ``plan``."""
    model: str | None = None
    """``provider/model`` where the agent says so."""
    created_at: int
    updated_at: int
    """Milliseconds since 1970, as every time on the wire."""
    last_line: str = ""
    last_error: str | None = None
    capabilities: Capabilities = Field(default_factory=Capabilities)
    approval: ApprovalMode | None = None
    """Absent until somebody chose; then the choice in force."""
    usage: Usage = Field(default_factory=Usage)
    todos: list[Todo] = Field(default_factory=list)
    files: list[FileDiff] = Field(default_factory=list)
    """Changed files without their patches; ``/diff`` has those."""
    process: AgentProcess | None = None
    demo: bool = False
    """A replayed recording, labelled as such."""


class SessionMark(Wire):
    """What people noted about a session; the agent knows nothing of it."""

    session_id: str
    name: str | None = None
    """Shown instead of the agent's own title."""
    labels: list[str] = Field(default_factory=list)
    archived: bool = False
    todos_pinned: bool = False


class Project(Wire):
    """A folder agents work in."""

    id: str
    name: str
    directory: str
    approval: ApprovalMode | None = None


class AgentStatus(Wire):
    """How Pilot reaches one agent."""

    agent: str
    state: Literal["not_installed", "ready", "connected", "degraded"]
    """ready: bridge installed, no process connected."""
    version: str | None = None
    connections: int = 0
    starts: bool = False
    """Pilot can start sessions of its own, in any folder."""
    message: str | None = None
    unknown_events: dict[str, int] = Field(default_factory=dict)


class ItemBase(Wire):
    """One entry of a transcript."""

    id: str
    at: int
    message_id: str | None = None


class Attachment(Wire):
    """A picture or a file in a transcript; ``attachments.get`` has what is in it, where there is an ``id``."""

    id: str | None = None
    """Absent where Pilot does not keep it: too large, or only named."""
    name: str
    mime: str
    size: int | None = None
    """Bytes."""


class PromptItem(ItemBase):
    """What a person (or a parent agent) said."""

    kind: Literal["prompt"] = "prompt"
    text: str
    attachments: list[Attachment] = Field(default_factory=list)


class TextItem(ItemBase):
    """What the agent said."""

    kind: Literal["text"] = "text"
    text: str
    streaming: bool = False


class ReasoningItem(ItemBase):
    """What the agent thought aloud."""

    kind: Literal["reasoning"] = "reasoning"
    text: str
    streaming: bool = False
    ended_at: int | None = None


class ToolItem(ItemBase):
    """One tool call; ``id`` is the call id."""

    kind: Literal["tool"] = "tool"
    tool: str
    tool_kind: ToolKind = "other"
    title: str = ""
    status: ToolStatus = "pending"
    input: dict[str, object] | None = None
    output: str | None = None
    error: str | None = None
    files: list[FileDiff] = Field(default_factory=list)
    attachments: list[Attachment] = Field(default_factory=list)
    child_session_id: str | None = None
    ended_at: int | None = None


class NoteItem(ItemBase):
    """Something about the conversation itself changed."""

    kind: Literal["note"] = "note"
    note: Literal["compaction", "model", "mode"]
    text: str
    """For people: the new model or mode, or what was compacted."""


class ErrorItem(ItemBase):
    """Something went wrong."""

    kind: Literal["error"] = "error"
    code: str
    message: str
    hint: str | None = None
    """What to do."""


Item = Annotated[PromptItem | TextItem | ReasoningItem | ToolItem | NoteItem | ErrorItem, Field(discriminator="kind")]

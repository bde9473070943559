"""What Codex posts: only the session and the event's name are certain."""

from pydantic import BaseModel, ConfigDict, Field

EVENTS = frozenset(
    {
        "SessionStart", "SessionEnd", "UserPromptSubmit", "PreToolUse", "PermissionRequest", "PostToolUse",
        "PreModelRequest", "PostModelRequest", "PreCompact", "PostCompact", "SubagentStart", "SubagentStop",
        "Stop", "Interrupt",
    }
)  # fmt: skip


class HookPayload(BaseModel):
    """The JSON on a hook's standard input, snake_case as Codex writes it; unknown fields are ignored."""

    model_config = ConfigDict(extra="ignore")

    session_id: str = Field(min_length=1, max_length=200)
    hook_event_name: str
    cwd: str | None = None
    model: str | None = None
    permission_mode: str | None = None
    turn_id: str | None = None
    agent_id: str | None = None
    agent_type: str | None = None
    source: str | None = None
    prompt: str | None = None
    tool_name: str | None = None
    tool_input: dict[str, object] | str | list[object] | None = None
    tool_use_id: str | None = None
    tool_response: object = None
    last_assistant_message: str | None = None
    reason: str | None = None
    trigger: str | None = None
    error: object = None

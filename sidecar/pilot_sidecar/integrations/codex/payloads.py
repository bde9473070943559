"""What Codex posts: only the session and the event's name are certain."""

import json
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import from_json

from pilot_sidecar.core.errors import BadRequestError

EVENTS = frozenset(
    {
        "SessionStart", "SessionEnd", "UserPromptSubmit", "PreToolUse", "PermissionRequest", "PostToolUse",
        "PreModelRequest", "PostModelRequest", "PreCompact", "PostCompact", "SubagentStart", "SubagentStop",
        "Stop", "Interrupt",
    }
)  # fmt: skip

_PRINTABLE = r"^[^\x00-\x1f\x7f]+$"
Id = Annotated[str, Field(max_length=200, pattern=_PRINTABLE)]
PathText = Annotated[str, Field(max_length=4096, pattern=_PRINTABLE)]
_REQUIRED = frozenset({"session_id", "hook_event_name"})


class HookPayload(BaseModel):
    """The JSON on a hook's standard input, snake_case as Codex writes it; unknown fields are ignored."""

    model_config = ConfigDict(extra="ignore")

    session_id: Id
    hook_event_name: str
    transcript_path: PathText | None = None
    cwd: PathText | None = None
    model: Id | None = None
    permission_mode: str | None = None
    turn_id: Id | None = None
    agent_id: Id | None = None
    """The sub-agent's own thread; ``session_id`` is then that of the session it works for."""
    agent_type: Id | None = None
    agent_transcript_path: PathText | None = None
    """The sub-agent's rollout, where ``transcript_path`` is that of its parent (SubagentStop)."""
    prompt: str | None = None
    tool_name: Id | None = None
    tool_input: dict[str, object] | str | list[object] | None = None
    tool_use_id: Id | None = None
    tool_response: object = None
    last_assistant_message: str | None = None

    @property
    def thread_id(self) -> str:
        """The session it is about: the sub-agent's own, if it is from one."""
        return self.agent_id or self.session_id

    @property
    def rollout(self) -> str | None:
        """The file in which Codex writes that session down."""
        return self.agent_transcript_path or self.transcript_path


def parse(raw: bytes) -> HookPayload:
    """Return the payload, optional fields of a wrong type left out; raises BadRequestError for what is none."""
    if not raw:
        raise BadRequestError("The body is empty.", "Send the hook's JSON from its standard input.")
    try:
        return HookPayload.model_validate_json(raw)
    except ValidationError as error:
        return _lenient(raw, error)


def _lenient(raw: bytes, error: ValidationError) -> HookPayload:
    """Return what can be understood of a payload that is not as it should be."""
    try:
        # halves of characters, which JSON can name and text cannot hold, become question marks
        data = from_json(json.dumps(json.loads(raw), ensure_ascii=False).encode("utf-8", "replace"))
        wrong = _wrong_fields(data)
        return HookPayload.model_validate({name: value for name, value in data.items() if name not in wrong})
    except (ValueError, AttributeError, RecursionError):  # a ValidationError is a ValueError
        raise _bad(error) from None


def _wrong_fields(data: object) -> set[str]:
    try:
        HookPayload.model_validate(data)
    except ValidationError as error:
        return {str(detail["loc"][0]) for detail in error.errors(include_input=False) if detail["loc"]} - _REQUIRED
    return set()


def _bad(error: ValidationError) -> BadRequestError:
    details = error.errors(include_url=False, include_input=False, include_context=False)
    first = next((detail for detail in details if not detail["loc"] or detail["loc"][0] in _REQUIRED), details[0])
    where = ".".join(str(part) for part in first["loc"])
    return BadRequestError(f"{where}: {first['msg']}." if where else f"{first['msg']}.")

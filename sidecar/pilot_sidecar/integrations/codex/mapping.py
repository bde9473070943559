"""Codex hook payloads to Pilot's events and asks: pure."""

import hashlib
import json

from pilot_sidecar.core.ask_records import AskDraft
from pilot_sidecar.core.events import (
    Event,
    MessageCompleted,
    PromptReceived,
    SessionStarted,
    SessionStopped,
    SessionUpdated,
    ToolCompleted,
    ToolStarted,
)
from pilot_sidecar.core.models import Capabilities, Session, ToolKind
from pilot_sidecar.core.projects import project_id
from pilot_sidecar.integrations.codex.payloads import HookPayload

AGENT = "codex"
_KINDS: dict[str, ToolKind] = {"Bash": "shell", "apply_patch": "edit", "spawn_agent": "task", "update_plan": "todo"}
_HOOKED = Capabilities(stream="none", approve="exclusive", deny_message=True)
"""What hooks alone give: prompts and tool calls to see, permissions to answer while the terminal waits."""


def session_of(payload: HookPayload, now: int, known: Session | None = None) -> Session:
    """Return the session a payload tells of, with what was known of it."""
    if known is not None:
        return known.model_copy(update={"live": True, "state": "idle", "updated_at": now})
    directory = payload.cwd or "unknown folder"
    return Session(
        id=payload.session_id,
        agent=AGENT,
        project_id=project_id(directory),
        directory=directory,
        title="Codex session",
        model=payload.model,
        created_at=now,
        updated_at=now,
        capabilities=_HOOKED,
    )


def started(session: Session, now: int) -> SessionStarted:
    """Return the event of a session becoming known."""
    return SessionStarted(at=now, session_id=session.id, agent=AGENT, session=session)


def events_of(payload: HookPayload, event: str, session: Session, now: int) -> list[Event]:
    """Return what a hook says, as events; most of the fourteen say nothing that is not in another."""
    match event:
        case "UserPromptSubmit":
            message_id = f"{payload.turn_id or now}-prompt"
            text = payload.prompt or ""
            return [PromptReceived(at=now, session_id=session.id, agent=AGENT, message_id=message_id, text=text)]
        case "PreToolUse":
            return [_tool_started(payload, session, now)]
        case "PostToolUse":
            return [_tool_completed(payload, session, now)]
        case "Stop":
            return [*_last_message(payload, session, now), SessionStopped(at=now, session_id=session.id, agent=AGENT)]
        case "Interrupt":
            return [SessionStopped(at=now, session_id=session.id, agent=AGENT, reason="aborted")]
        case "SessionEnd":
            ended = session.model_copy(update={"state": "ended", "live": False, "updated_at": now})
            return [SessionUpdated(at=now, session_id=session.id, agent=AGENT, session=ended)]
        case _:
            return []


def draft_of(payload: HookPayload, session: Session, timeout_ms: int, *, denies: bool) -> AskDraft:
    """Return the ask of a PermissionRequest: Codex shows no dialog while it waits."""
    tool = payload.tool_name or "tool"
    arguments = _input(payload) or {}
    command = arguments.get("command")
    return AskDraft(
        kind="permission",
        agent=AGENT,
        session_id=session.id,
        directory=session.directory,
        tool=tool,
        title=_TITLES.get(tool, f"Use {tool}"),
        summary=_title(tool, arguments),
        command=command if isinstance(command, str) else None,
        input=arguments,
        decisions=("allow_once", "deny", "release"),
        terminal="exclusive",
        fallback="terminal",
        timeout_ms=timeout_ms,
        timeout_denies=denies,
    )


_TITLES = {"Bash": "Run a command", "apply_patch": "Edit files", "Edit": "Edit files", "Write": "Write a file"}


def _tool_started(payload: HookPayload, session: Session, now: int) -> ToolStarted:
    tool, arguments = payload.tool_name or "tool", _input(payload)
    return ToolStarted(
        at=now,
        session_id=session.id,
        agent=AGENT,
        call_id=_call_id(payload, arguments),
        tool=tool,
        tool_kind=_kind(tool),
        title=_title(tool, arguments or {}),
        input=arguments,
    )


def _tool_completed(payload: HookPayload, session: Session, now: int) -> ToolCompleted:
    tool, arguments = payload.tool_name or "tool", _input(payload)
    return ToolCompleted(
        at=now,
        session_id=session.id,
        agent=AGENT,
        call_id=_call_id(payload, arguments),
        tool=tool,
        tool_kind=_kind(tool),
        title=_title(tool, arguments or {}),
        input=arguments,
        output=_text(payload.tool_response),
    )


def _last_message(payload: HookPayload, session: Session, now: int) -> list[Event]:
    if not payload.last_assistant_message:
        return []
    part = f"{payload.turn_id or now}-last"
    text = payload.last_assistant_message
    return [MessageCompleted(at=now, session_id=session.id, agent=AGENT, message_id=part, part_id=part, text=text)]


def _call_id(payload: HookPayload, arguments: dict[str, object] | None) -> str:
    if payload.tool_use_id:
        return payload.tool_use_id
    raw = json.dumps([payload.turn_id, payload.tool_name, arguments], sort_keys=True, default=str)
    return "call_" + hashlib.sha256(raw.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _input(payload: HookPayload) -> dict[str, object] | None:
    given = payload.tool_input
    if given is None or isinstance(given, dict):
        return given
    return {"input": given}


def _kind(tool: str) -> ToolKind:
    return _KINDS.get(tool) or ("mcp" if tool.startswith("mcp__") else "other")


def _title(tool: str, arguments: dict[str, object]) -> str:
    command = arguments.get("command")
    text = command if isinstance(command, str) else tool
    return text.strip().partition("\n")[0][:200]


def _text(response: object) -> str | None:
    if response is None or isinstance(response, str):
        return response
    return json.dumps(response, ensure_ascii=False, indent=2, default=str)

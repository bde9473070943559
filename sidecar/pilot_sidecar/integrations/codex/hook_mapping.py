"""Codex hook payloads to Pilot's events and asks: pure."""

import hashlib
import json
from typing import Literal

from pilot_sidecar.core.ask_records import AskDraft
from pilot_sidecar.core.begin_patch import files_in_patch
from pilot_sidecar.core.events import (
    Event,
    MessageCompleted,
    PromptReceived,
    SessionStopped,
    ToolCompleted,
    ToolStarted,
)
from pilot_sidecar.core.models import AgentProcess, FileDiff, Session, ToolKind
from pilot_sidecar.core.projects import project_id
from pilot_sidecar.integrations.codex.payloads import HookPayload
from pilot_sidecar.integrations.codex.sessions import AGENT, capabilities_of

UNTITLED = "Codex session"
"""Until the rollout says how it began."""
_KINDS: dict[str, ToolKind] = {
    "Bash": "shell",
    "apply_patch": "edit",
    "spawn_agent": "task",
    "multi_agent_v1wait_agent": "task",
    "update_plan": "todo",
    "request_user_input": "question",
    "view_image": "read",
}
_TITLES = {"Bash": "Run a command", "apply_patch": "Make these edits"}


def session_of(payload: HookPayload, now: int, known: Session | None) -> Session:
    """Return the session a payload tells of, live, with what was known of it."""
    session = known or _new_session(payload, now)
    process = session.process if session.live else None
    if process is None or process.mode not in ("embedded", "exec"):
        process = AgentProcess(mode="embedded")
    state = session.state if session.live and session.state != "ended" else "idle"
    kind: Literal["embedded", "exec"] = "exec" if process.mode == "exec" else "embedded"
    fields = {"live": True, "state": state, "capabilities": capabilities_of(kind), "process": process}
    return session.model_copy(update={**fields, "updated_at": max(now, session.updated_at)}, deep=True)


def _new_session(payload: HookPayload, now: int) -> Session:
    directory = payload.cwd or "unknown folder"
    parent = payload.session_id if payload.agent_id else None
    return Session(
        id=payload.thread_id,
        agent=AGENT,
        project_id=project_id(directory),
        directory=directory,
        title=UNTITLED,
        parent_id=parent,
        root_id=parent,
        model=payload.model,
        created_at=now,
        updated_at=now,
    )


def events_of(payload: HookPayload, event: str, now: int, prompt_id: str) -> list[Event]:
    """Return what a hook says, as events; most of the fourteen say nothing that is not in another."""
    session_id = payload.thread_id
    match event:
        case "UserPromptSubmit":
            text = payload.prompt or ""
            return [PromptReceived(at=now, session_id=session_id, agent=AGENT, message_id=prompt_id, text=text)]
        case "PreToolUse":
            return [tool_started(payload, now)]
        case "PostToolUse":
            return [_tool_completed(payload, now)]
        case "Stop" | "SubagentStop":
            return [*_last_message(payload, now), SessionStopped(at=now, session_id=session_id, agent=AGENT)]
        case "Interrupt":
            return [SessionStopped(at=now, session_id=session_id, agent=AGENT, reason="aborted")]
        case _:
            return []


def prompt_id(turn_id: str | None, number: int, now: int) -> str:
    """Return an id for a prompt whose own one is not known; a turn has several when somebody steers it."""
    name = f"{turn_id or now}-prompt"
    return name if number == 1 else f"{name}-{number}"


def last_id(turn_id: str | None, now: int) -> str:
    """Return an id for a turn's last message when its own one is not known."""
    return f"{turn_id or now}-last"


def draft_of(payload: HookPayload, session: Session, timeout_ms: int, *, denies: bool, call_id: str | None) -> AskDraft:
    """Return the ask of a PermissionRequest: Codex shows no dialog while it waits."""
    tool, arguments = payload.tool_name or "tool", _input(payload) or {}
    command = arguments.get("command")
    text = command if isinstance(command, str) else None
    files = _files(tool, arguments, session.directory)
    return AskDraft(
        kind="permission",
        agent=AGENT,
        session_id=session.id,
        directory=session.directory,
        tool=tool,
        title=_ask_title(tool),
        summary=_mcp_question(tool) or _title(tool, arguments),
        reason=_reason(arguments),
        command=None if files else text,
        input=arguments,
        files=tuple(files),
        call_id=call_id,
        decisions=("allow_once", "deny", "release"),
        terminal="exclusive",
        fallback="terminal",
        timeout_ms=timeout_ms,
        timeout_denies=denies,
        parents=tuple(dict.fromkeys(filter(None, (session.parent_id, session.root_id)))),
    )


def answer_of(choice: str | None, message: str | None) -> bytes | None:
    """Return what Codex understands as a decision; None leaves it to its own dialog."""
    if choice == "allow_once":
        return _decision({"behavior": "allow"})
    if choice == "deny":
        return _decision({"behavior": "deny", "message": message or "Denied in Pilot."})
    return None


def asks_about(request: HookPayload, start: HookPayload) -> bool:
    """Tell whether a PermissionRequest, which names no call, is about one that started."""
    arguments = {name: value for name, value in (_input(request) or {}).items() if name != "description"}
    return request.tool_name == start.tool_name and arguments == (_input(start) or {})


def call_id_of(payload: HookPayload) -> str:
    """Return a call's id; one made of what it does where Codex gives none."""
    return payload.tool_use_id or "call_" + _digest([payload.turn_id, payload.tool_name, payload.tool_input])


def _decision(decision: dict[str, str]) -> bytes:
    body = {"hookSpecificOutput": {"hookEventName": "PermissionRequest", "decision": decision}}
    return json.dumps(body, ensure_ascii=False).encode()


def _ask_title(tool: str) -> str:
    if tool.startswith("mcp__"):
        return f"Use a tool of {tool.split('__')[1] or 'an MCP server'}"
    return _TITLES.get(tool, f"Use {tool}")


def _reason(arguments: dict[str, object]) -> str | None:
    """Return why the agent wants it, in its own words."""
    reason = arguments.get("description")
    return reason.strip() or None if isinstance(reason, str) else None


def _mcp_question(tool: str) -> str | None:
    """Return how Codex's own dialog asks about a tool of an MCP server."""
    if not tool.startswith("mcp__"):
        return None
    _, server, *name = tool.split("__")
    return f'Allow the {server} MCP server to run tool "{"__".join(name)}"?'


def tool_started(payload: HookPayload, now: int) -> ToolStarted:
    """Return the start of a call."""
    tool, arguments = payload.tool_name or "tool", _input(payload)
    return ToolStarted(
        at=now,
        session_id=payload.thread_id,
        agent=AGENT,
        call_id=call_id_of(payload),
        tool=tool,
        tool_kind=kind_of(tool),
        title=_title(tool, arguments or {}),
        input=arguments,
    )


def _tool_completed(payload: HookPayload, now: int) -> ToolCompleted:
    tool, arguments = payload.tool_name or "tool", _input(payload)
    return ToolCompleted(
        at=now,
        session_id=payload.thread_id,
        agent=AGENT,
        call_id=call_id_of(payload),
        tool=tool,
        tool_kind=kind_of(tool),
        title=_title(tool, arguments or {}),
        input=arguments,
        output=_text(payload.tool_response),
        files=_files(tool, arguments or {}, payload.cwd or ""),
    )


def _last_message(payload: HookPayload, now: int) -> list[Event]:
    if not (text := payload.last_assistant_message):
        return []
    part = last_id(payload.turn_id, now)
    return [
        MessageCompleted(at=now, session_id=payload.thread_id, agent=AGENT, message_id=part, part_id=part, text=text)
    ]


def kind_of(tool: str) -> ToolKind:
    """Return what sort of tool it is."""
    return _KINDS.get(tool) or ("mcp" if tool.startswith("mcp__") else "other")


def _input(payload: HookPayload) -> dict[str, object] | None:
    given = payload.tool_input
    return given if given is None or isinstance(given, dict) else {"input": given}


def _title(tool: str, arguments: dict[str, object]) -> str:
    if names := [file.path for file in _files(tool, arguments, "")]:
        return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    command = arguments.get("command")
    return _first_line(command if isinstance(command, str) else tool)


def _files(tool: str, arguments: dict[str, object], directory: str) -> list[FileDiff]:
    command = arguments.get("command")
    return files_in_patch(command, directory) if tool == "apply_patch" and isinstance(command, str) else []


def _first_line(text: str) -> str:
    return text.strip().partition("\n")[0][:200]


def _text(response: object) -> str | None:
    if response is None or isinstance(response, str):
        return response
    content = response.get("content") if isinstance(response, dict) else None
    texts = [part.get("text") for part in content if isinstance(part, dict)] if isinstance(content, list) else []
    if texts and all(isinstance(text, str) for text in texts):
        return "\n".join(map(str, texts))
    return json.dumps(response, ensure_ascii=False, indent=2, default=str)


def _digest(value: object) -> str:
    raw = json.dumps(value, sort_keys=True, default=str)
    return hashlib.sha256(raw.encode("utf-8", "surrogatepass")).hexdigest()[:16]

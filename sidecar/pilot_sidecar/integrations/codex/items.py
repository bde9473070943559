"""Codex's items as Pilot's events and transcript entries: pure."""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from pilot_sidecar.core.attachments import Keep, only_named
from pilot_sidecar.core.events import (
    Event,
    MessageCompleted,
    PromptReceived,
    SessionNoted,
    ToolCompleted,
    ToolStarted,
)
from pilot_sidecar.core.models import (
    FileDiff,
    NoteItem,
    PromptItem,
    ReasoningItem,
    TextItem,
    ToolItem,
    ToolKind,
    ToolStatus,
)
from pilot_sidecar.core.models import (
    Item as Entry,
)
from pilot_sidecar.integrations.codex.diffs import file_diffs
from pilot_sidecar.integrations.codex.native import Item
from pilot_sidecar.integrations.codex.pictures import attachments_in
from pilot_sidecar.integrations.codex.sessions import AGENT

KNOWN = frozenset(
    {
        "userMessage", "hookPrompt", "agentMessage", "plan", "reasoning", "commandExecution", "fileChange",
        "mcpToolCall", "dynamicToolCall", "collabAgentToolCall", "webSearch", "imageView", "imageGeneration",
        "enteredReviewMode", "exitedReviewMode", "contextCompaction",
        "sleep", "functionCallOutput", "subAgentActivity",  # these say nothing to a person
    }
)  # fmt: skip
_STATUS: dict[str | None, ToolStatus] = {
    "inProgress": "running",
    "completed": "completed",
    "failed": "failed",
    "interrupted": "failed",
    "declined": "denied",
}
_SHELL = re.compile(r"(?:/[^\s'\"]*/)?(?:ba|z|da|k)?sh -l?c ")
_PART = re.compile(r"""'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)|([^\s'"\\]+)""", re.DOTALL)
"""A part of a shell's word: in quotes of either kind, escaped, or plain."""
_ESCAPED = re.compile(r"\\([$`\"\\])")
_REJECTED = "user rejected"
"""How Codex words the error of an MCP call that a person refused."""


@dataclass(frozen=True, slots=True)
class Call:
    """A tool call, whichever kind of item it is."""

    tool: str
    kind: ToolKind
    title: str
    input: dict[str, object] | None = None
    output: str | None = None
    error: str | None = None
    files: Sequence[FileDiff] = field(default_factory=tuple)
    child: str | None = None


def prompt_of(item: Item) -> str | None:
    """Return what a person (or a hook that sends the agent on) said; None for other items."""
    if item.type == "userMessage":
        return "\n".join(filter(None, (_input_text(part) for part in item.content or [])))
    if item.type == "hookPrompt":
        return "\n".join(str(part.get("text") or "") for part in item.fragments or [] if isinstance(part, dict))
    return None


def words_of(item: Item) -> tuple[Literal["text", "reasoning"], str] | None:
    """Return what the agent said or thought; None for other items."""
    match item.type:
        case "agentMessage" | "plan":
            return "text", item.text or ""
        case "reasoning":
            content = [part for part in item.content or [] if isinstance(part, str)]
            return "reasoning", "\n\n".join(item.summary or content)
        case "enteredReviewMode":
            return "text", f"Review started: {item.review or 'the current changes'}"
        case "exitedReviewMode":
            return "text", item.review or ""
        case _:
            return None


def note_of(item: Item, at: int) -> NoteItem | None:
    """Return the line that stands where a conversation was compacted; None for other items."""
    if item.type != "contextCompaction":
        return None
    return NoteItem(id=item.id, at=item.started_at_ms or at, note="compaction", text="What was said was compacted.")


def call_of(item: Item) -> Call | None:
    """Return the tool call an item is; None for other items."""
    make = _CALLS.get(item.type)
    return make(item) if make else None


def started(item: Item, thread_id: str, turn_id: str, at: int) -> list[Event]:
    """Return what an item's start says: calls begin; words come as deltas."""
    if (call := call_of(item)) is None:
        return []
    return [
        ToolStarted(
            at=item.started_at_ms or at,
            session_id=thread_id,
            agent=AGENT,
            call_id=item.id,
            message_id=turn_id,
            tool=call.tool,
            tool_kind=call.kind,
            title=call.title,
            input=call.input,
        )
    ]


def completed(item: Item, thread_id: str, turn_id: str, at: int, keep: Keep = only_named) -> list[Event]:
    """Return what a whole item says."""
    began = item.started_at_ms or at
    if (prompt := prompt_of(item)) is not None:
        files = attachments_in(item, thread_id, keep)
        owner = {"session_id": thread_id, "agent": AGENT, "message_id": item.id}
        return [PromptReceived(at=began, text=prompt, attachments=files, **owner)]
    if (note := note_of(item, at)) is not None:
        return [noted(note, thread_id)]
    if (words := words_of(item)) is not None:
        part, text = words
        return [
            MessageCompleted(
                at=item.completed_at_ms or at, session_id=thread_id, agent=AGENT, message_id=turn_id, part_id=item.id,
                part=part, text=text, started_at=began,
            )
        ] if text else []  # fmt: skip
    if (call := call_of(item)) is None:
        return []
    return [
        ToolCompleted(
            at=item.completed_at_ms or at, session_id=thread_id, agent=AGENT, call_id=item.id, message_id=turn_id,
            tool=call.tool, tool_kind=call.kind, status=status_of(item), title=call.title, input=call.input,
            output=call.output, error=call.error, files=list(call.files), child_session_id=call.child,
            attachments=attachments_in(item, thread_id, keep),
        )
    ]  # fmt: skip


def noted(note: NoteItem, thread_id: str) -> SessionNoted:
    """Return a note as it is announced."""
    return SessionNoted(at=note.at, session_id=thread_id, agent=AGENT, note_id=note.id, note=note.note, text=note.text)


def entry_of(item: Item, turn_id: str, at: int, thread_id: str = "", keep: Keep = only_named) -> Entry | None:
    """Return an item as a transcript entry; None for what is none."""
    began = item.started_at_ms or at
    if (prompt := prompt_of(item)) is not None:
        files = attachments_in(item, thread_id, keep)
        return PromptItem(id=item.id, at=began, message_id=item.id, text=prompt, attachments=files)
    if (note := note_of(item, at)) is not None:
        return note
    if (words := words_of(item)) is not None:
        part, text = words
        if not text:
            return None
        if part == "text":
            return TextItem(id=item.id, at=began, message_id=turn_id, text=text)
        return ReasoningItem(id=item.id, at=began, message_id=turn_id, text=text, ended_at=item.completed_at_ms)
    if (call := call_of(item)) is None:
        return None
    return ToolItem(
        id=item.id, at=began, message_id=turn_id, tool=call.tool, tool_kind=call.kind, title=call.title,
        status=status_of(item), input=call.input, output=call.output, error=call.error, files=list(call.files),
        child_session_id=call.child, ended_at=item.completed_at_ms,
        attachments=attachments_in(item, thread_id, keep),
    )  # fmt: skip


def status_of(item: Item) -> ToolStatus:
    """Return where a call stands; a refused one is no failure."""
    if item.error is not None and _REJECTED in item.error.message:
        return "denied"
    if item.type == "dynamicToolCall" and item.success is False:
        return "failed"
    return _STATUS.get(item.status, "completed")


def unwrapped(command: str | None, actions: Sequence[str]) -> str:
    """Return a command as the agent wrote it: without the shell that Codex puts around it, and whole.

    What Codex says that it understood (``actions``) leaves out ``cd``, ``head`` and what else it holds to be harmless.
    """
    if not command:
        return "\n".join(action for action in actions if action)
    script = _script(command)
    return command if script is None else script


def _script(command: str) -> str | None:
    """Return what a shell is given to run; None where there is none, or more than that."""
    shell = _SHELL.match(command)
    at, parts = shell.end() if shell else len(command), []
    while part := _PART.match(command, at):
        quoted = part[2]
        parts.append(part[part.lastindex or 0] if quoted is None else _ESCAPED.sub(r"\1", quoted))
        at = part.end()
    return "".join(parts) if parts and at == len(command) else None


def _command(item: Item) -> Call:
    command = unwrapped(item.command, [action.command for action in item.command_actions])
    error = f"Exit code {item.exit_code}" if item.exit_code else None
    given = _given(command=command, cwd=item.cwd)
    return Call("shell", "shell", _first_line(command), given, item.aggregated_output, error)


def _patch(item: Item) -> Call:
    names = [change.kind.move_path or change.path for change in item.changes]
    kind: ToolKind = "write" if item.changes and all(change.kind.type == "add" for change in item.changes) else "edit"
    title = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    return Call("apply_patch", kind, title or "Edit files", _given(paths=names), files=file_diffs(item.changes))


def _mcp(item: Item) -> Call:
    name = f"{item.server or 'mcp'}.{item.tool or 'tool'}"
    output = _texts(item.result.content) if item.result else None
    return Call(name, "mcp", name, _object(item.arguments), output, item.error.message if item.error else None)


def _web(item: Item) -> Call:
    action = item.action
    target = (action.url or action.query or action.pattern if action else None) or item.query or ""
    kind: ToolKind = "search" if action is None or action.type == "search" else "fetch"
    return Call("web_search", kind, target, _given(query=item.query, url=action.url if action else None))


def _dynamic(item: Item) -> Call:
    name = ".".join(filter(None, (item.namespace, item.tool))) or "tool"
    failed = None if item.success is not False else "The tool failed."
    return Call(name, "other", name, _object(item.arguments), _texts(item.content_items or []), failed)


def _agent(item: Item) -> Call:
    child = item.receiver_thread_ids[0] if item.receiver_thread_ids else None
    title = _first_line(item.prompt or item.tool or "sub-agent")
    return Call(item.tool or "agent", "task", title, _given(prompt=item.prompt), child=child)


def _image_seen(item: Item) -> Call:
    return Call("view_image", "read", item.path or "", _given(path=item.path))


def _image_made(item: Item) -> Call:
    return Call("image", "other", item.revised_prompt or "Make an image", output=item.saved_path)


_CALLS: dict[str, Callable[[Item], Call]] = {
    "commandExecution": _command,
    "fileChange": _patch,
    "mcpToolCall": _mcp,
    "dynamicToolCall": _dynamic,
    "collabAgentToolCall": _agent,
    "webSearch": _web,
    "imageView": _image_seen,
    "imageGeneration": _image_made,
}


def _input_text(part: object) -> str | None:
    if not isinstance(part, dict):
        return None
    if isinstance(text := part.get("text"), str):
        return text
    if part.get("type") in ("image", "inputImage", "input_image", "localImage", "local_image"):
        return None  # an attachment says it
    name = part.get("path") or part.get("name") or part.get("url")
    return f"[{part.get('type') or 'attachment'}: {str(name)[:200]}]" if name else None


def _texts(content: Sequence[object]) -> str | None:
    texts = [_content_text(part) for part in content]
    return "\n".join(texts) if texts else None


def _content_text(part: object) -> str:
    if isinstance(part, dict) and isinstance(text := part.get("text"), str):
        return text
    if isinstance(part, dict) and isinstance(part.get("data"), str):
        return f"[{part.get('mimeType') or part.get('type') or 'data'}]"
    if isinstance(part, dict) and part.get("type") in ("inputImage", "inputAudio"):
        return f"[{part['type']}]"  # its address may be the whole picture
    return json.dumps(part, ensure_ascii=False, default=str)


def _object(value: object) -> dict[str, object] | None:
    if value is None or isinstance(value, dict):
        return value
    return {"input": value}


def _given(**fields: object) -> dict[str, object] | None:
    return {name: value for name, value in fields.items() if value} or None


def _first_line(text: str) -> str:
    return text.strip().partition("\n")[0][:200]

"""The items of a rollout in the form app-servers give them: pure."""

import shlex
from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

from pilot_sidecar.integrations.codex.native import Item

_STATES = {"in_progress": "inProgress"}


def native_item(raw: Mapping[str, object], began: object, ended: object) -> Item:
    """Return an item of a rollout as one of an app-server; raises ValidationError for what is none."""
    name = str(raw.get("type") or "")
    kind = name[:1].lower() + name[1:]
    fields = {key: value for key, value in raw.items() if value is not None}
    fields |= {"type": kind, "started_at_ms": began, "completed_at_ms": ended}
    if isinstance(status := raw.get("status"), str):
        fields["status"] = _STATES.get(status, status)
    shape = _SHAPES.get(kind)
    return Item.model_validate(fields | shape(raw) if shape else fields)


def _message(raw: Mapping[str, object]) -> dict[str, object]:
    return {"text": "".join(_texts(raw.get("content"))), "content": None}


def _reasoning(raw: Mapping[str, object]) -> dict[str, object]:
    return {"summary": _strings(raw.get("summary_text")) or None, "content": _strings(raw.get("raw_content"))}


def _command(raw: Mapping[str, object]) -> dict[str, object]:
    words, parsed = raw.get("command"), raw.get("parsed_cmd")
    actions = [part for part in parsed if isinstance(part, dict)] if isinstance(parsed, list) else []
    return {
        "command": shlex.join(_strings(words)) if isinstance(words, list) else words,
        "command_actions": [{"type": str(part.get("type")), "command": str(part.get("cmd") or "")} for part in actions],
        "cwd": _path(raw.get("cwd")),
    }


def _file_change(raw: Mapping[str, object]) -> dict[str, object]:
    changes = raw.get("changes")
    return {"changes": [_change(path, told) for path, told in changes.items()] if isinstance(changes, dict) else []}


def _change(path: str, told: object) -> dict[str, object]:
    known = told if isinstance(told, dict) else {}
    return {
        "path": path,
        "diff": known.get("unified_diff") or known.get("content") or "",
        "kind": {"type": known.get("type") or "update", "move_path": known.get("move_path")},
    }


def _mcp(raw: Mapping[str, object]) -> dict[str, object]:
    error = raw.get("error")
    return {"error": {"message": error}} if isinstance(error, str) else {}


_SHAPES = {
    "agentMessage": _message,
    "reasoning": _reasoning,
    "commandExecution": _command,
    "fileChange": _file_change,
    "mcpToolCall": _mcp,
}


def _texts(content: object) -> list[str]:
    parts = content if isinstance(content, list) else []
    return [text for part in parts if isinstance(part, dict) and isinstance(text := part.get("text"), str)]


def _strings(value: object) -> list[str]:
    return [part for part in value if isinstance(part, str)] if isinstance(value, list) else []


def _path(value: object) -> object:
    if isinstance(value, str) and value.startswith("file://"):
        return unquote(urlsplit(value).path)
    return value

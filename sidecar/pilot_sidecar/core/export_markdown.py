"""Transcripts as Markdown that reads well anywhere: pure. What agents say cannot break out of its place."""

import html
import json
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Protocol

from pilot_sidecar.core.asks_model import Ask, Resolution
from pilot_sidecar.core.models import (
    Attachment,
    ErrorItem,
    FileDiff,
    Item,
    NoteItem,
    PromptItem,
    ReasoningItem,
    Session,
    SessionMark,
    TextItem,
    ToolItem,
)

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)")
_RAW = re.compile(
    r"<(?=!|\?|/?(?:details|summary|script|style|pre|textarea|iframe|img|svg|object|embed)\b)", re.IGNORECASE
)
"""Begins HTML that would swallow what follows, or fetch something when it is looked at."""
_CHOICES = {
    "allow_once": "allowed once", "allow_always": "always allowed", "deny": "denied", "answer": "answered",
    "release": "left to the terminal",
}  # fmt: skip
_STATES = {"expired": "nobody answered in time", "cancelled": "withdrawn", "superseded": "replaced by another"}
_BY = {
    "owner": "this computer", "vscode": "VS Code", "device": "a device", "telegram": "Telegram", "rule": "a rule",
    "terminal": "the terminal", "timeout": "the time-out", "agent": "the agent", "hub": "Pilot",
}  # fmt: skip


class Transcript(Protocol):
    """What is written down of one session."""

    session: Session
    mark: SessionMark
    items: list[Item]
    asks: list[Ask]
    notes: list[str]

    @property
    def title(self) -> str:
        """What people call it."""
        ...


def markdown_of(transcripts: Sequence[Transcript]) -> str:
    """Return a session and its sub-agents, one after another."""
    whole, *below = transcripts
    parts = [_head(whole, "#"), *_body(whole)]
    for transcript in below:
        parts += ["---", _head(transcript, "# Sub-agent:"), *_body(transcript)]
    return "\n\n".join(parts) + "\n"


def _head(transcript: Transcript, mark: str) -> str:
    session = transcript.session
    lines = [f"{mark} {_inline(transcript.title)}", ""]
    lines.append(f"- Agent: {_inline(session.agent)}" + (f", {_inline(session.model)}" if session.model else ""))
    lines.append(f"- Folder: {_code(session.directory)}")
    lines.append(f"- From {_when(session.created_at)} to {_when(session.updated_at)}")
    if transcript.mark.labels:
        lines.append(f"- Labels: {', '.join(map(_inline, transcript.mark.labels))}")
    if session.usage.cost_usd:
        lines.append(f"- Cost: ${session.usage.cost_usd:.4f}")
    return "\n".join(lines)


def _body(transcript: Transcript) -> Iterator[str]:
    for note in transcript.notes:
        yield f"*{note}*"
    entries: list[Item | Ask] = [*transcript.items, *transcript.asks]
    for entry in sorted(entries, key=lambda one: one.created_at if isinstance(one, Ask) else one.at):
        yield _ask(entry) if isinstance(entry, Ask) else _item(entry)


def _item(item: Item) -> str:
    match item:
        case PromptItem():
            said = _quoted(item.text)
            return "\n\n".join([f"## Prompt, {_when(item.at)}", said, *_attached(item.attachments)])
        case TextItem():
            return closed(item.text)
        case ReasoningItem():
            return _folded("Reasoning", closed(item.text))
        case ToolItem():
            return _tool(item)
        case NoteItem():
            return f"*{item.note.capitalize()}: {_inline(item.text)}*"
        case ErrorItem():
            return _quoted(f"Error ({item.code}): {item.message}")


def _tool(item: ToolItem) -> str:
    parts = []
    if item.input:
        parts += ["Input:", fenced(json.dumps(item.input, ensure_ascii=False, indent=2), "json")]
    parts += [_diff(file) for file in item.files]
    if item.output:
        parts += ["Output:", fenced(item.output)]
    if item.error:
        parts += ["Error:", fenced(item.error)]
    parts += _attached(item.attachments)
    took = f", {(item.ended_at - item.at) / 1000:.1f} s" if item.ended_at else ""
    title = f"{item.tool}: {item.title}" if item.title and item.title != item.tool else item.tool
    return _folded(f"{title} ({item.status}{took})", "\n\n".join(parts) or "Nothing more is known.")


def _diff(file: FileDiff) -> str:
    head = f"{file.status.capitalize()} {_code(file.path)} (+{file.additions} -{file.deletions})"
    return f"{head}\n\n{fenced(file.patch, 'diff')}" if file.patch else head


def _ask(ask: Ask) -> str:
    text = " ".join(part for part in (ask.title, ask.summary or ask.command or "") if part)
    return _quoted(f"Asked, {_when(ask.created_at)}: {text}\n{_answer(ask)}")


def _answer(ask: Ask) -> str:
    found = ask.resolution
    if found is None:
        return "It waits."
    what = _CHOICES.get(found.choice or "", _STATES.get(ask.state, "answered"))
    said = [text for text in (found.message, *(", ".join(answer) for answer in found.answers or [])) if text]
    return f"{what.capitalize()} by {_who(found)}, {_when(found.at)}" + "".join(f"\n“{text}”" for text in said)


def _who(found: Resolution) -> str:
    return found.by.name or _BY.get(found.by.kind, found.by.kind)


def _attached(attachments: Sequence[Attachment]) -> list[str]:
    return [f"Attached: {_code(one.name)} ({_inline(one.mime)})" for one in attachments]


def fenced(text: str, language: str = "") -> str:
    """Return a text as a code block, whatever fences it has itself."""
    longest = max((len(run) for run in re.findall(r"`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{language}\n{text.removesuffix(chr(10))}\n{fence}"


def closed(text: str) -> str:
    """Return an agent's Markdown with its last fence closed, and without HTML that reaches beyond it."""
    fence = ""
    lines = []
    for line in text.splitlines():
        found = _FENCE.fullmatch(line)
        if not fence and found and not (found[1][0] == "`" and "`" in found[2]):
            fence = found[1]
        elif fence and found and found[1][0] == fence[0] and len(found[1]) >= len(fence) and not found[2].strip():
            fence = ""
        elif not fence:
            line = _RAW.sub("&lt;", line)
        lines.append(line)
    return "\n".join([*lines, fence] if fence else lines)


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in closed(text).splitlines()) or ">"


def _folded(summary: str, body: str) -> str:
    return f"<details>\n<summary>{html.escape(' '.join(summary.split())[:300])}</summary>\n\n{body}\n\n</details>"


def _inline(text: str) -> str:
    """Return a text on one line that means nothing to Markdown."""
    return re.sub(r"([\\`*_\[\]<>#|~])", r"\\\1", " ".join(text.split()))


def _code(text: str) -> str:
    line = " ".join(text.split())
    longest = max((len(run) for run in re.findall(r"`+", line)), default=0)
    ticks = "`" * (longest + 1)
    return f"{ticks} {line} {ticks}" if "`" in line else f"{ticks}{line}{ticks}"


def _when(at_ms: int) -> str:
    try:
        return datetime.fromtimestamp(at_ms / 1000).strftime("%Y-%m-%d %H:%M")
    except (OverflowError, ValueError, OSError):
        return "an unknown time"

"""An ask as a person at a terminal reads it."""

from collections.abc import Iterator, Sequence
from typing import Any

from pilot_sidecar.cli.choose import short_ids
from pilot_sidecar.cli.text import ago, columns, letter, safe, safe_lines, short

Ask = dict[str, Any]  # Any: JSON
TEXT_WIDE = 100


def rows(asks: Sequence[Ask]) -> list[tuple[str, ...]]:
    """Return asks as rows of a table; ids are as short as they can be told apart."""
    ids = short_ids([ask["id"] for ask in asks])
    return [_row(ask, shown) for ask, shown in zip(asks, ids, strict=True)]


def in_full(ask: Ask) -> str:
    """Return everything that a decision is about."""
    return "\n".join(_lines(ask))


def outcome(ask: Ask) -> str:
    """Return how an ask ended, and by whom."""
    resolution = ask.get("resolution") or {}
    by = (resolution.get("by") or {}).get("name") or (resolution.get("by") or {}).get("kind") or ""
    told = safe(resolution.get("choice") or ask["state"]).replace("_", " ")
    return f"{letter('→', '->')} {told}" + (f" ({safe(by)})" if by else "")


def _row(ask: Ask, shown: str) -> tuple[str, ...]:
    text = short(f"{ask['title']}: {ask['summary']}", max(TEXT_WIDE, columns()))
    return shown, safe(ask["agent"]), ago(ask["createdAt"]), text


def _lines(ask: Ask) -> Iterator[str]:
    yield f"{safe(ask['title'])}  ({safe(ask['agent'])}, {ask['id']}, {ago(ask['createdAt'])})"
    yield f"  in {safe(ask['directory'])}"
    if ask.get("command"):
        yield safe_lines(ask["command"], "  $ ")
    elif ask.get("summary"):
        yield safe_lines(ask["summary"], "  ")
    if ask.get("reason"):
        yield safe_lines(ask["reason"], "  why: ")
    for file in ask.get("files", []):
        yield f"  {safe(file.get('path', ''))}"
        if file.get("patch"):
            yield safe_lines(file["patch"], "    ")
    for question in ask.get("questions", []):
        yield from _question(question)
    if ask.get("always"):
        yield safe_lines(ask["always"], "  always: ")
    if ask["state"] != "pending":
        yield outcome(ask)


def _question(question: Ask) -> Iterator[str]:
    yield safe_lines(question["question"], "  ? ")
    for option in question.get("options", []):
        told = f": {safe(option['description'])}" if option.get("description") else ""
        yield f"    - {safe(option['label'])}{told}"
    if question.get("multiple"):
        yield "    (any number of these)"

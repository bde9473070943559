"""An ask as a person at a terminal reads it."""

from collections.abc import Iterator
from typing import Any

from pilot_sidecar.cli.text import ago, safe, safe_lines, short

Ask = dict[str, Any]  # Any: JSON


def row(ask: Ask) -> tuple[str, ...]:
    """Return an ask as a row of a table."""
    return ask["id"], safe(ask["agent"]), short(f"{ask['title']}: {ask['summary']}"), f"({ago(ask['createdAt'])})"


def in_full(ask: Ask) -> str:
    """Return everything that a decision is about."""
    return "\n".join(_lines(ask))


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


def _question(question: Ask) -> Iterator[str]:
    yield safe_lines(question["question"], "  ? ")
    for option in question.get("options", []):
        told = f": {safe(option['description'])}" if option.get("description") else ""
        yield f"    - {safe(option['label'])}{told}"
    if question.get("multiple"):
        yield "    (any number of these)"

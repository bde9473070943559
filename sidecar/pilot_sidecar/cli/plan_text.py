"""What an installation would do, and what it did, for people: one line a file, and how users' files change."""

import difflib
import os
import re
import sys
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from pilot_sidecar.cli.fold import folded
from pilot_sidecar.cli.text import Style, paint, safe

if TYPE_CHECKING:
    from pilot_sidecar.server.registry import InstallPlan, InstallReport, PlannedEdit

LINES, WIDTH = 60, 240
"""A longer difference is only counted, a longer line is cut to where it changes: nobody reads more."""
_SECRET = re.compile(
    r"""(?ix) ( (?<![\w.-]) ["']? [\w.-]{0,60}
    (?: key(?!bind|map) | token | secret | password | passwd | authorization | credential ) [\w.-]{0,60} ["']?
    \s* [:=] \s* ) (?: "(?:[^"\\]|\\.)*"? | '[^']*'? | [^\s,}\]]+ )"""
)
"""Bounded, so that a word of a million letters costs no more than others of that size."""
_COLOURS: dict[str, Style] = {"+": "green", "-": "red", "@": "cyan"}


def print_plan(label: str, plan: "InstallPlan", home: Path) -> None:
    """Print what would be done, or why it would not."""
    print(f"{safe(label)}:")
    print_edits(plan.edits, home)
    for note in plan.notes:
        print(folded(safe(note), "  "))
    for problem in plan.problems:
        print(folded(f"pilot: {safe(label)}: {safe(problem)}", "  ", "", sys.stderr), file=sys.stderr)


def print_edits(edits: "Sequence[PlannedEdit]", home: Path) -> None:
    """Print one line a file, with the difference below where a file of the user's changes."""
    for (verb, folder), group in groupby(edits, lambda edit: (_verb(edit), _own_folder(edit, home))):
        files = list(group)
        if folder is not None:
            print(f"  {verb:<7} {_counted(folder, len(files))}")
            continue
        for edit in files:
            told = f"{shown(edit.path)}{f'  ({safe(edit.note)})' if edit.note else ''}"
            print(folded(told, " " * 10, f"  {verb:<7} "))
            for line in _difference(edit):
                print(f"    {line}")


def print_done(label: str, report: "InstallReport") -> None:
    """Print what came of it."""
    made = [change for change in report.changes if change.what != "unchanged"]
    files = "1 file" if len(made) == 1 else f"{len(made)} files"
    state = "not set up" if report.problems else "set up"
    print(f"{safe(label)}: {state}, {files} written." if made else f"{safe(label)}: {state}.")
    for note in report.notes:
        print(folded(safe(note.replace(f"{Path.home()}{os.sep}", f"~{os.sep}")), "  "))
    for problem in report.problems:
        print(folded(f"pilot: {safe(label)}: {safe(problem)}", "  ", "", sys.stderr), file=sys.stderr)


def print_undone(label: str, report: "InstallReport", home: Path) -> None:
    """Print what was taken back, file by file; Pilot's own by the folder."""
    print(f"{safe(label)}:")
    for (what, folder), group in groupby(report.changes, lambda change: (change.what, _within(change.path, home))):
        changes = list(group)
        if folder is not None:
            print(f"  {what:<9} {_counted(folder, len(changes))}")
            continue
        for change in changes:
            told = f"{shown(change.path)}{f'  ({safe(change.note)})' if change.note else ''}"
            print(folded(told, " " * 12, f"  {what:<9} "))
    for note in report.notes or ([] if report.changes or report.problems else ["nothing to do"]):
        print(folded(safe(note), "  "))
    for problem in report.problems:
        print(folded(f"pilot: {safe(label)}: {safe(problem)}", "  ", "", sys.stderr), file=sys.stderr)


def shown(path: Path) -> str:
    """Return a path for people, the user's home as ``~``."""
    home = Path.home()
    return f"~{os.sep}{safe(path.relative_to(home))}" if path.is_relative_to(home) and path != home else safe(path)


def _verb(edit: "PlannedEdit") -> str:
    if edit.before is None:
        return "also" if edit.after is None else "create"
    return "remove" if edit.after is None else "change"


def _own_folder(edit: "PlannedEdit", home: Path) -> Path | None:
    """Return the folder of a file of Pilot's own, which is named and not shown."""
    shown_by_itself = edit.note or (edit.before is None and edit.after is None)
    return None if shown_by_itself else _within(edit.path, home)


def _within(path: Path, home: Path) -> Path | None:
    return path.parent if path.is_relative_to(home) else None


def _counted(folder: Path, files: int) -> str:
    return f"{shown(folder)}{os.sep}  ({files} {'file' if files == 1 else 'files'})"


def _difference(edit: "PlannedEdit") -> Iterator[str]:
    if edit.before is None or edit.after is None:
        return
    try:
        before, after = (part.decode("utf-8-sig").splitlines() for part in (edit.before, edit.after))
    except UnicodeDecodeError:
        return
    lines = [line for line in difflib.unified_diff(before, after, n=2, lineterm="")][2:]
    if len(lines) > LINES:
        yield f"{sum(line[0] in '+-' for line in lines)} lines change"
        return
    for line in _cut([_SECRET.sub(r"\1••••••", line).replace("\t", "    ") for line in lines]):
        colour = _COLOURS.get(line[0])
        yield paint(safe(line), colour) if colour else safe(line)


def _cut(lines: Sequence[str]) -> Iterator[str]:
    """Cut lines that are too long; those that change, to where they do."""
    changed = [next((line[1:] for line in lines if line[0] == sign), "") for sign in "-+"]
    change = max(0, len(os.path.commonprefix(changed)) - WIDTH // 4)  # noqa: RUF071 - letters, not folders
    for line in lines:
        start = change if len(line) > WIDTH and line[0] in "+-" else 0
        kept = line[1 + start : 1 + start + WIDTH]
        yield f"{line[0]}{'…' if start else ''}{kept}{'…' if len(line) > 1 + start + WIDTH else ''}"

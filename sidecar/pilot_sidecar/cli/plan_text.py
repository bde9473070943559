"""What an installation would do, and what it did, for people: one line a file, and how users' files change."""

import difflib
import os
import re
import sys
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from pilot_sidecar.cli.text import Style, paint, safe

if TYPE_CHECKING:
    from pilot_sidecar.server.registry import InstallPlan, InstallReport, PlannedEdit

LINES = 60
"""A longer difference is only counted: nobody reads it."""
_SECRET = re.compile(
    r"""(?ix) ( ["']? [\w.-]* (?: key | token | secret | password | passwd | authorization | credential ) [\w.-]* ["']?
    \s* [:=] \s* ) (?: "(?:[^"\\]|\\.)*"? | '[^']*'? | [^\s,}\]]+ )"""
)
_COLOURS: dict[str, Style] = {"+": "green", "-": "red", "@": "cyan"}


def print_plan(label: str, plan: "InstallPlan", home: Path) -> None:
    """Print what would be done, or why it would not."""
    print(f"{safe(label)}:")
    print_edits(plan.edits, home)
    for note in plan.notes:
        print(f"  {safe(note)}")
    for problem in plan.problems:
        print(f"pilot: {safe(label)}: {safe(problem)}", file=sys.stderr)


def print_edits(edits: "Sequence[PlannedEdit]", home: Path) -> None:
    """Print one line a file, with the difference below where a file of the user's changes."""
    for (verb, folder), group in groupby(edits, lambda edit: (_verb(edit), _own_folder(edit, home))):
        files = list(group)
        if folder is not None:
            print(f"  {verb:<7} {_counted(folder, len(files))}")
            continue
        for edit in files:
            print(f"  {verb:<7} {shown(edit.path)}{f'  ({safe(edit.note)})' if edit.note else ''}")
            for line in _difference(edit):
                print(f"    {line}")


def print_done(label: str, report: "InstallReport") -> None:
    """Print what came of it."""
    made = [change for change in report.changes if change.what != "unchanged"]
    files = "1 file" if len(made) == 1 else f"{len(made)} files"
    state = "not set up" if report.problems else "set up"
    print(f"{safe(label)}: {state}, {files} written." if made else f"{safe(label)}: {state}.")
    for note in report.notes:
        print(f"  {safe(note.replace(f'{Path.home()}{os.sep}', f'~{os.sep}'))}")
    for problem in report.problems:
        print(f"pilot: {safe(label)}: {safe(problem)}", file=sys.stderr)


def print_undone(label: str, report: "InstallReport", home: Path) -> None:
    """Print what was taken back, file by file; Pilot's own by the folder."""
    print(f"{safe(label)}:")
    for (what, folder), group in groupby(report.changes, lambda change: (change.what, _within(change.path, home))):
        changes = list(group)
        if folder is not None:
            print(f"  {what:<9} {_counted(folder, len(changes))}")
            continue
        for change in changes:
            print(f"  {what:<9} {shown(change.path)}{f'  ({safe(change.note)})' if change.note else ''}")
    for note in report.notes or ([] if report.changes or report.problems else ["nothing to do"]):
        print(f"  {safe(note)}")
    for problem in report.problems:
        print(f"pilot: {safe(label)}: {safe(problem)}", file=sys.stderr)


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
    for line in lines:
        text = safe(_SECRET.sub(r"\1••••••", line).replace("\t", "    "))
        colour = _COLOURS.get(line[0])
        yield paint(text, colour) if colour else text

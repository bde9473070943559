"""Codex's file changes and diffs as Pilot's: pure."""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from pilot_sidecar.core.models import FileDiff
from pilot_sidecar.integrations.codex.native import FileChange

_FILE = re.compile(r"^diff --git .*$", re.MULTILINE)
_NAMED_LATE = re.compile(r"^diff --git a/.* b/(.*)$")
"""Git shows no ``+++`` of a file without lines: one that was only moved, an empty one, a binary one."""


def file_diffs(changes: Iterable[FileChange]) -> list[FileDiff]:
    """Return the changes of one patch, each with a unified diff."""
    return [_file_diff(change) for change in changes]


def split_diff(diff: str) -> list[FileDiff]:
    """Return the files of a ``git diff``."""
    starts = [match.start() for match in _FILE.finditer(diff)]
    return [_section(diff[start:end]) for start, end in pairwise([*starts, len(diff)])]


def merge(older: Sequence[FileDiff], newer: Sequence[FileDiff]) -> list[FileDiff]:
    """Return both, a file of the newer ones in place of its older entry."""
    found = {file.path: file for file in older}
    found.update({file.path: file for file in newer})
    return list(found.values())


def without_patches(files: Iterable[FileDiff]) -> list[FileDiff]:
    """Return the files with their counts only."""
    return [file.model_copy(update={"patch": None}) for file in files]


def _file_diff(change: FileChange) -> FileDiff:
    match change.kind.type:
        case "add":
            return _whole(change.path, change.diff, "+")
        case "delete":
            return _whole(change.path, change.diff, "-")
        case _:
            target = change.kind.move_path or change.path
            patch = change.diff if change.diff.startswith("--- ") else f"--- {change.path}\n+++ {target}\n{change.diff}"
            return _counted(target, patch, "modified")


def _whole(path: str, text: str, sign: str) -> FileDiff:
    lines = _lines(text)
    span = f"1,{len(lines)}" if lines else "0,0"
    heads = ("/dev/null", path, "-0,0", f"+{span}") if sign == "+" else (path, "/dev/null", f"-{span}", "+0,0")
    head = "--- {}\n+++ {}\n@@ {} {} @@".format(*heads)
    patch = "\n".join([head, *(sign + line for line in lines)]) + "\n"
    if text and not text.endswith("\n"):
        patch += "\\ No newline at end of file\n"
    count = len(lines)
    if sign == "+":
        return FileDiff(path=path, patch=patch, additions=count, status="added")
    return FileDiff(path=path, patch=patch, deletions=count, status="deleted")


def _section(text: str) -> FileDiff:
    head = _lines(text[: _hunks(text)])
    new, old = _named(head, "+++ "), _named(head, "--- ")
    path = next((name for name in (new, old) if name not in ("", "/dev/null")), _NAMED_LATE.sub(r"\1", head[0]))
    if old == "/dev/null" or any(line.startswith("new file mode") for line in head):
        return _counted(path, text, "added")
    gone = new == "/dev/null" or any(line.startswith("deleted file mode") for line in head)
    return _counted(path, text, "deleted" if gone else "modified")


def _named(head: Sequence[str], mark: str) -> str:
    line = next((line for line in head if line.startswith(mark)), "")
    name = line[len(mark) :].split("\t")[0]
    return name[2:] if name.startswith(("a/", "b/")) else name


def _counted(path: str, patch: str, status: str) -> FileDiff:
    lines = _lines(patch[_hunks(patch) :])
    added, gone = (sum(line.startswith(sign) for line in lines) for sign in "+-")
    return FileDiff.model_validate(
        {"path": path, "patch": patch, "additions": added, "deletions": gone, "status": status}
    )


def _hunks(patch: str) -> int:
    """Return where the hunks of a file begin: after its head."""
    if patch.startswith("@@"):
        return 0
    at = patch.find("\n@@")
    return len(patch) if at < 0 else at + 1


def _lines(text: str) -> list[str]:
    """Return lines as diffs know them: ``splitlines`` would also break at form feeds and the like."""
    return text.removesuffix("\n").split("\n") if text else []

"""Codex's file changes and diffs as Pilot's: pure."""

import re
from collections.abc import Iterable, Sequence

from pilot_sidecar.core.models import FileDiff
from pilot_sidecar.integrations.codex.native import FileChange

_FILE = re.compile(r"^diff --git .*$", re.MULTILINE)


def file_diffs(changes: Iterable[FileChange]) -> list[FileDiff]:
    """Return the changes of one patch, each with a unified diff."""
    return [_file_diff(change) for change in changes]


def split_diff(diff: str) -> list[FileDiff]:
    """Return the files of a ``git diff``."""
    starts = [match.start() for match in _FILE.finditer(diff)]
    return [_section(diff[start:end]) for start, end in zip(starts, [*starts[1:], len(diff)], strict=True)]


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
    lines = text.splitlines()
    span = f"1,{len(lines)}" if lines else "0,0"
    heads = ("/dev/null", path, "-0,0", f"+{span}") if sign == "+" else (path, "/dev/null", f"-{span}", "+0,0")
    head = "--- {}\n+++ {}\n@@ {} {} @@".format(*heads)
    patch = "\n".join([head, *(sign + line for line in lines)]) + "\n"
    count = len(lines)
    if sign == "+":
        return FileDiff(path=path, patch=patch, additions=count, status="added")
    return FileDiff(path=path, patch=patch, deletions=count, status="deleted")


def _section(text: str) -> FileDiff:
    new, old = _named(text, "+++ "), _named(text, "--- ")
    path = new if new not in ("", "/dev/null") else old
    if old == "/dev/null":
        return _counted(path, text, "added")
    return _counted(path, text, "deleted" if new == "/dev/null" else "modified")


def _named(text: str, head: str) -> str:
    line = next((line for line in text.splitlines() if line.startswith(head)), "")
    name = line[len(head) :].split("\t")[0]
    return name[2:] if name.startswith(("a/", "b/")) else name


def _counted(path: str, patch: str, status: str) -> FileDiff:
    lines = patch[max(patch.find("@@"), 0) :].splitlines()
    added, gone = (sum(line.startswith(sign) for line in lines) for sign in "+-")
    return FileDiff.model_validate(
        {"path": path, "patch": patch, "additions": added, "deletions": gone, "status": status}
    )

"""The patches that agents on GPT models write (``*** Begin Patch``) as unified diffs: pure."""

import os.path
from collections.abc import Sequence
from pathlib import PurePath
from typing import Literal

from pilot_sidecar.core.models import FileDiff

_BEGIN, _END = "*** Begin Patch", "*** End Patch"
_ADD, _DELETE, _UPDATE, _MOVE = "*** Add File: ", "*** Delete File: ", "*** Update File: ", "*** Move to: "
_STARTS = (_ADD, _DELETE, _UPDATE)
_END_OF_FILE = "*** End of File"
AT_END = "\\ End of file"
"""Ends a hunk that belongs at the end of its file; diffs have such lines for people (``\\ No newline …``)."""
_ENVIRONMENT = "*** Environment ID:"


class _MalformedError(Exception):
    """It is no such patch."""


def files_in_patch(text: str, directory: str) -> list[FileDiff]:
    """Return what a patch changes, paths below ``directory`` made whole; nothing for what is no patch."""
    try:
        return [_file(section, directory) for section in _sections(_body(text))]
    except _MalformedError:
        return []


def _body(text: str) -> list[str]:
    lines = [line.removesuffix("\r") for line in text.strip().split("\n")]
    if len(lines) < 2 or lines[0].strip() != _BEGIN or lines[-1].strip() != _END:
        raise _MalformedError
    body = lines[1:-1]
    return body[1:] if body and body[0].startswith(_ENVIRONMENT) else body


def _sections(lines: Sequence[str]) -> list[list[str]]:
    sections: list[list[str]] = []
    for line in lines:
        if line.startswith(_STARTS):
            sections.append([line])
        elif sections:
            sections[-1].append(line)
        elif line.strip():
            raise _MalformedError
    return sections


def _file(section: Sequence[str], directory: str) -> FileDiff:
    head, *lines = section
    kind = next(start for start in _STARTS if head.startswith(start))
    path = _whole(head.removeprefix(kind), directory)
    if kind == _ADD:
        return _added(path, lines)
    if kind == _DELETE:
        return _deleted(path, lines)
    return _updated(path, lines, directory)


def _added(path: str, lines: Sequence[str]) -> FileDiff:
    if not all(line.startswith("+") for line in lines):
        raise _MalformedError
    span = f"1,{len(lines)}" if lines else "0,0"
    return _diff("/dev/null", path, [f"@@ -0,0 +{span} @@", *lines], "added")


def _deleted(path: str, lines: Sequence[str]) -> FileDiff:
    if any(line.strip() for line in lines):
        raise _MalformedError
    return FileDiff(path=path, status="deleted")  # the patch does not say what was in it


def _updated(path: str, lines: Sequence[str], directory: str) -> FileDiff:
    target = path
    if lines and lines[0].startswith(_MOVE):
        target, lines = _whole(lines[0].removeprefix(_MOVE), directory), lines[1:]
    return _diff(path, target, [_hunk_line(line) for line in lines], "modified")


def _hunk_line(line: str) -> str:
    if line.startswith("@@"):
        return f"@@ {line[2:].removeprefix(' ')}".rstrip()  # where it is, in words: the agent finds the line by itself
    if line.rstrip() == _END_OF_FILE:
        return AT_END
    if not line:
        return " "
    if line[0] not in " +-":
        raise _MalformedError
    return line


def _diff(old: str, new: str, lines: Sequence[str], status: Literal["added", "modified"]) -> FileDiff:
    added, gone = (sum(line.startswith(sign) for line in lines) for sign in "+-")
    body = "".join(f"{line}\n" for line in lines if lines)
    return FileDiff(path=new, patch=f"--- {old}\n+++ {new}\n{body}", additions=added, deletions=gone, status=status)


def _whole(path: str, directory: str) -> str:
    path = path.strip()
    if not path:
        raise _MalformedError
    return os.path.normpath(PurePath(directory, path)) if PurePath(directory).is_absolute() else path

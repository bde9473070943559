"""What an ask would do to files, as texts: pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from pilot_sidecar.core.models import FileDiff
from pilot_sidecar.core.patching import NOWHERE, DoesNotFitError, Patch, apply, parse

FileStatus = Literal["added", "modified", "deleted"]
LOOK = "Look at the patch in the dashboard."
CHANGED = f"The file changed since the agent read it; its patch no longer fits. {LOOK}"
UNSAID = "The agent did not say what it would change in this file. Look at the ask's details in the dashboard."


class UnclearError(Exception):
    """What a file would become cannot be told; the message says why, and what to do."""


Rewrite = Callable[[str], str]
"""Returns what a text becomes; raises UnclearError."""


@dataclass(frozen=True, slots=True)
class FileEdit:
    """One file's change."""

    path: str
    source: str
    """Where its text is now: another path for a file that is moved."""
    status: FileStatus
    rewrite: Rewrite


def edits_in(files: Iterable[FileDiff]) -> list[FileEdit]:
    """Return the changes that patches describe."""
    return [edit_of(file) for file in files]


def edit_of(file: FileDiff) -> FileEdit:
    """Return the change that one file's patch describes."""
    patch = parsed(file)
    if file.status == "deleted" or (patch is not None and patch.deletes):
        return FileEdit(file.path, file.path, "deleted", lambda _: "")
    source = file.path if patch is None else source_of(file, patch)
    if patch is None or (not patch.hunks and source == file.path and file.status == "modified"):
        return FileEdit(file.path, source, file.status, _unsaid)
    return FileEdit(file.path, source, file.status, lambda text: rewritten(patch, text))


def parsed(file: FileDiff) -> Patch | None:
    """Return a file's patch, or None where it has none that can be read."""
    try:
        return parse(file.patch) if file.patch else None
    except DoesNotFitError:
        return None


def rewritten(patch: Patch, text: str) -> str:
    """Return what a patch makes of a text; raises UnclearError."""
    try:
        return apply(patch, text)
    except DoesNotFitError:
        raise UnclearError(CHANGED) from None


def source_of(file: FileDiff, patch: Patch) -> str:
    """Return where a file's text is before its change."""
    if patch.source in ("", NOWHERE, file.path):
        return file.path
    moved = patch.source != patch.target or patch.source.startswith("/")
    return patch.source if moved else file.path


def _unsaid(_text: str) -> str:
    raise UnclearError(UNSAID)

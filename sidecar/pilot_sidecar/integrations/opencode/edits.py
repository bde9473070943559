"""What OpenCode's edits make of a file: pure, and exact.

OpenCode takes the common indentation out of the patches it shows, and cannot say how much that was. So a text is made
from the call's own arguments, as OpenCode's tools do it, and the patch only has to agree with it.
"""

import os.path
import re
from collections.abc import Mapping
from functools import partial

from pilot_sidecar.core.asks_model import Ask
from pilot_sidecar.core.begin_patch import files_in_patch
from pilot_sidecar.core.file_edits import (
    CHANGED,
    LOOK,
    FileEdit,
    FileStatus,
    Rewrite,
    UnclearError,
    edit_of,
    parsed,
    source_of,
)
from pilot_sidecar.core.models import FileDiff
from pilot_sidecar.core.patching import Patch, agrees, apply, fits_exactly

_PATTERN = re.compile(r"\$[$&`']")
"""What JavaScript's ``replaceAll``, which OpenCode uses, does not take as it stands."""
_DEDENTED = f"OpenCode leaves the indentation out of its patch, so the whole file cannot be shown. {LOOK}"
_LOOSE = (
    "The text to replace is not in the file exactly once, so Pilot cannot tell what OpenCode would change. "
    "Look at the ask's details in the dashboard."
)


def edits_of(ask: Ask, arguments: Mapping[str, object]) -> list[FileEdit] | None:
    """Return what an ask would do to files; None for one about something else."""
    told = _told(ask.directory, arguments)
    if not ask.files:
        return list(told.values()) if ask.tool in ("edit", "write", "apply_patch") else None
    return [_checked(file, told.get(file.path)) for file in ask.files]


def _told(directory: str, arguments: Mapping[str, object]) -> dict[str, FileEdit]:
    """Return the changes of a call by path."""
    if isinstance(patch := arguments.get("patchText"), str):
        return {edit.path: edit for edit in map(edit_of, files_in_patch(patch, directory))}
    path = arguments.get("filePath")
    rewrite = _rewrite(arguments)
    if not isinstance(path, str) or rewrite is None:
        return {}
    path = os.path.normpath(os.path.join(directory, path))  # noqa: PTH118 - a Path would resolve no “..”
    status: FileStatus = "added" if "content" in arguments or arguments.get("oldString") == "" else "modified"
    return {path: FileEdit(path, path, status, rewrite)}


def _rewrite(arguments: Mapping[str, object]) -> Rewrite | None:
    content, old, new = (arguments.get(name) for name in ("content", "oldString", "newString"))
    if isinstance(content, str):
        return lambda _: content.removeprefix("\ufeff")
    if isinstance(old, str) and isinstance(new, str):
        return partial(_replaced, old, new, arguments.get("replaceAll") is True)
    return None


def _replaced(old: str, new: str, every: bool, text: str) -> str:
    """Replace as OpenCode does where the text is there exactly; else it goes on to look for something similar."""
    if old == "":
        return new.removeprefix("\ufeff")
    ending = "\r\n" if "\r\n" in text else "\n"
    old, new = (part.replace("\r\n", "\n").replace("\n", ending) for part in (old, new))
    clear = old in text and not _PATTERN.search(new) if every else text.count(old) == 1
    if not clear:
        raise UnclearError(_LOOSE)
    return text.replace(old, new).removeprefix("\ufeff")


def _checked(file: FileDiff, told: FileEdit | None) -> FileEdit:
    """Return one change, with the patch that people see as its witness."""
    patch = parsed(file)
    if patch is None or file.status == "deleted":
        return edit_of(file)
    return FileEdit(file.path, source_of(file, patch), file.status, partial(_witnessed, patch, told))


def _witnessed(patch: Patch, told: FileEdit | None, text: str) -> str:
    if told is not None:
        try:
            after = told.rewrite(text)
        except UnclearError:
            after = None  # OpenCode found something similar to the old text; its patch may still be whole
        if after is not None and agrees(patch, text, after):
            return after
    if fits_exactly(patch, text):
        return apply(patch, text)
    raise UnclearError(CHANGED if told is not None else _DEDENTED)

"""Files as they would be: edits are collected, and what is read later sees them. Nothing is touched."""

import os
from pathlib import Path

from pilot_sidecar.integrations.ports import PlannedEdit

MAX_BYTES = 2 << 20
"""No settings file is larger; ours takes seconds to read then."""


class UnfitError(Exception):
    """A file cannot be edited as it is; the text says why."""


class Planned:
    """Edits in the order in which they are to be made."""

    def __init__(self) -> None:
        self.edits: list[PlannedEdit] = []
        self._after: dict[Path, bytes | None] = {}

    def read(self, path: Path) -> bytes | None:
        """Return a file as it would be, None where there would be none; raises UnfitError."""
        return self._after[path] if path in self._after else read(path)

    def write(self, path: Path, data: bytes, note: str = "") -> None:
        """Plan a file's new content, unless it is that already; raises UnfitError."""
        before = self.read(path)
        if before == data:
            return
        check_writable(path)
        self._plan(PlannedEdit(path, before, data, note))

    def remove(self, path: Path, note: str = "") -> None:
        """Plan a file's removal; raises UnfitError."""
        self._plan(PlannedEdit(path, self.read(path), None, note))

    def folder(self, path: Path, note: str) -> None:
        """Plan that an empty folder is made, or that one of ours goes."""
        self.edits.append(PlannedEdit(path, None, None, note))

    def _plan(self, edit: PlannedEdit) -> None:
        self.edits.append(edit)
        self._after[edit.path] = edit.after


def read(path: Path) -> bytes | None:
    """Return a file's content, None where there is none (or a link to nothing); raises UnfitError."""
    try:
        if path.exists() and not path.is_file():
            raise UnfitError("it is no file")
        if path.exists() and path.stat().st_size > MAX_BYTES:
            raise UnfitError("it is too large for a settings file")
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise UnfitError(error.strerror or str(error)) from error


def check_writable(path: Path) -> None:
    """Raise UnfitError where a file must not, or cannot, be written."""
    target = path.resolve() if path.is_symlink() else path
    if target.exists() and not target.stat().st_mode & 0o222:
        raise UnfitError("it is read-only")
    folder = target.parent
    if path.is_symlink() and not folder.is_dir():
        raise UnfitError(f"it is a link to {target}, which is not there")
    while not (folder.exists() or folder.is_symlink()):
        folder = folder.parent
    if not folder.is_dir():
        raise UnfitError(f"{folder} is no folder")
    if not os.access(folder, os.W_OK):
        raise UnfitError(f"you may not write into {folder}")

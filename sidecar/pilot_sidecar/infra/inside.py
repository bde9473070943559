"""Text files below a folder, read without leaving it: no link out of it is followed, whatever changes meanwhile."""

import os
import stat
from pathlib import Path

_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)


class OutsideError(Exception):
    """The file is not below the folder."""


class SpecialFileError(Exception):
    """It is a folder, a device, a pipe, or the like."""


class TooLargeFileError(Exception):
    """It is larger than what was allowed."""


def resolve_inside(folder: str, path: str) -> tuple[Path, Path]:
    """Return the real folder and the file's real place in it; raises OutsideError."""
    root = Path(os.path.realpath(folder))
    real = Path(os.path.realpath(root / path))
    if not real.is_relative_to(root) or real == root:
        raise OutsideError
    return root, real.relative_to(root)


def read_inside(root: Path, place: Path, limit: int) -> tuple[bytes, float]:
    """Return a regular file's bytes and when they were last changed (s since 1970); raises OSError and those above."""
    descriptor = _open(root, place)
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise SpecialFileError
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            data = file.read(limit + 1)
    finally:
        os.close(descriptor)
    if len(data) > limit:
        raise TooLargeFileError
    return data, found.st_mtime


def _open(root: Path, place: Path) -> int:
    """Open a file step by step: a folder on the way that became a link meanwhile is refused."""
    if os.open not in os.supports_dir_fd:
        return os.open(root / place, _FLAGS)
    at = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for part in place.parts[:-1]:
            below = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=at)
            os.close(at)
            at = below
        return os.open(place.name, _FLAGS, dir_fd=at)
    finally:
        os.close(at)

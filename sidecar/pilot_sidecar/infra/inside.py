"""Text files below a folder, read without leaving it: no link out of it is followed, whatever changes meanwhile."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, NamedTuple

_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)


class OutsideError(Exception):
    """The file is not below the folder."""


class SpecialFileError(Exception):
    """It is a folder, a device, a pipe, or the like."""


class TooLargeFileError(Exception):
    """It is larger than what was allowed."""


class Name(NamedTuple):
    """One name in a folder."""

    name: str
    kind: Literal["file", "folder"]
    size: int | None = None


def resolve_inside(folder: str, path: str) -> tuple[Path, Path]:
    """Return the real folder and a file's real place in it; raises OutsideError, and ValueError for what is no path."""
    root, place = resolve_at_or_inside(folder, path)
    if place == Path():
        raise OutsideError
    return root, place


def resolve_at_or_inside(folder: str, path: str) -> tuple[Path, Path]:
    """Return the real folder and the real place in it, which may be the folder itself; raises as above."""
    root = Path(os.path.realpath(folder))
    real = Path(os.path.realpath(root / path))
    if not real.is_relative_to(root):
        raise OutsideError
    return root, real.relative_to(root)


def read_inside(root: Path, place: Path, limit: int) -> tuple[bytes, float]:
    """Return a regular file's bytes and when they were last changed (s since 1970); raises OSError and those above."""
    data, found = read_start_inside(root, place, limit + 1)
    if len(data) > limit:
        raise TooLargeFileError
    return data, found.st_mtime


def read_start_inside(root: Path, place: Path, limit: int) -> tuple[bytes, os.stat_result]:
    """Return the first ``limit`` bytes of a regular file, and its facts; raises OSError and those above."""
    descriptor = _open(root, place)
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise SpecialFileError
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            return file.read(limit), found
    finally:
        os.close(descriptor)


def names_inside(root: Path, place: Path, limit: int) -> tuple[list[Name], bool]:
    """Return files and folders of a folder, and whether there are more; links out, pipes and devices are left out."""
    names: list[Name] = []
    with _folder(root, place) as where, os.scandir(where) as entries:
        for seen, entry in enumerate(entries):
            if seen >= limit:
                return names, True
            if (name := _name(root, place, entry)) is not None:
                names.append(name)
    return names, False


def is_file_inside(root: Path, path: str) -> bool:
    """Tell whether a path below a real folder leads to a regular file in it."""
    try:
        _, place = resolve_inside(str(root), path)
        return stat.S_ISREG((root / place).lstat().st_mode)
    except (OutsideError, OSError, ValueError):
        return False


def _name(root: Path, place: Path, entry: "os.DirEntry[str]") -> Name | None:
    try:
        if not entry.is_symlink():
            return _told(entry.name, entry.stat(follow_symlinks=False))
        _, target = resolve_at_or_inside(str(root), str(place / entry.name))
        return _told(entry.name, (root / target).lstat())
    except (OSError, ValueError, OutsideError):  # gone meanwhile, unreadable, a link out or to nothing
        return None


def _told(name: str, found: os.stat_result) -> Name | None:
    if stat.S_ISDIR(found.st_mode):
        return Name(name, "folder")
    return Name(name, "file", found.st_size) if stat.S_ISREG(found.st_mode) else None


@contextmanager
def _folder(root: Path, place: Path) -> Iterator[int | str]:
    if os.open not in os.supports_dir_fd or os.scandir not in os.supports_fd:
        yield str(root / place)
        return
    at = descend(root, place.parts)
    try:
        yield at
    finally:
        os.close(at)


def _open(root: Path, place: Path) -> int:
    """Open a file step by step: a folder on the way that became a link meanwhile is refused."""
    if os.open not in os.supports_dir_fd:
        return os.open(root / place, _FLAGS)
    at = descend(root, place.parts[:-1])
    try:
        return os.open(place.name, _FLAGS, dir_fd=at)
    finally:
        os.close(at)


def descend(root: Path, parts: tuple[str, ...]) -> int:
    """Open a folder step by step, for whoever closes it; raises OSError where one of the steps is a link."""
    at = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    for part in parts:
        try:
            below = os.open(part, _FOLDER, dir_fd=at)
        finally:
            os.close(at)
        at = below
    return at

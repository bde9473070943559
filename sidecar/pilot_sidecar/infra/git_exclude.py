"""Keeping a file of ours out of what git shows, by the list that git has for that: private, and part of no commit."""

import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path

from pilot_sidecar.infra.files import write_atomic

_LARGEST = 1_000_000


@dataclass(frozen=True, slots=True)
class Excluded:
    """What was added to a repository's ``info/exclude``."""

    path: str
    added: str


def find_exclude(file: Path) -> tuple[Path, str] | None:
    """Return the list of the repository around a file, and the file's line in it; None where there is none to write."""
    folder = next((folder for folder in file.parent.parents if os.path.lexists(folder / ".git")), None)
    common = None if folder is None else _common_folder(folder / ".git")
    if folder is None or common is None:
        return None
    listed, line = common / "info" / "exclude", _line(file.relative_to(folder))
    return (listed, line) if "\n" not in line and _is_plain(listed) else None


def in_repository(file: Path) -> bool:
    """Tell whether git may look at a file."""
    return any(os.path.lexists(folder / ".git") for folder in file.parent.parents)


def exclude(listed: Path, line: str) -> Excluded | None:
    """Add a line to a list; None when it is there already. Raises OSError."""
    before = listed.read_bytes() if listed.exists() else b""
    if line.encode() in before.splitlines():
        return None
    added = ("" if not before or before.endswith(b"\n") else "\n") + line + "\n"
    mode = listed.stat().st_mode & 0o777 if before else 0o644
    write_atomic(listed, before + added.encode(), mode)
    return Excluded(str(listed), added)


def include(done: Excluded) -> None:
    """Take a line out again; a list that nobody touched since is byte for byte what it was. Raises OSError."""
    listed = Path(done.path)
    if not _is_plain(listed) or not listed.exists():
        return
    now, added = listed.read_bytes(), done.added.encode()
    if now.endswith(added):
        after = now[: -len(added)]
    else:
        line = added.strip(b"\n")
        after = b"".join(one for one in now.splitlines(keepends=True) if one.rstrip(b"\r\n") != line)
    if after != now:
        write_atomic(listed, after, listed.stat().st_mode & 0o777)


def _common_folder(git: Path) -> Path | None:
    """Return what all work trees of a repository share."""
    try:
        found = git.lstat()
        if stat.S_ISDIR(found.st_mode):
            return git if _is_ours(found) else None
        return _of_work_tree(git) if stat.S_ISREG(found.st_mode) and _is_ours(found) else None
    except (OSError, ValueError):
        return None


def _of_work_tree(git: Path) -> Path | None:
    """Return the repository that a work tree's ``.git`` file names, if that names the work tree too, as git has it."""
    named = re.match(r"gitdir: (.+)", _text(git))
    if named is None:
        return None
    own = Path(os.path.realpath(git.parent / named.group(1).strip()))
    if os.path.realpath(_text(own / "gitdir").strip()) != os.path.realpath(git):
        return None
    common = Path(os.path.realpath(own / _text(own / "commondir").strip()))
    return common if _is_ours(common.lstat()) and (common / "HEAD").exists() else None


def _text(path: Path) -> str:
    with path.open("rb") as file:
        return file.read(4096).decode("utf-8")


def _is_plain(listed: Path) -> bool:
    """Tell whether a list is a file of ours, or could become one."""
    try:
        if not _is_ours(listed.parent.lstat()) or listed.parent.is_symlink():
            return False
        found = listed.lstat()
    except FileNotFoundError:
        return listed.parent.is_dir()
    except OSError:
        return False
    return stat.S_ISREG(found.st_mode) and _is_ours(found) and found.st_size < _LARGEST


def _is_ours(found: os.stat_result) -> bool:
    return os.name != "posix" or found.st_uid == os.getuid()


def _line(path: Path) -> str:
    """Return git's pattern for exactly one path of a repository."""
    return "/" + re.sub(r"([\\*?\[\]])", r"\\\1", path.as_posix())

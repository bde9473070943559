"""What files were when an ask was opened: read once, then kept in memory while somebody may want to see it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pilot_sidecar.core.file_edits import LOOK
from pilot_sidecar.infra.inside import (
    OutsideError,
    SpecialFileError,
    TooLargeFileError,
    read_inside,
    resolve_inside,
)

FILE_BYTES = 2 * 1024 * 1024
ASK_BYTES = 8 * 1024 * 1024
ASK_FILES = 200
_OUTSIDE = f"The file is outside of the session's folder, so Pilot does not read it. {LOOK}"
_OURS = f"The file belongs to Pilot itself and holds its secrets, so it is not shown. {LOOK}"
_SPECIAL = f"This is no regular file (a folder, a device, a pipe …), so Pilot does not read it. {LOOK}"
_BINARY = f"The file is no text that can be compared (it is not UTF-8, or is binary). {LOOK}"
_LARGE = f"The file is too large to compare here: the limit is {FILE_BYTES // 1024 // 1024} MiB. {LOOK}"
_MANY = f"This ask is about too many files, or too much text, to compare all of it here. {LOOK}"


@dataclass(frozen=True, slots=True)
class Base:
    """One file as it was: its text, or that there was none, or why it is not shown."""

    text: str | None = None
    problem: str | None = None
    changed_at: int = 0
    """When the file was last changed before it was read (ms since 1970)."""


def read_bases(folder: str, paths: Iterable[str], ours: Path) -> Mapping[str, Base]:
    """Read files below a folder, within the limits; blocks, so keep it off the loop. ``ours`` is Pilot's home."""
    bases: dict[str, Base] = {}
    left = ASK_BYTES
    for path in dict.fromkeys(paths):
        enough = len(bases) >= ASK_FILES or left <= 0
        base = Base(problem=_MANY) if enough else _read(folder, path, ours)
        left -= len(base.text or "")
        bases[path] = base
    return bases


def _read(folder: str, path: str, ours: Path) -> Base:
    try:
        root, place = resolve_inside(folder, path)
        if (root / place).is_relative_to(ours.resolve()):
            return Base(problem=_OURS)
        data, changed_at = read_inside(root, place, FILE_BYTES)
    except FileNotFoundError:
        return Base()
    except OutsideError:
        return Base(problem=_OUTSIDE)
    except SpecialFileError:
        return Base(problem=_SPECIAL)
    except TooLargeFileError:
        return Base(problem=_LARGE)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "its name is not valid"
        return Base(problem=f"The file could not be read: {reason}. {LOOK}")
    return _decoded(data, round(changed_at * 1000))


def _decoded(data: bytes, changed_at: int) -> Base:
    try:
        text = data.decode("utf-8-sig")  # agents take the mark at the beginning for no part of the text
    except UnicodeDecodeError:
        return Base(problem=_BINARY)
    return Base(problem=_BINARY) if "\0" in text else Base(text=text, changed_at=changed_at)

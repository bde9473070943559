"""The files of projects, for those who look from elsewhere: only below folders that are known, only if allowed."""

import asyncio
import base64
import mimetypes
import os
import time
from dataclasses import dataclass
from pathlib import Path

from pilot_sidecar.core import path_match
from pilot_sidecar.core.errors import BadRequestError, FilesOffError, ForbiddenError, NotFoundError
from pilot_sidecar.core.pictures import MAX_PICTURE, picture_type
from pilot_sidecar.core.sessions import Sessions
from pilot_sidecar.core.settings import SettingsStore
from pilot_sidecar.infra.inside import (
    Name,
    OutsideError,
    SpecialFileError,
    is_file_inside,
    names_inside,
    read_start_inside,
    resolve_at_or_inside,
    resolve_inside,
)
from pilot_sidecar.infra.listing import list_files

MAX_TEXT = 1024 * 1024
MAX_NAMES = 2000
"""Names shown of one folder."""
FRESH_S = 5.0
"""A listing serves this long: whoever types searches with each letter."""
LISTINGS = 4
SEARCH_S = 2.0
_OFF_HINT = "Switch on “Let the dashboard browse the project's files” in the settings (PILOT_ENABLE_GLOB_OPENER)."
_HIDDEN = ".git"
"""What is in it is git's own, and may hold passwords of remotes."""


@dataclass(frozen=True, slots=True)
class FileContent:
    """What is in a file: text, a picture, or neither."""

    size: int
    mime: str
    text: str | None = None
    data: str | None = None
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class _Listing:
    at: float
    paths: list[str]
    cut: bool


class ProjectFiles:
    """Shows what is below the folders of known projects; all of it off the loop."""

    def __init__(self, settings: SettingsStore, sessions: Sessions, home: Path) -> None:
        self._home = home
        self._settings = settings
        self._sessions = sessions
        self._listings: dict[str, _Listing] = {}

    async def tree(self, directory: str, path: str) -> tuple[list[Name], bool]:
        """Return a folder's names, folders first, and whether there are more."""
        self._require_opt_in()
        root = await self._root(directory)
        return await asyncio.to_thread(_tree, root, _checked(path), self._home)

    async def read(self, directory: str, path: str) -> FileContent:
        """Return what is in a file."""
        self._require_opt_in()
        root = await self._root(directory)
        return await asyncio.to_thread(_read, root, _checked(path), self._home)

    async def find(self, directory: str, pattern: str, limit: int) -> tuple[list[str], bool]:
        """Return the files that fit a pattern or part of a name, best first, and whether there may be more."""
        self._require_opt_in()
        root = await self._root(directory)
        return await asyncio.to_thread(self._find, root, pattern, limit)

    async def mentions(self, folder: str, query: str, limit: int) -> list[str]:
        """Return names of files and folders below a session's folder; needs no opt-in, for it shows only names."""
        root = await asyncio.to_thread(_real_folder, folder)
        return await asyncio.to_thread(self._mentions, root, query, limit)

    def _require_opt_in(self) -> None:
        if not self._settings.current.enable_glob_opener:
            raise FilesOffError("Browsing files is switched off on this hub.", _OFF_HINT)

    async def _root(self, directory: str) -> str:
        """Return the real folder of a known project, named by its id or its folder."""
        projects = self._sessions.projects()
        known = {project.id: project.directory for project in projects}
        folder = known.get(directory, directory)
        return await asyncio.to_thread(_known_root, folder, sorted(set(known.values())))

    def _find(self, root: str, pattern: str, limit: int) -> tuple[list[str], bool]:
        listing = self._listing(root)
        paths, cut = path_match.best(listing.paths, pattern, limit, _timer())
        place = Path(root)
        inside = [path for path in paths if is_file_inside(place, path) and not _is_ours(place / path, self._home)]
        return inside, cut or listing.cut

    def _mentions(self, root: str, query: str, limit: int) -> list[str]:
        paths = path_match.with_folders(self._listing(root).paths)
        found, _ = path_match.best(paths, query, limit, _timer())
        return [path for path in found if path.endswith("/") or is_file_inside(Path(root), path)]

    def _listing(self, root: str) -> _Listing:
        now = time.monotonic()
        known = self._listings.get(root)
        if known is None or now - known.at > FRESH_S:
            paths, cut = list_files(Path(root))
            known = _Listing(time.monotonic(), paths, cut)
            self._listings[root] = known
            while len(self._listings) > LISTINGS:
                self._listings.pop(next(iter(self._listings)), None)
        return known


def _timer() -> path_match.Tired:
    end = time.monotonic() + SEARCH_S
    return lambda: time.monotonic() > end


def _known_root(folder: str, known: list[str]) -> str:
    if not Path(folder).is_absolute():
        raise BadRequestError("Which project? Give its id, or its folder as a whole path.")
    real = _real_folder(folder)
    if folder not in known and real not in {os.path.realpath(one) for one in known}:
        raise ForbiddenError("That folder is no project of this hub.", "Only folders that agents work in are shown.")
    if real == os.path.realpath(Path(real).anchor):
        raise ForbiddenError("The whole disk is no project.", "Start the agent in the project's own folder.")
    return real


def _real_folder(folder: str) -> str:
    try:
        real = os.path.realpath(folder)
        found = Path(real).is_dir()
    except (ValueError, OSError):
        found = False
    if not found:
        raise NotFoundError("That folder is not there.", "It may have been moved or removed.")
    return real


def _checked(path: str) -> str:
    """Return a path below a project in one form; raises for what no path below it looks like."""
    parts = path.replace(os.sep, "/").rstrip("/").split("/")
    if path.startswith("/") or Path(path).is_absolute() or ".." in parts or "\0" in path:
        raise BadRequestError("Paths are below the project, without “..”.")
    if _HIDDEN in (part.casefold() for part in parts):
        raise ForbiddenError("What git keeps for itself is not shown.")
    return "/".join(part for part in parts if part not in ("", "."))


def _tree(root: str, path: str, home: Path) -> tuple[list[Name], bool]:
    try:
        real, place = resolve_at_or_inside(root, path)
        _require_shown(real, place, home)
        names, more = names_inside(real, place, MAX_NAMES)
    except OutsideError:
        raise ForbiddenError("That is outside of the project.") from None
    except (OSError, ValueError) as error:
        raise _unreadable(error) from None
    shown = [name for name in names if name.name.casefold() != _HIDDEN and name.name.isprintable()]
    return sorted(shown, key=lambda name: (name.kind == "file", name.name.casefold(), name.name)), more


def _read(root: str, path: str, home: Path) -> FileContent:
    try:
        real, place = resolve_inside(root, path)
        _require_shown(real, place, home)
        raw, found = read_start_inside(real, place, MAX_PICTURE + 1)
    except OutsideError:
        raise ForbiddenError("That is outside of the project.") from None
    except SpecialFileError:
        raise BadRequestError("That is no file: a folder, a pipe or a device.") from None
    except (OSError, ValueError) as error:
        raise _unreadable(error) from None
    size = max(found.st_size, len(raw))
    if (picture := picture_type(raw)) is not None:
        whole = len(raw) <= MAX_PICTURE
        return FileContent(size, picture, data=base64.b64encode(raw).decode() if whole else None, truncated=not whole)
    guessed = mimetypes.guess_type(place.name)[0]
    if (text := _text(raw[:MAX_TEXT])) is None:
        return FileContent(size, guessed or "application/octet-stream", truncated=False)
    return FileContent(size, guessed or "text/plain", text=text, truncated=len(raw) > MAX_TEXT)


def _require_shown(root: Path, place: Path, home: Path) -> None:
    """Refuse a link into what git keeps for itself, and Pilot's own files: whoever reads its tokens may do anything."""
    if _HIDDEN in (part.casefold() for part in place.parts):
        raise ForbiddenError("What git keeps for itself is not shown.")
    if _is_ours(root / place, home):
        raise ForbiddenError("Pilot's own files are not shown.")


def _is_ours(path: Path, home: Path) -> bool:
    """Tell whether a path is in Pilot's home, also where upper and lower case are the same to the system."""
    try:
        return any(above.samefile(home) for above in (path, *path.parents) if above.exists())
    except OSError:
        return False


def _text(raw: bytes) -> str | None:
    """Return bytes as text, None for what is none."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace")
    if b"\0" in raw:
        return None
    text = raw.decode("utf-8", "replace")
    if text.count("\ufffd") <= max(1, len(text) // 50):
        return text.removeprefix("\ufeff")
    odd = sum(byte < 32 and byte not in (9, 10, 12, 13, 27) for byte in raw)
    return raw.decode("latin-1") if odd <= len(raw) // 50 else None


def _unreadable(error: OSError | ValueError) -> NotFoundError | ForbiddenError | BadRequestError:
    match error:
        case FileNotFoundError():
            return NotFoundError("That is not there any more.")
        case PermissionError():
            return ForbiddenError("This hub may not read that.", "The file's own permissions forbid it.")
        case NotADirectoryError():
            return BadRequestError("That is no folder.")
        case _:
            return BadRequestError("That cannot be read.", str(getattr(error, "strerror", "") or "") or None)

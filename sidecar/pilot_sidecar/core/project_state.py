"""``.opencode/pilot-state.json`` in projects: where the hub is and what it calls the project. Never a token.

A list in Pilot's home says where such files are, so that whoever comes after a killed hub finds them. Only the standard
library is loaded: ``pilot uninstall`` uses this too.
"""

import contextlib
import json
import logging
import os
import tempfile
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Literal

from pilot_sidecar.infra.files import write_atomic
from pilot_sidecar.infra.git_exclude import Excluded, exclude, find_exclude, in_repository, include
from pilot_sidecar.infra.inside import OutsideError, SpecialFileError, TooLargeFileError, read_inside
from pilot_sidecar.infra.write_inside import (
    make_folder_inside,
    remove_empty_folder_inside,
    remove_inside,
    replace_inside,
)

FOLDER = ".opencode"
PLACE = Path(FOLDER, "pilot-state.json")
LIST = "project-state.json"
BY = "pilot"
_LARGEST = 10_000
Mode = Literal["auto", "always", "off"]
logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Left:
    """What a hub put into one project; the file is ours only while it says exactly this."""

    text: str = ""
    """Empty: no file is there now."""
    made_folder: bool = False
    excluded: Excluded | None = None


class ProjectStateFiles:
    """Writes and removes the files, and keeps the list of them; blocks, and is used by one task at a time."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._left = _read_list(home / LIST)
        self._written: set[str] = set()
        self._complained: set[str] = set()

    def put(self, mode: Mode, directory: str, project_id: str, url: str) -> None:
        """Have a project's file say where the hub is, where the mode and the project allow it."""
        if mode == "off" or not _is_project(directory, self._home):
            return
        text = json.dumps(
            {"by": BY, "url": url, "projectId": project_id, "dashboard": f"{url}/#project={project_id}"}, indent=2
        )
        try:
            self._put(mode, Path(directory), text + "\n")
        except OSError as error:
            if directory not in self._complained:
                self._complained.add(directory)
                logger.info("%s gets no %s: %s", directory, PLACE.name, error.strerror or error)

    def take_away(self) -> None:
        """Remove the files: no hub runs at their address. What keeps them out of git's view stays for the next hub."""
        for directory, left in self._left.items():
            _remove_file(Path(directory), left)
        self._written.clear()
        self._save()

    def remove_all(self) -> list[Path]:
        """Remove the files and all that went with them; return what was removed."""
        removed = []
        for directory, left in self._left.items():
            if _remove_file(Path(directory), left):
                removed.append(Path(directory) / PLACE)
            if left.excluded is not None and not left.text:
                with contextlib.suppress(OSError):
                    include(left.excluded)
        self._left = {directory: left for directory, left in self._left.items() if left.text}
        self._written.clear()
        self._save()
        return removed

    def _put(self, mode: Mode, root: Path, text: str) -> None:
        directory = str(root)
        before = self._left.get(directory, Left())
        present = _read(root)
        as_left = before.text != "" and present == before.text
        if present is not None and not as_left and (directory in self._written or not _is_by_pilot(present)):
            return  # somebody else's, or changed by hand
        left = replace(before)
        if mode == "always":
            with contextlib.suppress(OSError):
                _is_out_of_view(root, left)
            left.made_folder = make_folder_inside(root, FOLDER) or left.made_folder
        elif not ((root / FOLDER).is_dir() and _is_out_of_view(root, left)):
            return self._withdraw(root, left)  # git would show a file that nobody asked for
        left.text = text
        if left != before:
            self._left[directory] = left
            self._save()  # before the file: whatever happens, it is found again
        if present != text:
            replace_inside(root, PLACE, text.encode())
        self._written.add(directory)

    def _withdraw(self, root: Path, left: Left) -> None:
        """Take a file back that may not be there any more."""
        if left.text:
            _remove_file(root, left)
            self._left[str(root)] = left
            self._save()

    def _save(self) -> None:
        kept = {directory: asdict(left) for directory, left in self._left.items() if left.text or left.excluded}
        path = self._home / LIST
        if kept:
            write_atomic(path, json.dumps(kept, indent=2).encode() + b"\n")
        else:
            path.unlink(missing_ok=True)


def remove_project_files(home: Path) -> list[Path]:
    """Remove what hubs left in projects, for ``pilot uninstall``; return the files that were removed."""
    return ProjectStateFiles(home).remove_all()


def left_in_projects(home: Path) -> list[Path]:
    """Return the files that could not be removed."""
    return [Path(directory) / PLACE for directory, left in _read_list(home / LIST).items() if left.text]


def _is_out_of_view(root: Path, left: Left) -> bool:
    """Keep the file out of git's view, looked at each time: folders become repositories. False: it cannot be."""
    if not in_repository(root / PLACE):
        return True
    found = find_exclude(root / PLACE)
    if found is None:
        return False
    left.excluded = exclude(*found) or left.excluded
    return True


def _remove_file(root: Path, left: Left) -> bool:
    """Remove a project's file if it is still ours, and its folder if we made it and it is empty.

    What cannot be removed now is left for whoever comes next.
    """
    try:
        removed = left.text != "" and _read(root) == left.text
        if removed:
            remove_inside(root, PLACE)
    except OSError:
        return False
    left.text = ""
    if left.made_folder:
        left.made_folder = False
        with contextlib.suppress(OSError):
            remove_empty_folder_inside(root, FOLDER)
    return removed


def _read(root: Path) -> str | None:
    """Return what the file says, None when there is none; OSError for what must not be touched."""
    try:
        return read_inside(root, PLACE, _LARGEST)[0].decode("utf-8", "replace")
    except FileNotFoundError:
        return None
    except (OutsideError, SpecialFileError, TooLargeFileError) as error:
        raise OSError(f"{PLACE} there is no file of Pilot's") from error


def _is_by_pilot(text: str) -> bool:
    try:
        found = json.loads(text)
    except ValueError:
        return False
    return isinstance(found, dict) and found.get("by") == BY


def _is_project(directory: str, home: Path) -> bool:
    """Tell whether a folder is one that people work in: no home, no disk, not where links lead elsewhere."""
    root = Path(directory)
    if os.path.realpath(root) != directory or not root.is_dir():
        return False
    person = Path(os.path.realpath(Path.home()))
    shared = (Path(os.path.realpath(tempfile.gettempdir())), Path(root.anchor))
    if root in shared or person.is_relative_to(root):
        return False
    return not root.is_relative_to(os.path.realpath(home))


def _read_list(path: Path) -> dict[str, Left]:
    try:
        found = json.loads(path.read_bytes())
        return {str(directory): _left_in(one) for directory, one in found.items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return {}


def _left_in(one: dict[str, object]) -> Left:
    excluded = one["excluded"]
    kept = Excluded(str(excluded["path"]), str(excluded["added"])) if isinstance(excluded, dict) else None
    return Left(str(one["text"]), bool(one["made_folder"]), kept)

"""Copies of users' files from before an installer edited them, where a person finds them."""

import contextlib
import os
import re
import shutil
import time
from collections.abc import Mapping
from pathlib import Path

from pilot_sidecar.infra.files import private_dir, write_atomic

FOLDER, KEPT = "backups", 20
PEER = "opencode-pilot"
"""Holds what was another product's: it is not put back, so it outlives an uninstallation."""
_RUN = re.compile(r"\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d(_\d+)?")
"""How the folder of a run is called; whatever else is beside them is the user's."""


class Backups:
    """The copies of one run: ``backups/<date-time>/<agent>/`` and then the way from the user's home."""

    def __init__(self, home: Path, agent: str, environ: Mapping[str, str]) -> None:
        self._home = home
        self._agent = agent
        self._user = Path(environ.get("HOME") or Path.home())
        self._folder: Path | None = None

    @property
    def folder(self) -> Path | None:
        """Return where the copies of this run are; None while there is none."""
        return self._folder

    def keep(self, path: Path, data: bytes) -> Path:
        """Copy what is about to be edited; return the copy."""
        if self._folder is None:
            self._folder = _new_run(self._home / FOLDER, self._agent)
        copy = self._folder / self._inside(Path(os.path.normpath(path.absolute())))
        private_dir(copy.parent)
        write_atomic(copy, data)
        forget_old(self._home)
        return copy

    def _inside(self, path: Path) -> Path:
        if path.is_relative_to(self._user):
            return path.relative_to(self._user)
        return Path(*(part.replace(":", "") for part in path.parts[1:]))


def forget_old(home: Path, kept: int = KEPT) -> None:
    """Remove all but the latest copies."""
    for old in _runs(home)[:-kept]:
        shutil.rmtree(old, ignore_errors=True)


def forget_all(home: Path) -> list[Path]:
    """Remove the copies of what was put back; return what stays: copies of what was not, and what is the user's."""
    left = _strangers(home / FOLDER)
    for run in _runs(home):
        for agent in run.iterdir():
            if agent.name == PEER:
                left.append(agent)
            elif agent.is_dir() and not agent.is_symlink():
                shutil.rmtree(agent)
            else:
                agent.unlink()
        _remove_empty(run)
    _remove_empty(home / FOLDER)
    return left


def _new_run(folder: Path, agent: str) -> Path:
    """Return where this run's copies go: never where another run's are."""
    now, turn = time.strftime("%Y-%m-%d_%H-%M-%S"), 0
    name = now
    while (folder / name / agent).exists():
        turn += 1
        name = f"{now}_{turn}"
    return folder / name / agent


def _remove_empty(folder: Path) -> None:
    with contextlib.suppress(OSError):  # something is in it, or it is a link of the user's
        folder.rmdir()


def _strangers(folder: Path) -> list[Path]:
    """Return what somebody else put beside the runs."""
    if folder.is_symlink():
        return [folder]
    return [path for path in folder.iterdir() if not _is_run(path)] if folder.is_dir() else []


def _runs(home: Path) -> list[Path]:
    """Return the folders of the runs, the oldest first."""
    folder = home / FOLDER
    found = folder.iterdir() if folder.is_dir() else ()
    return sorted(path for path in found if _is_run(path))


def _is_run(path: Path) -> bool:
    return _RUN.fullmatch(path.name) is not None and path.is_dir() and not path.is_symlink()

"""Copies of users' files from before an installer edited them, where a person finds them."""

import shutil
import time
from collections.abc import Mapping
from pathlib import Path

from pilot_sidecar.infra.files import private_dir, write_atomic

FOLDER, KEPT = "backups", 20
PEER = "opencode-pilot"
"""Holds what was another product's: it is not put back, so it outlives an uninstallation."""


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
            self._folder = self._home / FOLDER / time.strftime("%Y-%m-%d_%H-%M-%S") / self._agent
        copy = self._folder / self._inside(path.absolute())
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
    """Remove the copies of what was put back; return the folders of what was not."""
    left = []
    for run in _runs(home):
        for agent in run.iterdir():
            if agent.name == PEER:
                left.append(agent)
            elif agent.is_dir() and not agent.is_symlink():
                shutil.rmtree(agent)
            else:
                agent.unlink()
        if not any(run.iterdir()):
            run.rmdir()
    folder = home / FOLDER
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
    return left


def _runs(home: Path) -> list[Path]:
    folder = home / FOLDER
    return sorted(path for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []

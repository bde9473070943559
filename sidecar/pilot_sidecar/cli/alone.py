"""One installer at a time: two at once would take the record from each other."""

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path

from pilot_sidecar.core.errors import PilotError
from pilot_sidecar.infra.files import private_dir
from pilot_sidecar.infra.lock import HubLock

LOCK = "installed.lock"
WAIT_S, LOOK_AGAIN_S = 60.0, 0.05


class InstallerBusyError(PilotError):
    """Another one is at work."""

    code = "installer_busy"


@contextlib.contextmanager
def alone(home: Path, wait_s: float = WAIT_S) -> Iterator[None]:
    """Wait until no other installer is at work in a home; raises InstallerBusyError. Nothing of it is left."""
    made = [folder for folder in (home, *home.parents) if not folder.exists()]
    path = home / LOCK
    try:
        with HubLock(path) as lock:
            _wait_for(lock, path, time.monotonic() + wait_s)
            try:
                yield
            finally:
                _remove(lock, path)
    finally:
        with contextlib.suppress(OSError):
            for folder in made:
                folder.rmdir()


def _remove(lock: HubLock, path: Path) -> None:
    with contextlib.suppress(OSError):  # refused on Windows, where it is open; uninstalling everything removes it
        if lock.is_at(path):
            path.unlink()


def _wait_for(lock: HubLock, path: Path, deadline: float) -> None:
    while not _is_ours(lock, path):
        lock.release()
        if time.monotonic() > deadline:
            raise InstallerBusyError(
                "Another `pilot init` or `pilot uninstall` is at work.", "Let it finish, then run this again."
            )
        time.sleep(LOOK_AGAIN_S)


def _is_ours(lock: HubLock, path: Path) -> bool:
    """Take the lock if it is free and still there: an uninstallation takes its file away, and the home with it."""
    try:
        private_dir(path.parent)
        return lock.acquire() and lock.is_at(path)
    except FileNotFoundError:
        return False

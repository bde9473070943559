"""The lock that makes a hub the only one of its home."""

import os
import sys
from pathlib import Path
from typing import Self


class HubLock:
    """Held for a hub's whole life; the system releases it however the process ends. A hub's file is never removed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    def acquire(self) -> bool:
        """Take the lock if it is free; never waits."""
        file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(file)
        except OSError:
            os.close(file)
            return False
        os.ftruncate(file, 0)
        os.lseek(file, 0, os.SEEK_SET)
        os.write(file, str(os.getpid()).encode())
        self._file = file
        return True

    def is_at(self, path: Path) -> bool:
        """Tell whether what is held is what has this name now: whoever held it before may have removed the file."""
        if self._file is None:
            return False
        try:
            return os.path.samestat(os.fstat(self._file), path.stat())
        except FileNotFoundError:
            return False

    def release(self) -> None:
        """Let go; doing it again does nothing."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


def is_held(path: Path) -> bool:
    """Tell whether some process holds the lock now."""
    if not path.exists():
        return False
    with HubLock(path) as lock:
        return not lock.acquire()


def holder(path: Path) -> int | None:
    """Return the process that wrote itself into the lock last; it holds it only if ``is_held``."""
    try:
        return int(path.read_text("ascii"))
    except (OSError, ValueError):
        return None


if sys.platform == "win32":
    import msvcrt

    def _lock(file: int) -> None:
        os.lseek(file, 1 << 20, os.SEEK_SET)  # away from what ``holder`` reads
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)

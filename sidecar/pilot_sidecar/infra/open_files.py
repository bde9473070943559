"""Which process has a file open."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from pilot_sidecar.infra.liveness import mark


def holder_of(path: Path) -> int | None:
    """Return another process of this user that has the file open; None where there is none, or no way to tell.

    Of several the oldest: a program that is just starting another has its files open twice for a moment.
    """
    if sys.platform != "linux":
        return None
    target = os.path.realpath(path)
    holders = [mark(pid) for pid in _own_processes() if _holds(pid, target)]
    return min(holders, key=lambda holder: holder.started or 0).pid if holders else None


def _own_processes() -> Iterator[int]:
    me = os.getpid()
    with os.scandir("/proc") as entries:
        for entry in entries:
            if entry.name.isdigit() and int(entry.name) != me and _is_mine(entry):
                yield int(entry.name)


def _is_mine(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.stat().st_uid == os.getuid()
    except OSError:
        return False


def _holds(pid: int, target: str) -> bool:
    try:
        with os.scandir(f"/proc/{pid}/fd") as links:
            return any(_leads_to(link.path, target) for link in links)
    except OSError:
        return False


def _leads_to(link: str, target: str) -> bool:
    try:
        return os.readlink(link) == target  # noqa: PTH115 - thousands of them: a Path each costs ten times as much
    except OSError:
        return False

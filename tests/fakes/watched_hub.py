"""``pilot`` with no umask at all, which looks at every file below its home right after each is made.

Started as a script: ``python watched_hub.py REPORT up --no-open``. What is ever open to others gets a line in REPORT.
"""

import builtins
import functools
import io
import os
import socket
import sqlite3
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

REPORT = Path(sys.argv[1]) if len(sys.argv) > 1 else Path()
HOME = os.environ.get("PILOT_HOME", "")
_seen: set[str] = set()
_scandir, _open = os.scandir, os.open


def look(folder: str) -> None:
    """Report what others may read or enter, here and below."""
    try:
        entries = list(_scandir(folder))
        _check(folder, os.lstat(folder).st_mode)
        for entry in entries:
            mode = entry.stat(follow_symlinks=False).st_mode
            _check(entry.path, mode)
            if stat.S_ISDIR(mode):
                look(entry.path)
    except FileNotFoundError:
        return


def _check(path: str, mode: int) -> None:
    line = f"{stat.S_IMODE(mode):o} {Path(path).relative_to(HOME)}"
    if mode & 0o077 and not stat.S_ISLNK(mode) and line not in _seen:
        _seen.add(line)
        file = _open(REPORT, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.write(file, f"{line}\n".encode())
        os.close(file)


def _watched(make: Callable[..., Any]) -> Callable[..., Any]:  # Any: whatever they take and give
    @functools.wraps(make)
    def call(*arguments: Any, **more: Any) -> Any:
        result = make(*arguments, **more)
        look(HOME)
        return result

    return call


def main() -> int:
    """Run the command."""
    os.umask(0)
    for place, name in (
        (os, "open"), (os, "mkdir"), (os, "rename"), (os, "replace"), (io, "open"), (builtins, "open"),
        (sqlite3, "connect"), (socket.socket, "bind"),
    ):  # fmt: skip
        setattr(place, name, _watched(getattr(place, name)))
    from pilot_sidecar.cli.main import run
    from pilot_sidecar.infra import logs

    logs.MAX_BYTES = 3000  # so that they rotate within the test
    return run(sys.argv[2:])


if __name__ == "__main__":
    sys.exit(main())

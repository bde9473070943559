"""Having running terminals load a fresh bridge: only those of which it is certain that no turn runs. Linux."""

import contextlib
import os
import signal
import sqlite3
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

RECENT = "SELECT 1 FROM message m JOIN session s ON s.id = m.session_id WHERE s.directory = ? AND {open} LIMIT 1"
_OPEN = "json_extract(m.data, '$.role') = 'assistant' AND json_extract(m.data, '$.time.completed') IS NULL"


def reload_idle_terminals(environ: Mapping[str, str]) -> list[int]:
    """Signal the user's idle ``opencode`` terminals to start anew inside; return which."""
    if sys.platform != "linux":
        return []
    signalled = []
    for pid in _terminals():
        directory = _directory(pid)
        if directory and _idle(environ, directory):
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGUSR2)
                signalled.append(pid)
    return signalled


def _terminals() -> Iterator[int]:
    """Yield bare ``opencode`` processes; the signal would kill a server."""
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            if entry.stat().st_uid != os.getuid():
                continue
            command = (entry / "cmdline").read_bytes().split(b"\0")[:-1]
        except OSError:
            continue
        if len(command) == 1 and Path(os.fsdecode(command[0])).name in ("opencode", "opencode.exe"):
            yield int(entry.name)


def _directory(pid: int) -> str | None:
    try:
        return str(Path(f"/proc/{pid}/cwd").readlink())
    except OSError:
        return None


def _idle(environ: Mapping[str, str], directory: str) -> bool:
    """Tell whether OpenCode's own store shows no unfinished answer in a directory; in doubt, no."""
    data = environ.get("XDG_DATA_HOME") or str(Path(environ.get("HOME") or Path.home()) / ".local" / "share")
    path = Path(data) / "opencode" / "opencode.db"
    if not path.exists():
        return False
    try:
        with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=1)) as database:
            return database.execute(RECENT.format(open=_OPEN), (directory,)).fetchone() is None
    except sqlite3.Error:
        return False

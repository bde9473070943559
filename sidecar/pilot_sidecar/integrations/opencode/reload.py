"""Having running terminals load a fresh bridge: only those of which it is certain that no turn runs. Linux."""

import contextlib
import os
import signal
import sqlite3
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

_UNFINISHED = """
SELECT 1 FROM message m JOIN session s ON s.id = m.session_id
WHERE s.directory = ? AND json_extract(m.data, '$.role') = 'assistant'
AND json_extract(m.data, '$.time.completed') IS NULL LIMIT 1
"""
_CONFIG = ("XDG_CONFIG_HOME", ".config")
_DATA = ("XDG_DATA_HOME", ".local/share")


def reload_idle_terminals(environ: Mapping[str, str]) -> list[int]:
    """Signal the user's idle ``opencode`` terminals to start anew inside; return which."""
    if sys.platform != "linux":
        return []
    signalled = []
    for pid in _terminals():
        directory, theirs = _directory(pid), _environ(pid)
        same = _folder(theirs, *_CONFIG) == _folder(environ, *_CONFIG)
        if directory and same and _idle(theirs, directory):
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


def _environ(pid: int) -> dict[str, str]:
    try:
        entries = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return {}
    return {os.fsdecode(name): os.fsdecode(value) for name, _, value in (entry.partition(b"=") for entry in entries)}


def _folder(environ: Mapping[str, str], name: str, fallback: str) -> Path | None:
    """Return one of a user's base folders, or None where the environment does not tell."""
    if given := environ.get(name):
        return Path(given)
    home = environ.get("HOME")
    return Path(home) / fallback if home else None


def _directory(pid: int) -> str | None:
    try:
        return str(Path(f"/proc/{pid}/cwd").readlink())
    except OSError:
        return None


def _idle(environ: Mapping[str, str], directory: str) -> bool:
    """Tell whether OpenCode's own store shows no unfinished answer in a directory; in doubt, no."""
    data = _folder(environ, *_DATA)
    path = data / "opencode" / "opencode.db" if data else None
    if path is None or not path.exists():
        return False
    try:
        with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=1)) as database:
            return database.execute(_UNFINISHED, (directory,)).fetchone() is None
    except sqlite3.Error:
        return False

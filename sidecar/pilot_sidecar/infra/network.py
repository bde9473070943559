"""Who else is on a port."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

PROC = Path("/proc")
LISTENING = "0A"


def who_listens(port: int) -> str | None:
    """Return the process that listens on a TCP port, as ``name (pid 123)``; None where that cannot be told."""
    if (PROC / "net/tcp").exists():
        return _from_proc(port)
    return _from_lsof(port)


def _from_proc(port: int) -> str | None:
    sockets = {f"socket:[{inode}]" for inode in _inodes(port)}
    if not sockets:
        return None
    for process in PROC.iterdir():
        if process.name.isdigit() and _holds_any(process, sockets):
            name = (process / "comm").read_text(errors="replace").strip()
            return f"{name} (pid {process.name})"
    return None


def _inodes(port: int) -> Iterator[str]:
    for table in ("tcp", "tcp6"):
        path = PROC / "net" / table
        if not path.exists():
            continue
        for line in path.read_text().splitlines()[1:]:
            columns = line.split()
            if columns[3] == LISTENING and int(columns[1].rpartition(":")[2], 16) == port:
                yield columns[9]


def _holds_any(process: Path, sockets: set[str]) -> bool:
    try:
        return any(str(entry.readlink()) in sockets for entry in (process / "fd").iterdir())
    except OSError:  # somebody else's process, or one that just ended
        return False


def _from_lsof(port: int) -> str | None:
    lsof = shutil.which("lsof")
    if lsof is None:
        return None
    command = [lsof, "-nP", f"-iTCP:{port}", "-sTCP:LISTEN", "-Fpc"]
    try:
        output = subprocess.run(command, capture_output=True, text=True, timeout=3, check=False).stdout  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = {line[0]: line[1:] for line in reversed(output.splitlines()) if line}
    return f"{found.get('c', 'a process')} (pid {found['p']})" if "p" in found else None

"""Addresses and ports of this machine, and who else is on them."""

import errno
import ipaddress
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

PROC = Path("/proc")
LISTENING = "0A"


_NOWHERE = ("192.0.2.1", 9)
"""Nothing is sent there: the system only says from which of its addresses it would."""


def why_not_bound(host: str, port: int) -> int | None:
    """Try to listen at an address for a moment; return the system's error number, None if it works."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (socket.gaierror, UnicodeError):
        return errno.EADDRNOTAVAIL
    family, kind, protocol, _, address = found[0]
    try:
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen(1)
    except OSError as error:
        return error.errno or errno.EIO
    return None


def is_loopback(host: str) -> bool:
    """Tell whether only this machine reaches an address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_any(host: str) -> bool:
    """Tell whether an address stands for all of this machine's."""
    return host in ("0.0.0.0", "::", "*")  # noqa: S104 - compared, not bound


def printable(host: str) -> str:
    """Return an address as it stands in a URL."""
    return f"[{host}]" if ":" in host else host


def own_address() -> str | None:
    """Return the address at which the network reaches this machine, None without a network."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect(_NOWHERE)
            return str(probe.getsockname()[0])
    except OSError:
        return None


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

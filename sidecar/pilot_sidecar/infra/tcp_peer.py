"""Which process is at the other end of a TCP connection on this machine."""

import asyncio
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from pilot_sidecar.infra.ancestry import pids

End = tuple[str, int]
"""An address, plain (IPv4 in IPv6 clothes is IPv4), and a port."""
TABLES = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))


def ends(transport: asyncio.BaseTransport | None) -> tuple[End, End] | None:
    """Return our end of a connection and the other one; None when it has been closed."""
    names = [transport.get_extra_info(name) for name in ("sockname", "peername")] if transport is not None else []
    found = [(_plain(str(name[0])), int(name[1])) for name in names if isinstance(name, tuple) and len(name) > 1]
    return (found[0], found[1]) if len(found) == 2 else None


def pid_of_peer(ours: End, theirs: End) -> int | None:
    """Return the process that holds the other end of one of our connections, or None where nobody says.

    Raises ProcessLookupError when nobody holds it any more. It takes some milliseconds: keep it off the loop.
    """
    if sys.platform == "linux":
        return _from_proc(ours, theirs)
    return _from_psutil(ours, theirs)


def _from_proc(ours: End, theirs: End) -> int | None:
    row = next((row for row in _rows(theirs[1]) if (row.near, row.far) == (theirs, ours)), None)
    if row is None or row.inode == 0:
        if row is None and not any(table.exists() for table in TABLES):
            return None
        raise ProcessLookupError
    pid = _holder(f"socket:[{row.inode}]")
    if pid is None and row.uid == os.geteuid() and all(left.inode != row.inode for left in _rows(theirs[1])):
        raise ProcessLookupError  # it ended while it was looked for
    return pid


@dataclass(frozen=True, slots=True)
class _Row:
    near: End
    far: End
    uid: int
    inode: int


def _rows(near_port: int) -> Iterator[_Row]:
    """Yield the connections whose nearer end has this port."""
    wanted = f"{near_port:04X}"
    for table in TABLES:
        with suppress(OSError), table.open(encoding="utf-8") as file:
            next(file, None)
            for line in file:
                fields = line.split()
                if fields[1].endswith(wanted):
                    yield _Row(_end(fields[1]), _end(fields[2]), int(fields[7]), int(fields[9]))


def _end(text: str) -> End:
    """Return ``0100007F:1F90`` as an end; the kernel writes each 32 bits in the machine's own order."""
    address, _, port = text.partition(":")
    raw = bytes.fromhex(address)
    if sys.byteorder == "little":
        raw = b"".join(raw[at : at + 4][::-1] for at in range(0, len(raw), 4))
    return _plain(ip_address(raw).compressed), int(port, 16)


def _holder(link: str) -> int | None:
    """Return who has a socket open, the newest processes first: who calls has often just begun."""
    for pid in sorted(pids(), reverse=True):
        with suppress(OSError), os.scandir(f"/proc/{pid}/fd") as opened:
            for entry in opened:
                with suppress(OSError):
                    if os.readlink(entry.path) == link:  # noqa: PTH115 - thousands of them
                        return pid
    return None


def _from_psutil(ours: End, theirs: End) -> int | None:
    """Look through the user's own processes: the table of all is not for everybody."""
    import psutil

    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError, ValueError):
            for connection in process.net_connections("tcp"):
                if connection.laddr and connection.raddr:
                    near, far = connection.laddr, connection.raddr
                    if (_plain(near[0]), near[1]) == theirs and (_plain(far[0]), far[1]) == ours:
                        return int(process.pid)
    return None


def _plain(text: str) -> str:
    found = ip_address(text.partition("%")[0])
    return str(getattr(found, "ipv4_mapped", None) or found)

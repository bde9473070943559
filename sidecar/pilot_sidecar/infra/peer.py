"""Who is at the other end of a local socket."""

import os
import socket
import struct
import sys

_LOCAL_PEERCRED, _LOCAL_PEERPID = 1, 2
"""macOS; not in Python's ``socket``."""


def peer_uid(connection: socket.socket) -> int | None:
    """Return the user id of the process that connected, or None where the system does not say."""
    try:
        if sys.platform == "linux":
            data = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
            return int(struct.unpack("3i", data)[1])
        if sys.platform == "darwin":
            data = connection.getsockopt(0, _LOCAL_PEERCRED, 76)
            return int(struct.unpack("2I", data[:8])[1])
    except OSError:
        return None
    return None


def peer_pid(connection: socket.socket) -> int | None:
    """Return the process that listens or connected, or None where the system does not say."""
    try:
        if sys.platform == "linux":
            data = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
            return int(struct.unpack("3i", data)[0]) or None
        if sys.platform == "darwin":
            return int(struct.unpack("i", connection.getsockopt(0, _LOCAL_PEERPID, 4))[0]) or None
    except OSError:
        return None
    return None


def is_same_user(connection: socket.socket) -> bool:
    """Tell whether the peer may be us; the socket's file mode guards where the system does not say."""
    uid = peer_uid(connection)
    return uid is None or uid == os.getuid()

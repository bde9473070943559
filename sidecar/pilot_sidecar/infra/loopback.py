"""HTTP to a program on this machine. ``http.client`` would take a command longer to load than the question takes."""

import socket
import time
from collections.abc import Mapping
from urllib.parse import urlsplit

CHUNK = 256 * 1024


class NoAnswerError(OSError):
    """Whoever is there did not answer in HTTP, or not to the end."""


def ask(
    url: str, method: str, path: str, headers: Mapping[str, str], body: bytes = b"", timeout_s: float = 10.0
) -> tuple[int, bytes]:
    """Return the status and the body; raises OSError, as where nobody listens.

    It is HTTP/1.0: the answer ends with the connection, so there are no chunks to read. The limit is for all of it.
    """
    deadline = time.monotonic() + timeout_s
    address = urlsplit(url)
    lines = [f"{method} {path} HTTP/1.0", f"Host: {address.netloc}", f"Content-Length: {len(body)}"]
    head = "\r\n".join([*lines, *(f"{name}: {text}" for name, text in headers.items()), "", ""])
    with socket.create_connection((address.hostname or "", address.port or 80), timeout_s) as connection:
        connection.sendall(head.encode() + body)
        parts = []
        while data := connection.recv(CHUNK):
            parts.append(data)
            connection.settimeout(_left(deadline))
    return _parsed(b"".join(parts))


def _left(deadline: float) -> float:
    if (left := deadline - time.monotonic()) <= 0:
        raise TimeoutError("the answer takes too long")
    return left


def _parsed(answer: bytes) -> tuple[int, bytes]:
    head, end, body = answer.partition(b"\r\n\r\n")
    first, *lines = head.split(b"\r\n")
    words = first.split(b" ", 2)
    if not end or not words[0].startswith(b"HTTP/1.") or len(words) < 2 or not words[1].isdigit():
        raise NoAnswerError("what came back is no whole answer")
    fields = {name.strip().lower(): text.strip() for name, _, text in (line.partition(b":") for line in lines)}
    if (length := fields.get(b"content-length")) is not None and length.isdigit() and len(body) < int(length):
        raise NoAnswerError("the connection ended within the answer")
    return int(words[1]), body

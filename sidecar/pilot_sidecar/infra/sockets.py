"""Listening sockets: one port on several addresses, and which of them could not be had."""

import errno
import os
import socket
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

BACKLOG = 1024
ATTEMPTS = 20
"""Free ports that are tried until one is free on every address."""


class CannotBindError(OSError):
    """An address cannot be listened on."""

    def __init__(self, error: OSError, host: str) -> None:
        super().__init__(error.errno, error.strerror or str(error))
        self.host = host


def resolve(host: str) -> list[str]:
    """Return the addresses a name stands for; raises CannotBindError where it stands for none."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        raise CannotBindError(OSError(errno.EADDRNOTAVAIL, str(error)), host) from error
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def listen_on(ip: str, port: int) -> socket.socket:
    """Return a socket that is bound to an address; raises CannotBindError."""
    opened = socket.socket(socket.AF_INET6 if ":" in ip else socket.AF_INET, socket.SOCK_STREAM)
    try:
        opened.setblocking(False)
        if os.name == "posix":  # on Windows it would let another program take the port over
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if opened.family == socket.AF_INET6:
            opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        opened.bind((ip, port))
        opened.listen(BACKLOG)  # here already: some systems say only now that it is taken
    except OSError as error:
        opened.close()
        raise CannotBindError(error, ip) from error
    return opened


def listen_on_all(required: Sequence[str], wanted: Iterable[str], port: int) -> dict[str, socket.socket]:
    """Return a socket for each address, all on one port; raises CannotBindError for a required one."""
    tries = ATTEMPTS if port == 0 else 1
    while True:
        try:
            return _listen_on_all(required, tuple(wanted), port)
        except CannotBindError as error:
            tries -= 1
            if error.errno != errno.EADDRINUSE or tries == 0:
                raise


def _listen_on_all(required: Sequence[str], wanted: Sequence[str], port: int) -> dict[str, socket.socket]:
    with _closed_on_failure() as opened:
        for ip in required:
            opened[ip] = listen_on(ip, port)
            port = opened[ip].getsockname()[1]
        for ip in wanted:
            try:
                opened[ip] = listen_on(ip, port)
            except CannotBindError:
                continue
        return opened


@contextmanager
def _closed_on_failure() -> Iterator[dict[str, socket.socket]]:
    opened: dict[str, socket.socket] = {}
    try:
        yield opened
    except BaseException:
        for one in opened.values():
            one.close()
        raise

"""``pilot lsp``: the hub's JSON-RPC door on standard input and output, for editors."""

import argparse
import os
import socket
import sys
import threading

from pilot_sidecar.cli import hub
from pilot_sidecar.core.errors import PilotError

CHUNK = 64 * 1024


class NoSocketError(PilotError):
    """The hub has no socket to connect to."""

    code = "no_socket"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add what editors pass by habit."""
    parser.add_argument("--stdio", action="store_true", help="the only way there is; accepted for editors that say so")


def run(_options: argparse.Namespace) -> int:
    """Pump bytes until either side ends."""
    running = hub.start_hub()
    if not hasattr(socket, "AF_UNIX") or running.socket.startswith("tcp:"):
        raise NoSocketError("`pilot lsp` needs a local socket, which this system does not have.")
    with socket.socket(socket.AF_UNIX) as connection:
        try:
            connection.connect(running.socket)
        except OSError as error:
            told = f"The socket of the hub cannot be reached ({running.socket}): {error.strerror or error}."
            raise NoSocketError(told, "Run `pilot stop`, then `pilot up`.") from error
        threading.Thread(target=_send, args=(connection,), daemon=True).start()
        while data := connection.recv(CHUNK):
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()
    return 0


def _send(connection: socket.socket) -> None:
    try:
        while data := os.read(sys.stdin.fileno(), CHUNK):
            connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
    except OSError:
        return

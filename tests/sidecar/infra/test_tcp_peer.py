"""The process at the other end of a real connection."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from pilot_sidecar.infra.tcp_peer import End, pid_of_peer

CONNECT = """
import socket, sys
family, address, port = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
link = socket.socket(family)
link.connect((address, port))
print("connected", flush=True)
sys.stdin.read()
"""


@contextmanager
def connected(listen: str, address: str) -> Iterator[tuple[socket.socket, "subprocess.Popen[str]"]]:
    """Give our end of a connection that another process has made, and that process."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.create_server((listen, 0), family=socket.AF_INET6 if ":" in listen else socket.AF_INET,
                              dualstack_ipv6=listen == "::") as server:  # fmt: skip
        server.settimeout(5)
        command = [sys.executable, "-c", CONNECT, str(int(family)), address, str(server.getsockname()[1])]
        child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            assert child.stdout is not None
            assert child.stdout.readline() == "connected\n"
            ours, _ = server.accept()
            with ours:
                yield ours, child
        finally:
            child.kill()
            child.communicate()


def ends(ours: socket.socket) -> tuple[End, End]:
    """Return both ends as the hub's doors name them."""
    here, there = ours.getsockname(), ours.getpeername()
    return (here[0].removeprefix("::ffff:"), here[1]), (there[0].removeprefix("::ffff:"), there[1])


@pytest.mark.parametrize(
    ("listen", "address"),
    [("127.0.0.1", "127.0.0.1"), ("::1", "::1"), ("::", "127.0.0.1"), ("::", "::1"), ("::", "::ffff:127.0.0.1")],
)
def test_the_process_that_connected(listen: str, address: str) -> None:
    if not socket.has_ipv6 and ":" in listen:
        pytest.skip("this machine has no IPv6")
    with connected(listen, address) as (ours, child):
        assert pid_of_peer(*ends(ours)) == child.pid


def test_nobody_holds_it_any_more() -> None:
    with connected("127.0.0.1", "127.0.0.1") as (ours, child):
        child.communicate("")
        with pytest.raises(ProcessLookupError):
            pid_of_peer(*ends(ours))


def test_another_connection_of_the_same_port_is_another() -> None:
    with connected("127.0.0.1", "127.0.0.1") as (ours, _):
        here, there = ends(ours)
        with pytest.raises(ProcessLookupError):
            pid_of_peer((here[0], here[1] ^ 1), there)


def test_a_connection_to_oneself() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as theirs:
        ours, _ = server.accept()
        with ours:
            assert pid_of_peer(ours.getsockname(), theirs.getsockname()) == os.getpid()

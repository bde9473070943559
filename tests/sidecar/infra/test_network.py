"""Who is on a port, and who is at the other end of a socket."""

import os
import socket
from pathlib import Path

from pilot_sidecar.infra.network import who_listens
from pilot_sidecar.infra.peer import is_same_user, peer_uid


def test_the_process_on_a_port_is_named() -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        assert who_listens(listening.getsockname()[1]) is None
        listening.listen()
        assert f"(pid {os.getpid()})" in str(who_listens(listening.getsockname()[1]))


def test_the_peer_of_a_local_socket_is_known(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as client:
        server.bind(str(tmp_path / "s"))
        server.listen()
        client.connect(str(tmp_path / "s"))
        connection, _ = server.accept()
        with connection:
            assert peer_uid(connection) == os.getuid()
            assert is_same_user(connection)

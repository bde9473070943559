"""The small HTTP client: what answers in HTTP is read whole, anything else is no answer."""

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import create_server

import pytest

from fakes.found_hub import Door, found_hub
from pilot_sidecar.infra.loopback import NoAnswerError, ask


@contextmanager
def answering(answer: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """Serve one connection with these bytes; yield the address, and what was asked."""
    asked: list[bytes] = []
    with create_server(("127.0.0.1", 0)) as server:
        server.settimeout(10)

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                asked.append(connection.recv(65_536))
                connection.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}", asked
        thread.join(10)


def test_what_is_asked_and_what_is_answered() -> None:
    with answering(b"HTTP/1.1 201 Created\r\nX: y\r\ncontent-LENGTH: 4\r\n\r\nok\r\n") as (url, asked):
        assert ask(url, "POST", "/api/x?y=z", {"Authorization": "Bearer t"}, b"{}") == (201, b"ok\r\n")
    head, _, body = asked[0].partition(b"\r\n\r\n")
    assert (head.split(b"\r\n")[0], body) == (b"POST /api/x?y=z HTTP/1.0", b"{}")
    assert {f"Host: {url[7:]}".encode(), b"Content-Length: 2", b"Authorization: Bearer t"} <= set(head.split(b"\r\n"))


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"SSH-2.0-OpenSSH_9\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\ncut",
        b"HTTP/1.1 ok\r\n\r\n",
        b"HTTP/1.1\r\n\r\n",
    ],
)
def test_what_is_no_answer(answer: bytes) -> None:
    with answering(answer) as (url, _), pytest.raises(NoAnswerError):
        ask(url, "GET", "/health", {}, timeout_s=5)


def test_nobody_and_somebody_who_says_nothing() -> None:
    with create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        with pytest.raises(TimeoutError):
            ask(url, "GET", "/health", {}, timeout_s=0.05)
    with pytest.raises(ConnectionRefusedError):
        ask(url, "GET", "/health", {}, timeout_s=5)


def test_somebody_who_never_comes_to_an_end() -> None:
    with create_server(("127.0.0.1", 0)) as server:
        gone = threading.Event()

        def drip() -> None:
            connection, _ = server.accept()
            with connection, contextlib.suppress(OSError):
                while not gone.wait(0.01):
                    connection.sendall(b"x")

        thread = threading.Thread(target=drip)
        thread.start()
        with pytest.raises(TimeoutError):
            ask(f"http://127.0.0.1:{server.getsockname()[1]}", "GET", "/health", {}, timeout_s=0.1)
        gone.set()
        thread.join(10)


async def test_a_hub_answers_it_and_says_nothing_to_strangers(tmp_path: Path) -> None:
    async with found_hub(tmp_path / "home") as door:
        await _ask_a_hub(door)


async def _ask_a_hub(door: Door) -> None:
    status, _ = await asyncio.to_thread(ask, door.hub.url, "GET", "/health", {})
    assert status == 200
    status, body = await asyncio.to_thread(ask, door.hub.url, "GET", "/api/snapshot", {})
    assert (status, b"unauthorized" in body) == (401, True)
    bearer = {"Authorization": f"Bearer {door.hub.token}"}
    status, body = await asyncio.to_thread(ask, door.hub.url, "GET", "/api/snapshot", bearer)
    assert (status, b'"cursor"' in body) == (200, True)

"""One port on several addresses."""

import errno
import socket

import pytest

from pilot_sidecar.infra.sockets import CannotBindError, listen_on, listen_on_all, resolve


def _close(found: dict[str, socket.socket]) -> None:
    for one in found.values():
        one.close()


def test_all_addresses_get_the_same_free_port() -> None:
    found = listen_on_all(["127.0.0.1", "127.0.0.2", "127.0.0.3"], [], 0)
    ports = {one.getsockname()[1] for one in found.values()}
    _close(found)
    assert len(found) == 3
    assert len(ports) == 1


def test_a_port_that_is_free_on_one_address_only_is_not_taken() -> None:
    """The first free port the system offers is taken on the second address: another one is found."""
    offers = [listen_on("127.0.0.1", 0) for _ in range(3)]
    ports = [one.getsockname()[1] for one in offers]
    blocked = [listen_on("127.0.0.2", port) for port in ports]
    for one in offers:
        one.close()
    found = listen_on_all(["127.0.0.1", "127.0.0.2"], [], 0)
    assert found["127.0.0.1"].getsockname()[1] not in ports
    _close(found)
    for one in blocked:
        one.close()


def test_a_required_address_says_what_is_wrong_and_leaves_nothing_open() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(CannotBindError) as caught:
        listen_on_all(["127.0.0.1", "203.0.113.7"], [], port)
    assert (caught.value.host, caught.value.errno) == ("203.0.113.7", errno.EADDRNOTAVAIL)
    listen_on("127.0.0.1", port).close()


def test_what_is_only_wanted_may_be_missing() -> None:
    found = listen_on_all(["127.0.0.1"], ["203.0.113.7"], 0)
    assert list(found) == ["127.0.0.1"]
    _close(found)


def test_a_taken_port_is_told_as_such() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(CannotBindError) as caught:
            listen_on_all(["127.0.0.1"], [], taken.getsockname()[1])
    assert caught.value.errno == errno.EADDRINUSE


@pytest.mark.parametrize("host", ["no such name", "a" * 300, "\ud800"])
def test_a_name_that_stands_for_nothing_is_no_address(host: str) -> None:
    with pytest.raises(CannotBindError) as caught:
        resolve(host)
    assert (caught.value.host, caught.value.errno) == (host, errno.EADDRNOTAVAIL)

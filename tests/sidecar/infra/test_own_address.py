"""Whether a peer is this machine."""

import pytest

from pilot_sidecar.infra.addresses import read_addresses
from pilot_sidecar.infra.own_address import is_own_address


@pytest.mark.parametrize("ip", ["127.0.0.1", "127.9.9.9", "::1"])
def test_loopback_is_this_machine(ip: str) -> None:
    assert is_own_address(ip)


def test_every_address_of_an_interface_is_this_machine() -> None:
    for address in read_addresses():
        assert is_own_address(address.ip), address


@pytest.mark.parametrize(
    "ip", ["203.0.113.7", "198.51.100.1", "2001:db8::7", "fe80::dead", "0.0.0.0", "::", "224.0.0.1", "", "x"]
)
def test_nobody_else_is(ip: str) -> None:
    assert not is_own_address(ip)

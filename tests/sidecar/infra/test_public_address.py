"""Which addresses are public."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilot_sidecar.infra.public_address import is_public

PRIVATE = [
    "127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10", "0.0.0.0/8",
    "224.0.0.0/4", "240.0.0.0/4", "192.0.2.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
]  # fmt: skip


@pytest.mark.parametrize("ip", ["142.250.74.106", "17.188.143.1", "2a00:1450:4009::200a", "64:ff9b::8efa:4a6a"])
def test_those_of_the_internet(ip: str) -> None:
    assert is_public(ip)


@pytest.mark.parametrize(
    "ip",
    [
        "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12:3456::1", "ff02::1", "ff0e::1", "2001:db8::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:a9fe:a9fe", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1",
        "64:ff9b:1::a00:1", "2002:7f00:1::", "2002:a00:1::1", "2001::1", "100::1", "fec0::1", "4000::1", "5f00::1",
        "255.255.255.255", "", "localhost", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "1.2.3.4.5", "x",
    ],
)  # fmt: skip
def test_none_of_ours_by_any_spelling(ip: str) -> None:
    assert not is_public(ip)


@given(network=st.sampled_from(PRIVATE), place=st.integers(0, 2**32 - 1), form=st.sampled_from(["{}", "::ffff:{}"]))
def test_no_address_of_a_private_network(network: str, place: int, form: str) -> None:
    found = ipaddress.IPv4Network(network)
    assert not is_public(form.format(found[place % found.num_addresses]))

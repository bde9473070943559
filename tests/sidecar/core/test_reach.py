"""What devices are told about where the hub is."""

import pytest

from pilot_sidecar.core.reach import LOOPBACK_NAMES, Listening, Reach, machine_names
from pilot_sidecar.core.reach_model import TunnelStatus
from pilot_sidecar.infra.addresses import OwnAddress

WIFI = OwnAddress("192.168.1.5", "wlan0", "wifi")
WIFI_6 = OwnAddress("fd00::5", "wlan0", "wifi")
DOCKER = OwnAddress("172.17.0.1", "docker0", "virtual")
OWN = (WIFI, WIFI_6, DOCKER)
UP = TunnelStatus(state="up", provider="cloudflared", url="https://a-b.trycloudflare.com")


class Told:
    """A reach whose machine and tunnel a test moves."""

    def __init__(self) -> None:
        self.tunnel = TunnelStatus()
        self.own: tuple[OwnAddress, ...] = OWN
        self.reach = Reach(lambda: self.tunnel, lambda: self.own)

    def urls(self) -> list[str]:
        return [address.url for address in self.reach.now().addresses]


@pytest.fixture
def told() -> Told:
    return Told()


def test_a_hub_of_this_machine_alone_says_so(told: Told) -> None:
    told.reach.listens(Listening("127.0.0.1", 4097))
    now = told.reach.now()
    assert told.urls() == ["http://127.0.0.1:4097"]
    assert (now.addresses[0].reach, now.addresses[0].secure, now.warning, now.certificate) == (
        "local",
        True,
        None,
        None,
    )
    assert told.reach.names() == LOOPBACK_NAMES


def test_all_addresses_are_listed_best_first_and_loopback_last(told: Told) -> None:
    told.reach.listens(Listening("0.0.0.0", 4097, tuple(address.ip for address in OWN)))
    told.tunnel = UP
    assert told.urls() == [
        "https://a-b.trycloudflare.com",
        "http://192.168.1.5:4097",
        "http://172.17.0.1:4097",
        "http://127.0.0.1:4097",
    ]
    found = told.reach.now().addresses
    assert [address.label for address in found] == [
        "cloudflared",
        "Wi-Fi (wlan0)",
        "Virtual network (docker0)",
        "this machine",
    ]
    assert [address.secure for address in found] == [True, False, False, True]


def test_a_host_of_both_families_lists_both(told: Told) -> None:
    told.reach.listens(Listening("::", 4097, tuple(address.ip for address in OWN)))
    assert told.urls()[:2] == ["http://192.168.1.5:4097", "http://[fd00::5]:4097"]


def test_one_chosen_address_lists_that_one(told: Told) -> None:
    told.reach.listens(Listening("192.168.1.5", 4097, ("192.168.1.5",)))
    assert told.urls() == ["http://192.168.1.5:4097", "http://127.0.0.1:4097"]


def test_with_tls_only_what_has_a_listener_is_listed(told: Told) -> None:
    told.reach.listens(Listening("0.0.0.0", 4097, ("192.168.1.5",), tls=True, fingerprint="AA:BB"))
    now = told.reach.now()
    assert told.urls() == ["https://192.168.1.5:4097", "http://127.0.0.1:4097"]
    assert (now.tls, now.certificate, now.fingerprint, now.addresses[0].secure) == (
        True,
        "/pilot-ca.crt",
        "AA:BB",
        True,
    )


def test_a_network_without_tls_is_warned_of(told: Told) -> None:
    told.reach.listens(Listening("0.0.0.0", 4097))
    assert "not encrypted" in (told.reach.warning() or "")
    assert "only paired ones" in (told.reach.warning() or "")
    told.reach.listens(Listening("0.0.0.0", 4097, tls=True))
    assert "encrypted" not in (told.reach.warning() or "")


def test_a_name_that_means_this_machine_alone_opens_nothing(told: Told) -> None:
    told.reach.listens(Listening("mybox", 4097, ("127.0.1.1",)))
    assert told.reach.warning() is None
    assert told.urls() == ["http://127.0.0.1:4097"]
    assert told.reach.names() == LOOPBACK_NAMES | {"mybox"}


def test_a_tunnel_counts_while_it_is_up(told: Told) -> None:
    told.reach.listens(Listening("127.0.0.1", 4097))
    for state in ("off", "starting", "retrying", "failed"):
        told.tunnel = TunnelStatus(state=state, url=UP.url)
        assert told.urls() == ["http://127.0.0.1:4097"]
    told.tunnel = TunnelStatus(state="up", provider="custom", url="http://tunnel.example:9000")
    first = told.reach.now().addresses[0]
    assert (first.url, first.secure, first.label) == ("http://tunnel.example:9000", False, "Tunnel")


def test_names_follow_the_tunnel_and_are_made_once(told: Told) -> None:
    told.reach.listens(Listening("127.0.0.1", 4097))
    assert told.reach.names() is told.reach.names()
    told.tunnel = UP
    assert told.reach.names() == LOOPBACK_NAMES | {"a-b.trycloudflare.com"}
    assert told.reach.names() is told.reach.names()
    told.tunnel = TunnelStatus()
    assert told.reach.names() == LOOPBACK_NAMES


def test_the_network_may_call_the_machine_by_its_name(told: Told) -> None:
    told.reach.listens(Listening("0.0.0.0", 4097, ("192.168.1.5",)))
    assert told.reach.names() == LOOPBACK_NAMES | {"192.168.1.5"} | machine_names()
    told.reach.listens(Listening("MyBox.lan", 4097, ("192.168.1.5",)))
    assert {"mybox.lan", "192.168.1.5"} <= told.reach.names()
    told.reach.listens(Listening("127.0.0.1", 4097))
    assert told.reach.names() == LOOPBACK_NAMES


def test_a_machine_that_moves_is_found_at_its_new_address(told: Told) -> None:
    told.reach.listens(Listening("0.0.0.0", 4097))
    told.own = (OwnAddress("10.0.0.9", "wlan0", "wifi"),)
    assert told.urls()[0] == "http://10.0.0.9:4097"

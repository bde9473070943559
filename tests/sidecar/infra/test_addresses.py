"""The machine's addresses, best first."""

import pytest

from pilot_sidecar.infra.addresses import OwnAddress, OwnAddresses, best_first, kind_of, label_of, reachable_ip


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("wlan0", "wifi"), ("wlp3s0", "wifi"), ("Wi-Fi", "wifi"),
        ("eth0", "ethernet"), ("enp0s31f6", "ethernet"), ("eno1", "ethernet"), ("Ethernet 2", "ethernet"),
        ("en0", "other"), ("usb0", "other"),
        ("tun0", "vpn"), ("utun4", "vpn"), ("wg0", "vpn"), ("tailscale0", "vpn"),
        ("docker0", "virtual"), ("br-4f2a", "virtual"), ("veth12", "virtual"), ("virbr0", "virtual"),
        ("bridge100", "virtual"), ("vEthernet (WSL)", "virtual"), ("vmnet8", "virtual"),
    ],
)  # fmt: skip
def test_an_interface_is_known_by_its_name(name: str, kind: str) -> None:
    assert kind_of(name) == kind


@pytest.mark.parametrize(
    ("text", "ip"),
    [
        ("192.168.1.5", "192.168.1.5"), ("FD00:0::5", "fd00::5"), ("127.0.0.1", None), ("::1", None), ("0.0.0.0", None),
        ("fe80::1%eth0", None), ("ff02::1", None), ("02:fc:00:00:00:01", None), ("", None),
    ],
)  # fmt: skip
def test_only_what_other_devices_can_use_counts(text: str, ip: str | None) -> None:
    assert reachable_ip(text) == ip


def test_a_phone_gets_the_real_network_before_bridges_and_the_way_out_before_all() -> None:
    docker, vpn = OwnAddress("172.17.0.1", "docker0", "virtual"), OwnAddress("10.8.0.2", "tun0", "vpn")
    wifi_6, wifi = OwnAddress("fd00::5", "wlan0", "wifi"), OwnAddress("192.168.1.5", "wlan0", "wifi")
    cable, unknown = OwnAddress("10.0.0.5", "eth0", "ethernet"), OwnAddress("10.9.0.5", "usb0")
    found = [docker, vpn, wifi_6, unknown, cable, wifi, wifi]
    assert best_first(found, "192.168.1.5") == (wifi, cable, wifi_6, unknown, vpn, docker)
    assert best_first(found, "10.8.0.2")[0] == cable  # all traffic through a VPN does not make phones reach it


def test_addresses_have_names_for_people() -> None:
    assert label_of(OwnAddress("192.168.1.5", "wlan0", "wifi")) == "Wi-Fi (wlan0)"
    assert label_of(OwnAddress("fd00::5", "eth0", "ethernet")) == "Ethernet (eth0, IPv6)"
    assert label_of(OwnAddress("172.17.0.1", "docker0", "virtual")) == "Virtual network (docker0)"


def test_interfaces_are_read_again_after_a_while_only() -> None:
    now = [0.0]
    read = OwnAddresses(lambda: now[0])
    first = read()
    assert read() is first
    now[0] = 3.1
    assert read() == first
    assert read() is not first or first == ()

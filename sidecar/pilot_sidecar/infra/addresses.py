"""The addresses at which other devices may find this machine, best first."""

import ipaddress
import re
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pilot_sidecar.infra.network import own_address

Kind = Literal["wifi", "ethernet", "other", "vpn", "virtual"]
SYS_NET = Path("/sys/class/net")
KEPT_S = 3.0
"""Interfaces are read at most this often."""
_RANK: dict[Kind, int] = {"wifi": 0, "ethernet": 0, "other": 1, "vpn": 2, "virtual": 3}
_VIRTUAL = re.compile(
    r"docker|br-|veth|virbr|vmnet|vboxnet|vnet|lxc|lxd|cni|flannel|cali|kube|podman|bridge|ifb|dummy|awdl|llw|anpi|ap\d"
    r"|vethernet|hyper-v|virtualbox|vmware|loopback",
    re.IGNORECASE,
)
_VPN = re.compile(r"tun|tap|utun|wg|wireguard|tailscale|zt|zerotier|ppp|ipsec|nordlynx|proton|cscotun", re.IGNORECASE)
_WIFI = re.compile(r"wl|wi-?fi|wireless|ath\d", re.IGNORECASE)
_ETHERNET = re.compile(r"eth|en[opsx]\w|em\d|ethernet", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class OwnAddress:
    """One address of this machine that is not loopback and not link-local."""

    ip: str
    interface: str
    kind: Kind = "other"

    @property
    def version(self) -> int:
        """4 or 6."""
        return 6 if ":" in self.ip else 4


class OwnAddresses:
    """Reads this machine's interfaces, and keeps what it saw for a few seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seen: tuple[OwnAddress, ...] = ()
        self._until = float("-inf")

    def __call__(self) -> tuple[OwnAddress, ...]:
        """Return the addresses, best first; it may take some milliseconds, so keep it off the loop."""
        if self._clock() >= self._until:
            self._seen = best_first(read_addresses(), own_address())
            self._until = self._clock() + KEPT_S
        return self._seen


def read_addresses() -> list[OwnAddress]:
    """Return the addresses of all interfaces that are up, in the system's order."""
    import psutil  # late: hubs that only listen to their own machine never need it

    states = psutil.net_if_stats()
    return [
        OwnAddress(ip, name, kind_of(name))
        for name, found in psutil.net_if_addrs().items()
        if name not in states or states[name].isup
        for entry in found
        if entry.family in (socket.AF_INET, socket.AF_INET6) and (ip := reachable_ip(entry.address)) is not None
    ]


def reachable_ip(text: str) -> str | None:
    """Return an address in its usual form, None for one that other devices cannot use."""
    try:
        found = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if found.is_loopback or found.is_unspecified or found.is_multicast or (found.version == 6 and found.is_link_local):
        return None
    return str(found)


def best_first(found: list[OwnAddress], preferred: str | None) -> tuple[OwnAddress, ...]:
    """Order addresses: real interfaces before made-up ones, the one with the way out first, IPv4 before IPv6."""

    def rank(address: OwnAddress) -> tuple[int, bool, int]:
        return _RANK[address.kind], address.ip != preferred, address.version

    return tuple(sorted(dict.fromkeys(found), key=rank))


def kind_of(name: str) -> Kind:
    """Tell what an interface is, by what the system says about it, else by its name."""
    if _VIRTUAL.match(name):
        return "virtual"
    if _VPN.match(name):
        return "vpn"
    if _WIFI.match(name) or (sys.platform == "linux" and (SYS_NET / name / "wireless").exists()):
        return "wifi"
    return "ethernet" if _ETHERNET.match(name) else "other"


def label_of(address: OwnAddress) -> str:
    """Return what to call an address to people."""
    words = {"wifi": "Wi-Fi", "ethernet": "Ethernet", "other": "Network", "vpn": "VPN", "virtual": "Virtual network"}
    version = ", IPv6" if address.version == 6 else ""
    return f"{words[address.kind]} ({address.interface}{version})"

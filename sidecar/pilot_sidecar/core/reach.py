"""Where devices reach the hub, best address first."""

import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from pilot_sidecar.core.reach_model import HubAddress, Reachability, TunnelStatus
from pilot_sidecar.infra.addresses import OwnAddress, OwnAddresses, label_of
from pilot_sidecar.infra.network import is_any, is_loopback, printable

LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})
_OPEN = "Every device in your network can reach the hub; only paired ones get in."
_PLAIN = "It is not encrypted: whoever listens in that network can read along. PILOT_TLS=true encrypts it."


@dataclass(frozen=True, slots=True)
class Listening:
    """What the HTTP door listens on, beside loopback."""

    host: str
    port: int
    addresses: tuple[str, ...] = ()
    """Where it listens, as addresses; for a host that stands for all, those of the moment."""
    tls: bool = False
    fingerprint: str | None = None
    """Of the certificate that phones have to trust."""

    @property
    def in_network(self) -> bool:
        """Others than this machine can reach it, or could if there were a network."""
        return is_any(self.host) or any(not is_loopback(ip) for ip in self.addresses)


class Reach:
    """Told by the HTTP door where it listens."""

    def __init__(
        self, tunnel: Callable[[], TunnelStatus], own_addresses: Callable[[], Sequence[OwnAddress]] | None = None
    ) -> None:
        self._tunnel = tunnel
        self.own_addresses = own_addresses or OwnAddresses()
        """Reads this machine's addresses; off the loop."""
        self.local_url = ""
        """Where a browser on this machine finds the hub: always plain, always there."""
        self._listening = Listening("127.0.0.1", 0)
        self._names = LOOPBACK_NAMES
        self._tunnel_url: str | None = None
        self._with_tunnel = LOOPBACK_NAMES

    def listens(self, listening: Listening) -> None:
        """Note where the door listens now."""
        self._listening = listening
        self.local_url = f"http://127.0.0.1:{listening.port}"
        self._names = LOOPBACK_NAMES | _network_names(listening)
        self._tunnel_url, self._with_tunnel = None, self._names

    def now(self) -> Reachability:
        """Return every address that works now; reads the machine's interfaces, so keep it off the loop."""
        listening, tunnel = self._listening, self._tunnel()
        addresses = []
        if tunnel.state == "up" and tunnel.url:
            secure = tunnel.url.startswith("https:")
            label = tunnel.provider if tunnel.provider != "custom" else "Tunnel"
            addresses.append(HubAddress(url=tunnel.url, reach="tunnel", label=label or "Tunnel", secure=secure))
        if listening.in_network:
            addresses += [self._in_network(address) for address in self._reachable()]
        addresses.append(HubAddress(url=self.local_url, reach="local", label="this machine", secure=True))
        return Reachability(
            addresses=addresses,
            host=listening.host,
            tls=listening.tls,
            certificate="/pilot-ca.crt" if listening.tls else None,
            fingerprint=listening.fingerprint,
            warning=self.warning(),
            tunnel=tunnel,
        )

    def warning(self) -> str | None:
        """Return what to mind while the network can reach the hub."""
        if not self._listening.in_network:
            return None
        return _OPEN if self._listening.tls else f"{_OPEN} {_PLAIN}"

    def names(self) -> frozenset[str]:
        """Return the names under which requests may arrive; the same object until they change."""
        url = self._tunnel().url
        if url != self._tunnel_url:
            name = urlsplit(url).hostname if url else None
            self._tunnel_url, self._with_tunnel = url, self._names | ({name.lower()} if name else set())
        return self._with_tunnel

    def _reachable(self) -> list[OwnAddress]:
        listening = self._listening
        found = self.own_addresses()
        if listening.tls or not is_any(listening.host):
            found = [address for address in found if address.ip in listening.addresses]
        elif ":" not in listening.host:
            found = [address for address in found if address.version == 4]
        return list(found)

    def _in_network(self, address: OwnAddress) -> HubAddress:
        tls = self._listening.tls
        url = f"{'https' if tls else 'http'}://{printable(address.ip)}:{self._listening.port}"
        return HubAddress(url=url, reach="lan", label=label_of(address), secure=tls)


def _network_names(listening: Listening) -> frozenset[str]:
    """Return what the hub is called in the network, nothing where the network does not reach it."""
    host = listening.host.strip("[]").lower()
    named = frozenset() if is_any(host) else frozenset({host})
    if not listening.in_network:
        return named
    return named | frozenset(listening.addresses) | machine_names()


def machine_names() -> frozenset[str]:
    """Return the machine's name as others in its network call it."""
    name = socket.gethostname().lower().rstrip(".")
    short = name.partition(".")[0]
    return frozenset({name, f"{short}.local"} if short else ())

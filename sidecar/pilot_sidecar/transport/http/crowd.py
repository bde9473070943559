"""How many connections there may be: those from elsewhere are bounded, so that they never take the owner's places."""

import ipaddress
from collections import Counter
from typing import Literal

from pilot_sidecar.transport.http.limits import Limits
from pilot_sidecar.transport.http.lockout import network_of


class Crowd:
    """Counts connections from elsewhere; those of this machine are not counted."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._counts: Counter[str] = Counter()

    def come(self, door: Literal["open", "tunnel"], peer: object) -> str | None:
        """Return the place taken, empty where none is needed, None where there is none left."""
        place = self._place(door, peer)
        if place:
            limits = self._limits
            limit = limits.through_the_tunnel if place == "tunnel" else limits.from_one_address
            if self._counts[place] >= limit or self._counts.total() >= limits.from_elsewhere:
                return None
            self._counts[place] += 1
        return place

    def go(self, place: str) -> None:
        """Free a place."""
        if place:
            self._counts[place] -= 1
            if self._counts[place] <= 0:
                del self._counts[place]

    def __len__(self) -> int:
        return self._counts.total()

    def _place(self, door: Literal["open", "tunnel"], peer: object) -> str:
        if door == "tunnel":
            return "tunnel"
        if not isinstance(peer, tuple) or not peer:
            return ""
        address = str(peer[0])
        return "" if _is_loopback(address) else network_of(address)


def _is_loopback(address: str) -> bool:
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    return bool((mapped or found).is_loopback)

"""How many connections there may be: those from elsewhere are bounded, so that they never take the owner's places."""

import ipaddress
from collections import Counter
from typing import Literal

from pilot_sidecar.transport.http.lockout import network_of

FROM_ELSEWHERE = 256
"""All from networks and the tunnel together. The owner alone may hold 512 streams, a process 1,024 files at first."""
FROM_ONE_ADDRESS = 64
THROUGH_THE_TUNNEL = 192
"""Its program makes one for each request of whoever is behind it."""


class Crowd:
    """Counts connections from elsewhere; those of this machine are not counted."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def come(self, door: Literal["open", "tunnel"], peer: object) -> str | None:
        """Return the place taken, empty where none is needed, None where there is none left."""
        place = self._place(door, peer)
        if place:
            limit = THROUGH_THE_TUNNEL if place == "tunnel" else FROM_ONE_ADDRESS
            if self._counts[place] >= limit or self._counts.total() >= FROM_ELSEWHERE:
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

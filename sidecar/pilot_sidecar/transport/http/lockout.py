"""Slows down whoever guesses: per address, over all of them, and much sooner for codes that people type."""

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from pilot_sidecar.core.errors import RateLimitedError
from pilot_sidecar.core.whence import Whence
from pilot_sidecar.infra.clock import Clock

ADDRESSES = 10_000
"""Addresses that are remembered; the one that was quiet longest is forgotten first."""
LOCKED_S = 60.0


@dataclass(frozen=True, slots=True)
class Limit:
    """So many failures at once, so many more as time passes, then a lock for ``locked_s``."""

    failures: int
    per_s: float
    locked_s: float = LOCKED_S


PER_ADDRESS = Limit(60, 0.5)
IN_TOTAL = Limit(600, 5)
"""Over all addresses but those of this machine: many addresses that guess together."""
SHORT_PER_ADDRESS = Limit(5, 5 / 600, 600)
SHORT_IN_TOTAL = Limit(20, 20 / 600, 600)
"""This machine's included: a short code has 40 bits only."""

Refused = Callable[[Whence, Literal["wrong", "locked"]], None]
"""Hears of each failure, and when one was the last that an address may make for a while."""


class Lockout:
    """Counts failures; never asked about credentials that are right, so that nobody locks the owner out."""

    def __init__(self, clock: Clock, refused: Refused = lambda _whence, _how: None) -> None:
        self._refused = refused
        self._addresses = _Counts(clock, PER_ADDRESS)
        self._total = _Counts(clock, IN_TOTAL)
        self._short = _Counts(clock, SHORT_PER_ADDRESS)
        self._short_total = _Counts(clock, SHORT_IN_TOTAL)

    def require_open(self, whence: Whence) -> None:
        """Raise RateLimitedError where an address is locked out, or all elsewhere are; never for this machine.

        For what nobody guesses, 128 bits and more: whoever floods this machine must not keep its owner out.
        """
        if whence.reach != "local":
            self._require(whence)

    def count(self, whence: Whence) -> None:
        """Note a wrong token or code; raises RateLimitedError once there are too many."""
        try:
            self._require(whence)
        except RateLimitedError:
            self._refused(whence, "wrong")
            raise
        last = self._addresses.add(network_of(whence.address))
        if whence.reach != "local":
            last = self._total.add("") or last
        self._refused(whence, "locked" if last else "wrong")

    def allow_short_code(self, whence: Whence) -> None:
        """Raise RateLimitedError unless this address may try a typed code; ask before comparing it."""
        self._require(whence)
        self._short.require(network_of(whence.address))
        self._short_total.require("")

    def wrong_short_code(self, whence: Whence) -> bool:
        """Note a wrong typed code; True when there were so many that every open short code must die."""
        self.count(whence)
        locked = self._short.add(network_of(whence.address))
        dead = self._short_total.add("")
        if locked or dead:
            self._refused(whence, "locked")
        return dead

    def _require(self, whence: Whence) -> None:
        self._addresses.require(network_of(whence.address))
        if whence.reach != "local":
            self._total.require("")


def network_of(address: str) -> str:
    """Return what counts as one address: an IPv4 address, or the /64 that one IPv6 customer has."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address[:64]
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.IPv6Network((found, 64), strict=False).network_address)


@dataclass(slots=True)
class _Count:
    level: float = 0.0
    at: float = 0.0
    locked_until: float = 0.0


class _Counts:
    """A leaky bucket for each key, of bounded number."""

    def __init__(self, clock: Clock, limit: Limit) -> None:
        self._clock = clock
        self._limit = limit
        self._counts: dict[str, _Count] = {}

    def __len__(self) -> int:
        return len(self._counts)

    def require(self, key: str) -> None:
        """Raise RateLimitedError while the key is locked."""
        count = self._counts.get(key)
        left = count.locked_until - self._clock.monotonic_s() if count else 0.0
        if left > 0:
            raise RateLimitedError("Too many failed attempts.", max(1, round(left)))

    def add(self, key: str) -> bool:
        """Note a failure; True when it locks the key."""
        now = self._clock.monotonic_s()
        count = self._counts.pop(key, None) or _Count(at=now)
        self._counts[key] = count
        if len(self._counts) > ADDRESSES:
            del self._counts[next(iter(self._counts))]
        count.level = max(0.0, count.level - (now - count.at) * self._limit.per_s) + 1
        count.at = now
        if count.level < self._limit.failures:
            return False
        count.level, count.locked_until = 0.0, now + self._limit.locked_s
        return True

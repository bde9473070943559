"""Browsers that wait for a person's yes, each with a ticket that is good once and from one address only."""

import hashlib
import secrets
from dataclasses import dataclass

from pilot_sidecar.core.whence import Whence
from pilot_sidecar.infra.clock import Clock
from pilot_sidecar.transport.call import Invitation

KEPT_MS = 60_000
"""How long after its end a page may still ask how it ended."""
AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Guest:
    """Who waits, and for what."""

    name: str
    invitation: Invitation
    confirmation_id: str
    whence: Whence
    expires_at: int


class WaitingRoom:
    """Knows tickets by their hash."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._guests: dict[bytes, Guest] = {}

    def admit(self, guest: Guest) -> str:
        """Return a ticket of 256 bits."""
        now = self._clock.now_ms()
        self._guests = {key: one for key, one in self._guests.items() if one.expires_at + KEPT_MS > now}
        while len(self._guests) >= AT_ONCE:
            del self._guests[next(iter(self._guests))]
        ticket = secrets.token_urlsafe(32)
        self._guests[_hash(ticket)] = guest
        return ticket

    def find(self, ticket: str, whence: Whence) -> Guest | None:
        """Return who has this ticket, if it comes from where it was given out."""
        guest = self._guests.get(_hash(ticket))
        if guest is None or (guest.whence.reach, guest.whence.address) != (whence.reach, whence.address):
            return None
        return guest

    def leave(self, ticket: str) -> bool:
        """Let the ticket be good for nothing; False when it was already."""
        return self._guests.pop(_hash(ticket), None) is not None


def _hash(ticket: str) -> bytes:
    return hashlib.sha256(ticket.encode("utf-8", "surrogatepass")).digest()

"""Open invitations: each has a code for links and one for typing, is good once and for ten minutes."""

import hashlib
import secrets
from dataclasses import dataclass
from typing import Generic, TypeVar

from pilot_sidecar.core.short_codes import make_short_code, short_code
from pilot_sidecar.infra.clock import Clock

VALID_MS = 10 * 60_000
AT_ONCE = 50
"""Past it the oldest goes."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Codes:
    """Two ways to say the same."""

    code: str
    """128 bits."""
    short: str
    """40 bits: few attempts are allowed."""
    expires_at: int


@dataclass(slots=True)
class _Open(Generic[T]):
    what: T
    expires_at: int
    short: bytes | None


class Invitations(Generic[T]):
    """Keeps what codes are good for; the codes themselves only as hashes."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._open: dict[bytes, _Open[T]] = {}

    def add(self, what: T) -> Codes:
        """Return fresh codes."""
        self._forget_old()
        while len(self._open) >= AT_ONCE:
            del self._open[next(iter(self._open))]
        codes = Codes(secrets.token_urlsafe(16), make_short_code(), self._clock.now_ms() + VALID_MS)
        self._open[_hash(codes.code)] = _Open(what, codes.expires_at, _hash(codes.short))
        return codes

    def find(self, code: str) -> T | None:
        """Return what a code is good for, and leave it open. A hash lookup: nothing to time."""
        key = self._key(code)
        return None if key is None else self._open[key].what

    def take(self, code: str) -> T | None:
        """Return what a code is good for; from now on it and its twin are good for nothing."""
        key = self._key(code)
        return None if key is None else self._open.pop(key).what

    def end_all(self) -> None:
        """Let no code be good for anything any more."""
        self._open.clear()

    def end_short_codes(self) -> None:
        """Let no typed code be good for anything any more; links stay."""
        for one in self._open.values():
            one.short = None

    def _key(self, code: str) -> bytes | None:
        self._forget_old()
        if (typed := short_code(code)) is None:
            key = _hash(code.strip())
            return key if key in self._open else None
        wanted = _hash(typed)
        return next((key for key, one in self._open.items() if one.short == wanted), None)

    def _forget_old(self) -> None:
        now = self._clock.now_ms()
        for key in [key for key, one in self._open.items() if one.expires_at <= now]:
            del self._open[key]


def _hash(code: str) -> bytes:
    return hashlib.sha256(code.encode("utf-8", "surrogatepass")).digest()

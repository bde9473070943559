"""What waits for a person at the hub's machine: a device that wants in, a token that is to be rotated."""

import asyncio
import secrets
from dataclasses import dataclass, field
from typing import Literal

from pilot_sidecar.core.bus import Bus
from pilot_sidecar.core.devices_model import Confirmation
from pilot_sidecar.core.errors import ConflictError, NotFoundError, RateLimitedError
from pilot_sidecar.core.events import ConfirmationPending, ConfirmationResolved
from pilot_sidecar.core.models import Scope
from pilot_sidecar.core.whence import Whence
from pilot_sidecar.infra.clock import Clock

VALID_MS = 2 * 60_000
AT_ONCE = 6
"""More questions than this at a time would only make people say yes."""
AT_ONCE_EACH = 2
"""From one address."""
REMEMBERED = 50
"""Ended ones, for those who wait for the answer or answer too late."""

Kind = Literal["pairing", "token_rotation"]
_ENDED = {"allowed": "This was allowed already.", "refused": "This was refused already."}


@dataclass(slots=True)
class _Asked:
    confirmation: Confirmation
    ended: asyncio.Event = field(default_factory=asyncio.Event)


class Confirmations:
    """Holds what waits, announces it, and takes the answer once."""

    def __init__(self, bus: Bus, clock: Clock) -> None:
        self._bus = bus
        self._clock = clock
        self._asked: dict[str, _Asked] = {}
        self._deadline_changed = asyncio.Event()

    def pending(self) -> list[Confirmation]:
        """Return what waits, oldest first."""
        now = self._clock.now_ms()
        found = (asked.confirmation for asked in self._asked.values())
        return [one for one in found if one.state == "pending" and one.expires_at > now]

    def ask(self, kind: Kind, name: str, scope: Scope | None, whence: Whence) -> Confirmation:
        """Ask for a person's yes; ``wait`` returns the answer. Raises RateLimitedError while too much waits."""
        self.expire_due()
        self._require_room(whence.address)
        now = self._clock.now_ms()
        confirmation = Confirmation(
            id=f"conf_{secrets.token_hex(8)}", kind=kind, name=name, scope=scope, address=whence.address or None,
            reach=whence.reach, created_at=now, expires_at=now + VALID_MS,
        )  # fmt: skip
        self._forget_oldest()
        self._asked[confirmation.id] = _Asked(confirmation)
        self._deadline_changed.set()
        self._bus.publish(ConfirmationPending(at=now, confirmation=confirmation))
        return confirmation

    def answer(self, confirmation_id: str, *, allow: bool) -> Confirmation:
        """End one; raises NotFoundError, or ConflictError when it does not wait any more."""
        self.expire_due()
        asked = self._asked.get(confirmation_id)
        if asked is None:
            raise NotFoundError("Nothing like this waits for an answer.")
        if (state := asked.confirmation.state) != "pending":
            told = _ENDED.get(state, "This does not wait for an answer any more.")
            raise ConflictError(told, "Ask for it anew." if state != "allowed" else None)
        return self._end(asked, "allowed" if allow else "refused")

    def withdraw(self, confirmation_id: str) -> bool:
        """End what nobody wants to know any more; False if it had ended."""
        asked = self._asked.get(confirmation_id)
        if asked is None or asked.confirmation.state != "pending":
            return False
        self._end(asked, "expired")
        return True

    async def wait(self, confirmation_id: str, timeout_s: float | None = None) -> Confirmation:
        """Return it once it has ended, or as it is after ``timeout_s``; it expires by itself."""
        asked = self._asked.get(confirmation_id)
        if asked is None:
            raise NotFoundError("Nothing like this waits for an answer.")
        left_s = (asked.confirmation.expires_at - self._clock.now_ms()) / 1000
        try:
            async with asyncio.timeout(max(0.0, left_s if timeout_s is None else min(left_s, timeout_s))):
                await asked.ended.wait()
        except TimeoutError:
            self.expire_due()
        return asked.confirmation

    def expire_due(self) -> list[Confirmation]:
        """End those that nobody answered in time, and return them."""
        now = self._clock.now_ms()
        due = [one for one in self._asked.values() if one.confirmation.state == "pending"]
        return [self._end(one, "expired") for one in due if one.confirmation.expires_at <= now]

    def give_up(self) -> None:
        """End all that wait: the hub stops, and whoever waits for an answer must not hold it up."""
        for asked in list(self._asked.values()):
            if asked.confirmation.state == "pending":
                self._end(asked, "expired")

    def next_deadline(self) -> int | None:
        """Return when the next one expires (ms since 1970)."""
        return min((one.expires_at for one in self.pending()), default=None)

    async def deadline_changed(self, timeout_s: float | None) -> None:
        """Return when there is another one, or after ``timeout_s``."""
        try:
            async with asyncio.timeout(timeout_s):
                await self._deadline_changed.wait()
        except TimeoutError:
            return
        self._deadline_changed.clear()

    def _require_room(self, address: str) -> None:
        waiting = self.pending()
        same = [one for one in waiting if (one.address or "") == address]
        if len(waiting) >= AT_ONCE or len(same) >= AT_ONCE_EACH:
            first = min(one.expires_at for one in (same if len(same) >= AT_ONCE_EACH else waiting))
            left_s = max(1, round((first - self._clock.now_ms()) / 1000))
            raise RateLimitedError("Too much waits for an answer at the hub's machine already.", left_s)

    def _forget_oldest(self) -> None:
        ended = [key for key, asked in self._asked.items() if asked.confirmation.state != "pending"]
        for key in ended[: max(0, len(ended) - REMEMBERED + 1)]:
            del self._asked[key]

    def _end(self, asked: _Asked, state: Literal["allowed", "refused", "expired"]) -> Confirmation:
        asked.confirmation = asked.confirmation.model_copy(update={"state": state})
        self._bus.publish(ConfirmationResolved(at=self._clock.now_ms(), confirmation=asked.confirmation))
        asked.ended.set()
        return asked.confirmation

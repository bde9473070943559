"""What waits for a person at the hub's machine: a device that wants in, a token that is to be rotated."""

import asyncio
import secrets
from dataclasses import dataclass, field
from typing import Literal

from pilot_sidecar.core.bus import Bus
from pilot_sidecar.core.devices_model import Confirmation
from pilot_sidecar.core.errors import NotFoundError
from pilot_sidecar.core.events import ConfirmationPending, ConfirmationResolved
from pilot_sidecar.core.models import Scope
from pilot_sidecar.core.whence import Whence
from pilot_sidecar.infra.clock import Clock

VALID_MS = 2 * 60_000


@dataclass(slots=True)
class _Waiting:
    confirmation: Confirmation
    ended: asyncio.Event = field(default_factory=asyncio.Event)


class Confirmations:
    """Holds what waits, announces it, and takes the answer once."""

    def __init__(self, bus: Bus, clock: Clock) -> None:
        self._bus = bus
        self._clock = clock
        self._waiting: dict[str, _Waiting] = {}

    def pending(self) -> list[Confirmation]:
        """Return what waits, oldest first."""
        return [waiting.confirmation for waiting in self._waiting.values()]

    def ask(
        self, kind: Literal["pairing", "token_rotation"], name: str, scope: Scope | None, whence: Whence
    ) -> Confirmation:
        """Ask for a person's yes; ``wait`` returns the answer."""
        now = self._clock.now_ms()
        confirmation = Confirmation(
            id=f"conf_{secrets.token_hex(8)}", kind=kind, name=name, scope=scope, address=whence.address or None,
            reach=whence.reach, created_at=now, expires_at=now + VALID_MS,
        )  # fmt: skip
        self._waiting[confirmation.id] = _Waiting(confirmation)
        self._bus.publish(ConfirmationPending(at=now, confirmation=confirmation))
        return confirmation

    def answer(self, confirmation_id: str, *, allow: bool) -> Confirmation:
        """End one; raises NotFoundError when it does not wait any more."""
        return self._end(confirmation_id, "allowed" if allow else "refused")

    async def wait(self, confirmation_id: str) -> Confirmation:
        """Return it once it has ended; it expires by itself."""
        waiting = self._waiting[confirmation_id]
        left_s = (waiting.confirmation.expires_at - self._clock.now_ms()) / 1000
        try:
            async with asyncio.timeout(max(0.0, left_s)):
                await waiting.ended.wait()
        except TimeoutError:
            if confirmation_id in self._waiting:
                self._end(confirmation_id, "expired")
        return waiting.confirmation

    def _end(self, confirmation_id: str, state: Literal["allowed", "refused", "expired"]) -> Confirmation:
        waiting = self._waiting.pop(confirmation_id, None)
        if waiting is None:
            raise NotFoundError("This does not wait for an answer any more.")
        waiting.confirmation = waiting.confirmation.model_copy(update={"state": state})
        self._bus.publish(ConfirmationResolved(at=self._clock.now_ms(), confirmation=waiting.confirmation))
        waiting.ended.set()
        return waiting.confirmation

"""Tells the audit of refused logins, without letting whoever guesses fill the disk with them."""

import asyncio
from dataclasses import dataclass
from typing import Literal

from pilot_sidecar.core.asks_model import Actor
from pilot_sidecar.core.audit import Audit
from pilot_sidecar.core.whence import Whence
from pilot_sidecar.infra.clock import Clock
from pilot_sidecar.transport.http.lockout import network_of

EVERY_S = 60.0
ADDRESSES = 30
"""With a line of their own in a minute; the others share one."""
OTHERS = "others"


@dataclass(slots=True)
class _Pending:
    reach: str
    count: int = 0


class RefusedLogins:
    """One line for an address's first refusal, then at most one a minute with how many more there were."""

    def __init__(self, audit: Audit, clock: Clock) -> None:
        self._audit = audit
        self._clock = clock
        self._since = 0.0
        self._pending: dict[str, _Pending] = {}
        self._timer: asyncio.TimerHandle | None = None

    def __call__(self, whence: Whence, how: Literal["wrong", "locked"]) -> None:
        """Note a refusal."""
        if self._clock.monotonic_s() - self._since >= EVERY_S:
            self.flush()
        key = network_of(whence.address)
        if how == "locked":
            self._record(key, whence.reach, 1, locked=True)
            return
        if (known := self._pending.get(key)) is not None:
            known.count += 1
            return
        if len(self._pending) < ADDRESSES:
            self._pending[key] = _Pending(whence.reach)
            self._record(key, whence.reach, 1, locked=False)
        else:
            self._pending.setdefault(OTHERS, _Pending(whence.reach)).count += 1
        self._wait()

    def flush(self) -> None:
        """Write what is counted; the minute begins anew."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        pending, self._pending = self._pending, {}
        self._since = self._clock.monotonic_s()
        for key, found in pending.items():
            if found.count:
                self._record(key, found.reach, found.count, locked=False)
                self._pending.setdefault(key, _Pending(found.reach))
        if self._pending:
            self._wait()

    def close(self) -> None:
        """Write what is left, and stop."""
        self.flush()
        if self._timer is not None:
            self._timer.cancel()

    def _wait(self) -> None:
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(EVERY_S, self.flush)

    def _record(self, address: str, reach: str, count: int, *, locked: bool) -> None:
        actor = Actor(kind="device", name="somebody unknown", verified=False)
        self._audit.record("login.refused", actor, address=address, reach=reach, count=count, lockedOut=locked)

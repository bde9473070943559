"""The hub's own loops: deadlines, asks nobody can answer, and leaving when nobody needs it."""

import asyncio
import logging
from collections.abc import Callable

from pilot_sidecar.core.bus import Announcement
from pilot_sidecar.core.errors import PilotError
from pilot_sidecar.core.events import (
    AgentStatusChanged,
    ClientConnected,
    ClientDisconnected,
    PermissionPending,
    PlanPending,
    QuestionPending,
    SessionStarted,
    SessionUpdated,
)
from pilot_sidecar.core.notice_events import NotificationsChanged
from pilot_sidecar.core.services import Services

logger = logging.getLogger(__name__)
RETRY_S = 1.0
_MATTERS = (
    ClientConnected,
    ClientDisconnected,
    AgentStatusChanged,
    SessionStarted,
    SessionUpdated,
    NotificationsChanged,
)
_PENDING = (PermissionPending, QuestionPending, PlanPending)


async def expire_asks(services: Services) -> None:
    """End each ask at its deadline."""
    asks, clock = services.asks, services.clock
    while True:
        deadline = asks.next_deadline()
        await asks.deadline_changed(None if deadline is None else max(0.0, (deadline - clock.now_ms()) / 1000))
        try:
            await asks.expire_due()
        except PilotError:
            logger.exception("an ask could not be ended; trying again")
            await asyncio.sleep(RETRY_S)


async def release_when_alone(services: Services) -> None:
    """Hand held asks back to their terminals once the last surface has been gone for a while, and no channel works."""
    left = Signal(services, (ClientDisconnected, NotificationsChanged))  # or the last channel broke
    while True:
        await left.wait(services.presence.lingers_s() or None)
        try:
            await services.asks.hand_back(
                "Nobody is connected who could answer.", unless=lambda ask: services.presence.somebody(ask.project_id)
            )
        except PilotError:
            logger.exception("an ask could not be handed back")


async def hand_back_all(services: Services) -> None:
    """Hand back every held ask, and those that still arrive, until cancelled: the hub stops."""
    arrived = Signal(services, _PENDING)
    while True:
        await services.asks.hand_back("Pilot stops.")
        await arrived.wait()


async def leave_when_idle(services: Services, configured: Callable[[], bool], idle_s: float) -> None:
    """Return once nobody has needed the hub for ``idle_s``."""
    changed = Signal(services, _MATTERS)
    services.settings.on_change(changed.wake)
    while True:
        timeout = None if _needed(services, configured) else idle_s
        if not await changed.wait(timeout):
            return


def _needed(services: Services, configured: Callable[[], bool]) -> bool:
    keep = services.settings.current.keep_alive
    if keep == "always" or services.presence.clients():
        return True
    if any(status.connections for status in services.agents.statuses()):
        return True
    if any(session.live and session.state == "busy" and not session.demo for session in services.sessions.all()):
        return True
    return keep == "auto" and configured()


class Signal:
    """Wakes when an event of some kind is announced."""

    def __init__(self, services: Services, kinds: tuple[type, ...]) -> None:
        self._kinds = kinds
        self._seen = asyncio.Event()
        services.bus.subscribe(self._look)

    def wake(self) -> None:
        """Wake the waiter for another reason."""
        self._seen.set()

    async def wait(self, timeout_s: float | None = None) -> bool:
        """Return True when one came, False after ``timeout_s``."""
        try:
            async with asyncio.timeout(timeout_s):  # wait_for may swallow a cancellation (Python before 3.12)
                await self._seen.wait()
        except TimeoutError:
            return False
        self._seen.clear()
        return True

    def _look(self, entry: Announcement) -> None:
        if isinstance(entry.event, self._kinds):
            self._seen.set()

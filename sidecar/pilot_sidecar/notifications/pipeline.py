"""From what happens to who hears of it: notices, the surface that shows them, and the channels after it."""

import asyncio
import itertools
import logging
from collections.abc import Callable, Sequence
from typing import Protocol, runtime_checkable

from pilot_sidecar.core.errors import BusyError, NotFoundError
from pilot_sidecar.core.notices_model import ChannelName, ChannelState, Notice, TelegramBinding, Trial
from pilot_sidecar.core.services import Services
from pilot_sidecar.infra.tasks import Tasks
from pilot_sidecar.notifications.ask_notices import ask_notice_id, outcome_of
from pilot_sidecar.notifications.courier import Courier
from pilot_sidecar.notifications.desk import Desk, name_of
from pilot_sidecar.notifications.ladder import Ladder
from pilot_sidecar.notifications.ports import NotificationChannel
from pilot_sidecar.notifications.quiet_hours import quiet_until, waits
from pilot_sidecar.notifications.sources import Sources

logger = logging.getLogger(__name__)
AGAIN_S = 5.0
"""After something that should not happen."""
LONGEST_S = 15.0
"""While something waits, the clock is looked at this often: a machine that slept is late by no more than this."""


@runtime_checkable
class Binds(Protocol):
    """A channel that can be bound to a chat."""

    async def bind(self) -> TelegramBinding:
        """Wait for a code in the chat that is to be written to."""
        ...


class Pipeline:
    """Runs the notifications of one hub."""

    def __init__(self, services: Services, channels: Sequence[NotificationChannel], tasks: Tasks) -> None:
        self._services = services
        self._channels = {channel.name: channel for channel in channels}
        self._couriers = {
            channel.name: Courier(
                channel, services.store, services.clock, tasks, services.notifications.changed, self._limit_s
            )
            for channel in channels
        }
        self._woken = asyncio.Event()
        self._desk = Desk(services)
        self._ladder = Ladder(services, self._desk, self._couriers, self._woken.set)
        self._sources = Sources(services, self._ladder, self._woken.set)
        self._numbers = itertools.count(services.clock.now_ms())
        self._able: tuple[str, ...] = ()
        services.surfaces.on_change(self._on_surfaces)
        for part in (services.rules, services.notifications):
            part.on_change(self._ladder.changed)
        for receivers in (services.push, services.settings):
            receivers.on_change(self._on_receivers)

    def states(self) -> Sequence[ChannelState]:
        """Return how each channel fares."""
        return [self._desk.state(), *(courier.state() for courier in self._couriers.values())]

    def reaches_somebody(self, project_id: str | None = None) -> bool:
        """Tell whether push or Telegram could carry an ask, or one of a project, to somebody who may answer it."""
        rules, now = self._services.rules.current, self._services.clock.now_ms()
        rule = rules.ask
        if rules.projects.get(project_id or "") == "nothing":
            return False
        if waits(self._services.settings.current, "ask", now) is not None:
            return False
        allowed = {"push": rule.push, "telegram": rule.telegram}
        return any(allowed.get(name) and courier.reaches_somebody() for name, courier in self._couriers.items())

    def quiet(self) -> bool:
        """Tell whether these are quiet hours."""
        return quiet_until(self._services.settings.current, self._services.clock.now_ms()) is not None

    async def test(self, channel: ChannelName, endpoint_id: str | None) -> Trial:
        """Send a test notice now, whatever rules and quiet hours say."""
        now = self._services.clock.now_ms()
        notice = Notice(
            id=f"test:{next(self._numbers)}", kind="test", at=now, title="A test from Pilot",
            body="Notices arrive here.", expires_at=now + 5 * 60 * 1000,
        )  # fmt: skip
        if channel == "desk":
            return self._try_desk(notice, endpoint_id)
        if (courier := self._couriers.get(channel)) is None:
            raise NotFoundError("There is no such channel here.")
        return await courier.trial(notice, endpoint_id)

    async def bind_telegram(self) -> TelegramBinding:
        """Wait for a code in the chat that is to be written to."""
        channel = self._channels.get("telegram")
        if not isinstance(channel, Binds):
            raise BusyError("Telegram is not up.", "Try again in a moment.")
        return await channel.bind()

    async def run(self) -> None:
        """Tell of what happens until cancelled."""
        await self.resume()
        while True:
            self._woken.clear()
            wait_s = self.step()
            try:
                async with asyncio.timeout(wait_s):  # wait_for may swallow a cancellation (Python before 3.12)
                    await self._woken.wait()
            except TimeoutError:
                continue

    def step(self) -> float | None:
        """Do what is due; return in how many seconds to come back, None without anything to wait for."""
        waits = [_tried(self._sources.work), _tried(self._ladder.climb)]
        if (wait_s := min((one for one in waits if one is not None), default=None)) is None:
            return None
        return min(wait_s, LONGEST_S)

    def wake(self) -> None:
        """Look at the clock again, in every queue."""
        self._woken.set()
        for courier in self._couriers.values():
            courier.wake()

    async def resume(self) -> None:
        """Go on where an earlier run of the hub stopped: what waits climbs on, what ended since is withdrawn."""
        self._sources.resume()
        for courier in self._couriers.values():
            courier.resume()
            for notice in courier.standing():
                try:
                    await self._take_back_if_ended(courier, notice)
                except Exception:
                    logger.exception("a notice of an earlier run is left where it is")

    async def _take_back_if_ended(self, courier: Courier, notice: Notice) -> None:
        if (outcome := await self._ended_as(notice)) is not None:
            courier.withdraw(notice.id, outcome)
            self._desk.take_away(notice, outcome)

    async def _ended_as(self, notice: Notice) -> str | None:
        """Return how an ask ended that a notice told of; None: it waits, or the notice is of something else."""
        if notice.ask_id is None:
            return None
        try:
            ask = await self._services.asks.get(notice.ask_id)
        except NotFoundError:
            return ""
        return None if ask.state == "pending" and ask_notice_id(ask) == notice.id else outcome_of(ask)

    def _try_desk(self, notice: Notice, surface_id: str | None) -> Trial:
        surface = self._services.surfaces.get(surface_id) if surface_id else self._desk.choose(notice)
        if surface is None:
            state = self._desk.state()
            return Trial(ok=False, message="Nobody could show it.", hint=state.message or "Load the page again.")
        self._desk.announce(notice, surface.id, sound=True)
        return Trial(ok=True, message=f"Shown on: {name_of(surface)}.")

    def _limit_s(self) -> float:
        return self._services.settings.current.fetch_timeout_ms / 1000

    def _on_receivers(self) -> None:
        self._ladder.changed()
        self._woken.set()
        for courier in self._couriers.values():
            courier.catch_up()

    def _on_surfaces(self) -> None:
        self._ladder.changed()
        able = tuple(sorted(one.id for one in self._desk.state().endpoints))
        if able != self._able:
            self._able = able
            asyncio.get_running_loop().call_soon(self._services.notifications.changed)


def _tried(part: Callable[[], float | None]) -> float | None:
    """Do a part's work; what goes wrong there ends neither it nor the others."""
    try:
        return part()
    except Exception:
        logger.exception("notifications cannot go on; trying again")
        return AGAIN_S

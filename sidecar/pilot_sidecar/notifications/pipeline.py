"""From what happens to who hears of it: notices, the surface that shows them, and the channels after it."""

from collections.abc import Sequence

from pilot_sidecar.core.errors import BusyError
from pilot_sidecar.core.notices_model import ChannelName, ChannelState, TelegramBinding, Trial
from pilot_sidecar.core.services import Services
from pilot_sidecar.infra.tasks import Tasks
from pilot_sidecar.notifications.courier import Courier
from pilot_sidecar.notifications.ports import NotificationChannel


class Pipeline:
    """Runs the notifications of one hub."""

    def __init__(self, services: Services, channels: Sequence[NotificationChannel], tasks: Tasks) -> None:
        changed = services.notifications.changed
        self._couriers = {
            channel.name: Courier(channel, services.store, services.clock, tasks, changed) for channel in channels
        }

    def states(self) -> Sequence[ChannelState]:
        """Return how each channel fares."""
        return [ChannelState(channel="desk"), *(courier.state() for courier in self._couriers.values())]

    def reaches_somebody(self) -> bool:
        """Tell whether push or Telegram could carry an ask to somebody who may answer it."""
        return any(courier.reaches_somebody() for courier in self._couriers.values())

    def quiet(self) -> bool:
        """Tell whether these are quiet hours."""
        return False

    async def test(self, channel: ChannelName, endpoint_id: str | None) -> Trial:
        """Send a test notice now, whatever rules and quiet hours say."""
        raise BusyError("Not there yet.")

    async def bind_telegram(self) -> TelegramBinding:
        """Wait for a code in the chat that is to be written to."""
        raise BusyError("Not there yet.")

    async def run(self) -> None:
        """Tell of what happens until cancelled."""

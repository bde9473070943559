"""Carries notices to the receivers of one channel: a queue for each, a time limit, another try, a pause."""

from collections.abc import Callable

from pilot_sidecar.core.notices_model import ChannelState, Notice, Trial
from pilot_sidecar.core.store import Store
from pilot_sidecar.infra.clock import Clock
from pilot_sidecar.infra.tasks import Tasks
from pilot_sidecar.notifications.ports import NotificationChannel


class Courier:
    """Delivers each notice once to each receiver, and withdraws it wherever it was delivered, also after a restart."""

    def __init__(
        self, channel: NotificationChannel, store: Store, clock: Clock, tasks: Tasks, changed: Callable[[], None]
    ) -> None:
        self.channel = channel

    def reaches_somebody(self) -> bool:
        """Tell whether a receiver that may answer is likely to be reached now."""
        return False

    def send(self, notice: Notice, failed: Callable[[], None]) -> bool:
        """Queue a notice for every receiver that did not have it; ``failed`` is called if none of them gets it.

        Returns False when there is nobody to send it to.
        """
        return False

    def withdraw(self, notice_id: str, outcome: str) -> None:
        """Take a notice back everywhere; what waits in a queue is not sent any more."""

    def state(self) -> ChannelState:
        """Return how the channel and its receivers fare."""
        return ChannelState(channel=self.channel.name)

    async def trial(self, notice: Notice, endpoint_id: str | None) -> Trial:
        """Send a test notice past all queues and pauses, and return what came of it."""
        return Trial(ok=False, message="Not there yet.")

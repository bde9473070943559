"""What a way to reach a person looks like."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from pilot_sidecar.core.notices_model import ChannelName, Notice


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One receiver of a channel: a device, a chat."""

    id: str
    """Stays the same over restarts."""
    name: str
    """For people: ``Anna's phone``."""
    answers: bool = True
    """Whoever is there may answer asks."""


class DeliveryError(Exception):
    """A notice did not arrive; ``message`` is for people."""

    def __init__(
        self,
        message: str,
        *,
        retry_after_s: float | None = None,
        final: bool = False,
        gone: bool = False,
        unsure: bool = False,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.retry_after_s = retry_after_s
        """Ask again no sooner than after this."""
        self.final = final
        """Trying this notice again is of no use; others may arrive."""
        self.gone = gone
        """The receiver is no more: nothing is sent there again."""
        self.unsure = unsure
        """It may have arrived all the same: nobody said."""


class NotificationChannel(Protocol):
    """One way to reach a person who does not look at Pilot. The courier queues, limits the time and tries again."""

    name: ChannelName

    def advice(self) -> str | None:
        """Return, for people, what is missing before anybody can be reached this way; None when nothing is."""
        ...

    def trouble(self) -> str | None:
        """Return, for people, what goes wrong beside the deliveries, such as answers that are not heard."""
        ...

    def endpoints(self) -> Sequence[Endpoint]:
        """Return who can be reached now."""
        ...

    async def deliver(self, endpoint: Endpoint, notice: Notice) -> str:
        """Hand a notice over; return what is needed to withdraw it. Raises DeliveryError; may be cancelled."""
        ...

    async def withdraw(self, endpoint: Endpoint, notice: Notice, receipt: str, outcome: str) -> None:
        """Take back or mark a notice that was dealt with; ``outcome`` is for people, perhaps empty.

        The receipt is empty where nobody said whether it arrived.
        """
        ...

    async def run(self) -> None:
        """Do what the channel does by itself, such as listening for answers, until cancelled."""
        ...

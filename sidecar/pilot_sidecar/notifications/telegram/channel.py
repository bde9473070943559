"""The one chat that Pilot writes to."""

from collections.abc import Sequence

from pilot_sidecar.core.notices_model import ChannelName, Notice, TelegramBinding
from pilot_sidecar.core.services import Services
from pilot_sidecar.notifications.ports import DeliveryError, Endpoint


class TelegramChannel:
    """Writes to the chat in the settings, and listens to it."""

    name: ChannelName = "telegram"

    def __init__(self, services: Services) -> None:
        self._services = services

    def advice(self) -> str | None:
        """Return, for people, what is missing before anybody can be reached this way."""
        return "Not there yet."

    def endpoints(self) -> Sequence[Endpoint]:
        """Return the chat, once it is known."""
        return []

    async def deliver(self, endpoint: Endpoint, notice: Notice) -> str:
        """Write a message; return its id."""
        raise DeliveryError("Not there yet.", final=True)

    async def withdraw(self, endpoint: Endpoint, notice: Notice, receipt: str, outcome: str) -> None:
        """Edit the message: its buttons go, the outcome is added."""

    async def bind(self) -> TelegramBinding:
        """Wait for a code in the chat that is to be written to."""
        raise DeliveryError("Not there yet.", final=True)

    async def run(self) -> None:
        """Listen to the chat until cancelled."""

"""Paired devices that subscribed."""

from collections.abc import Mapping, Sequence

from pilot_sidecar.core.notices_model import ChannelName, Notice
from pilot_sidecar.core.services import Services
from pilot_sidecar.notifications.ports import DeliveryError, Endpoint


class WebPushChannel:
    """Hands notices to the push services of subscribed devices."""

    name: ChannelName = "push"

    def __init__(self, services: Services, environ: Mapping[str, str]) -> None:
        self._services = services

    def advice(self) -> str | None:
        """Return, for people, what is missing before anybody can be reached this way."""
        return "Not there yet."

    def endpoints(self) -> Sequence[Endpoint]:
        """Return the devices that subscribed and may come in."""
        return []

    async def deliver(self, endpoint: Endpoint, notice: Notice) -> str:
        """Encrypt a notice for a device and hand it to its push service."""
        raise DeliveryError("Not there yet.", final=True)

    async def withdraw(self, endpoint: Endpoint, notice: Notice, receipt: str, outcome: str) -> None:
        """Send what takes the notice's place."""

    async def run(self) -> None:
        """Nothing to do by itself."""

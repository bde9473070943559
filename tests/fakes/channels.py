"""A channel that remembers what it was given, fails as told, and hangs on demand."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from pilot_sidecar.core.notices_model import ChannelName, Notice
from pilot_sidecar.notifications.ports import DeliveryError, Endpoint

LIMIT_S = 5.0


@dataclass(frozen=True, slots=True)
class Handed:
    """One call of the channel: a delivery, or a withdrawal with its outcome."""

    endpoint: str
    notice: Notice
    receipt: str = ""
    outcome: str | None = None


@dataclass
class FakeChannel:
    """Implements the whole port; what happened is in ``delivered`` and ``withdrawn``, in order."""

    name: ChannelName = "push"
    receivers: list[Endpoint] = field(default_factory=lambda: [Endpoint("phone", "Anna's phone")])
    delivered: list[Handed] = field(default_factory=list)
    withdrawn: list[Handed] = field(default_factory=list)
    attempts: list[Handed] = field(default_factory=list)
    """Every delivery that was tried, those that failed or hung included."""
    failures: dict[str, list[DeliveryError]] = field(default_factory=dict)
    """By endpoint: what the next deliveries raise, in this order."""
    broken: dict[str, DeliveryError] = field(default_factory=dict)
    """By endpoint: what every delivery raises."""
    hanging: set[str] = field(default_factory=set)
    """Endpoints whose deliveries never end by themselves."""
    missing: str | None = None
    running: bool = False
    _happened: asyncio.Event = field(default_factory=asyncio.Event)

    def advice(self) -> str | None:
        return self.missing if self.missing or self.receivers else "Nobody has subscribed yet."

    def trouble(self) -> str | None:
        return None

    def endpoints(self) -> Sequence[Endpoint]:
        return list(self.receivers)

    async def deliver(self, endpoint: Endpoint, notice: Notice) -> str:
        receipt = f"{endpoint.id}-{len(self.attempts)}"
        self.attempts.append(Handed(endpoint.id, notice))
        self._tell()
        if endpoint.id in self.hanging:
            await asyncio.Event().wait()
        await asyncio.sleep(0)
        if waiting := self.failures.get(endpoint.id):
            raise waiting.pop(0)
        if endpoint.id in self.broken:
            raise self.broken[endpoint.id]
        self.delivered.append(Handed(endpoint.id, notice, receipt))
        self._tell()
        return receipt

    async def withdraw(self, endpoint: Endpoint, notice: Notice, receipt: str, outcome: str) -> None:
        await asyncio.sleep(0)
        if endpoint.id in self.hanging:
            await asyncio.Event().wait()
        if endpoint.id in self.broken:
            raise self.broken[endpoint.id]
        self.withdrawn.append(Handed(endpoint.id, notice, receipt, outcome))
        self._tell()

    async def run(self) -> None:
        self.running = True
        try:
            await asyncio.Event().wait()
        finally:
            self.running = False

    async def until(self, condition: Callable[[], object]) -> None:
        """Return once something holds; looked at after each thing that happens here. Fails after a while."""
        async with asyncio.timeout(LIMIT_S):
            while not condition():
                self._happened.clear()
                await self._happened.wait()

    def _tell(self) -> None:
        self._happened.set()

"""A channel whose receivers are looked at."""

import asyncio
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from fakes.channels import FakeChannel
from pilot_sidecar.core.notices_model import Notice
from pilot_sidecar.notifications.ports import DeliveryError, Endpoint


@dataclass
class Shown(FakeChannel):
    """Knows what each receiver shows, and whether one ever showed too much."""

    showing: dict[str, dict[str, Notice]] = field(default_factory=lambda: defaultdict(dict))
    given: Counter[tuple[str, str]] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    mute: set[str] = field(default_factory=set)
    """Those that take what comes and never say so; what they are given again takes the same place."""
    ending: set[str] = field(default_factory=set)
    """Those that say at the next message that they are no more."""

    async def deliver(self, endpoint: Endpoint, notice: Notice) -> str:
        receipt = await super().deliver(endpoint, notice)
        self._look(endpoint)
        showing = self.showing[endpoint.id]
        showing[notice.id] = notice
        self.given[endpoint.id, notice.id] += endpoint.id not in self.mute
        if self.given[endpoint.id, notice.id] > 1:
            self.faults.append(f"{notice.id} came twice")
        asks = [one.ask_id for one in showing.values()]
        if len(asks) != len(set(asks)):
            self.faults.append(f"two notices of one ask: {sorted(showing)}")
        if endpoint.id in self.mute:
            await asyncio.Event().wait()
        return receipt

    async def withdraw(self, endpoint: Endpoint, notice: Notice, receipt: str, outcome: str) -> None:
        if waiting := self.failures.get(endpoint.id):
            raise waiting.pop(0)
        await super().withdraw(endpoint, notice, receipt, outcome)
        self._look(endpoint)
        self.showing[endpoint.id].pop(notice.id, None)
        if endpoint.id in self.mute:
            await asyncio.Event().wait()

    def leave(self, name: str) -> None:
        self.receivers = [one for one in self.receivers if one.id != name]
        self.showing[name] = {}
        self.ending.discard(name)

    def join(self, name: str) -> None:
        if all(one.id != name for one in self.receivers):
            self.receivers.append(Endpoint(name, name))

    def _look(self, endpoint: Endpoint) -> None:
        if endpoint.id in self.ending:
            self.leave(endpoint.id)
        if endpoint not in self.receivers:
            raise DeliveryError("Not subscribed.", final=True, gone=True)

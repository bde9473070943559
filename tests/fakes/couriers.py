"""A courier over a real store, with a clock that tests move and a channel that does as told."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from fakes.channels import FakeChannel
from fakes.clock import FakeClock
from pilot_sidecar.core.notices_model import Notice
from pilot_sidecar.core.store import Store
from pilot_sidecar.infra.tasks import Tasks
from pilot_sidecar.notifications.courier import Courier

LIMIT_S = 5.0


@dataclass
class Post:
    """One run of a hub's courier."""

    courier: Courier
    channel: FakeChannel
    clock: FakeClock
    store: Store
    lost: list[str] = field(default_factory=list)
    """Notices that reached nobody, as the courier said."""

    def send(self, notice: Notice) -> bool:
        return self.courier.send(notice, lambda: self.lost.append(notice.id))

    def got(self, receiver: str = "phone") -> list[str]:
        return [one.notice.id for one in self.channel.delivered if one.endpoint == receiver]

    def withdrawn(self, receiver: str = "phone") -> list[tuple[str, str | None]]:
        return [(one.notice.id, one.outcome) for one in self.channel.withdrawn if one.endpoint == receiver]

    async def later(self, seconds: float) -> None:
        """Move the clock, and let what is due happen."""
        self.clock.advance(seconds)
        self.courier.wake()
        await turns()


async def turns(count: int = 30) -> None:
    """Let whatever is ready run."""
    for _ in range(count):
        await asyncio.sleep(0)


async def until(condition: Callable[[], object]) -> None:
    """Return once something holds that nothing announces."""
    async with asyncio.timeout(LIMIT_S):
        while not condition():
            await asyncio.sleep(0.002)


@asynccontextmanager
async def post(
    home: Path, channel: FakeChannel, clock: FakeClock, *, limit_s: float = 5.0, changed: Callable[[], None] = list
) -> AsyncIterator[Post]:
    """Open the store in a folder, as a hub does at its start, and close it as at its end."""
    store = Store(home / "pilot.db", 1)
    async with Tasks("test") as tasks:
        courier = Courier(channel, store, clock, tasks, changed, lambda: limit_s)
        courier.resume()
        try:
            yield Post(courier, channel, clock, store)
        finally:
            await tasks.stop()
            await store.close()


def ask_notice(notice_id: str = "ask:1:aa", **fields: object) -> Notice:
    values = {
        "id": notice_id, "kind": "ask", "at": 1, "title": "OpenCode asks to run a command", "body": "npm test",
        "session_id": "s1", "ask_id": "1", **fields,
    }  # fmt: skip
    return Notice.model_validate(values)

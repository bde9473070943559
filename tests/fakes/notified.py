"""The notifications of one hub over the whole domain: a clock that is moved, surfaces put there, fake channels."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from fakes.channels import FakeChannel
from fakes.clock import FakeClock
from fakes.domain import make_draft, make_session, open_domain
from pilot_sidecar.core.asks_model import Actor, Ask, DecisionKind, DecisionRequest
from pilot_sidecar.core.attention import Surface
from pilot_sidecar.core.bus import Announcement
from pilot_sidecar.core.events import SessionStarted
from pilot_sidecar.core.models import Session
from pilot_sidecar.core.notice_events import NoticeRaised, NoticeWithdrawn
from pilot_sidecar.core.notices_model import Attention, NoticeKind
from pilot_sidecar.core.services import Services
from pilot_sidecar.infra.tasks import Tasks
from pilot_sidecar.notifications.pipeline import Pipeline
from pilot_sidecar.notifications.ports import Endpoint


@dataclass
class Notified:
    services: Services
    clock: FakeClock
    pipeline: Pipeline
    push: FakeChannel
    telegram: FakeChannel
    raised: list[NoticeRaised] = field(default_factory=list)
    withdrawn: list[NoticeWithdrawn] = field(default_factory=list)
    _held: dict[str, AbstractContextManager[None]] = field(default_factory=dict)

    async def step(self, seconds: float = 0) -> None:
        """Take in what happened, move the clock, and let what is due happen."""
        self.pipeline.step()
        self.clock.advance(seconds)
        for _ in range(3):
            self.pipeline.step()
            await settle()

    def arrive(
        self, name: str, attention: Attention = "hidden", *, notifies: bool = True, vscode: bool = False
    ) -> None:
        """Connect a surface, or say how it is now."""
        surface = Surface(name, "vscode" if vscode else "page", name, None, attention, notifies)
        if name not in self._held:
            self._held[name] = self.services.surfaces.holding(name, surface)
            self._held[name].__enter__()
        self.services.surfaces.report(name, surface)

    def leave(self, name: str) -> None:
        self._held.pop(name).__exit__(None, None, None)

    def session(self, session_id: str = "s1", **fields: object) -> Session:
        session = make_session(session_id, **fields)
        now = self.clock.now_ms()
        self.services.bus.publish(SessionStarted(at=now, session_id=session.id, agent=session.agent, session=session))
        return session

    async def ask(self, **fields: object) -> Ask:
        ask = await self.services.asks.open(make_draft(**fields))
        await self.step()
        return ask

    async def answer(self, ask: Ask, kind: DecisionKind = "deny") -> None:
        by = Actor(kind="device", name="Anna's phone")
        await self.services.asks.decide(ask.id, DecisionRequest(kind=kind, digest=ask.digest), by)
        await self.step()

    def shown_on(self) -> list[str | None]:
        return [event.surface for event in self.raised]

    def told(self, kind: NoticeKind) -> list[str]:
        """Return the titles of what was raised."""
        return [event.notice.title for event in self.raised if event.notice.kind == kind]

    def pushed(self) -> list[str]:
        return [one.notice.id for one in self.push.delivered]

    def texted(self) -> list[str]:
        return [one.notice.id for one in self.telegram.delivered]

    def hear(self, entry: Announcement) -> None:
        if isinstance(entry.event, NoticeRaised):
            self.raised.append(entry.event)
        elif isinstance(entry.event, NoticeWithdrawn):
            self.withdrawn.append(entry.event)


async def settle() -> None:
    """Let tasks do what they can do without waiting for anything."""
    for _ in range(30):
        await asyncio.sleep(0)


@asynccontextmanager
async def notified(
    home: Path,
    *,
    clock: FakeClock | None = None,
    phones: Sequence[Endpoint] = (Endpoint("phone", "Anna's phone"),),
    chats: Sequence[Endpoint] = (Endpoint("chat", "Anna's chat"),),
    **environ: str,
) -> AsyncIterator[Notified]:
    clock = clock or FakeClock()
    async with open_domain(home, clock, **environ) as services, Tasks("notify") as tasks:
        push = FakeChannel("push", list(phones))
        telegram = FakeChannel("telegram", list(chats))
        pipeline = Pipeline(services, [push, telegram], tasks)
        services.notifications.control = pipeline
        found = Notified(services, clock, pipeline, push, telegram)
        services.bus.subscribe(found.hear)
        try:
            yield found
        finally:
            for name in tuple(found._held):
                found.leave(name)

"""Plays a recording through the real pipeline: real events, a real ask, the answer decides how it goes on."""

import asyncio
import logging
from collections.abc import Iterable

from pilot_sidecar.core.ask_records import AskDraft, Delivered
from pilot_sidecar.core.asks_model import ALLOWING, Ask, DecisionRequest
from pilot_sidecar.core.bus import Announcement
from pilot_sidecar.core.events import (
    ClientConnected,
    Event,
    MessageCompleted,
    PermissionPending,
    PromptReceived,
    SessionStarted,
    SessionUpdated,
)
from pilot_sidecar.core.models import Session
from pilot_sidecar.core.projects import project_id
from pilot_sidecar.core.services import Services
from pilot_sidecar.integrations.demo.recording import Branch, Step

logger = logging.getLogger(__name__)
AGENT = "demo"
VIEWER_S = 5.0
"""How long the first words wait for somebody to see them."""


class Player:
    """Plays one session from its start to its end."""

    def __init__(self, services: Services, steps: list[Step]) -> None:
        self._services = services
        self._steps = steps

    async def play(self) -> None:
        """Play, wait for the answer to the ask, go on accordingly."""
        await self._play(step for step in self._steps if step.branch == "start")
        branch = await self._ask()
        await self._play(step for step in self._steps if step.branch == branch)

    async def _play(self, steps: Iterable[Step]) -> None:
        for step in steps:
            await asyncio.sleep(step.pause_s)
            if isinstance(step.event, PermissionPending):
                return
            self._publish(step.event)
            if isinstance(step.event, PromptReceived):
                await self._viewer()

    async def _ask(self) -> Branch:
        event = next(step.event for step in self._steps if isinstance(step.event, PermissionPending))
        ask = await self._services.asks.open(_draft(event.ask), deliver=_deliver)
        answered = await self._services.asks.wait(ask.id)
        choice = answered.resolution.choice if answered.resolution else None
        return "allowed" if choice in ALLOWING else "denied"

    def _publish(self, event: Event) -> None:
        now = self._services.clock.now_ms()
        event.at = now
        if isinstance(event, MessageCompleted) and event.started_at is not None:
            event.started_at += now  # recorded as how long before
        if isinstance(event, SessionStarted | SessionUpdated):
            self._settle(event.session, now)
        self._services.bus.publish(event)

    def _settle(self, session: Session, now: int) -> None:
        known = self._services.sessions.get(session.id)
        session.created_at = known.created_at if known else now
        session.updated_at = now
        session.project_id = project_id(session.directory)
        session.demo = True

    async def _viewer(self) -> None:
        if self._services.presence.clients():
            return
        seen = asyncio.Event()

        def look(entry: Announcement) -> None:
            if isinstance(entry.event, ClientConnected):
                seen.set()

        unsubscribe = self._services.bus.subscribe(look)
        try:
            async with asyncio.timeout(VIEWER_S):
                await seen.wait()
        except TimeoutError:
            return
        finally:
            unsubscribe()


def _draft(ask: Ask) -> AskDraft:
    return AskDraft(
        kind=ask.kind,
        agent=AGENT,
        session_id=ask.session_id,
        directory=ask.directory,
        tool=ask.tool,
        title=ask.title,
        input=ask.input,
        decisions=tuple(ask.decisions),
        summary=ask.summary,
        command=ask.command,
        files=tuple(ask.files),
        call_id=ask.call_id,
        options=tuple(ask.options),
        always=ask.always,
        terminal=ask.terminal,
    )


async def _deliver(_ask: Ask, _request: DecisionRequest) -> Delivered:
    """Nobody to tell: the player waits for the ask to end."""
    return Delivered()

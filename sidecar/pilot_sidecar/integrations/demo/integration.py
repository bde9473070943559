"""The demo as an integration: always there, nothing to install, labelled as what it is."""

import asyncio
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from uuid import uuid4

from aiohttp import web

from pilot_sidecar.core.agents import AgentDriver
from pilot_sidecar.core.checks import Check
from pilot_sidecar.core.events import SessionUpdated
from pilot_sidecar.core.services import Services
from pilot_sidecar.infra.tasks import Tasks
from pilot_sidecar.integrations.demo.driver import DemoDriver
from pilot_sidecar.integrations.demo.player import AGENT, Player
from pilot_sidecar.integrations.demo.recording import load_recording
from pilot_sidecar.integrations.ports import (
    BridgeRoute,
    CanaryTurn,
    Detection,
    Errand,
    HubAddress,
    InstallOptions,
    InstallPlan,
    InstallReport,
)


class DemoIntegration:
    """A recorded session that any hub can play."""

    name = AGENT
    label = "Demo"

    def __init__(self, *, playing: bool) -> None:
        self._playing = playing

    def detect(self, environ: Mapping[str, str]) -> Detection:
        """Return that it is part of Pilot."""
        return Detection(installed=True, supported=True)

    def plan(self, options: InstallOptions) -> InstallPlan:
        """Return what ``install`` would do."""
        return InstallPlan()

    def install(self, options: InstallOptions) -> InstallReport:
        """Do nothing."""
        return InstallReport()

    def uninstall(self, options: InstallOptions) -> InstallReport:
        """Do nothing."""
        return InstallReport()

    def check(self, options: InstallOptions) -> list[Check]:
        """Return what is right and wrong with it."""
        return []

    def canary(
        self, options: InstallOptions, scratch: Path, errand: Errand
    ) -> AbstractAsyncContextManager[CanaryTurn] | None:
        """Return no turn: there is no agent."""
        return None

    def attach(self, services: Services, environ: Mapping[str, str]) -> "DemoConnection":
        """Return the live part."""
        return DemoConnection(services, playing=self._playing)


class DemoConnection:
    """Plays when asked to."""

    def __init__(self, services: Services, *, playing: bool) -> None:
        self.driver: AgentDriver | None = DemoDriver()
        self._services = services
        self._wanted = asyncio.Event()
        if playing:
            self._wanted.set()
        self.routes = [BridgeRoute("POST", "/demo/play", self._play, "bridge")]

    async def run(self, address: HubAddress) -> None:
        """End what an earlier hub left, then play each time somebody asks."""
        await self._end_old()
        async with Tasks("demo") as tasks:
            while True:
                await self._wanted.wait()
                self._wanted.clear()
                await tasks.stop()
                await self._end_old()
                tasks.spawn("play", self._player().play())

    def _player(self) -> Player:
        directory = str(self._services.home / "demo" / "todo-app")
        steps = load_recording(f"demo_{uuid4().hex[:12]}", directory, self._services.clock.now_ms())
        return Player(self._services, steps)

    async def _play(self, _request: web.BaseRequest) -> None:
        self._wanted.set()

    async def _end_old(self) -> None:
        for record in self._services.asks.pending(AGENT):
            await self._services.asks.cancel(record.ask.id, "The demo was started again.")
        for session in self._services.sessions.all():
            if session.demo and session.live:
                ended = session.model_copy(update={"state": "ended", "live": False})
                at = self._services.clock.now_ms()
                self._services.bus.publish(SessionUpdated(at=at, session_id=session.id, agent=AGENT, session=ended))

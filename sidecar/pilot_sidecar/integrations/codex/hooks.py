"""``POST /codex/hooks/{event}``: what Codex's hooks send, and the answer one of them waits for."""

import asyncio
from typing import Protocol
from urllib.parse import unquote

from aiohttp import web

from pilot_sidecar.core.asks_model import Ask
from pilot_sidecar.core.errors import UnknownEventError
from pilot_sidecar.core.services import Services
from pilot_sidecar.infra.requests import read_all
from pilot_sidecar.integrations.codex import hook_mapping
from pilot_sidecar.integrations.codex.outsider import Outsider
from pilot_sidecar.integrations.codex.outsiders import REVIVING, Outsiders
from pilot_sidecar.integrations.codex.payloads import EVENTS, HookPayload, parse
from pilot_sidecar.integrations.codex.sessions import AGENT


class SharedThreads(Protocol):
    """The threads that Pilot hears of by itself."""

    async def owns(self, session_id: str, transcript_path: str | None) -> bool:
        """Tell whether an app-server that Pilot is connected to has loaded a thread."""
        ...


class NobodyShares:
    """No app-server is connected."""

    async def owns(self, session_id: str, transcript_path: str | None) -> bool:
        """Tell that it is not shared."""
        return False


class HookDesk:
    """Takes in hook posts; one kind blocks until somebody decides."""

    def __init__(self, services: Services, shared: SharedThreads | None = None) -> None:
        self._services = services
        self._shared = shared or NobodyShares()
        self._outsiders = Outsiders(services, self._shared.owns)

    async def run(self) -> None:
        """Look after the sessions that hooks brought, until cancelled."""
        await self._outsiders.run()

    def leave(self, session_id: str) -> None:
        """Say no more of a session: an app-server that Pilot is connected to has loaded it now."""
        self._outsiders.drop(session_id)

    async def handle(self, request: web.BaseRequest) -> bytes | None:
        """Answer one post: None (204) unless a decision is due."""
        event = request.raw_path.partition("?")[0].rpartition("/")[2]
        if event not in EVENTS:
            self._services.unknown.note(AGENT, unquote(event), await request.read())
            raise UnknownEventError(f"Codex has no hook “{event[:60]}”.", "See the list of hooks in docs/agents.md.")
        payload = parse(await read_all(request))
        at = self._services.clock.now_ms()
        outsider = self._outsiders.known(payload, event)
        if outsider is None or event in REVIVING:
            outsider = await self._find(payload, event, at)
            if outsider is None:
                return None
        outsider.hear(event, payload, at)
        if event == "PermissionRequest":
            return await self._permission(payload, outsider)
        await self._services.store.room()
        return None

    async def _find(self, payload: HookPayload, event: str, at: int) -> Outsider | None:
        """Return the session, if hooks are how Pilot hears of it."""
        if await self._shared.owns(payload.session_id, payload.transcript_path):
            self._outsiders.drop(payload.session_id)
            return None
        return self._outsiders.known(payload, event) or await self._outsiders.meet(payload, event, at)

    async def _permission(self, payload: HookPayload, outsider: Outsider) -> bytes | None:
        presence, project_id = self._services.presence, outsider.session.project_id
        if not presence.somebody(project_id):
            return None  # nobody could answer: the terminal's own dialog, at once
        settings = self._services.settings.current
        draft = hook_mapping.draft_of(
            payload,
            outsider.session,
            settings.codex_permission_timeout_ms,
            denies=settings.on_timeout == "deny",
            call_id=outsider.call_of(payload),
        )
        opening = self._services.tasks.spawn("open-ask", self._services.asks.open(draft))
        try:
            ask = await self._services.tasks.outlive(opening)
            if not presence.somebody(project_id):  # the last one left meanwhile
                await self._services.asks.hand_back(
                    "Nobody is connected who could answer.", unless=lambda other: presence.somebody(other.project_id)
                )
            return _answer(await self._services.asks.wait(ask.id))
        except asyncio.CancelledError:
            self._services.tasks.spawn("drop-ask", self._drop(opening))
            raise

    async def _drop(self, opening: "asyncio.Task[Ask]") -> None:
        ask = await opening
        await self._services.asks.cancel(ask.id, "Codex no longer waits for this answer.")


def _answer(ask: Ask) -> bytes | None:
    resolution = ask.resolution
    if resolution is None:
        return None
    return hook_mapping.answer_of(resolution.choice, resolution.message or resolution.reason)

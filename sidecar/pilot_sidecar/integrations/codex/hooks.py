"""``POST /codex/hooks/{event}``: what Codex's hooks send, and the answer one of them waits for."""

import asyncio
import json
from urllib.parse import unquote

from aiohttp import web
from pydantic import ValidationError

from pilot_sidecar.core.asks_model import Ask
from pilot_sidecar.core.errors import BadRequestError, UnknownEventError
from pilot_sidecar.core.models import Session
from pilot_sidecar.core.services import Services
from pilot_sidecar.infra.requests import read_all
from pilot_sidecar.integrations.codex import mapping
from pilot_sidecar.integrations.codex.payloads import EVENTS, HookPayload

_REVIVING = frozenset({"SessionStart", "UserPromptSubmit", "PermissionRequest"})
"""Events that make an ended session live again; others arriving late change nothing."""


class HookDesk:
    """Takes in hook posts; one kind blocks until somebody decides."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def handle(self, request: web.BaseRequest) -> bytes | None:
        """Answer one post: None (204) unless a decision is due."""
        event = request.raw_path.partition("?")[0].rpartition("/")[2]
        if event not in EVENTS:
            self._services.unknown.note(mapping.AGENT, unquote(event), await request.read())
            raise UnknownEventError(f"Codex has no hook “{event[:60]}”.", "See the list of hooks in docs/agents.md.")
        payload = parse(await read_all(request))
        now = self._services.clock.now_ms()
        session = self._session(payload, event, now)
        if session is None:
            return None
        if event == "PermissionRequest":
            return await self._permission(payload, session)
        for pilot_event in mapping.events_of(payload, event, session, now):
            self._services.bus.publish(pilot_event)
        await self._services.store.room()
        return None

    def _session(self, payload: HookPayload, event: str, now: int) -> Session | None:
        known = self._services.sessions.get(payload.session_id)
        if known is not None and known.state == "ended" and event not in _REVIVING:
            return None
        if known is not None and known.live and known.state != "ended" and event != "SessionStart":
            return known
        session = mapping.session_of(payload, now, known)
        self._services.bus.publish(mapping.started(session, now))
        return session

    async def _permission(self, payload: HookPayload, session: Session) -> bytes | None:
        if not self._services.presence.somebody():
            return None  # nobody could answer: the terminal's own dialog, at once
        settings = self._services.settings.current
        draft = mapping.draft_of(
            payload, session, settings.codex_permission_timeout_ms, denies=settings.on_timeout == "deny"
        )
        opening = self._services.tasks.spawn("open-ask", self._services.asks.open(draft))
        try:
            ask = await self._services.tasks.outlive(opening)
            if not self._services.presence.somebody():  # the last one left meanwhile
                await self._services.asks.hand_back("Nobody is connected who could answer.")
            return _answer(await self._services.asks.wait(ask.id))
        except asyncio.CancelledError:
            self._services.tasks.spawn("drop-ask", self._drop(opening))
            raise

    async def _drop(self, opening: "asyncio.Task[Ask]") -> None:
        ask = await opening
        await self._services.asks.cancel(ask.id, "Codex no longer waits for this answer.")


def parse(raw: bytes) -> HookPayload:
    """Return the payload; raises BadRequestError for what is none."""
    if not raw:
        raise BadRequestError("The body is empty.", "Send the hook's JSON from its standard input.")
    try:
        return HookPayload.model_validate_json(raw)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise BadRequestError(f"{where}: {first['msg']}." if where else f"{first['msg']}.") from None


def _answer(ask: Ask) -> bytes | None:
    """Return what Codex understands as a decision, or None for its own dialog."""
    choice = ask.resolution.choice if ask.resolution else None
    if choice == "allow_once":
        return _decision({"behavior": "allow"})
    if choice == "deny":
        assert ask.resolution is not None
        message = ask.resolution.message or ask.resolution.reason or "Denied in Pilot."
        return _decision({"behavior": "deny", "message": message})
    return None


def _decision(decision: dict[str, str]) -> bytes:
    body = {"hookSpecificOutput": {"hookEventName": "PermissionRequest", "decision": decision}}
    return json.dumps(body, ensure_ascii=False).encode()

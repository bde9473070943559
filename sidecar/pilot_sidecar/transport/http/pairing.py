"""Pairing: a single-use code from a link becomes a cookie that only this browser has."""

import hmac
import re
import secrets
from dataclasses import dataclass

from aiohttp import web
from pydantic import Field

from pilot_sidecar.core.asks_model import Actor
from pilot_sidecar.core.errors import UnauthorizedError
from pilot_sidecar.core.models import Scope
from pilot_sidecar.core.services import Services
from pilot_sidecar.core.wire import Wire
from pilot_sidecar.transport.call import Invitation, PairingCode
from pilot_sidecar.transport.http.body import parse_body
from pilot_sidecar.transport.http.credentials import Doorkeeper
from pilot_sidecar.transport.http.responses import json_response
from pilot_sidecar.transport.http.route import Visit
from pilot_sidecar.transport.http.whence import whence_of

VALID_MS = 10 * 60_000
OPEN_CODES = 50
COOKIE_S = 400 * 24 * 3600


class PairRequest(Wire):
    """What the page sends."""

    code: str = Field(min_length=1, max_length=200)
    name: str = Field(default="Browser", max_length=80)


class Paired(Wire):
    """The browser is paired; the cookie travels beside this."""

    name: str
    scope: Scope


@dataclass(frozen=True, slots=True)
class _Open:
    invitation: Invitation
    expires_at: int


class PairingDesk:
    """Makes codes and exchanges them, each once."""

    def __init__(self, url: str, doorkeeper: Doorkeeper, services: Services) -> None:
        self._url = url
        self._doorkeeper = doorkeeper
        self._services = services
        self._open: dict[str, _Open] = {}

    def link(self, invitation: Invitation) -> PairingCode:
        """Return a fresh link; the code is in the fragment, which browsers keep to themselves."""
        while len(self._open) >= OPEN_CODES:
            del self._open[next(iter(self._open))]
        code = secrets.token_urlsafe(16)
        expires_at = self._services.clock.now_ms() + VALID_MS
        self._open[code] = _Open(invitation, expires_at)
        url = f"{self._url}/pair#code={code}"
        return PairingCode(url=url, code=code, scope=invitation.scope, expires_at=expires_at)

    async def exchange(self, visit: Visit) -> web.StreamResponse:
        """Answer ``POST /pair``: set the cookie, or refuse."""
        wanted = await parse_body(visit.request, PairRequest)
        found = self._take(wanted.code)
        if found is None:
            self._doorkeeper.refuse_guess(visit.request)
            raise UnauthorizedError(
                "This pairing link was used already, or is too old.", "Get a fresh one: `pilot open`."
            )
        name = re.sub(r"[\x00-\x1f\x7f]", "", wanted.name).strip() or "Browser"
        device, token = await self._services.devices.add(name, found.invitation.scope, whence_of(visit.request))
        self._services.audit.record(
            "device.paired", Actor(kind="device", name=name), device=device.id, scope=device.scope
        )
        response = json_response(Paired(name=name, scope=device.scope))
        secure = visit.request.secure
        response.set_cookie(
            self._doorkeeper.cookie, token, max_age=COOKIE_S, httponly=True, samesite="Strict", path="/", secure=secure
        )
        return response

    def _take(self, code: str) -> _Open | None:
        now = self._services.clock.now_ms()
        for known in list(self._open):
            if self._open[known].expires_at <= now:
                del self._open[known]
        match = next((known for known in self._open if hmac.compare_digest(known.encode(), code.encode())), None)
        return self._open.pop(match) if match else None

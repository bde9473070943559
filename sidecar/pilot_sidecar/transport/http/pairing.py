"""Pairing: a single-use code from a link becomes a cookie that only this browser has."""

import hmac
import re
import secrets
from dataclasses import dataclass

from aiohttp import web
from pydantic import Field

from pilot_sidecar.core.asks_model import Actor
from pilot_sidecar.core.audit import Audit
from pilot_sidecar.core.devices import DeviceBook
from pilot_sidecar.core.errors import UnauthorizedError
from pilot_sidecar.core.models import Scope
from pilot_sidecar.core.wire import Wire
from pilot_sidecar.infra.clock import Clock
from pilot_sidecar.transport.call import PairingCode
from pilot_sidecar.transport.http.body import parse_body
from pilot_sidecar.transport.http.credentials import Doorkeeper
from pilot_sidecar.transport.http.responses import json_response
from pilot_sidecar.transport.http.route import Visit

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
    scope: Scope
    expires_at: int


class PairingDesk:
    """Makes codes and exchanges them, each once."""

    def __init__(self, url: str, doorkeeper: Doorkeeper, devices: DeviceBook, audit: Audit, clock: Clock) -> None:
        self._url = url
        self._doorkeeper = doorkeeper
        self._devices = devices
        self._audit = audit
        self._clock = clock
        self._open: dict[str, _Open] = {}

    def link(self, scope: Scope) -> PairingCode:
        """Return a fresh link; the code is in the fragment, which browsers keep to themselves."""
        while len(self._open) >= OPEN_CODES:
            del self._open[next(iter(self._open))]
        code = secrets.token_urlsafe(16)
        expires_at = self._clock.now_ms() + VALID_MS
        self._open[code] = _Open(scope, expires_at)
        return PairingCode(url=f"{self._url}/pair#code={code}", code=code, scope=scope, expires_at=expires_at)

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
        device, token = await self._devices.add(name, found.scope)
        self._audit.record("device.paired", Actor(kind="device", name=name), device=device.id, scope=device.scope)
        response = json_response(Paired(name=name, scope=device.scope))
        secure = visit.request.secure
        response.set_cookie(
            self._doorkeeper.cookie, token, max_age=COOKIE_S, httponly=True, samesite="Strict", path="/", secure=secure
        )
        return response

    def _take(self, code: str) -> _Open | None:
        now = self._clock.now_ms()
        for known in list(self._open):
            if self._open[known].expires_at <= now:
                del self._open[known]
        match = next((known for known in self._open if hmac.compare_digest(known.encode(), code.encode())), None)
        return self._open.pop(match) if match else None

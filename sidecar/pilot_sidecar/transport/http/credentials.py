"""Who is calling: tokens compared in constant time, failures counted (``lockout.py``)."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass

from aiohttp import web

from pilot_sidecar.core.devices import DeviceBook
from pilot_sidecar.core.errors import UnauthorizedError
from pilot_sidecar.transport.call import Caller
from pilot_sidecar.transport.http.lockout import Lockout
from pilot_sidecar.transport.http.route import Guard
from pilot_sidecar.transport.http.whence import whence_of


@dataclass(frozen=True, slots=True)
class Tokens:
    """The hub's own secrets; each is good for one thing."""

    owner: str
    hook: str
    """Hooks only; ``PILOT_HOOK_TOKEN`` is accepted beside it."""
    bridge: str


class Doorkeeper:
    """Turns a request's credentials into a caller, or refuses."""

    def __init__(self, tokens: Tokens, devices: DeviceBook, lockout: Lockout) -> None:
        self._owner = b"Bearer " + tokens.owner.encode()
        self._hook = b"Bearer " + tokens.hook.encode()
        self._bridge = b"Bearer " + tokens.bridge.encode()
        self.extra_hook_token = ""
        """``PILOT_HOOK_TOKEN`` as it is now."""
        self.cookie = "pilot_" + hashlib.sha256(tokens.owner.encode()).hexdigest()[:8]
        """Cookies know no ports: each hub has a name of its own, so that two on one machine do not evict each other."""
        self._devices = devices
        self.lockout = lockout

    def admit(self, request: web.BaseRequest, guard: Guard) -> Caller | None:
        """Return the caller, or None where none is needed; raises UnauthorizedError or RateLimitedError."""
        if guard == "public":
            return None
        given = request.headers.get("Authorization", "").encode("utf-8", "surrogateescape")
        if given and hmac.compare_digest(given, self._owner):
            return Caller(kind="owner", name="this machine", scope="admin", whence=whence_of(request))
        if guard == "hook" and self._is_hook(given):
            return None
        if guard == "bridge" and hmac.compare_digest(given, self._bridge):
            return None
        if guard not in ("hook", "bridge") and (caller := self._device(request, given)) is not None:
            return caller
        self.lockout.count(whence_of(request))
        raise UnauthorizedError(
            "This needs a valid token.", "Open a fresh link from `pilot open`, or use the token in hub.json."
        )

    def refuse_guess(self, request: web.BaseRequest) -> None:
        """Count a wrong pairing code; raises RateLimitedError when there were too many."""
        self.lockout.count(whence_of(request))

    def _is_hook(self, given: bytes) -> bool:
        extra = self.extra_hook_token
        return hmac.compare_digest(given, self._hook) or (
            bool(extra) and hmac.compare_digest(given, b"Bearer " + extra.encode())
        )

    def _device(self, request: web.BaseRequest, given: bytes) -> Caller | None:
        token = given.removeprefix(b"Bearer ").decode("utf-8", "replace") if given else request.cookies.get(self.cookie)
        device = self._devices.find(token) if token else None
        if device is None:
            return None
        whence = whence_of(request)
        return Caller("device", device.name, device.scope, device.id, session_id=device.session_id, whence=whence)


def make_token() -> str:
    """Return a fresh secret of 256 bits."""
    return secrets.token_urlsafe(32)

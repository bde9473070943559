"""Who is calling: tokens compared in constant time, failures counted (``lockout.py``)."""

import hmac

from aiohttp import web

from pilot_sidecar.core.devices import DeviceBook
from pilot_sidecar.core.errors import UnauthorizedError
from pilot_sidecar.core.whence import Whence
from pilot_sidecar.infra.tokens import Tokens
from pilot_sidecar.transport.call import Caller
from pilot_sidecar.transport.http.lockout import Lockout
from pilot_sidecar.transport.http.route import Guard
from pilot_sidecar.transport.http.whence import whence_of


class Doorkeeper:
    """Turns a request's credentials into a caller, or refuses."""

    def __init__(self, tokens: Tokens, devices: DeviceBook, lockout: Lockout) -> None:
        self.change_owner(tokens.owner)
        self._hook = b"Bearer " + tokens.hook.encode()
        self._bridge = b"Bearer " + tokens.bridge.encode()
        self.extra_hook_token = ""
        """``PILOT_HOOK_TOKEN`` as it is now."""
        self.cookie = tokens.cookie
        self._devices = devices
        self.lockout = lockout

    def change_owner(self, token: str) -> None:
        """Accept this owner's token from now on, and no other."""
        self._owner = b"Bearer " + token.encode()

    def admit(self, request: web.BaseRequest, guard: Guard) -> Caller | None:
        """Return the caller, or None where none is needed; raises UnauthorizedError or RateLimitedError."""
        if guard == "public":
            return None
        given = request.headers.get("Authorization", "").encode("utf-8", "surrogateescape")
        if given and hmac.compare_digest(given, self._owner):
            return _owner(whence_of(request))
        if guard == "hook" and self._is_hook(given):
            return None
        if guard == "bridge" and hmac.compare_digest(given, self._bridge):
            _require_here(whence_of(request), "The bridges' token is good on the hub's machine only.")
            return None
        if guard not in ("hook", "bridge") and (caller := self._device(request, given)) is not None:
            return caller
        self.lockout.count(whence_of(request))
        raise UnauthorizedError(
            "This needs a valid token.", "Open a fresh link from `pilot open`, or use the token in hub.json."
        )

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
        self._devices.seen(device.id, whence)
        return Caller("device", device.name, device.scope, device.id, session_id=device.session_id, whence=whence)


def _owner(whence: Whence) -> Caller:
    """Return the owner; their token is for programs on the hub's machine, who can read it there."""
    _require_here(whence, "The owner's token is good on the hub's machine only.")
    return Caller(kind="owner", name="this machine", scope="admin", whence=whence)


def _require_here(whence: Whence, otherwise: str) -> None:
    if whence.reach != "local":
        raise UnauthorizedError(otherwise, "Pair this device: `pilot pair`.")

"""Every answer of the HTTP door: JSON or nothing, always with the security headers."""

import json
from typing import Final

from aiohttp import web
from multidict import CIMultiDict

from pilot_sidecar.core.errors import MethodNotAllowedError, PilotError, RateLimitedError, UnauthorizedError
from pilot_sidecar.core.wire import Wire

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "font-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
SECURITY: Final = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
_JSON_HEADERS = CIMultiDict(SECURITY | {"Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store"})
_EMPTY_HEADERS = CIMultiDict(SECURITY | {"Cache-Control": "no-store"})


def json_response(model: Wire, status: int = 200) -> web.Response:
    """Return a model as JSON."""
    return web.Response(body=model.encode(), status=status, headers=_JSON_HEADERS)


def raw_json(body: bytes, status: int = 200) -> web.Response:
    """Return encoded JSON."""
    return web.Response(body=body, status=status, headers=_JSON_HEADERS)


def no_content() -> web.Response:
    """Return 204: for hooks, whose body would reach the model."""
    return web.Response(status=204, headers=_EMPTY_HEADERS)


def error_response(error: PilotError) -> web.Response:
    """Return an error with its status, its code, and what to do next."""
    response = raw_json(json.dumps(error.to_wire(), ensure_ascii=False).encode(), error.status)
    match error:
        case UnauthorizedError():
            response.headers["WWW-Authenticate"] = 'Bearer realm="Pilot"'
        case RateLimitedError():
            response.headers["Retry-After"] = str(error.retry_after_s)
        case MethodNotAllowedError():
            response.headers["Allow"] = error.hint or ""
        case _:
            pass
    return response

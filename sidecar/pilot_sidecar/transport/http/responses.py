"""Every answer of the HTTP door: JSON or nothing, always with the security headers."""

import asyncio
import gzip
import json
from http import HTTPStatus
from typing import Final

from aiohttp import HttpVersion11, web
from multidict import CIMultiDict

from pilot_sidecar.core.errors import MethodNotAllowedError, PilotError, RateLimitedError, UnauthorizedError
from pilot_sidecar.core.wire import Wire

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "font-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
UNUSED = (
    *("accelerometer", "autoplay", "browsing-topics", "camera", "display-capture", "encrypted-media"),
    *("geolocation", "gyroscope", "hid", "idle-detection", "local-fonts", "magnetometer", "microphone", "midi"),
    *("payment", "publickey-credentials-get", "screen-wake-lock", "serial", "storage-access", "sync-xhr", "usb"),
    *("window-management", "xr-spatial-tracking"),
)
"""What the page never asks a browser for, so that nothing in it can."""
SECURITY: Final = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in UNUSED),
}
PACK_FROM = 16_000
"""Bytes of an answer worth compressing: the list of a busy hub, a page of a transcript."""
_JSON_HEADERS = CIMultiDict(SECURITY | {"Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store"})
_EMPTY_HEADERS = CIMultiDict(SECURITY | {"Cache-Control": "no-store"})


def json_response(model: Wire, status: int = 200) -> web.Response:
    """Return a model as JSON."""
    return web.Response(body=model.encode(), status=status, headers=_JSON_HEADERS)


async def packed_json(model: Wire, status: int, accepted: str) -> web.Response:
    """Return a model as JSON, compressed off the loop where it is large and the reader can take it."""
    body = model.encode()
    if len(body) < PACK_FROM or "gzip" not in accepted:
        return web.Response(body=body, status=status, headers=_JSON_HEADERS)
    packed = await asyncio.to_thread(gzip.compress, body, 4)
    headers = CIMultiDict(_JSON_HEADERS)
    headers.update({"Content-Encoding": "gzip", "Vary": "Accept-Encoding"})
    return web.Response(body=packed, status=status, headers=headers)


def raw_json(body: bytes, status: int = 200) -> web.Response:
    """Return encoded JSON."""
    return web.Response(body=body, status=status, headers=_JSON_HEADERS)


class _PreparedNoContent(web.StreamResponse):
    """The same 204 for everybody, made once: hooks are the busiest address by far."""

    _BYTES = (
        "HTTP/1.1 204 No Content\r\n" + "".join(f"{name}: {text}\r\n" for name, text in _EMPTY_HEADERS.items()) + "\r\n"
    ).encode()

    @property
    def keep_alive(self) -> bool:
        return True

    async def prepare(self, request: web.BaseRequest) -> None:
        if request.transport is not None:
            request.transport.write(self._BYTES)

    async def write_eof(self, data: bytes = b"") -> None:
        return


_PREPARED = _PreparedNoContent(status=204)


def no_content(request: web.BaseRequest) -> web.StreamResponse:
    """Return 204: for hooks, whose body would reach the model."""
    if request.keep_alive and request.version == HttpVersion11:
        return _PREPARED
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


def last_words(error: PilotError) -> bytes:
    """Return a whole answer to what never became a request; the connection ends with it."""
    body = json.dumps(error.to_wire(), ensure_ascii=False).encode()
    headers = {**_JSON_HEADERS, "Content-Length": str(len(body)), "Connection": "close"}
    reason = HTTPStatus(error.status).phrase
    head = f"HTTP/1.1 {error.status} {reason}\r\n" + "".join(f"{name}: {text}\r\n" for name, text in headers.items())
    return head.encode() + b"\r\n" + body

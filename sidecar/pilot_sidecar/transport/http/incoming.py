"""A request as the hub reads it: its body in time, its answer with nothing that says what we run on."""

import asyncio

from aiohttp import HttpVersion11, web

from pilot_sidecar.core.errors import RequestTimeoutError
from pilot_sidecar.transport.http.body import too_large
from pilot_sidecar.transport.http.limits import Limits
from pilot_sidecar.transport.http.responses import SECURITY

_GO_ON = b"HTTP/1.1 100 Continue\r\n\r\n"


class HubRequest(web.BaseRequest):
    """What handlers get."""

    async def read(self) -> bytes:
        """Return the body; raises TooLargeError, and RequestTimeoutError for one that does not come."""
        if self._read_bytes is None:
            payload = self._payload
            body = payload.read_nowait() if payload.is_eof() else await self._arriving()
            if len(body) > self._client_max_size:
                raise too_large(self._client_max_size)
            self._read_bytes = body
        return self._read_bytes

    async def _arriving(self) -> bytes:
        self._invite()
        limits = self._limits()
        loop = asyncio.get_running_loop()
        started = loop.time()
        body = bytearray()
        try:
            async with asyncio.timeout(limits.body_stall_s) as limit:
                while piece := await self._payload.readany():
                    body += piece
                    if len(body) > self._client_max_size:
                        break
                    whole = started + limits.body_s + len(body) / limits.body_rate
                    limit.reschedule(min(loop.time() + limits.body_stall_s, whole))
        except TimeoutError:
            raise RequestTimeoutError("The body did not arrive in time.", "Send it again.") from None
        return bytes(body)

    def _limits(self) -> Limits:
        limits = getattr(self.protocol, "limits", None)
        assert isinstance(limits, Limits)
        return limits

    def _invite(self) -> None:
        """Let a client go on that asked first: curl does, and waits a second for it."""
        if self.version == HttpVersion11 and "Expect" in self.headers and self.transport is not None:
            self.transport.write(_GO_ON)

    async def _prepare_hook(self, response: web.StreamResponse) -> None:
        """Complete the head of an answer: aiohttp calls this before writing any, WebSockets' included."""
        headers = response.headers
        headers.popall("Server", None)
        for name, text in SECURITY.items():
            if name not in headers:
                headers[name] = text

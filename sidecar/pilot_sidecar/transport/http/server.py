"""aiohttp's low-level server, with our own answer to what is not HTTP."""

import asyncio
import logging
from functools import partial
from typing import Literal

from aiohttp import StreamReader, web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.http_parser import RawRequestMessage
from aiohttp.typedefs import Handler

from pilot_sidecar.core.errors import BadRequestError
from pilot_sidecar.core.whence import Whence
from pilot_sidecar.transport.http.body import MAX_BODY
from pilot_sidecar.transport.http.responses import error_response

logger = logging.getLogger(__name__)
Door = Literal["open", "tunnel"]
"""The listener a connection came in by: one of those for everybody, or the tunnel's own."""


class HubServer(web.Server):
    """Serves one handler; bodies are bounded, and a handler ends when its client leaves."""

    def __init__(self, handler: Handler) -> None:
        self._event_loop = asyncio.get_running_loop()
        super().__init__(handler, request_factory=partial(_request, self._event_loop), handler_cancellation=True)  # type: ignore[arg-type] # aiohttp types handlers of whole applications

    def __call__(self) -> "Connection":
        """Return the handler of a new connection."""
        return Connection(self, loop=self._event_loop, access_log=None)  # type: ignore[arg-type] # None turns it off


class Connection(web.RequestHandler):
    """One connection, and what its listener and its socket say about it."""

    door: Door = "open"
    whence: Whence | None = None
    """Where it comes from, once somebody asked (``whence.whence_of``)."""

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Answer bytes that are no request like any other mistake, in one line of the log."""
        logger.info("refused what is no HTTP request: %s", type(exc).__name__)
        response = error_response(BadRequestError("This is not an HTTP request that the hub understands."))
        response.force_close()
        return response


def _request(
    loop: asyncio.AbstractEventLoop,
    message: RawRequestMessage,
    payload: StreamReader,
    protocol: web.RequestHandler,
    writer: AbstractStreamWriter,
    task: "asyncio.Task[None]",
) -> web.BaseRequest:
    return web.BaseRequest(message, payload, protocol, writer, task, loop, client_max_size=MAX_BODY)

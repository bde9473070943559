"""aiohttp's low-level server, with our own limits and our own answer to what is not HTTP."""

import asyncio
import logging
from functools import partial
from typing import Literal, cast

from aiohttp import StreamReader, web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.http_parser import RawRequestMessage
from aiohttp.typedefs import Handler

from pilot_sidecar.core.errors import BadRequestError, BusyError, PilotError, RequestTimeoutError, TooLargeHeadError
from pilot_sidecar.core.whence import Whence
from pilot_sidecar.transport.http.body import MAX_BODY
from pilot_sidecar.transport.http.crowd import Crowd
from pilot_sidecar.transport.http.incoming import HubRequest
from pilot_sidecar.transport.http.limits import Limits
from pilot_sidecar.transport.http.responses import error_response, last_words

logger = logging.getLogger(__name__)
Door = Literal["open", "tunnel"]
"""The listener a connection came in by: one of those for everybody, or the tunnel's own."""


class HubServer(web.Server):
    """Serves one handler; all is bounded, and a handler ends when its client leaves."""

    def __init__(self, handler: Handler, limits: Limits | None = None) -> None:
        self._event_loop = asyncio.get_running_loop()
        self.limits = limits or Limits()
        self.crowd = Crowd(self.limits)
        super().__init__(handler, request_factory=partial(_request, self._event_loop), handler_cancellation=True)  # type: ignore[arg-type] # aiohttp types handlers of whole applications

    def __call__(self) -> "Connection":
        """Return the handler of a new connection."""
        return Connection(self, self._event_loop)


class Connection(web.RequestHandler):
    """One connection, and what its listener and its socket say about it."""

    door: Door = "open"
    whence: Whence | None = None
    """Where it comes from, once somebody asked (``whence.whence_of``)."""

    def __init__(self, server: HubServer, loop: asyncio.AbstractEventLoop) -> None:
        self.limits = limits = server.limits
        super().__init__(
            server,
            loop=loop,
            access_log=None,  # type: ignore[arg-type] # None turns it off
            keepalive_timeout=limits.idle_s,
            lingering_time=limits.linger_s,
            max_line_size=limits.line_bytes,
            max_field_size=limits.line_bytes,
            max_headers=limits.headers,
        )
        self._crowd = server.crowd
        self._place = ""
        self._head_bytes = 0
        self._head_timer: asyncio.TimerHandle | None = None
        self._stall_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection, unless there are too many from there."""
        place = self._crowd.come(self.door, transport.get_extra_info("peername"))
        if place is None:
            self._force_close = True
            _say(transport, BusyError("Too many connections are open.", "Close some tabs, or wait a minute."))
            return
        self._place = place
        super().connection_made(transport)

    def connection_lost(self, exc: BaseException | None) -> None:
        """Give the place to the next."""
        self._crowd.go(self._place)
        self._place = ""
        self._stop_timers()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what arrives; a head must be whole in time."""
        super().data_received(data)
        waiter = self._waiter
        if (waiter is not None and not waiter.done()) or (waiter is None and not self._request_count):
            self._wait_for_head(len(data))
        elif self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def pause_writing(self) -> None:
        """Note that the client does not read: for a while it may."""
        super().pause_writing()
        if self.transport is not None:
            self._watch_reader(self.transport, self.transport.get_write_buffer_size())

    def resume_writing(self) -> None:
        """Note that it reads again."""
        super().resume_writing()
        if self._stall_timer is not None:
            self._stall_timer.cancel()
            self._stall_timer = None

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

    def _wait_for_head(self, size: int) -> None:
        if self._head_timer is None:
            self._head_bytes = 0
            self._head_timer = self._loop.call_later(self.limits.head_s, self._give_up_head)
        self._head_bytes += size
        if self._head_bytes > self.limits.head_bytes:
            self._end(TooLargeHeadError("The request's headers are too large."))

    def _give_up_head(self) -> None:
        self._head_timer = None
        self._end(RequestTimeoutError("The request did not arrive in time.", "Send it again."))

    def _end(self, error: PilotError) -> None:
        if self.transport is not None:
            _say(self.transport, error)
            self.force_close()

    def _watch_reader(self, transport: asyncio.Transport, unread: int) -> None:
        self._stall_timer = self._loop.call_later(self.limits.stalled_s, self._check_reader, transport, unread)

    def _check_reader(self, transport: asyncio.Transport, before: int) -> None:
        self._stall_timer = None
        left = transport.get_write_buffer_size()
        if left >= before:
            logger.info("cut a client that did not read its answer")
            transport.abort()
        elif left:
            self._watch_reader(transport, left)

    def _stop_timers(self) -> None:
        for timer in (self._head_timer, self._stall_timer):
            if timer is not None:
                timer.cancel()
        self._head_timer = self._stall_timer = None


def _say(transport: asyncio.BaseTransport, error: PilotError) -> None:
    """Answer outside of any request, and close."""
    writable = cast("asyncio.Transport", transport)  # uvloop's do not inherit from it
    writable.write(last_words(error))
    writable.close()


def _request(
    loop: asyncio.AbstractEventLoop,
    message: RawRequestMessage,
    payload: StreamReader,
    protocol: web.RequestHandler,
    writer: AbstractStreamWriter,
    task: "asyncio.Task[None]",
) -> web.BaseRequest:
    return HubRequest(message, payload, protocol, writer, task, loop, client_max_size=MAX_BODY)

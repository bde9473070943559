"""One JSON-RPC connection: introduces its caller, runs calls, subscribes to events."""

import asyncio
import hmac
import logging
import secrets
import threading
from collections.abc import Awaitable, Callable, Mapping
from contextlib import ExitStack
from functools import partial
from typing import Any, TypeVar

from lsprotocol import types
from pydantic import ValidationError
from pydantic_core import from_json
from pygls.io_ import run_async

from pilot_sidecar.core.attention import Surface
from pilot_sidecar.core.errors import BadRequestError, ForbiddenError, PilotError, UnauthorizedError
from pilot_sidecar.core.notices_model import Attention
from pilot_sidecar.core.snapshot_model import Client
from pilot_sidecar.core.whence import HERE, Whence
from pilot_sidecar.core.windows import Place, real_paths
from pilot_sidecar.core.wire import Wire
from pilot_sidecar.transport.api import CALLS, run_call
from pilot_sidecar.transport.call import ApiContext, Call, Caller
from pilot_sidecar.transport.rpc.feed import Feed, show_frame
from pilot_sidecar.transport.rpc.inbox import Inbox
from pilot_sidecar.transport.rpc.outbox import Outbox
from pilot_sidecar.transport.rpc.protocol import HubServer
from pilot_sidecar.transport.rpc.wire import InitializationOptions, SubscribeParams, WindowParams, WindowResult

logger = logging.getLogger(__name__)
M = TypeVar("M", bound=Wire)


class NotInitializedError(PilotError):
    """The first request must be ``initialize``."""

    code, status = "not_initialized", 409


class Connection:
    """Serves one client until it leaves."""

    def __init__(
        self, context: ApiContext, feed: Feed, outbox: Outbox, token: str | None, whence: Whence = HERE
    ) -> None:
        self._context = context
        self._feed = feed
        self._outbox = outbox
        self._token = token
        self._whence = whence
        self._caller: Caller | None = None
        self._id = f"rpc_{secrets.token_hex(6)}"
        self._client: Client | None = None
        self._describing = asyncio.Lock()
        self._held = ExitStack()
        self._is_surface = False
        self._server = HubServer()
        self._server.protocol.set_writer(outbox)
        self._register()

    async def serve(self, inbox: Inbox) -> None:
        """Read until the client leaves, or says something that is not JSON-RPC."""
        protocol = self._server.protocol
        try:
            await run_async(threading.Event(), inbox, protocol, logger, protocol.refuse_message)
        except (ValueError, asyncio.IncompleteReadError, ConnectionError) as error:
            logger.info("a JSON-RPC connection ended: %s", error)
        finally:
            protocol.cancel_all()
            self._leave()

    def _register(self) -> None:
        # partial: pygls marks the handlers it is given, and bound methods take no marks
        self._server.feature(types.INITIALIZE)(partial(self._initialize))
        self._server.feature("pilot/subscribe")(partial(self._subscribe))
        self._server.feature("pilot/window")(partial(self._window))
        for call in CALLS:
            self._server.feature(f"pilot/{call.name}")(self._handler(call))

    def _initialize(self, params: types.InitializeParams) -> None:
        options = _parse(InitializationOptions, params.initialization_options or {})
        if self._token is not None and not hmac.compare_digest(options.token.encode(), self._token.encode()):
            raise UnauthorizedError("This needs the owner's token.", "It is in hub.json.")
        info = params.client_info
        name = options.client.name or (info.name if info else "") or "an editor"
        self._caller = Caller(kind=options.client.kind, name=name, scope="admin", id=self._id, whence=self._whence)
        if options.client.kind == "vscode":
            self._arrive(self._caller)

    def _subscribe(self, raw: Mapping[str, object] | None) -> dict[str, object]:
        """Not async: pygls sends the result before anything else can be announced, so there is no gap."""
        caller = self._known_caller()
        cursor = _parse(SubscribeParams, raw).cursor
        services = self._context.services
        self._arrive(caller)
        self._feed.join(self._outbox)
        missed = services.replay.recent(cursor)
        if missed is None:
            return {"cursor": services.bus.cursor, "snapshot": services.snapshot().dump(), "events": []}
        return {"cursor": services.bus.cursor, "events": [from_json(body) for _, body in missed]}

    async def _window(self, raw: Mapping[str, object] | None) -> dict[str, object]:
        caller = self._known_caller()
        if caller.kind != "vscode":
            raise ForbiddenError("Only an editor's window has folders.", "Introduce yourself as `vscode` first.")
        params = _parse(WindowParams, raw)
        async with self._describing:  # or an earlier description, whose folders took longer to look up, comes last
            folders = await asyncio.to_thread(real_paths, params.folders)
            services = self._context.services
            services.windows.put(self._id, caller.name, folders, self._show, focused=params.focused)
            attention: Attention = "active" if params.active else "visible" if params.focused else "hidden"
            notifies = params.notifies is not False
            window = Surface(self._id, "vscode", caller.name, attention=attention, notifies=notifies)
            if not self._is_surface:
                self._is_surface = True
                self._held.enter_context(services.surfaces.holding(self._id, window))
            services.surfaces.report(self._id, window)
        return WindowResult(surface=self._id).dump()

    def _show(self, place: Place) -> None:
        self._outbox.push(show_frame(place.encode()))

    def _handler(self, call: Call[Any, Any]) -> Callable[..., Awaitable[dict[str, object]]]:
        # Not annotated as object: pygls would take the parameter for its server.
        async def handle(raw: Mapping[str, object] | None) -> dict[str, object]:
            result = await run_call(call, self._context, self._known_caller(), _parse(call.params, raw))
            return result.dump()

        return handle

    def _known_caller(self) -> Caller:
        if self._caller is None:
            raise NotInitializedError("The first request must be `initialize`.")
        return self._caller

    def _arrive(self, caller: Caller) -> None:
        if self._client is None:
            self._client = caller.client(self._id)
            self._context.services.presence.join(self._client)

    def _leave(self) -> None:
        self._feed.leave(self._outbox)
        self._held.close()
        self._context.services.windows.remove(self._id)
        if self._client is not None:
            self._context.services.presence.leave(self._client)


def _parse(model: type[M], raw: object) -> M:
    """Return params as their model; raises BadRequestError that names the first wrong field."""
    if raw is not None and not isinstance(raw, Mapping):
        raise BadRequestError("Params are an object.")
    try:
        return model.model_validate(raw or {})
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise BadRequestError(f"{where}: {first['msg']}." if where else f"{first['msg']}.") from None

"""The HTTP door's table: what is where, and who may come in."""

from collections.abc import Awaitable, Callable, Iterable, Iterator
from typing import Any, Protocol

from aiohttp import web

from pilot_sidecar import PROTOCOL, __version__
from pilot_sidecar.core.wire import Wire
from pilot_sidecar.transport.api import CALLS, run_call
from pilot_sidecar.transport.call import ApiContext, Call
from pilot_sidecar.transport.http.body import parse_object, parse_params
from pilot_sidecar.transport.http.openapi import openapi
from pilot_sidecar.transport.http.pairing import PairingDesk
from pilot_sidecar.transport.http.responses import json_response, no_content, packed_json, raw_json
from pilot_sidecar.transport.http.route import Guard, Handler, Route, Visit
from pilot_sidecar.transport.http.sse import EventStreams
from pilot_sidecar.transport.http.static import Dashboard


class AgentRoute(Protocol):
    """An address of an agent's bridge or hook (``integrations.ports.BridgeRoute``)."""

    @property
    def method(self) -> str: ...  # noqa: D102
    @property
    def path(self) -> str: ...  # noqa: D102
    @property
    def handler(self) -> Callable[[web.BaseRequest], Awaitable[web.StreamResponse | bytes | None]]: ...  # noqa: D102
    @property
    def token(self) -> Guard: ...  # noqa: D102


class Health(Wire):
    """The hub is up."""

    status: str = "ok"
    version: str = __version__
    protocol: int = PROTOCOL


def agent_routes(agents: Iterable[AgentRoute]) -> Iterator[Route]:
    """Yield the addresses of bridges and hooks."""
    for agent in agents:
        yield Route(agent.method, agent.path, agent.token, _agent_handler(agent))


def api_routes(context: ApiContext) -> Iterator[Route]:
    """Yield the API table's calls."""
    for call in CALLS:
        yield Route(call.method, call.path, call.scope, _call_handler(call, context), call.follows)


def page_routes(dashboard: Dashboard, desk: PairingDesk, streams: EventStreams) -> Iterator[Route]:
    """Yield the dashboard, and what is not part of the table."""
    yield Route("GET", "/health", "public", _health)
    yield Route("GET", "/events", "view", streams.serve, follows=True)
    yield Route("GET", "/openapi.json", "view", _openapi)
    yield Route("POST", "/pair", "public", desk.exchange)
    yield Route("POST", "/pair/wait", "public", desk.wait)
    yield Route("POST", "/pair/leave", "public", desk.leave)
    yield Route("GET", "/", "public", dashboard.page)
    yield Route("GET", "/pair", "public", dashboard.page)
    yield Route("GET", "/manifest.webmanifest", "public", dashboard.root_file)
    yield Route("GET", "/sw.js", "public", dashboard.root_file)
    for name in dashboard.names():
        yield Route("GET", f"/static/{name}", "public", dashboard.file)


def _agent_handler(agent: AgentRoute) -> Handler:
    async def handle(visit: Visit) -> web.StreamResponse:
        answer = await agent.handler(visit.request)
        if answer is None:
            return no_content(visit.request)
        return raw_json(answer) if isinstance(answer, bytes) else answer

    return handle


def _call_handler(call: Call[Any, Any], context: ApiContext) -> Handler:
    async def handle(visit: Visit) -> web.StreamResponse:
        assert visit.caller is not None
        with context.services.connections.answering(visit.caller.id or None, visit.end):
            params = parse_params(call.params, await _arguments(call, visit))
            answer = await run_call(call, context, visit.caller, params)
            return await packed_json(answer, call.status, visit.request.headers.get("Accept-Encoding", ""))

    return handle


async def _arguments(call: Call[Any, Any], visit: Visit) -> dict[str, object]:
    request = visit.request
    if call.method == "GET":
        return {**request.query, **visit.path}
    raw = await request.read()
    needs_body = any(field.is_required() and name not in visit.path for name, field in call.params.model_fields.items())
    data = parse_object(raw) if raw or needs_body else {}
    if (key := request.headers.get("Idempotency-Key")) is not None:
        data["idempotencyKey"] = key
    return {**data, **visit.path}


async def _health(_visit: Visit) -> web.StreamResponse:
    return json_response(Health())


async def _openapi(_visit: Visit) -> web.StreamResponse:
    return raw_json(openapi())

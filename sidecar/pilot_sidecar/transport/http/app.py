"""The HTTP door: every request passes one function, which checks before it answers."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from pilot_sidecar.core.errors import BadRequestError, PilotError
from pilot_sidecar.core.services import Services
from pilot_sidecar.infra.tasks import Tasks
from pilot_sidecar.infra.tokens import Tokens
from pilot_sidecar.transport.call import Access, ApiContext
from pilot_sidecar.transport.http.body import check_head, check_public, too_large
from pilot_sidecar.transport.http.credentials import Doorkeeper
from pilot_sidecar.transport.http.fanout import Fanout
from pilot_sidecar.transport.http.listeners import Listeners
from pilot_sidecar.transport.http.lockout import Lockout
from pilot_sidecar.transport.http.network_tls import NetworkTls
from pilot_sidecar.transport.http.origin import OriginCheck
from pilot_sidecar.transport.http.pairing import PairingDesk
from pilot_sidecar.transport.http.refusals import RefusedLogins
from pilot_sidecar.transport.http.responses import error_response
from pilot_sidecar.transport.http.route import Router, Visit
from pilot_sidecar.transport.http.routes import AgentRoute, agent_routes, api_routes, page_routes
from pilot_sidecar.transport.http.server import HubServer
from pilot_sidecar.transport.http.sse import EventStreams
from pilot_sidecar.transport.http.static import Dashboard
from pilot_sidecar.transport.http.tunnel_door import LoopbackTunnelDoor

logger = logging.getLogger(__name__)
SHUTDOWN_S = 2.0


class InternalError(PilotError):
    """A fault of ours; the log has the details."""


@dataclass(frozen=True, slots=True)
class Bound:
    """Where the door is."""

    url: str
    port: int
    pairing: PairingDesk
    doorkeeper: Doorkeeper
    router: Router


class HttpDoor:
    """Checks and answers requests."""

    def __init__(self, router: Router, doorkeeper: Doorkeeper, origin: OriginCheck) -> None:
        self._router = router
        self._doorkeeper = doorkeeper
        self._origin = origin

    async def __call__(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer any request, with an error where need be."""
        try:
            self._origin.check(request)
            check_head(request)
            route, names = self._router.find(request.method, request.raw_path.partition("?")[0])
            self._origin.check_site(request, route)
            if route.guard == "public":
                check_public(request)
            caller = self._doorkeeper.admit(request, route.guard)
            if caller is not None:
                route.admit(caller)
            return await route.handler(Visit(request, caller, names))
        except PilotError as error:
            return error_response(error)
        except web.HTTPRequestEntityTooLarge:
            return error_response(too_large())
        except web.HTTPException as error:  # aiohttp's own, such as a handshake that is none
            logger.info("%s %s: %s", request.method, request.raw_path.partition("?")[0], error.text)
            return error_response(BadRequestError("The request is not what this address takes."))
        except web.RequestPayloadError:
            return error_response(BadRequestError("The body ended early or is badly encoded."))
        except Exception:
            logger.exception("%s %s failed", request.method, request.raw_path.partition("?")[0])
            return error_response(InternalError("Something went wrong in the hub.", "`pilot logs` has the details."))


@asynccontextmanager
async def serve_http(
    services: Services,
    tokens: Tokens,
    access: Access,
    agents: Iterable[AgentRoute],
    webview: Path,
    stop: Callable[[], None],
) -> AsyncIterator[Bound]:
    """Serve until left: the API table, events, hooks, bridges and the dashboard."""
    settings = services.settings.current
    refusals = RefusedLogins(services.audit, services.clock)
    doorkeeper = Doorkeeper(tokens, services.devices, Lockout(services.clock, refusals))
    follow_hook_token(services, doorkeeper)
    fanout = Fanout(services.bus, services.sessions)
    router = Router()
    door = HttpDoor(router, doorkeeper, OriginCheck(services.reach.names, lambda: services.tunnel.status.url))
    server = HubServer(door)
    tls = NetworkTls(services.home / "tls", services.clock) if settings.tls else None
    tasks = Tasks("http", stop_timeout_s=0.5)
    listeners = Listeners(server, services.reach, settings.host.strip("[]"), settings.port, tasks, tls)
    tunnel_door = LoopbackTunnelDoor(server)
    try:
        await listeners.bind()
        if (warning := services.reach.warning()) is not None:
            logger.info("listening on %s: %s", settings.host, warning)
        desk = PairingDesk(services.reach.local_url, doorkeeper, services)
        context = ApiContext(services, desk, access, stop)
        streams, dashboard = EventStreams(services, fanout), Dashboard(webview, lambda: services.settings.current.dev)
        for route in (*agent_routes(agents), *api_routes(context), *page_routes(dashboard, desk, streams)):
            router.add(route)
        if tls is not None and listeners.in_network:
            router.add(tls.route())
        await listeners.serve()
        services.tunnel.door = tunnel_door
        tasks.spawn("this machine's addresses", listeners.watch())
        yield Bound(services.reach.local_url, listeners.port, desk, doorkeeper, router)
    finally:
        services.tunnel.door = None
        services.confirmations.give_up()
        fanout.close()
        await tunnel_door.close()
        listeners.close()
        await tasks.stop()
        await asyncio.sleep(0)  # what has arrived is taken up, and answered below
        server.pre_shutdown()
        await server.shutdown(SHUTDOWN_S)
        refusals.close()


def follow_hook_token(services: Services, doorkeeper: Doorkeeper) -> None:
    """Accept ``PILOT_HOOK_TOKEN`` as it is set now, without a restart."""

    def take() -> None:
        doorkeeper.extra_hook_token = services.settings.current.hook_token.get_secret_value()

    take()
    services.settings.on_change(take)

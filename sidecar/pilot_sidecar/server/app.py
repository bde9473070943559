"""The composition root: one hub, from its files to its doors, undone in reverse."""

import asyncio
import gc
import logging
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass

from pydantic import SecretStr

from pilot_sidecar import PROTOCOL, __version__
from pilot_sidecar.core.asks_model import Actor
from pilot_sidecar.core.events import HubStopping
from pilot_sidecar.core.retention import keep_within_limits
from pilot_sidecar.core.services import Services
from pilot_sidecar.core.settings import SettingsStore
from pilot_sidecar.infra.clock import SystemClock
from pilot_sidecar.infra.logs import Redactor, open_logs
from pilot_sidecar.infra.paths import socket_path
from pilot_sidecar.infra.tasks import Tasks
from pilot_sidecar.infra.tokens import Tokens, load_tokens
from pilot_sidecar.integrations.ports import Connection, HubAddress
from pilot_sidecar.server import registry
from pilot_sidecar.server.access import TOKENS, OwnerAccess
from pilot_sidecar.server.agent_watch import watch_agents
from pilot_sidecar.server.discovery import HubFile, remove_hub_file
from pilot_sidecar.server.domain import build_services
from pilot_sidecar.server.errors import cannot_listen
from pilot_sidecar.server.expiry import expire_confirmations, expire_devices
from pilot_sidecar.server.notifications import start_notifications
from pilot_sidecar.server.options import HubOptions
from pilot_sidecar.server.project_state import ProjectStateKeeper
from pilot_sidecar.server.settings_watch import follow_settings
from pilot_sidecar.server.signals import stop_on_signals
from pilot_sidecar.server.stages import Stages
from pilot_sidecar.server.watchers import expire_asks, hand_back_all, leave_when_idle, release_when_alone
from pilot_sidecar.transport.call import ApiContext, Pairing
from pilot_sidecar.transport.http.app import Bound, serve_http
from pilot_sidecar.transport.rpc.door import serve_rpc

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RunningHub:
    """A hub that is up, for whoever started it."""

    url: str
    services: Services
    pairing: Pairing


async def run_hub(options: HubOptions, on_ready: Callable[[RunningHub], None]) -> None:
    """Run a hub until it is asked to stop; the caller holds the lock of its home."""
    stop = asyncio.Event()
    redact = Redactor()
    async with Stages() as stages:
        stages.enter_context(open_logs(options.home / "logs", redact))
        signals = stages.enter_context(stop_on_signals(stop.set))
        hub = await _start(stages, options, redact, stop)
        settle_memory()
        on_ready(hub)
        await stop.wait()
        logger.info("stopping")
        by = Actor(kind="owner", name="Ctrl-C") if signal.SIGINT in signals else Actor(kind="hub")
        if signal.SIGINT in signals:  # a person at its terminal; other signals are nobody's wish to keep it stopped
            hub.services.bus.publish(HubStopping(at=hub.services.clock.now_ms(), by=by))
        hub.services.audit.record("hub.stopping", by)
        stages.arm()


def settle_memory() -> None:
    """Spare the garbage collector what stays for good, and the busiest path its frequent visits."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
    gc.enable()


async def _start(stages: Stages, options: HubOptions, redact: Redactor, stop: asyncio.Event) -> RunningHub:
    clock = SystemClock()
    settings = SettingsStore(options.home, options.environ, clock.now_ms())
    tokens = load_tokens(options.home / TOKENS, clock.now_ms())
    _hide_secrets(redact, tokens, settings)
    settings.on_change(lambda: _hide_secrets(redact, tokens, settings))
    tasks = Tasks("hub", stop_timeout_s=0.8)
    services = await build_services(options, settings, tasks, clock)
    stages.undo("the store", lambda: services.store.close(timeout_s=1.5), 2.0)
    stages.undo("the audit log", services.audit.close, 2.0)
    stages.undo("the search", services.search.close)
    await stages.enter("the hub's tasks", tasks)
    await services.asks.settle_restart()

    connections = _attach(options, services)
    access = OwnerAccess(options.home, tokens, services, redact)
    bound = await _open_http(stages, services, tokens, access, connections, options, stop)
    access.on_rotation(bound.doorkeeper.change_owner)
    access.on_rotation(lambda _: bound.pairing.void())
    context = ApiContext(services, bound.pairing, access, stop.set)
    path = socket_path(options.home, options.environ) if hasattr(asyncio, "start_unix_server") else None
    socket = await stages.enter("the JSON-RPC door", serve_rpc(context, path, access.token))
    start_notifications(stages, services, options)
    _run_agents(stages, services, connections, HubAddress(bound.url, tokens.bridge, tokens.hook))
    _run_watchers(stages, services, lambda: len(services.devices) > 0 or _has_chat(services), options, stop)

    await access.announce(HubFile(os.getpid(), bound.url, socket, access.token(), __version__, PROTOCOL))
    stages.callback(remove_hub_file, options.home)
    services.audit.record("hub.started", Actor(kind="hub"), version=__version__, host=services.settings.current.host)
    stages.undo("the tunnel", services.tunnel.close, 2.5)
    tasks.spawn("tunnel", services.tunnel.begin())
    logger.info("hub %s is up at %s", __version__, bound.url)
    return RunningHub(bound.url, services, bound.pairing)


def _has_chat(services: Services) -> bool:
    """Tell whether a chat was set up, whether or not it can be reached at the moment."""
    return any(one.channel == "telegram" and one.state != "off" for one in services.notifications.states())


def _hide_secrets(redact: Redactor, tokens: Tokens, settings: SettingsStore) -> None:
    values = (value for _, value in settings.current if isinstance(value, SecretStr))
    redact.hide(tokens.owner, tokens.hook, tokens.bridge, *(value.get_secret_value() for value in values))


def _attach(options: HubOptions, services: Services) -> dict[str, Connection]:
    integrations = [*registry.agents(), registry.demo(playing=options.demo)]
    connections = {integration.name: integration.attach(services, options.environ) for integration in integrations}
    for name, connection in connections.items():
        if connection.driver is not None:
            services.agents.register(name, connection.driver)
    return connections


async def _open_http(
    stages: Stages,
    services: Services,
    tokens: Tokens,
    access: OwnerAccess,
    connections: dict[str, Connection],
    options: HubOptions,
    stop: asyncio.Event,
) -> Bound:
    settings = services.settings.current
    routes = [route for connection in connections.values() for route in connection.routes]
    door = serve_http(
        services,
        tokens,
        access,
        routes,
        options.webview,
        stop.set,
    )
    try:
        return await stages.enter("the HTTP door", door, 2.2)
    except OSError as error:
        raise cannot_listen(error, getattr(error, "host", settings.host), settings.port) from error


def _run_agents(stages: Stages, services: Services, connections: dict[str, Connection], address: HubAddress) -> None:
    agents = Tasks("agent", stop_timeout_s=0.8)
    stages.undo("the agents' connections", agents.stop)
    for name, connection in connections.items():
        agents.spawn(name, connection.run(address))


def _run_watchers(
    stages: Stages, services: Services, configured: Callable[[], bool], options: HubOptions, stop: asyncio.Event
) -> None:
    project_state = ProjectStateKeeper(services)
    stages.undo("state files in projects", project_state.close)
    watchers = Tasks("watch", stop_timeout_s=0.5)
    stages.undo("the hub's watchers", watchers.stop)
    watchers.spawn("deadlines", expire_asks(services))
    watchers.spawn("agents' children", watch_agents(services))
    watchers.spawn("devices", expire_devices(services))
    watchers.spawn("confirmations", expire_confirmations(services))
    watchers.spawn("presence", release_when_alone(services))
    watchers.spawn("retention", keep_within_limits(services.store, services.settings, services.clock))
    watchers.spawn("deleted sessions", services.purger.run())
    watchers.spawn("search", services.search.run())
    watchers.spawn("state files in projects", project_state.run())
    watchers.spawn("settings", follow_settings(services))

    async def leave(idle_s: float) -> None:
        await leave_when_idle(services, configured, idle_s)
        logger.info("nobody has needed the hub for %.0f minutes", idle_s / 60)
        stop.set()

    if options.idle_exit_s is not None:
        watchers.spawn("idle", leave(options.idle_exit_s))
    stages.undo("handing asks back", lambda: _hand_back(services))


async def _hand_back(services: Services) -> None:
    """Hand back what is held, and go on doing so for what still arrives until the doors are closed."""
    await services.asks.hand_back("Pilot stops.")
    services.tasks.spawn("hand-back", hand_back_all(services))

"""The domain's parts of one hub, put together."""

import asyncio
import socket

from pilot_sidecar import PROTOCOL, __version__
from pilot_sidecar.core.agent_processes import AgentProcesses
from pilot_sidecar.core.agents import AgentDirectory
from pilot_sidecar.core.ask_files import AskFiles
from pilot_sidecar.core.asks import AskQueue
from pilot_sidecar.core.attachments import Attachments
from pilot_sidecar.core.attention import Surfaces
from pilot_sidecar.core.audit import Audit
from pilot_sidecar.core.budgets import Budgets
from pilot_sidecar.core.bus import Bus
from pilot_sidecar.core.canaries import Canaries
from pilot_sidecar.core.confirmations import Confirmations
from pilot_sidecar.core.connections import Connections
from pilot_sidecar.core.deletion import Bin
from pilot_sidecar.core.devices import DeviceBook
from pilot_sidecar.core.events import DevicesChanged, SettingsChanged
from pilot_sidecar.core.history import History
from pilot_sidecar.core.marks import Marks
from pilot_sidecar.core.notice_events import NotificationsChanged
from pilot_sidecar.core.notification_rules import RuleBook
from pilot_sidecar.core.notifications import Notifications
from pilot_sidecar.core.presence import Presence
from pilot_sidecar.core.project_files import ProjectFiles
from pilot_sidecar.core.purge import Purger
from pilot_sidecar.core.push_book import PushBook
from pilot_sidecar.core.push_services import PushServices
from pilot_sidecar.core.reach import Reach
from pilot_sidecar.core.remembered_agents import RememberedAgents
from pilot_sidecar.core.replay import Replay
from pilot_sidecar.core.search import Search
from pilot_sidecar.core.self_approval import SelfApprovalGuard
from pilot_sidecar.core.services import Services
from pilot_sidecar.core.sessions import Sessions
from pilot_sidecar.core.settings import SettingsStore
from pilot_sidecar.core.snapshot_model import HubInfo
from pilot_sidecar.core.spending import Spending
from pilot_sidecar.core.store import Store
from pilot_sidecar.core.tunnel import Tunnel
from pilot_sidecar.core.unknown import UnknownEvents
from pilot_sidecar.core.windows import Windows
from pilot_sidecar.infra.clock import Clock
from pilot_sidecar.infra.tasks import Tasks
from pilot_sidecar.infra.tunnel.supervisor import TunnelPrograms
from pilot_sidecar.server.options import HubOptions


async def build_services(options: HubOptions, settings: SettingsStore, tasks: Tasks, clock: Clock) -> Services:
    """Open the store and return everything the doors and the adapters work with."""
    started_at = clock.now_ms()
    store = await asyncio.to_thread(Store, options.home / "pilot.db", started_at)
    bus = Bus(store, clock)
    sessions = Sessions(bus, store)
    audit = Audit(options.home, store, bus, clock)
    settings.on_change(lambda: bus.publish(SettingsChanged(at=clock.now_ms())))
    machine = socket.gethostname()
    asks = AskQueue(bus, store, sessions, clock, machine)
    marks = Marks(bus, store, sessions)
    spending = Spending(bus, store, sessions)
    bin_ = Bin(bus, store, sessions, asks, marks, spending.take)
    search = Search(bus, store)
    agents = AgentDirectory(bus, sessions, clock)
    processes = AgentProcesses()
    RememberedAgents(processes, store)
    connections = Connections()
    devices = DeviceBook(store, clock)
    devices.on_cut(connections.cut_device)
    devices.on_change(lambda: bus.publish(DevicesChanged(at=clock.now_ms())))
    push = PushBook(store, clock, PushServices(options.environ))
    devices.on_cut(lambda device_id: _end_push(devices, push, device_id))
    rules, notifications = RuleBook(store), Notifications()
    for part in (push, rules, notifications):
        part.on_change(lambda: bus.publish(NotificationsChanged(at=clock.now_ms())))
    presence = Presence(bus, clock)
    canaries = Canaries(sessions, bin_, clock)
    presence.reachable_elsewhere = lambda project: canaries.has(project) or notifications.reaches_somebody(project)
    programs = TunnelPrograms(options.home, options.environ, clock)
    tunnel = Tunnel(bus, settings, clock, devices, audit, tasks, programs)
    return Services(
        home=options.home,
        clock=clock,
        info=HubInfo(version=__version__, protocol=PROTOCOL, machine=machine, started_at=started_at),
        store=store,
        bus=bus,
        replay=Replay(bus, store),
        sessions=sessions,
        marks=marks,
        asks=asks,
        bin=bin_,
        canaries=canaries,
        purger=Purger(store, clock, bin_, asks, search),
        search=search,
        spending=spending,
        budgets=Budgets(bus, store, sessions, spending, settings),
        files=AskFiles(bus, asks, sessions, agents, tasks, options.home),
        attachments=Attachments(store, clock),
        project_files=ProjectFiles(settings, sessions, options.home),
        agents=agents,
        history=History(bus, sessions, agents),
        presence=presence,
        windows=Windows(),
        surfaces=Surfaces(clock),
        rules=rules,
        push=push,
        notifications=notifications,
        settings=settings,
        audit=audit,
        devices=devices,
        confirmations=Confirmations(bus, clock),
        connections=connections,
        agent_processes=processes,
        self_approval=SelfApprovalGuard(processes, bus, audit, clock, sessions.agent_of, asks.session_of),
        tunnel=tunnel,
        reach=Reach(lambda: tunnel.status),
        unknown=UnknownEvents(store, clock),
        tasks=tasks,
    )


def _end_push(devices: DeviceBook, push: PushBook, device_id: str) -> None:
    """Forget where a device is reached once it may not answer any more: gone, or lowered to watching."""
    device = devices.get(device_id)
    if device is None or not device.answers:
        push.drop(device_id)

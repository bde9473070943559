"""The domain's parts, as the doors and the adapters get them."""

from dataclasses import dataclass
from pathlib import Path

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
from pilot_sidecar.core.history import History
from pilot_sidecar.core.marks import Marks
from pilot_sidecar.core.notification_rules import RuleBook
from pilot_sidecar.core.notifications import Notifications
from pilot_sidecar.core.presence import Presence
from pilot_sidecar.core.project_files import ProjectFiles
from pilot_sidecar.core.purge import Purger
from pilot_sidecar.core.push_book import PushBook
from pilot_sidecar.core.reach import Reach
from pilot_sidecar.core.replay import Replay
from pilot_sidecar.core.search import Search
from pilot_sidecar.core.self_approval import SelfApprovalGuard
from pilot_sidecar.core.sessions import Sessions
from pilot_sidecar.core.settings import SettingsStore
from pilot_sidecar.core.snapshot_model import HubInfo, SnapshotState
from pilot_sidecar.core.spending import Spending
from pilot_sidecar.core.store import Store
from pilot_sidecar.core.tunnel import Tunnel
from pilot_sidecar.core.unknown import UnknownEvents
from pilot_sidecar.core.windows import Windows
from pilot_sidecar.infra.clock import Clock
from pilot_sidecar.infra.tasks import Tasks


@dataclass(frozen=True, slots=True)
class Services:
    """Everything of one hub; made by the composition root, and by tests."""

    home: Path
    clock: Clock
    info: HubInfo
    store: Store
    bus: Bus
    replay: Replay
    sessions: Sessions
    marks: Marks
    asks: AskQueue
    bin: Bin
    canaries: Canaries
    purger: Purger
    search: Search
    spending: Spending
    budgets: Budgets
    files: AskFiles
    attachments: Attachments
    project_files: ProjectFiles
    agents: AgentDirectory
    history: History
    presence: Presence
    windows: Windows
    surfaces: Surfaces
    rules: RuleBook
    push: PushBook
    notifications: Notifications
    settings: SettingsStore
    audit: Audit
    devices: DeviceBook
    confirmations: Confirmations
    connections: Connections
    agent_processes: AgentProcesses
    self_approval: SelfApprovalGuard
    tunnel: Tunnel
    reach: Reach
    unknown: UnknownEvents
    tasks: Tasks

    def snapshot(self) -> SnapshotState:
        """Return the state at the bus's present cursor."""
        return SnapshotState(
            cursor=self.bus.cursor,
            hub=self.info.model_copy(update={"files": self.settings.current.enable_glob_opener}),
            projects=self.sessions.projects(),
            sessions=self.sessions.all(),
            marks=self.marks.all(),
            asks=[record.ask for record in self.asks.pending()],
            agents=self.agents.statuses(),
            clients=self.presence.clients(),
            confirmations=self.confirmations.pending(),
            tunnel=self.tunnel.status,
        )

"""The first picture of a surface: the hub, who is connected, and everything there is but transcripts."""

from typing import Literal

from pydantic import Field

from pilot_sidecar.core.asks_model import Ask
from pilot_sidecar.core.devices_model import Confirmation
from pilot_sidecar.core.models import AgentStatus, Project, Session, SessionMark
from pilot_sidecar.core.reach_model import TunnelStatus
from pilot_sidecar.core.wire import Wire


class Client(Wire):
    """A surface that is connected now."""

    id: str
    kind: Literal["owner", "vscode", "device"]
    name: str
    scope: Literal["view", "approve", "operate", "admin"]
    session_id: str | None = None
    """It follows this session and its sub-agents only."""


class HubInfo(Wire):
    """The hub itself."""

    version: str
    protocol: int
    machine: str
    started_at: int
    files: bool = False
    """The files of projects can be looked at."""


class SnapshotState(Wire):
    """Everything a surface needs to draw its first picture; transcripts come from the API."""

    cursor: str
    hub: HubInfo
    projects: list[Project] = Field(default_factory=list)
    sessions: list[Session] = Field(default_factory=list)
    marks: list[SessionMark] = Field(default_factory=list)
    asks: list[Ask] = Field(default_factory=list)
    """Those that wait, oldest first."""
    agents: list[AgentStatus] = Field(default_factory=list)
    clients: list[Client] = Field(default_factory=list)
    confirmations: list[Confirmation] = Field(default_factory=list)
    """What a person at the hub's machine has to agree to; for admins only."""
    tunnel: TunnelStatus = Field(default_factory=TunnelStatus)
    """For admins only."""

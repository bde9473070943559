"""Every event of the hub: one class per type, a discriminated union on the wire."""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from pilot_sidecar.core.asks_model import Actor, Ask
from pilot_sidecar.core.devices_model import Confirmation, SelfApproval
from pilot_sidecar.core.event_base import EventBase
from pilot_sidecar.core.models import (
    AgentStatus,
    Attachment,
    FileDiff,
    Project,
    Session,
    SessionMark,
    Todo,
    ToolKind,
    ToolStatus,
    Usage,
)
from pilot_sidecar.core.notice_events import NoticeRaised, NoticeWithdrawn, NotificationsChanged, PlaceRequested
from pilot_sidecar.core.reach_model import TunnelStatus
from pilot_sidecar.core.snapshot_model import Client, SnapshotState


class SessionEvent(EventBase):
    """An event of one session."""

    session_id: str
    agent: str


class SessionStarted(SessionEvent):
    """A session became known."""

    type: Literal["pilot.session.started"] = "pilot.session.started"
    session: Session


class SessionUpdated(SessionEvent):
    """Anything about a session changed; carries the whole session."""

    type: Literal["pilot.session.updated"] = "pilot.session.updated"
    session: Session


class SessionStopped(SessionEvent):
    """The turn is over and the session idle."""

    type: Literal["pilot.session.stopped"] = "pilot.session.stopped"
    reason: Literal["completed", "aborted", "error"] = "completed"


class PromptReceived(SessionEvent):
    """A prompt entered the session, from whichever surface."""

    type: Literal["pilot.prompt.received"] = "pilot.prompt.received"
    message_id: str
    text: str
    attachments: list[Attachment] = Field(default_factory=list)


class MessageDelta(SessionEvent):
    """Text as it is generated: after it, the part's text is ``text[:offset] + delta``.

    ``offset`` counts UTF-16 code units, as JavaScript does, so the same delta twice changes nothing
    and a reader that missed one can tell.
    """

    type: Literal["pilot.message.delta"] = "pilot.message.delta"
    message_id: str
    part_id: str
    part: Literal["text", "reasoning"] = "text"
    offset: int
    delta: str


class MessageCompleted(SessionEvent):
    """A part of a message is whole."""

    type: Literal["pilot.message.completed"] = "pilot.message.completed"
    message_id: str
    part_id: str
    part: Literal["text", "reasoning"] = "text"
    text: str
    started_at: int | None = None


class ToolStarted(SessionEvent):
    """The agent called a tool."""

    type: Literal["pilot.tool.started"] = "pilot.tool.started"
    call_id: str
    message_id: str | None = None
    tool: str
    tool_kind: ToolKind = "other"
    title: str = ""
    status: ToolStatus = "running"
    input: dict[str, object] | None = None


class ToolUpdated(SessionEvent):
    """A running tool has something new; absent fields are unchanged."""

    type: Literal["pilot.tool.updated"] = "pilot.tool.updated"
    call_id: str
    title: str | None = None
    status: ToolStatus | None = None
    input: dict[str, object] | None = None
    output: str | None = None
    child_session_id: str | None = None


class ToolCompleted(SessionEvent):
    """A tool call ended, one way or another; absent fields are unchanged."""

    type: Literal["pilot.tool.completed"] = "pilot.tool.completed"
    call_id: str
    message_id: str | None = None
    tool: str
    tool_kind: ToolKind = "other"
    status: ToolStatus = "completed"
    title: str | None = None
    input: dict[str, object] | None = None
    output: str | None = None
    error: str | None = None
    files: list[FileDiff] = Field(default_factory=list)
    attachments: list[Attachment] = Field(default_factory=list)
    child_session_id: str | None = None


class SessionNoted(SessionEvent):
    """Something about the conversation itself changed: a line of the transcript."""

    type: Literal["pilot.session.noted"] = "pilot.session.noted"
    note_id: str
    note: Literal["compaction", "model", "mode"]
    text: str


class SessionMarked(EventBase):
    """People noted something about a session; carries the whole mark."""

    type: Literal["pilot.session.marked"] = "pilot.session.marked"
    session_id: str
    mark: SessionMark


class SessionRemoved(EventBase):
    """A session was deleted from Pilot; a restored one comes back as ``pilot.session.updated``."""

    type: Literal["pilot.session.removed"] = "pilot.session.removed"
    session_id: str


class BudgetReached(EventBase):
    """More was spent than the budget allows; told once a period."""

    type: Literal["pilot.budget.reached"] = "pilot.budget.reached"
    period: Literal["session", "day", "week"]
    spent_usd: float
    limit_usd: float


class AskEvent(SessionEvent):
    """An ask in its present state."""

    ask: Ask


class PermissionPending(AskEvent):
    """A permission waits for a person."""

    type: Literal["pilot.permission.pending"] = "pilot.permission.pending"


class PermissionResolved(AskEvent):
    """A permission waits no more."""

    type: Literal["pilot.permission.resolved"] = "pilot.permission.resolved"


class QuestionPending(AskEvent):
    """A question waits for a person."""

    type: Literal["pilot.question.pending"] = "pilot.question.pending"


class QuestionResolved(AskEvent):
    """A question waits no more."""

    type: Literal["pilot.question.resolved"] = "pilot.question.resolved"


class PlanPending(AskEvent):
    """A plan waits for approval."""

    type: Literal["pilot.plan.pending"] = "pilot.plan.pending"


class PlanResolved(AskEvent):
    """A plan waits no more."""

    type: Literal["pilot.plan.resolved"] = "pilot.plan.resolved"


AnyAskEvent = PermissionPending | PermissionResolved | QuestionPending | QuestionResolved | PlanPending | PlanResolved


class TodoUpdated(SessionEvent):
    """The agent's plan changed."""

    type: Literal["pilot.todo.updated"] = "pilot.todo.updated"
    todos: list[Todo]


class DiffUpdated(SessionEvent):
    """The set of files changed by the session; patches come from the API."""

    type: Literal["pilot.diff.updated"] = "pilot.diff.updated"
    files: list[FileDiff]


class UsageUpdated(SessionEvent):
    """Tokens and cost so far."""

    type: Literal["pilot.usage.updated"] = "pilot.usage.updated"
    usage: Usage


class ErrorRaised(EventBase):
    """Something went wrong, in a session or in the hub."""

    type: Literal["pilot.error"] = "pilot.error"
    code: str
    message: str
    hint: str | None = None


class ProjectUpdated(EventBase):
    """Anything about a project changed; carries the whole project."""

    type: Literal["pilot.project.updated"] = "pilot.project.updated"
    project: Project


class AgentStatusChanged(EventBase):
    """How Pilot reaches an agent changed."""

    type: Literal["pilot.agent.status"] = "pilot.agent.status"
    agent: str
    status: AgentStatus


class ClientConnected(EventBase):
    """A surface connected."""

    type: Literal["pilot.client.connected"] = "pilot.client.connected"
    client: Client


class ClientDisconnected(EventBase):
    """A surface went away."""

    type: Literal["pilot.client.disconnected"] = "pilot.client.disconnected"
    client: Client


class TokenRotated(EventBase):
    """Credentials changed; never carries them."""

    type: Literal["pilot.token.rotated"] = "pilot.token.rotated"


class ConfirmationPending(EventBase):
    """Somebody wants something that a person at the hub's machine has to agree to; for admins only."""

    type: Literal["pilot.confirmation.pending"] = "pilot.confirmation.pending"
    confirmation: Confirmation


class ConfirmationResolved(EventBase):
    """It was agreed to, refused, or nobody answered in time."""

    type: Literal["pilot.confirmation.resolved"] = "pilot.confirmation.resolved"
    confirmation: Confirmation


class DevicesChanged(EventBase):
    """A device was paired, changed or revoked: whoever shows them asks for them anew. For admins only."""

    type: Literal["pilot.devices.changed"] = "pilot.devices.changed"


class TunnelChanged(EventBase):
    """The tunnel came up, went down, or is being tried again; for admins only."""

    type: Literal["pilot.tunnel.changed"] = "pilot.tunnel.changed"
    tunnel: TunnelStatus


class SelfApprovalRefused(EventBase):
    """An agent tried to do what only a person may."""

    type: Literal["pilot.self_approval.refused"] = "pilot.self_approval.refused"
    attempt: SelfApproval


class HubStopping(EventBase):
    """Somebody stops the hub on purpose: surfaces that could start it again leave it stopped."""

    type: Literal["pilot.hub.stopping"] = "pilot.hub.stopping"
    by: Actor


class SettingsChanged(EventBase):
    """Somebody saved settings: whoever shows them asks for them anew."""

    type: Literal["pilot.settings.changed"] = "pilot.settings.changed"


class Snapshot(EventBase):
    """The state at ``seq``: sent when a reader cannot be caught up event by event."""

    type: Literal["pilot.snapshot"] = "pilot.snapshot"
    snapshot: SnapshotState


Event = Annotated[
    SessionStarted
    | SessionUpdated
    | SessionStopped
    | PromptReceived
    | MessageDelta
    | MessageCompleted
    | ToolStarted
    | ToolUpdated
    | ToolCompleted
    | SessionNoted
    | SessionMarked
    | SessionRemoved
    | BudgetReached
    | PermissionPending
    | PermissionResolved
    | QuestionPending
    | QuestionResolved
    | PlanPending
    | PlanResolved
    | TodoUpdated
    | DiffUpdated
    | UsageUpdated
    | ErrorRaised
    | ProjectUpdated
    | AgentStatusChanged
    | ClientConnected
    | ClientDisconnected
    | TokenRotated
    | ConfirmationPending
    | ConfirmationResolved
    | DevicesChanged
    | TunnelChanged
    | SelfApprovalRefused
    | HubStopping
    | SettingsChanged
    | NoticeRaised
    | NoticeWithdrawn
    | NotificationsChanged
    | PlaceRequested
    | Snapshot,
    Field(discriminator="type"),
]

EventAdapter: TypeAdapter[Event] = TypeAdapter(Event)

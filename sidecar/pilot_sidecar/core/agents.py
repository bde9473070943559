"""What the hub can ask an agent to do, whichever it is."""

from collections.abc import Mapping
from typing import Literal, Protocol

from pydantic import Field

from pilot_sidecar.core.asks_model import Ask
from pilot_sidecar.core.bus import Bus
from pilot_sidecar.core.errors import NotFoundError, UnsupportedError
from pilot_sidecar.core.events import AgentStatusChanged
from pilot_sidecar.core.file_edits import FileEdit
from pilot_sidecar.core.models import AgentStatus, ApprovalMode, FileDiff, Project, Session
from pilot_sidecar.core.sessions import ItemPage, Sessions
from pilot_sidecar.core.wire import Wire
from pilot_sidecar.infra.clock import Clock


class NewAttachment(Wire):
    """A picture that goes with a prompt."""

    name: str = Field(min_length=1, max_length=200)
    mime: Literal["image/png", "image/jpeg", "image/gif", "image/webp"]
    data: str = Field(max_length=5_600_000)
    """Base64; at most 4 MiB of picture."""


class PromptRequest(Wire):
    """A prompt for a session."""

    text: str = Field(min_length=1, max_length=1_000_000)
    mode: str | None = None
    model: str | None = None
    """``provider/model``."""
    attachments: list[NewAttachment] = Field(default_factory=list, max_length=4)
    """Where the session's capabilities say ``images``."""
    when: Literal["now", "turn_end"] = "now"
    """While a turn runs: join it, or wait for its end (where the session's capabilities say ``queue``)."""


class NewSession(Wire):
    """A session to start."""

    agent: str
    directory: str
    prompt: PromptRequest | None = None
    approval: ApprovalMode | None = None
    model: str | None = None
    """``provider/model``; absent: as the agent is configured."""
    policy: str | None = None
    """One of the agent's own approval policies, by id; absent: as the agent is configured."""


class Choice(Wire):
    """A mode or a model that can be picked."""

    id: str
    name: str
    description: str | None = None
    provider: str | None = None


class SessionOptions(Wire):
    """What can be picked for a session's next prompt."""

    modes: list[Choice] = Field(default_factory=list)
    models: list[Choice] = Field(default_factory=list)
    commands: list[Choice] = Field(default_factory=list)
    """The agent's own slash commands, ids without the slash."""


class ServerStatus(Wire):
    """An MCP or language server of an agent."""

    kind: Literal["mcp", "lsp"]
    name: str
    state: Literal["connected", "starting", "disabled", "needs_auth", "failed"]
    message: str | None = None
    tools: int | None = None


class StartOptions(Wire):
    """What can be picked for a session that is not there yet."""

    models: list[Choice] = Field(default_factory=list)
    policies: list[Choice] = Field(default_factory=list)


class AgentDriver(Protocol):
    """Commands of one agent. Each raises UnsupportedError or AgentUnavailableError where it cannot be done."""

    remembers: bool
    """Its history can be read while nothing runs the session."""

    async def create(self, request: NewSession) -> str:
        """Start a session and return its id."""
        ...

    async def start_options(self, directory: str) -> StartOptions:
        """Return what can be picked for a new session in a folder."""
        ...

    async def prompt(self, session: Session, request: PromptRequest) -> None:
        """Hand a prompt over; returns once the agent has it, not when it is done."""
        ...

    async def abort(self, session: Session) -> None:
        """Stop the running turn, rejecting first what waits for an answer in it."""
        ...

    async def options(self, session: Session) -> SessionOptions:
        """Return the modes and models to pick from."""
        ...

    async def servers(self, session: Session) -> list[ServerStatus]:
        """Return the MCP and language servers that the session's agent uses; none where it has none."""
        ...

    async def diff(self, session: Session) -> list[FileDiff]:
        """Return the session's changes with their patches."""
        ...

    def edits(self, ask: Ask, arguments: Mapping[str, object]) -> list[FileEdit] | None:
        """Return what an ask would do to files, where its arguments say it better than its patches; else None.

        Pure, and called off the loop. ``arguments`` are the ask's own, with those of its call where they are known.
        """
        ...

    async def history(self, session: Session, before: str | None, limit: int) -> ItemPage | None:
        """Return a page from the agent's own store where ours has nothing; None if there is none."""
        ...

    async def set_approval(self, session: Session, mode: ApprovalMode) -> None:
        """Tell a live session what to ask about."""
        ...

    async def set_project_approval(self, project: Project) -> None:
        """Tell all of a project's sessions, present and coming."""
        ...


class AgentDirectory:
    """Which agents there are, how they are, and who drives them."""

    def __init__(self, bus: Bus, sessions: Sessions, clock: Clock) -> None:
        self._bus = bus
        self._sessions = sessions
        self._clock = clock
        self._drivers: dict[str, AgentDriver] = {}
        self._statuses: dict[str, AgentStatus] = {}

    def register(self, agent: str, driver: AgentDriver) -> None:
        """Route an agent's commands to its driver."""
        self._drivers[agent] = driver

    def driver(self, agent: str) -> AgentDriver:
        """Return an agent's driver."""
        if (driver := self._drivers.get(agent)) is None:
            raise UnsupportedError(f"Pilot cannot control {agent} sessions here.")
        return driver

    def drivers(self) -> list[AgentDriver]:
        """Return all drivers."""
        return list(self._drivers.values())

    def for_session(self, session_id: str) -> tuple[Session, AgentDriver]:
        """Return a session with the driver of its agent."""
        session = self._sessions.visible(session_id)
        if session is None:
            raise NotFoundError(f"There is no session {session_id}.")
        return session, self.driver(session.agent)

    def statuses(self) -> list[AgentStatus]:
        """Return how each agent is reached, in the order they were registered."""
        order = list(self._drivers)
        return sorted(
            self._statuses.values(),
            key=lambda status: order.index(status.agent) if status.agent in order else len(order),
        )

    def set_status(self, status: AgentStatus) -> None:
        """Announce how an agent is reached, if that changed."""
        if self._statuses.get(status.agent) != status:
            self._statuses[status.agent] = status
            self._bus.publish(AgentStatusChanged(at=self._clock.now_ms(), agent=status.agent, status=status))

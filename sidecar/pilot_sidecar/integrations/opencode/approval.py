"""The approval mode on live sessions: what a session is told to ask about, and when it has to be told again."""

import asyncio
from typing import Protocol

from pydantic import Field

from pilot_sidecar.core.models import ApprovalMode, ApprovalTopic, Session
from pilot_sidecar.core.session_book import SessionBook
from pilot_sidecar.core.sessions import Sessions
from pilot_sidecar.integrations.opencode.link import Answer
from pilot_sidecar.integrations.opencode.native import Native, Rule
from pilot_sidecar.integrations.opencode.rules import approval_rules, topics_told


class AgentInfo(Native):
    """One of OpenCode's agents (its modes)."""

    name: str
    description: str | None = None
    mode: str = "primary"
    hidden: bool = False
    permission: list[Rule] = Field(default_factory=list)


class Host(Protocol):
    """The process that runs the sessions."""

    mode: str

    async def rpc(self, method: str, path: str, directory: str, body: object = None) -> Answer:
        """Run a request on the process's own server."""
        ...

    async def send(self, frame: dict[str, object]) -> None:
        """Send a frame; AgentUnavailableError when the process cannot be reached."""
        ...


class Approvals:
    """Keeps one process's sessions at the approval mode chosen for them."""

    def __init__(self, book: SessionBook, sessions: Sessions, host: Host) -> None:
        self._book = book
        self._sessions = sessions
        self._host = host
        self._agents: dict[str, list[AgentInfo]] = {}
        self._one_at_a_time = asyncio.Lock()
        self._applied: dict[str, tuple[frozenset[str], str | None]] = {}
        self._told: dict[str, set[ApprovalTopic]] = {}
        """Topics that each session's own rules speak about."""

    def wanted(self, session: Session) -> ApprovalMode | None:
        """Return the choice in force: the session's, else its root's, else its project's."""
        root = self._book.get(session.root_id) if session.root_id else None
        project = self._sessions.project(session.project_id)
        return session.approval or (root.approval if root else None) or (project.approval if project else None)

    async def apply(self, session: Session) -> None:
        """Tell a session what to ask about, unless it knows; ``opencode run`` has the gate instead."""
        async with self._one_at_a_time:
            before = self._applied.get(session.id)
            try:
                await self._apply(session)
            finally:
                if self._applied.get(session.id) != before:
                    await self._tell(session.id)

    async def prepare(self, session: Session) -> None:
        """Have a session's rules in force for the turn that starts, and tell the bridge which they are."""
        async with self._one_at_a_time:
            try:
                await self._apply(session)
            finally:
                await self._tell(session.id)

    async def _apply(self, session: Session) -> None:
        mode = self.wanted(session)
        if mode is None or self._host.mode == "run":
            return
        state = (frozenset[str](mode.topics), session.mode)
        known = self._applied.get(session.id)
        if known == state or (known is None and not mode.topics and session.approval is None):
            return
        told = await self._told_before(session)
        rules = approval_rules(mode.topics, await self._configured(session), told)
        body = {"permission": [rule.model_dump() for rule in rules]}
        self._applied.pop(session.id, None)  # an answer that is lost may have been a yes
        answer = await self._host.rpc("PATCH", f"/session/{session.id}", session.directory, body)
        self._told[session.id] = told.union(mode.topics)
        if answer.ok:
            self._applied[session.id] = state

    async def _tell(self, session_id: str) -> None:
        topics, _ = self._applied.get(session_id, (frozenset[str](), None))
        await self._host.send({"type": "ruled", "sessionID": session_id, "topics": sorted(topics)})

    async def agents(self, directory: str) -> list[AgentInfo]:
        """Return OpenCode's agents in a directory."""
        if directory not in self._agents:
            answer = await self._host.rpc("GET", "/agent", directory)
            if not answer.ok or not isinstance(answer.body, list):
                return []
            self._agents[directory] = [AgentInfo.model_validate(entry) for entry in answer.body]
        return self._agents[directory]

    def forget(self, directory: str) -> None:
        """Read the agents again; their configuration may have changed."""
        self._agents.pop(directory, None)

    async def _told_before(self, session: Session) -> set[ApprovalTopic]:
        if (told := self._told.get(session.id)) is not None:
            return told
        answer = await self._host.rpc("GET", f"/session/{session.id}", session.directory)
        return topics_told(answer.body.get("permission")) if isinstance(answer.body, dict) else set()

    async def _configured(self, session: Session) -> list[Rule]:
        agents = await self.agents(session.directory)
        own = next((agent for agent in agents if agent.name == (session.mode or "build")), None)
        return own.permission if own else []

"""What the hub can have Codex do, by way of whichever process has the session."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from pilot_sidecar.core.agents import NewSession, PromptRequest, ServerStatus, SessionOptions, StartOptions
from pilot_sidecar.core.asks_model import Ask
from pilot_sidecar.core.errors import AgentUnavailableError, BadRequestError, UnsupportedError
from pilot_sidecar.core.file_edits import FileEdit
from pilot_sidecar.core.models import ApprovalMode, FileDiff, Project, Session
from pilot_sidecar.core.sessions import ItemPage
from pilot_sidecar.integrations.codex import commands, history
from pilot_sidecar.integrations.codex.link import Link
from pilot_sidecar.integrations.codex.rpc import RefusedError

_WRITER = "active writer"
"""How Codex words that another process runs a thread."""


class Servers(Protocol):
    """The app-servers there are."""

    def running(self, session: Session) -> Link | None:
        """Return the connection that has a session loaded."""
        ...

    async def any_of(self, session: Session) -> Link:
        """Return a connection that can read a session, or bring it back: the shared daemon, else a private server."""
        ...

    async def private(self) -> Link:
        """Return the private server."""
        ...

    @property
    def seq(self) -> int:
        """The bus's present place."""
        ...


class CodexDriver:
    """Sends commands where they can be carried out, and says where they cannot."""

    remembers = True

    def __init__(self, servers: Servers) -> None:
        self._servers = servers

    async def start_options(self, directory: str) -> StartOptions:
        """Return Codex's models and approval policies."""
        return await commands.start_options(await self._servers.private())

    async def create(self, request: NewSession) -> str:
        """Start a session in a process of Pilot's own, and return its id."""
        if request.approval and request.approval.topics:
            raise BadRequestError("Codex has approval policies of its own.", "Choose one of them instead.")
        if not await asyncio.to_thread(_is_folder, request.directory):
            raise BadRequestError(f"There is no folder {request.directory}.", "Give the whole path of a folder.")
        link = await self._servers.private()
        session_id = await commands.start(link, request)
        if request.prompt:
            session = link.session(session_id)
            assert session is not None
            await commands.prompt(link, session, request.prompt)
        return session_id

    async def prompt(self, session: Session, request: PromptRequest) -> None:
        """Hand a prompt over, bringing the session back if nothing runs it."""
        if (link := self._servers.running(session)) is not None:
            await commands.prompt(link, session, request)
        elif session.live and _mode(session) == "exec":
            raise UnsupportedError("A one-shot run takes no prompts.", "Send one when it has ended.")
        elif session.live and _mode(session) == "embedded":
            await commands.queue(await self._servers.any_of(session), session, request)
        else:
            await self._bring_back(session, request)

    async def abort(self, session: Session) -> None:
        """Stop the running turn."""
        link = self._servers.running(session)
        if link is None:
            raise UnsupportedError("Pilot cannot stop this session.", "Press Esc in its terminal.")
        await commands.interrupt(link, session)

    async def options(self, session: Session) -> SessionOptions:
        """Return Codex's modes and models; none where a prompt can only be left for later."""
        if session.live and self._servers.running(session) is None:
            return SessionOptions()
        return await commands.options(await self._servers.any_of(session), session)

    async def servers(self, session: Session) -> list[ServerStatus]:
        """Return Codex's MCP servers; none of a session that another process runs, for it alone knows them."""
        if (link := self._servers.running(session)) is None:
            return []
        return await commands.servers(link, session)

    async def diff(self, session: Session) -> list[FileDiff]:
        """Return what the session's patches changed."""
        return await history.changes(await self._servers.any_of(session), session.id)

    def edits(self, ask: Ask, arguments: Mapping[str, object]) -> list[FileEdit] | None:
        """Return None: the patches say it all."""
        return None

    async def history(self, session: Session, before: str | None, limit: int) -> ItemPage | None:
        """Return a page of Codex's own transcript."""
        link, seq = await self._servers.any_of(session), self._servers.seq
        return await history.page(link, session.id, before, limit, seq, link.services.attachments.keep_url)

    async def set_approval(self, session: Session, mode: ApprovalMode) -> None:
        """Refuse: Codex has approval policies of its own."""
        raise UnsupportedError("Codex has approval policies of its own.", "Choose one with /permissions in Codex.")

    async def set_project_approval(self, project: Project) -> None:
        """Do nothing: Codex follows its own approval policy."""

    async def _bring_back(self, session: Session, request: PromptRequest) -> None:
        link = await self._servers.any_of(session)
        try:
            await link.members.load(session.id)
        except RefusedError as error:
            if _WRITER not in error.message:
                raise AgentUnavailableError(f"Codex cannot bring this session back: {error.message}") from error
            await commands.queue(link, session, request)
            return
        await commands.prompt(link, session, request)


def _mode(session: Session) -> str:
    return session.process.mode if session.process else ""


def _is_folder(directory: str) -> bool:
    return Path(directory).is_absolute() and Path(directory).is_dir()

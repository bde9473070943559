"""What the hub can have OpenCode do."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Protocol
from urllib.parse import quote

from pilot_sidecar.core.agents import Choice, NewSession, PromptRequest, ServerStatus, SessionOptions, StartOptions
from pilot_sidecar.core.asks_model import Ask
from pilot_sidecar.core.attachments import Keep
from pilot_sidecar.core.errors import AgentUnavailableError, BadRequestError, NotFoundError, UnsupportedError
from pilot_sidecar.core.file_edits import FileEdit
from pilot_sidecar.core.models import ApprovalMode, FileDiff, Project, Session
from pilot_sidecar.core.services import Services
from pilot_sidecar.core.session_book import SessionBook
from pilot_sidecar.core.sessions import ItemPage
from pilot_sidecar.integrations.opencode import history, prompting
from pilot_sidecar.integrations.opencode.edits import edits_of
from pilot_sidecar.integrations.opencode.link import Answer
from pilot_sidecar.integrations.opencode.native import SessionInfo
from pilot_sidecar.integrations.opencode.process import OpenCodeProcess
from pilot_sidecar.integrations.opencode.servers import servers_of

STOPPED = "The turn was stopped from Pilot."


class Processes(Protocol):
    """Who runs what."""

    @property
    def services(self) -> Services:
        """The hub's parts."""
        ...

    @property
    def book(self) -> SessionBook:
        """The sessions as this adapter knows them."""
        ...

    def owner(self, session_id: str) -> OpenCodeProcess | None:
        """Return the live process that ran a session last."""
        ...

    def in_directory(self, directory: str) -> list[OpenCodeProcess]:
        """Return the live processes of a directory."""
        ...

    async def configure(self, concerned: Sequence[OpenCodeProcess]) -> None:
        """Bring the choices to all processes; AgentUnavailableError unless those concerned keep to them from now on."""
        ...

    async def approval_changed(self, project: Project) -> None:
        """Bring a project's choice to all of its processes."""
        ...


class OpenCodeDriver:
    """Sends commands to the process that runs a session, or else to one of its directory."""

    remembers = False

    def __init__(self, processes: Processes) -> None:
        self._processes = processes

    async def start_options(self, directory: str) -> StartOptions:
        """Return the models of a live process of the folder."""
        process = self._somewhere(directory)
        folder = process.name_of(directory) or directory
        answer = _checked(await process.rpc("GET", "/config/providers", folder))
        return StartOptions(models=history.models_in(answer.body))

    async def create(self, request: NewSession) -> str:
        """Start a session in a live process of the directory, and return its id."""
        if request.policy:
            raise BadRequestError("OpenCode has no approval policies to choose from.")
        process = self._somewhere(request.directory)
        folder = process.name_of(request.directory) or request.directory
        answer = _checked(await process.rpc("POST", "/session", folder, {}))
        info = SessionInfo.model_validate(answer.body)
        process.publish_session(info)
        session = await process.learn(info.id, folder)
        assert session is not None
        if request.approval:
            await self.set_approval(session, request.approval)
        if request.prompt:
            model = request.prompt.model or request.model
            await self.prompt(session, request.prompt.model_copy(update={"model": model}))
        return info.id

    async def prompt(self, session: Session, request: PromptRequest) -> None:
        """Hand a prompt over; a busy session takes it into its running turn."""
        if request.when == "turn_end":
            raise UnsupportedError("OpenCode takes a prompt into the running turn; it cannot wait.")
        process = self._process(session)
        files = await asyncio.to_thread(prompting.file_parts, request)
        if (command := await prompting.command_in(process, session, request.text)) is not None:
            await prompting.run_command(process, session, request, command, files)
            return
        body: dict[str, object] = {"parts": [{"type": "text", "text": request.text}, *files]}
        if request.mode:
            body["agent"] = request.mode
        if request.model:
            body["model"] = prompting.model_ref(request.model)
        _checked(await process.rpc("POST", f"/session/{session.id}/prompt_async", session.directory, body))

    async def abort(self, session: Session) -> None:
        """Stop the running turn; what waits in it is rejected first, or OpenCode would keep it for ever."""
        process = self._process(session)
        family = self._processes.book.family(session.id)
        await process.gates.release(family, STOPPED)
        await process.desk.clear(session.directory, family, STOPPED)
        _checked(await process.rpc("POST", f"/session/{session.id}/abort", session.directory))
        process.reconcile(session.directory)

    async def options(self, session: Session) -> SessionOptions:
        """Return OpenCode's agents and the models of its providers."""
        process = self._process(session)
        agents = await process.approvals.agents(session.directory)
        modes = [
            Choice(id=agent.name, name=agent.name, description=agent.description)
            for agent in agents
            if agent.mode != "subagent" and not agent.hidden
        ]
        answer = _checked(await process.rpc("GET", "/config/providers", session.directory))
        commands = await prompting.commands(process, session.directory)
        return SessionOptions(modes=modes, models=history.models_in(answer.body), commands=commands)

    async def servers(self, session: Session) -> list[ServerStatus]:
        """Return OpenCode's MCP and language servers in the session's folder."""
        return await servers_of(self._process(session), session.directory)

    async def diff(self, session: Session) -> list[FileDiff]:
        """Return the session's changes with their patches."""
        process = self._process(session)
        answer = _checked(await process.rpc("GET", f"/session/{session.id}/message", session.directory))
        return history.diffs_in(answer.body)

    def edits(self, ask: Ask, arguments: Mapping[str, object]) -> list[FileEdit] | None:
        """Return what an edit does, from the call's own arguments: OpenCode's patches lose their indentation."""
        return edits_of(ask, arguments)

    async def history(self, session: Session, before: str | None, limit: int) -> ItemPage | None:
        """Return a page of OpenCode's own transcript."""
        process = self._process(session)
        query = f"?limit={limit}" + (f"&before={quote(before, safe='')}" if before else "")
        answer = _checked(await process.rpc("GET", f"/session/{session.id}/message{query}", session.directory))
        return history.page_of(answer.body, answer.next, self._processes.services.bus.seq, self._keep)

    async def set_approval(self, session: Session, mode: ApprovalMode) -> None:
        """Tell a live session, and the sub-agents below it, what to ask about."""
        process = self._process(session)
        book = self._processes.book
        known = book.get(session.id) or session
        book.change(known, self._processes.services.clock.now_ms(), approval=mode)
        await self._processes.configure([process])
        for member in sorted(book.family(session.id)):
            if found := book.get(member):
                await process.approvals.apply(found)

    async def set_project_approval(self, project: Project) -> None:
        """Tell all of a project's sessions, present and coming; AgentUnavailableError where one may not keep to it."""
        await self._processes.approval_changed(project)

    @property
    def _keep(self) -> Keep:
        return self._processes.services.attachments.keep_url

    def _process(self, session: Session) -> OpenCodeProcess:
        return self._processes.owner(session.id) or self._somewhere(session.directory)

    def _somewhere(self, directory: str) -> OpenCodeProcess:
        found = [process for process in self._processes.in_directory(directory) if process.mode != "run"]
        if not found:
            raise AgentUnavailableError("No OpenCode runs in this project.", f"Start `opencode` in {directory}.")
        return found[0]


def _checked(answer: Answer) -> Answer:
    if answer.status == 404:
        raise NotFoundError("OpenCode does not know this session any more.")
    if not answer.ok:
        raise AgentUnavailableError(f"OpenCode refused the request ({answer.status}).")
    return answer

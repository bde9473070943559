"""Calls about sessions and projects."""

import asyncio
import base64
from typing import Any

from pydantic import Field

from pilot_sidecar.core.agents import NewSession, PromptRequest, ServerStatus, SessionOptions
from pilot_sidecar.core.errors import NotFoundError
from pilot_sidecar.core.events import ProjectUpdated
from pilot_sidecar.core.models import ApprovalMode, FileDiff, Project, Session
from pilot_sidecar.core.prompting import send_prompt
from pilot_sidecar.core.sessions import ItemPage
from pilot_sidecar.core.showing import open_project
from pilot_sidecar.core.wire import Wire
from pilot_sidecar.transport.call import ApiContext, ById, Call, Caller, Nothing

_MENTIONS = 50
"""Paths to pick from: nobody looks at more."""


class SessionList(Wire):
    """The known sessions, latest change first."""

    sessions: list[Session]


class MessagesParams(Wire):
    """Which page of a transcript."""

    id: str
    before: str | None = None
    limit: int = Field(default=100, ge=1, le=500)


class PromptParams(PromptRequest):
    """A prompt and the session it is for; with a key it is taken once, however often it is sent."""

    id: str
    idempotency_key: str | None = Field(default=None, max_length=200)


class Accepted(Wire):
    """The agent has it; what comes of it arrives as events."""

    accepted: bool = True


class ApprovalParams(ApprovalMode):
    """What to ask about, and where."""

    id: str


class SessionCreated(Wire):
    """The new session."""

    session_id: str


class DiffResult(Wire):
    """A session's changes, with patches."""

    files: list[FileDiff]


class MentionParams(Wire):
    """Part of a file's name, as it is typed after an @."""

    id: str
    query: str = Field(default="", max_length=200)


class Mentions(Wire):
    """Files and folders of the session's folder, best match first; names only."""

    paths: list[str]


class Servers(Wire):
    """The MCP and language servers of a session's agent."""

    servers: list[ServerStatus]


class AttachmentData(Wire):
    """What is in an attachment."""

    mime: str
    data: str
    """Base64."""


class ProjectFolder(Wire):
    """A folder on the hub's machine."""

    directory: str = Field(min_length=1, max_length=4096)


async def _mentions(context: ApiContext, _caller: Caller, params: MentionParams) -> Mentions:
    session = await _session(context, params.id)
    return Mentions(paths=await context.services.project_files.mentions(session.directory, params.query, _MENTIONS))


async def _servers(context: ApiContext, _caller: Caller, params: ById) -> Servers:
    session, driver = context.services.agents.for_session(params.id)
    return Servers(servers=await driver.servers(session))


async def _attachment(context: ApiContext, caller: Caller, params: ById) -> AttachmentData:
    await _check_attachment(context, caller, params.id)
    mime, raw = await context.services.attachments.get(params.id)
    return AttachmentData(mime=mime, data=await asyncio.to_thread(lambda: base64.b64encode(raw).decode()))


async def _check_attachment(context: ApiContext, caller: Caller, attachment_id: str) -> None:
    """Let whoever follows one session see what is in that only."""
    if caller.session_id is None:
        return
    used = await context.services.attachments.sessions_of(attachment_id)
    if not any(caller.audience().covers(session, context.services.sessions) for session in used):
        raise NotFoundError("That picture is not here.")


async def _list(context: ApiContext, caller: Caller, _params: Nothing) -> SessionList:
    sessions, audience = context.services.sessions, caller.audience()
    return SessionList(sessions=[session for session in sessions.all() if audience.covers(session.id, sessions)])


async def _get(context: ApiContext, caller: Caller, params: ById) -> Session:
    return await _session_for(context, caller, params.id)


async def _messages(context: ApiContext, caller: Caller, params: MessagesParams) -> ItemPage:
    session = await _session_for(context, caller, params.id)
    return await context.services.history.page(session, params.before, params.limit)


async def _prompt(context: ApiContext, caller: Caller, params: PromptParams) -> Accepted:
    async def send() -> None:
        await send_prompt(context.services, params.id, params, caller.actor())

    if params.idempotency_key is None:
        await send()
    else:
        await context.prompts.run((params.id, params.idempotency_key), send)
    return Accepted()


async def _abort(context: ApiContext, caller: Caller, params: ById) -> Accepted:
    session, driver = context.services.agents.for_session(params.id)
    await driver.abort(session)
    context.services.audit.record("session.abort", caller.actor(), session=session.id)
    return Accepted()


async def _create(context: ApiContext, caller: Caller, params: NewSession) -> SessionCreated:
    session_id = await context.services.agents.driver(params.agent).create(params)
    context.services.audit.record("session.create", caller.actor(), session=session_id)
    return SessionCreated(session_id=session_id)


async def _options(context: ApiContext, _caller: Caller, params: ById) -> SessionOptions:
    session, driver = context.services.agents.for_session(params.id)
    return await driver.options(session)


async def _diff(context: ApiContext, caller: Caller, params: ById) -> DiffResult:
    await _session_for(context, caller, params.id)
    session, driver = context.services.agents.for_session(params.id)
    return DiffResult(files=await driver.diff(session))


async def _approval(context: ApiContext, caller: Caller, params: ApprovalParams) -> Accepted:
    session, driver = context.services.agents.for_session(params.id)
    await driver.set_approval(session, ApprovalMode(topics=params.topics))
    context.services.audit.record(
        "session.approval", caller.actor(), session=session.id, topics=",".join(params.topics)
    )
    return Accepted()


async def _open_project(context: ApiContext, caller: Caller, params: ProjectFolder) -> Project:
    return await open_project(context.services, params.directory, caller.actor())


async def _project_approval(context: ApiContext, caller: Caller, params: ApprovalParams) -> Project:
    services = context.services
    project = services.sessions.project(params.id)
    if project is None:
        raise NotFoundError(f"There is no project {params.id}.")
    project = services.sessions.set_project_approval(project, ApprovalMode(topics=params.topics))
    try:
        for driver in services.agents.drivers():
            await driver.set_project_approval(project)
    finally:  # a choice that not all agents follow yet stays, and is shown: pages call it done when it holds
        services.bus.publish(ProjectUpdated(at=services.clock.now_ms(), project=project))
        services.audit.record("project.approval", caller.actor(), project=project.id, topics=",".join(params.topics))
    return project


async def _session(context: ApiContext, session_id: str) -> Session:
    session = await context.services.sessions.find(session_id)
    if session is None:
        raise NotFoundError(f"There is no session {session_id}.")
    return session


async def _session_for(context: ApiContext, caller: Caller, session_id: str) -> Session:
    """Return a session that this caller may see; for others it is not there."""
    session = await _session(context, session_id)
    if not caller.audience().covers(session.id, context.services.sessions):
        raise NotFoundError(f"There is no session {session_id}.")
    return session


CALLS: tuple[Call[Any, Any], ...] = (  # Any: each call has shapes of its own
    Call("sessions.list", "GET", "/api/sessions", "view", Nothing, SessionList, _list, follows=True),
    Call("sessions.create", "POST", "/api/sessions", "operate", NewSession, SessionCreated, _create, 201),
    Call("sessions.get", "GET", "/api/sessions/{id}", "view", ById, Session, _get, follows=True),
    Call(
        "sessions.messages",
        "GET",
        "/api/sessions/{id}/messages",
        "view",
        MessagesParams,
        ItemPage,
        _messages,
        follows=True,
    ),
    Call("sessions.prompt", "POST", "/api/sessions/{id}/prompt", "operate", PromptParams, Accepted, _prompt, 202),
    Call("sessions.abort", "POST", "/api/sessions/{id}/abort", "operate", ById, Accepted, _abort, 202),
    Call("sessions.options", "GET", "/api/sessions/{id}/options", "view", ById, SessionOptions, _options),
    Call("sessions.diff", "GET", "/api/sessions/{id}/diff", "view", ById, DiffResult, _diff, follows=True),
    Call("sessions.approval", "PUT", "/api/sessions/{id}/approval", "operate", ApprovalParams, Accepted, _approval),
    Call("sessions.mentions", "GET", "/api/sessions/{id}/mentions", "operate", MentionParams, Mentions, _mentions),
    Call("sessions.servers", "GET", "/api/sessions/{id}/servers", "view", ById, Servers, _servers),
    Call("attachments.get", "GET", "/api/attachments/{id}", "view", ById, AttachmentData, _attachment, follows=True),
    Call("projects.open", "POST", "/api/projects", "operate", ProjectFolder, Project, _open_project),
    Call(
        "projects.approval", "PUT", "/api/projects/{id}/approval", "operate", ApprovalParams, Project, _project_approval
    ),
)

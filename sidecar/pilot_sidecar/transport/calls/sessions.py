"""Calls about sessions and projects."""

from typing import Any

from pydantic import Field

from pilot_sidecar.core.agents import NewSession, PromptRequest, ServerStatus, SessionOptions
from pilot_sidecar.core.errors import AgentUnavailableError, NotFoundError, UnsupportedError
from pilot_sidecar.core.events import ProjectUpdated
from pilot_sidecar.core.models import ApprovalMode, FileDiff, Project, Session
from pilot_sidecar.core.sessions import ItemPage
from pilot_sidecar.core.wire import Wire
from pilot_sidecar.transport.call import ApiContext, ById, Call, Caller, Nothing

_AGENT = "agent:"
"""Begins a ``before`` that points into the agent's own transcript."""
_AGENT_PAGES = 20
"""Pages of things we have ourselves that are skipped to find older ones."""


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


async def _not_there(_context: ApiContext, _caller: Caller, _params: Wire) -> Wire:
    raise UnsupportedError("This is being built.")


async def _list(context: ApiContext, _caller: Caller, _params: Nothing) -> SessionList:
    return SessionList(sessions=context.services.sessions.all())


async def _get(context: ApiContext, _caller: Caller, params: ById) -> Session:
    return _session(context, params.id)


async def _messages(context: ApiContext, _caller: Caller, params: MessagesParams) -> ItemPage:
    session = _session(context, params.id)
    if params.before is not None and params.before.startswith(_AGENT):
        return await _from_agent(context, session, params.before.removeprefix(_AGENT), params.limit)
    page = await context.services.sessions.items(session.id, params.before, params.limit)
    if page.before is None and session.capabilities.history and _remembered(context, session):
        if len(page.items) < params.limit:
            return await _with_older(context, session, page, params.limit)
        page.before = _AGENT
    return page


def _remembered(context: ApiContext, session: Session) -> bool:
    return session.live or context.services.agents.driver(session.agent).remembers


async def _with_older(context: ApiContext, session: Session, page: ItemPage, limit: int) -> ItemPage:
    """Fill a short page with what the agent knows from before; without it if the agent cannot be asked."""
    try:
        older = await _from_agent(context, session, "", limit)
    except (AgentUnavailableError, UnsupportedError):
        return page
    page.items = [*older.items, *page.items]
    page.before = older.before
    return page


async def _from_agent(context: ApiContext, session: Session, before: str, limit: int) -> ItemPage:
    """Go on where our own store ends: the agent knows what was said before Pilot listened."""
    driver = context.services.agents.driver(session.agent)
    oldest = await context.services.sessions.oldest_at(session.id)
    for _ in range(_AGENT_PAGES):
        page = await driver.history(session, before or None, limit)
        if page is None:
            break
        ours = await context.services.sessions.known_items(session.id, [item.id for item in page.items])
        page.items = [item for item in page.items if item.id not in ours and (oldest is None or item.at < oldest)]
        if page.items or page.before is None:
            page.before = None if page.before is None else _AGENT + page.before
            return page
        before = page.before
    return ItemPage(items=[], seq=context.services.bus.seq)


async def _prompt(context: ApiContext, caller: Caller, params: PromptParams) -> Accepted:
    async def send() -> None:
        session, driver = context.services.agents.for_session(params.id)
        await driver.prompt(session, params)
        context.services.audit.record("session.prompt", caller.actor(), session=session.id)

    if params.idempotency_key is None:
        await send()
    else:
        await context.prompts.run((caller.id, params.id, params.idempotency_key), send)
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


async def _diff(context: ApiContext, _caller: Caller, params: ById) -> DiffResult:
    session, driver = context.services.agents.for_session(params.id)
    return DiffResult(files=await driver.diff(session))


async def _approval(context: ApiContext, caller: Caller, params: ApprovalParams) -> Accepted:
    session, driver = context.services.agents.for_session(params.id)
    await driver.set_approval(session, ApprovalMode(topics=params.topics))
    context.services.audit.record(
        "session.approval", caller.actor(), session=session.id, topics=",".join(params.topics)
    )
    return Accepted()


async def _project_approval(context: ApiContext, caller: Caller, params: ApprovalParams) -> Project:
    services = context.services
    project = services.sessions.project(params.id)
    if project is None:
        raise NotFoundError(f"There is no project {params.id}.")
    project = services.sessions.set_project_approval(project, ApprovalMode(topics=params.topics))
    services.bus.publish(ProjectUpdated(at=services.clock.now_ms(), project=project))
    for driver in services.agents.drivers():
        await driver.set_project_approval(project)
    services.audit.record("project.approval", caller.actor(), project=project.id, topics=",".join(params.topics))
    return project


def _session(context: ApiContext, session_id: str) -> Session:
    session = context.services.sessions.get(session_id)
    if session is None:
        raise NotFoundError(f"There is no session {session_id}.")
    return session


CALLS: tuple[Call[Any, Any], ...] = (  # Any: each call has shapes of its own
    Call("sessions.list", "GET", "/api/sessions", "view", Nothing, SessionList, _list),
    Call("sessions.create", "POST", "/api/sessions", "operate", NewSession, SessionCreated, _create, 201),
    Call("sessions.get", "GET", "/api/sessions/{id}", "view", ById, Session, _get),
    Call("sessions.messages", "GET", "/api/sessions/{id}/messages", "view", MessagesParams, ItemPage, _messages),
    Call("sessions.prompt", "POST", "/api/sessions/{id}/prompt", "operate", PromptParams, Accepted, _prompt, 202),
    Call("sessions.abort", "POST", "/api/sessions/{id}/abort", "operate", ById, Accepted, _abort, 202),
    Call("sessions.options", "GET", "/api/sessions/{id}/options", "view", ById, SessionOptions, _options),
    Call("sessions.diff", "GET", "/api/sessions/{id}/diff", "view", ById, DiffResult, _diff),
    Call("sessions.approval", "PUT", "/api/sessions/{id}/approval", "operate", ApprovalParams, Accepted, _approval),
    Call("sessions.mentions", "GET", "/api/sessions/{id}/mentions", "operate", MentionParams, Mentions, _not_there),
    Call("sessions.servers", "GET", "/api/sessions/{id}/servers", "view", ById, Servers, _not_there),
    Call("attachments.get", "GET", "/api/attachments/{id}", "view", ById, AttachmentData, _not_there),
    Call("projects.open", "POST", "/api/projects", "operate", ProjectFolder, Project, _not_there),
    Call(
        "projects.approval", "PUT", "/api/projects/{id}/approval", "operate", ApprovalParams, Project, _project_approval
    ),
)

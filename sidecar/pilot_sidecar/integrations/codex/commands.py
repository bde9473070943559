"""What one app-server can be told about a thread."""

import asyncio
from typing import Literal
from uuid import uuid4

from pilot_sidecar.core.agents import Choice, NewSession, PromptRequest, ServerStatus, SessionOptions, StartOptions
from pilot_sidecar.core.errors import AgentUnavailableError, BadRequestError
from pilot_sidecar.core.models import Session
from pilot_sidecar.core.pictures import checked_picture, data_url
from pilot_sidecar.integrations.codex.link import Link
from pilot_sidecar.integrations.codex.native import Thread
from pilot_sidecar.integrations.codex.rpc import Json

_POLICIES: dict[str, tuple[Choice, str, str]] = {
    "read-only": (
        Choice(id="read-only", name="Read only", description="Reads files. Asks before edits and most commands."),
        "on-request",
        "read-only",
    ),
    "workspace": (
        Choice(
            id="workspace",
            name="Workspace",
            description="Edits and runs commands in the folder. Asks to reach outside it or the network.",
        ),
        "on-request",
        "workspace-write",
    ),
    "untrusted": (
        Choice(id="untrusted", name="Ask for everything", description="Asks before all but plainly harmless commands."),
        "untrusted",
        "workspace-write",
    ),
    "full-access": (
        Choice(
            id="full-access",
            name="Full access",
            description="Never asks, and nothing holds it back: any file, any command, the network.",
        ),
        "never",
        "danger-full-access",
    ),
}
"""Codex's approval policies, each with the sandbox that belongs to it, as its own /permissions shows them."""


_COMPACT = Choice(id="compact", name="compact", description="Compact what was said, to make room in the context.")
"""The one slash command of Codex's terminal that its protocol has, too."""
_STATES: dict[str, Literal["connected", "disabled", "failed"]] = {
    "connected": "connected",
    "disabled": "disabled",
    "failed": "failed",
}
SERVER_PAGES = 10


async def start(link: Link, request: NewSession) -> str:
    """Start a thread and return its id."""
    params: Json = {"cwd": request.directory}
    if request.model:
        params["model"] = request.model
    if request.policy:
        _, params["approvalPolicy"], params["sandbox"] = _policy(request.policy)
    answer = await link.call("thread/start", params)
    thread = Thread.model_validate(answer.get("thread"))
    await link.members.take_in(thread)
    link.members.of(thread.id).joined = True
    return thread.id


async def prompt(link: Link, session: Session, request: PromptRequest) -> None:
    """Hand a prompt over; a running turn takes it in, unless it is to wait for its end."""
    await link.members.listen(session.id)
    if request.text.strip() == f"/{_COMPACT.id}" and not request.attachments:
        await link.call("thread/compact/start", {"threadId": session.id})
        return
    given = await _given(session, request)
    if request.when == "turn_end" and link.members.of(session.id).status.type == "active":
        await link.call("thread/queue/add", given)
        return
    if request.model:
        given["model"] = _model(request.model, session)
    if request.mode:
        model = _model(request.model or session.model or "", session)
        given["collaborationMode"] = {"mode": request.mode, "settings": {"model": model}}
    await link.call("turn/start", given)


async def queue(link: Link, session: Session, request: PromptRequest) -> None:
    """Leave a prompt for a thread that another process runs; it takes it when its turn is over."""
    await link.call("thread/queue/add", await _given(session, request))


async def _given(session: Session, request: PromptRequest) -> Json:
    """Return a prompt in Codex's form; raises BadRequestError for a picture that is none."""
    pictures = await asyncio.to_thread(_pictures, request)
    text = {"type": "text", "text": request.text}
    return {"threadId": session.id, "input": [text, *pictures], "clientUserMessageId": str(uuid4())}


def _pictures(request: PromptRequest) -> list[Json]:
    checked = (checked_picture(picture.name, picture.data) for picture in request.attachments)
    return [{"type": "image", "url": data_url(raw, mime)} for mime, raw in checked]


async def interrupt(link: Link, session: Session) -> None:
    """Stop the running turn; what waits in it ends with it."""
    turn_id = link.translator.turns.get(session.id) or await _running(link, session.id)
    if turn_id is None:
        raise AgentUnavailableError("No turn runs in this session.")
    await link.call("turn/interrupt", {"threadId": session.id, "turnId": turn_id})


async def options(link: Link, session: Session) -> SessionOptions:
    """Return the modes and models to pick from."""
    answer = await link.call("collaborationMode/list", {})
    modes = [Choice(id=str(raw["mode"]), name=str(raw.get("name") or raw["mode"])) for raw in _rows(answer, "mode")]
    provider = _provider(session)
    named = [choice.model_copy(update={"id": provider + choice.id}) for choice in await models(link)]
    return SessionOptions(modes=modes, models=named, commands=[_COMPACT])


async def servers(link: Link, session: Session) -> list[ServerStatus]:
    """Return Codex's MCP servers; it has no language servers."""
    found: list[ServerStatus] = []
    cursor: object = None
    for _ in range(SERVER_PAGES):
        params: Json = {"threadId": session.id} | ({"cursor": cursor} if cursor else {})
        answer = await link.call("mcpServerStatus/list", params)
        found += [_server(raw) for raw in _rows(answer, "name")]
        cursor = answer.get("nextCursor")
        if not cursor:
            break
    return found


async def start_options(link: Link) -> StartOptions:
    """Return the models and policies to start with."""
    return StartOptions(models=await models(link), policies=[choice for choice, _, _ in _POLICIES.values()])


async def models(link: Link) -> list[Choice]:
    """Return the models Codex offers."""
    answer = await link.call("model/list", {"limit": 200})
    return [
        Choice(
            id=str(raw["model"]),
            name=str(raw.get("displayName") or raw["model"]),
            description=str(raw.get("description") or "") or None,
        )
        for raw in _rows(answer, "model")
        if not raw.get("hidden")
    ]


async def _running(link: Link, thread_id: str) -> str | None:
    turns, _ = await link.backfill.page(thread_id, 1)
    return next((turn.id for turn in turns if turn.status == "inProgress"), None)


def _rows(answer: Json, needed: str) -> list[Json]:
    data = answer.get("data")
    return [raw for raw in (data if isinstance(data, list) else []) if isinstance(raw, dict) and raw.get(needed)]


def _server(raw: Json) -> ServerStatus:
    needs_login = raw.get("authStatus") == "notLoggedIn"
    tools, error = raw.get("tools"), raw.get("toolsError")
    return ServerStatus(
        kind="mcp",
        name=str(raw["name"])[:200],
        state="needs_auth" if needs_login else _STATES.get(str(raw.get("runtimeStatus")), "starting"),
        message=error[:300] if isinstance(error, str) and error else None,
        tools=len(tools) if isinstance(tools, dict) and tools else None,
    )


def _model(name: str, session: Session) -> str:
    """Return Codex's own name of a model: the provider belongs to the session."""
    return name.removeprefix(_provider(session))


def _provider(session: Session) -> str:
    """Return what stands before the names of a session's models."""
    provider, slash, _ = (session.model or "").partition("/")
    return provider + slash if slash else ""


def _policy(name: str) -> tuple[Choice, str, str]:
    if (found := _POLICIES.get(name)) is None:
        raise BadRequestError(f"Codex has no approval policy “{name[:60]}”.", f"It has: {', '.join(_POLICIES)}.")
    return found

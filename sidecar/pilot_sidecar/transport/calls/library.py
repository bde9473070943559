"""Calls about what people keep of their sessions: marks, deletion and its undo, search, export."""

from dataclasses import asdict
from typing import Any, Literal

from pydantic import Field

from pilot_sidecar.core.export import export
from pilot_sidecar.core.marks import MarkChange
from pilot_sidecar.core.models import Session, SessionMark
from pilot_sidecar.core.wire import Wire
from pilot_sidecar.transport.call import ApiContext, ById, Call, Caller, Nothing

_LOOKED_THROUGH = 2_000
"""Matches of all sessions among which those of one are found."""


class MarkParams(Wire):
    """What to note about a session; absent fields stay, an empty name gives the agent's title back."""

    id: str
    name: str | None = Field(default=None, max_length=200)
    labels: list[str] | None = Field(default=None, max_length=12)
    archived: bool | None = None
    todos_pinned: bool | None = None


class SearchParams(Wire):
    """What to look for in all transcripts and titles."""

    query: str = Field(min_length=2, max_length=200)
    limit: int = Field(default=50, ge=1, le=200)
    session: str | None = None
    """Only in this one."""


class SearchHit(Wire):
    """One place where the words stand."""

    session_id: str
    title: str
    item_id: str | None = None
    """Absent: it is the session's title."""
    kind: Literal["title", "prompt", "text", "reasoning", "tool", "error"]
    at: int
    snippet: str
    """Plain text around the first match, on one line."""


class SearchResult(Wire):
    """Matches, latest first."""

    hits: list[SearchHit]
    more: bool = False


class ExportParams(Wire):
    """Which transcript, and how it is written down."""

    id: str
    format: Literal["markdown", "json"] = "markdown"


class Exported(Wire):
    """A whole transcript as one text."""

    name: str
    """A file name that fits."""
    mime: str
    text: str


async def _mark(context: ApiContext, caller: Caller, params: MarkParams) -> SessionMark:
    change = MarkChange(params.name, params.labels, params.archived, params.todos_pinned)
    mark = await context.services.marks.change(params.id, change)
    told = {name: value for name, value in _told(mark).items() if getattr(params, name) is not None}
    context.services.audit.record("session.mark", caller.actor(), session=params.id, **told)
    return mark


def _told(mark: SessionMark) -> dict[str, str | bool]:
    return {
        "name": mark.name or "",
        "labels": ",".join(mark.labels),
        "archived": mark.archived,
        "todos_pinned": mark.todos_pinned,
    }


async def _delete(context: ApiContext, caller: Caller, params: ById) -> Nothing:
    gone = await context.services.bin.delete(params.id)
    if gone:
        context.services.audit.record("session.delete", caller.actor(), session=params.id, sessions=len(gone))
    return Nothing()


async def _restore(context: ApiContext, caller: Caller, params: ById) -> Session:
    session = await context.services.bin.restore(params.id)
    context.services.audit.record("session.restore", caller.actor(), session=session.id)
    return session


async def _search(context: ApiContext, _caller: Caller, params: SearchParams) -> SearchResult:
    if params.session is not None:
        hits, more = await context.services.search.search(params.query, _LOOKED_THROUGH)
        hits = [hit for hit in hits if hit.session_id == params.session]
        hits, more = hits[: params.limit], more or len(hits) > params.limit
    else:
        hits, more = await context.services.search.search(params.query, params.limit)
    return SearchResult(hits=[SearchHit(**asdict(hit)) for hit in hits], more=more)


async def _export(context: ApiContext, caller: Caller, params: ExportParams) -> Exported:
    written = await export(context.services, params.id, params.format)
    context.services.audit.record("session.export", caller.actor(), session=params.id, format=params.format)
    return Exported(name=written.name, mime=written.mime, text=written.text)


CALLS: tuple[Call[Any, Any], ...] = (  # Any: each call has shapes of its own
    Call("sessions.mark", "PATCH", "/api/sessions/{id}", "operate", MarkParams, SessionMark, _mark),
    Call("sessions.delete", "DELETE", "/api/sessions/{id}", "operate", ById, Nothing, _delete),
    Call("sessions.restore", "POST", "/api/sessions/{id}/restore", "operate", ById, Session, _restore),
    Call("sessions.search", "GET", "/api/search", "view", SearchParams, SearchResult, _search),
    Call("sessions.export", "GET", "/api/sessions/{id}/export", "view", ExportParams, Exported, _export),
)

"""Calls about what people keep of their sessions: marks, deletion and its undo, search, export."""

from typing import Any, Literal

from pydantic import Field

from pilot_sidecar.core.errors import UnsupportedError
from pilot_sidecar.core.models import Session, SessionMark
from pilot_sidecar.core.wire import Wire
from pilot_sidecar.transport.call import ApiContext, ById, Call, Caller, Nothing


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


async def _not_there(_context: ApiContext, _caller: Caller, _params: Wire) -> Wire:
    raise UnsupportedError("This is being built.")


CALLS: tuple[Call[Any, Any], ...] = (  # Any: each call has shapes of its own
    Call("sessions.mark", "PATCH", "/api/sessions/{id}", "operate", MarkParams, SessionMark, _not_there),
    Call("sessions.delete", "DELETE", "/api/sessions/{id}", "operate", ById, Nothing, _not_there),
    Call("sessions.restore", "POST", "/api/sessions/{id}/restore", "operate", ById, Session, _not_there),
    Call("sessions.search", "GET", "/api/search", "view", SearchParams, SearchResult, _not_there),
    Call("sessions.export", "GET", "/api/sessions/{id}/export", "view", ExportParams, Exported, _not_there),
)

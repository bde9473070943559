"""Calls about a project's files: opt-in, and never outside the projects that are known."""

from typing import Any, Literal

from pydantic import Field

from pilot_sidecar.core.errors import UnsupportedError
from pilot_sidecar.core.wire import Wire
from pilot_sidecar.transport.call import ApiContext, Call, Caller


class TreeParams(Wire):
    """A folder of a project."""

    directory: str
    """The project's folder, as in ``Project.directory``, or its id."""
    path: str = ""
    """Below it; empty: the project itself."""


class TreeEntry(Wire):
    """One name in a folder."""

    name: str
    kind: Literal["file", "folder"]
    size: int | None = None
    """Bytes, of a file."""


class Tree(Wire):
    """A folder, folders first, by name."""

    path: str
    entries: list[TreeEntry]
    truncated: bool = False


class GlobParams(Wire):
    """Which files: ``**/*.py``, or part of a name."""

    directory: str
    pattern: str = Field(min_length=1, max_length=500)
    limit: int = Field(default=200, ge=1, le=1000)


class GlobResult(Wire):
    """Paths below the project, the best match first."""

    paths: list[str]
    truncated: bool = False


class ReadParams(Wire):
    """One file of a project."""

    directory: str
    path: str = Field(min_length=1, max_length=4096)


class FileText(Wire):
    """What is in a file."""

    path: str
    size: int
    mime: str
    text: str | None = None
    """Absent for what is no text."""
    data: str | None = None
    """Base64, of a picture."""
    truncated: bool = False


async def _not_there(_context: ApiContext, _caller: Caller, _params: Wire) -> Wire:
    raise UnsupportedError("This is being built.")


CALLS: tuple[Call[Any, Any], ...] = (  # Any: each call has shapes of its own
    Call("files.tree", "GET", "/fs/tree", "view", TreeParams, Tree, _not_there),
    Call("files.glob", "GET", "/fs/glob", "view", GlobParams, GlobResult, _not_there),
    Call("files.read", "GET", "/fs/read", "view", ReadParams, FileText, _not_there),
)

"""Calls about a project's files: opt-in, and never outside the projects that are known."""

from typing import Any, Literal

from pydantic import Field

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


async def _tree(context: ApiContext, _caller: Caller, params: TreeParams) -> Tree:
    names, more = await context.services.project_files.tree(params.directory, params.path)
    entries = [TreeEntry(name=name.name, kind=name.kind, size=name.size) for name in names]
    return Tree(path=params.path.strip("/"), entries=entries, truncated=more)


async def _glob(context: ApiContext, _caller: Caller, params: GlobParams) -> GlobResult:
    paths, more = await context.services.project_files.find(params.directory, params.pattern, params.limit)
    return GlobResult(paths=paths, truncated=more)


async def _read(context: ApiContext, _caller: Caller, params: ReadParams) -> FileText:
    found = await context.services.project_files.read(params.directory, params.path)
    return FileText(
        path=params.path,
        size=found.size,
        mime=found.mime,
        text=found.text,
        data=found.data,
        truncated=found.truncated,
    )


CALLS: tuple[Call[Any, Any], ...] = (  # Any: each call has shapes of its own
    Call("files.tree", "GET", "/fs/tree", "operate", TreeParams, Tree, _tree),
    Call("files.glob", "GET", "/fs/glob", "operate", GlobParams, GlobResult, _glob),
    Call("files.read", "GET", "/fs/read", "operate", ReadParams, FileText, _read),
)

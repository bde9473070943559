"""What only the JSON-RPC door says: who connects, what its window shows, and the subscription to events."""

from pathlib import PurePath
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from pilot_sidecar.core.events import Event
from pilot_sidecar.core.snapshot_model import SnapshotState
from pilot_sidecar.core.wire import Wire


class RpcClient(Wire):
    """Who connects, as it introduces itself."""

    kind: Literal["vscode", "owner"] = "owner"
    name: str = Field(default="", max_length=80)


class InitializationOptions(Wire):
    """``initializationOptions`` of the ``initialize`` request."""

    client: RpcClient = Field(default_factory=RpcClient)
    token: str = ""
    """The owner's token, where the door is a TCP port."""


def _folder(path: str) -> str:
    if "\0" in path or not PurePath(path).is_absolute():
        raise ValueError("a folder is an absolute path")
    return path


Folder = Annotated[str, Field(min_length=1, max_length=4096), AfterValidator(_folder)]


class WindowParams(Wire):
    """What an editor's window shows now; sent by VS Code after each change."""

    folders: list[Folder] = Field(default_factory=list, max_length=64)
    """Of its workspace, on the hub's machine."""
    focused: bool = False
    active: bool = False
    """It is focused and in use. It counts for three minutes: a window in use says it again at least every two."""
    notifies: bool | None = None
    """It shows notices while nobody looks at it; one of an older extension does not say, and tells of asks itself."""


class WindowResult(Wire):
    """What the hub calls a window."""

    surface: str
    """In ``pilot.notice.raised``: this window shows it."""


class SubscribeParams(Wire):
    """Where the reader stands; absent on its first visit."""

    cursor: str | None = None


class SubscribeResult(Wire):
    """What the reader missed, else the state now; ``pilot/event`` notifications follow without a gap."""

    cursor: str
    snapshot: SnapshotState | None = None
    events: list[Event] = Field(default_factory=list)

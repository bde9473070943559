"""What only the JSON-RPC door says: who connects, and the subscription to events."""

from typing import Literal

from pydantic import Field

from pilot_sidecar.core.events import Event, SnapshotState
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


class SubscribeParams(Wire):
    """Where the reader stands; absent on its first visit."""

    cursor: str | None = None


class SubscribeResult(Wire):
    """What the reader missed, else the state now; ``pilot/event`` notifications follow without a gap."""

    cursor: str
    snapshot: SnapshotState | None = None
    events: list[Event] = Field(default_factory=list)

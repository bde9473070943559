"""What the bridge inside an OpenCode process and the hub say to each other."""

import json
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, ValidationError

from pilot_sidecar.integrations.opencode.native import Native, NativeEvent

PROTOCOL = 1


class InstanceInfo(Native):
    """One directory that a process works in."""

    directory: str
    worktree: str | None = None


class Hello(Native):
    """First frame of a connection: who is there."""

    type: Literal["hello"]
    protocol: int
    plugin: str = ""
    boot: str
    """Stays the same for the life of the process."""
    pid: int
    mode: str = "tui"
    cwd: str = ""
    instances: list[InstanceInfo] = Field(default_factory=list)
    queued: int = 0
    dropped: int = 0
    guards: bool = False
    """Whether it holds calls that a running turn's rules do not cover; bridges of before do not."""


class Live(Native):
    """What was queued while nobody listened has been sent; time to compare notes."""

    type: Literal["live"]
    dropped: int = 0


class Instance(InstanceInfo):
    """The process opened a directory."""

    type: Literal["instance"]


class Dispose(Native):
    """The process closed a directory."""

    type: Literal["dispose"]
    directory: str


class EventFrame(Native):
    """Something happened in a directory."""

    type: Literal["event"]
    directory: str
    event: NativeEvent


class GateFrame(Native):
    """A tool call of ``opencode run`` waits for us."""

    type: Literal["gate"]
    id: str
    directory: str
    tool: str
    session_id: str = Field(alias="sessionID")
    call_id: str = Field(alias="callID")
    args: dict[str, object] = Field(default_factory=dict)


class GateEnd(Native):
    """A gated call waits no more; its turn was stopped."""

    type: Literal["gate.end"]
    id: str


class Prepare(Native):
    """A turn is about to start, and waits a moment for the session's approval mode."""

    type: Literal["prepare"]
    id: int
    directory: str
    session_id: str = Field(alias="sessionID")
    agent: str | None = None


class RpcResult(Native):
    """Answer to a request of ours."""

    type: Literal["rpc.result"]
    id: int
    status: int
    content_type: str = Field(default="", alias="contentType")
    next: str | None = None
    """Where the page before this one is found."""
    body: object = None


class Pong(Native):
    """Still there, and everything sent before the ping was taken."""

    type: Literal["pong"]
    id: int | None = None


Frame = Annotated[
    Hello | Live | Instance | Dispose | EventFrame | GateFrame | GateEnd | Prepare | RpcResult | Pong,
    Field(discriminator="type"),
]
FrameAdapter: TypeAdapter[Frame] = TypeAdapter(Frame)


def parse_frame(text: str) -> Frame:
    """Return a frame; raises ValidationError. Half a character, as JavaScript cuts them, becomes a question mark."""
    try:
        return FrameAdapter.validate_json(text)
    except ValidationError as error:
        if error.errors(include_url=False, include_input=False)[0]["type"] != "json_invalid":
            raise
        try:
            whole = json.dumps(json.loads(text), ensure_ascii=False).encode("utf-8", "replace")
        except (ValueError, RecursionError):
            raise error from None
        return FrameAdapter.validate_json(whole)

"""Paired devices and what waits for a person's yes, as surfaces see them."""

from typing import Literal

from pydantic import Field

from pilot_sidecar.core.models import Scope
from pilot_sidecar.core.wire import Wire

Reach = Literal["local", "lan", "tunnel"]
"""How a caller reaches the hub: on its machine, over a network, through the tunnel."""


class DeviceView(Wire):
    """A paired browser or phone."""

    id: str
    name: str
    scope: Scope
    created_at: int
    last_seen_at: int
    address: str | None = None
    """Where it was seen last."""
    reach: Reach | None = None
    online: bool = False
    """It holds an event stream now."""
    push: bool = False
    """It can be reached by Web Push."""
    expires_at: int | None = None
    session_id: str | None = None
    """It follows this session and its sub-agents only."""
    this: bool = False
    """It is the device that asks."""


class Confirmation(Wire):
    """Something that waits for a person at the hub's machine to agree to it."""

    id: str
    kind: Literal["pairing", "token_rotation"]
    name: str
    """The device that wants in, or the agent whose terminal asked."""
    scope: Scope | None = None
    """The role it would get."""
    address: str | None = None
    reach: Reach | None = None
    created_at: int
    expires_at: int
    state: Literal["pending", "allowed", "refused", "expired"] = "pending"


class SelfApproval(Wire):
    """A call that came from inside an agent and was therefore refused."""

    agent: str
    pid: int
    """The agent's process."""
    program: str
    """What called: its name, never its arguments."""
    call: str
    """The call's name in the API table."""
    ask_id: str | None = None
    session_id: str | None = None
    certain: bool = True
    """False: the program may have been started by that agent, and nothing speaks for a person."""


class DeviceList(Wire):
    """Every device that may come in, last seen first."""

    devices: list[DeviceView] = Field(default_factory=list)

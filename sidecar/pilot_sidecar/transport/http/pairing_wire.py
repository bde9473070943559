"""What a browser that is being paired and the hub say to each other."""

from typing import Literal

from pydantic import Field

from pilot_sidecar.core.models import Scope
from pilot_sidecar.core.wire import Wire


class PairRequest(Wire):
    """What the page sends."""

    code: str = Field(min_length=1, max_length=200)
    """Of a link, or as typed."""
    name: str = Field(default="Browser", max_length=400)


class Paired(Wire):
    """The browser is paired; the cookie travels beside this."""

    name: str
    scope: Scope


class Waiting(Wire):
    """Somebody at the hub's machine has to agree first: ``POST /pair/wait`` tells."""

    state: Literal["waiting"] = "waiting"
    ticket: str
    expires_at: int
    machine: str
    """Where to agree, for people."""


class WaitRequest(Wire):
    """Which answer the page waits for."""

    ticket: str = Field(min_length=1, max_length=200)

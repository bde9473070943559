"""Where a call comes from, as its door found out."""

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass

from pilot_sidecar.core.devices_model import Reach


@dataclass(frozen=True, slots=True)
class Whence:
    """Where a caller is, and how to find its process where it is on this machine."""

    reach: Reach = "local"
    address: str = ""
    """Its address; behind the tunnel the one the tunnel tells. Empty on the local socket."""
    pid: Callable[[], int | None] | None = None
    """Looks up the calling process; it may take some milliseconds, so keep it off the loop. None: it cannot be told."""


@dataclass(frozen=True, slots=True)
class Noted:
    """Who makes the call that is being carried out: the audit writes it beside what is done."""

    device: str
    """A device's id, an editor's connection; empty for a local process."""
    whence: Whence


CALLING: ContextVar[Noted | None] = ContextVar("calling", default=None)
"""Set for the length of each call; what it starts inherits it."""
HERE = Whence()
"""A local caller whose process cannot be told."""

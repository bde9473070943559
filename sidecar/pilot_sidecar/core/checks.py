"""What ``pilot doctor`` says of one thing that has to be right."""

from typing import Literal

from pilot_sidecar.core.wire import Wire

CheckStatus = Literal["ok", "warn", "fail"]


class Check(Wire):
    """One thing that was looked at."""

    id: str
    """Stable, for scripts: ``hub.alive``, ``opencode.bridge``."""
    status: CheckStatus
    message: str
    """What is so, for people."""
    fix: str | None = None
    """The one thing to do about it."""

"""Where the hub can be reached, as surfaces see it."""

from typing import Literal

from pydantic import Field

from pilot_sidecar.core.devices_model import Reach
from pilot_sidecar.core.wire import Wire

TunnelState = Literal["off", "starting", "up", "retrying", "failed"]


class TunnelStatus(Wire):
    """The tunnel as it is now."""

    state: TunnelState = "off"
    provider: str = ""
    """``cloudflared``, ``ngrok``, ``custom``; empty where none is chosen."""
    url: str | None = None
    message: str | None = None
    """For people: what it does, or what went wrong and what to do."""
    since: int | None = None
    attempts: int = 0
    """Restarts in a row that did not hold."""


class HubAddress(Wire):
    """One address of the hub."""

    url: str
    reach: Reach
    label: str
    """For people: ``Wi-Fi (wlan0)``, ``this machine``, ``cloudflared``."""
    secure: bool
    """Browsers treat pages from there as secure: push, installing and the offline copy work."""


class Reachability(Wire):
    """How devices get here, best first."""

    addresses: list[HubAddress] = Field(default_factory=list)
    host: str = "127.0.0.1"
    tls: bool = False
    certificate: str | None = None
    """Where a phone gets the certificate it has to trust, as a path of the hub."""
    fingerprint: str | None = None
    """SHA-256 of that certificate."""
    warning: str | None = None
    tunnel: TunnelStatus = Field(default_factory=TunnelStatus)

"""What each system's way of starting something at login offers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from pilot_sidecar.core.errors import PilotError


class AutostartError(PilotError):
    """The system does not start programs at login, or did not do what it was asked to."""

    code = "autostart_failed"


@dataclass(frozen=True, slots=True)
class HubStart:
    """How the system is to start a hub."""

    command: list[str]
    home: Path
    """``$PILOT_HOME``; the last word of the command, so that a definition says whose it is."""
    environ: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Registered:
    """What the system says."""

    at_login: bool
    """It will start the hub."""
    pid: int | None = None
    """Of the hub that it has started, where it tells."""
    running: bool | None = None
    """None: it does not tell."""


class Autostart(Protocol):
    """One system's way; all that is asked of it concerns the user alone, and needs no administrator."""

    name: str
    path: Path
    """The definition."""
    hint: str
    """What is good to know, for people."""
    trouble: str
    """Where the reasons are when the hub does not come up."""

    def check(self) -> None:
        """Raise AutostartError where this machine has no such thing."""
        ...

    def text(self, start: HubStart) -> bytes:
        """Return the definition."""
        ...

    def home_of(self, text: bytes) -> Path | None:
        """Return whose hub a definition starts; None for one that is not Pilot's."""
        ...

    def program_of(self, text: bytes) -> Path | None:
        """Return the program that a definition of Pilot's starts."""
        ...

    def install(self, text: bytes) -> None:
        """Write the definition, register it and start the hub; raises AutostartError, and leaves all as it was then."""
        ...

    def remove(self) -> None:
        """Unregister and remove the definition; never raises where the system is not there any more."""
        ...

    def rest(self) -> None:
        """Start nothing again until the next login, or until it is installed anew."""
        ...

    def state(self) -> Registered:
        """Return what is registered."""
        ...

    def said(self) -> str:
        """Return what the hub has printed lately, where that is kept."""
        ...

    def shown(self, text: bytes) -> str:
        """Return a definition as a person reads it."""
        ...

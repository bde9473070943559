"""What an agent's folder offers to the composition root."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:  # a command that installs or looks needs neither the hub nor its web server
    from aiohttp import web

    from pilot_sidecar.core.agents import AgentDriver
    from pilot_sidecar.core.checks import Check
    from pilot_sidecar.core.services import Services


@dataclass(frozen=True, slots=True)
class BridgeRoute:
    """An address an agent's bridge or hook talks to; the door checks the token before the handler runs."""

    method: Literal["GET", "POST"]
    path: str
    handler: "Callable[[web.BaseRequest], Awaitable[web.StreamResponse | bytes | None]]"
    """Answers with JSON bytes, None for 204, or a response of its own (a WebSocket)."""
    token: Literal["hook", "bridge"]


@dataclass(frozen=True, slots=True)
class HubAddress:
    """Where bridges find the hub; written to files of mode 0600 at each start."""

    url: str
    bridge_token: str
    hook_token: str


@dataclass(frozen=True, slots=True)
class Detection:
    """What was found of an agent on this machine."""

    installed: bool
    version: str | None = None
    supported: bool = False
    message: str = ""
    """For people: what to do when it is missing or too old."""


@dataclass(frozen=True, slots=True)
class Program:
    """An agent's program, as a check names it."""

    agent: str
    label: str
    ours: str
    """What Pilot puts into the agent's folder: ``bridge``."""
    update: str
    """The command that updates it."""


@dataclass(frozen=True, slots=True)
class InstallOptions:
    """How to install a bridge."""

    home: Path
    """``$PILOT_HOME``."""
    environ: Mapping[str, str]
    offline: bool = False
    """Do not wait for the network."""
    reload: bool = False
    """Tell running agents to load the bridge now, where that disturbs nothing."""
    hub: HubAddress | None = None
    """The one that runs now."""
    clean_peer: bool = False
    """Remove what opencode-pilot left behind: the user agreed."""


What = Literal["created", "edited", "removed", "restored", "unchanged", "kept"]


@dataclass(frozen=True, slots=True)
class Change:
    """One file that was, or is, part of an installation."""

    path: Path
    what: What
    note: str = ""


@dataclass(frozen=True, slots=True)
class InstallReport:
    """What was done, for people."""

    changes: list[Change] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    """What did not work, and what to do: the command fails."""


@dataclass(frozen=True, slots=True)
class PlannedEdit:
    """What would become of one file; both None: a folder or a program's own doing, told by the note alone."""

    path: Path
    before: bytes | None
    """None: it is not there."""
    after: bytes | None
    """None: it would be removed."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class InstallPlan:
    """What an installation would do, in order; nothing was touched to find out."""

    edits: list[PlannedEdit] = field(default_factory=list)
    """Only what would change."""
    notes: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    """Why it would not be done, and what to do."""
    peer: list[PlannedEdit] = field(default_factory=list)
    """What opencode-pilot left behind; among the edits only if the options say ``clean_peer``."""


@dataclass(frozen=True, slots=True)
class Errand:
    """Something harmless that an agent is to ask for."""

    command: str
    output: str
    """The one line it prints, which nothing else does."""


class CanaryTurn(Protocol):
    """A turn of the real agent with a scripted model, which asks once to run an errand."""

    async def finished(self) -> bool:
        """Return, once the turn is over, whether the errand ran; raises PilotError where it stopped before that."""
        ...


class AgentIntegration(Protocol):
    """One agent: a folder, and a line in ``server/registry.py``."""

    name: str
    label: str

    def detect(self, environ: Mapping[str, str]) -> Detection:
        """Look for the agent on this machine; never starts it for longer than a version call."""
        ...

    def plan(self, options: InstallOptions) -> InstallPlan:
        """Return what ``install`` would do, and touch nothing."""
        ...

    def install(self, options: InstallOptions) -> InstallReport:
        """Install the bridge; doing it again changes nothing."""
        ...

    def uninstall(self, options: InstallOptions) -> InstallReport:
        """Remove only what is ours, byte for byte where nobody touched it since."""
        ...

    def check(self, options: InstallOptions) -> "list[Check]":
        """Return what is right and wrong with the agent and its bridge, by files and a version call alone: quick."""
        ...

    def canary(
        self, options: InstallOptions, scratch: Path, errand: Errand
    ) -> AbstractAsyncContextManager[CanaryTurn] | None:
        """Start the agent in an empty folder, without any account; None where it is not there, or not connected.

        What else it writes goes beside that folder, and is removed with it. Entering raises PilotError.
        """
        ...

    def attach(self, services: "Services", environ: Mapping[str, str]) -> "Connection":
        """Return the live part for a hub that was started with this environment."""
        ...


class Connection(Protocol):
    """The live part of an integration, for as long as its hub runs."""

    routes: list[BridgeRoute]
    driver: "AgentDriver | None"

    async def run(self, address: HubAddress) -> None:
        """Serve until cancelled. A failure of its own is published as its status, and tried again."""
        ...


def version_check(program: Program, found: Detection, *, connected: bool) -> "Check":
    """Return whether a program is there in a version that Pilot knows; ``connected``: what is ours is in its folder."""
    from pilot_sidecar.core.checks import Check

    name = f"{program.agent}.version"
    if not found.installed and not connected:
        return Check(id=name, status="ok", message=f"{program.label} is not installed here.")
    if not found.installed:
        message = f"{program.label} was not found on this PATH, though its folder has Pilot's {program.ours}."
        fix = f"Add {program.label}'s folder to PATH, or remove the {program.ours}: `pilot uninstall {program.agent}`."
        return Check(id=name, status="warn", message=message, fix=fix)
    if found.version is None:
        fix = f"Run `{program.agent} --version` to see why; installing {program.label} anew may help."
        return Check(id=name, status="warn", message=found.message, fix=fix)
    if found.supported:
        message = found.message or f"{program.label} {found.version} is installed."
        return Check(id=name, status="ok", message=message)
    message, _, advice = found.message.partition("; ")
    fix = f"{advice[:1].upper()}{advice[1:]}" if advice else "Install a version that Pilot knows."
    if advice.startswith("update"):
        fix += f" Run `{program.update}`."
    return Check(id=name, status="fail", message=f"{message.rstrip('.')}.", fix=fix)

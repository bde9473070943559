"""The agents a command is about."""

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pilot_sidecar.cli import hub
from pilot_sidecar.core.errors import PilotError

if TYPE_CHECKING:
    from pilot_sidecar.server.registry import AgentIntegration, InstallOptions, InstallReport


class UnknownAgentError(PilotError):
    """No such agent."""

    code = "unknown_agent"


def pick(names: Sequence[str]) -> list["AgentIntegration"]:
    """Return the named agents, or all; raises UnknownAgentError."""
    from pilot_sidecar.server import registry

    known = {agent.name: agent for agent in registry.agents()}
    if unknown := [name for name in names if name not in known]:
        raise UnknownAgentError(f"Pilot knows no agent “{unknown[0]}”.", f"It knows: {', '.join(known) or 'none yet'}.")
    return [known[name] for name in names] or list(known.values())


def install_options(*, offline: bool = False, reload: bool = False) -> "InstallOptions":
    """Return how to install from this command line."""
    from pilot_sidecar.server.registry import InstallOptions

    return InstallOptions(home=hub.home(), environ=dict(os.environ), offline=offline, reload=reload)


def print_report(label: str, report: "InstallReport") -> None:
    """Print what was done, file by file."""
    print(f"{label}:")
    for change in report.changes:
        print(f"  {change.what:<9} {change.path}{f'  ({change.note})' if change.note else ''}")
    for note in report.notes or ([] if report.changes else ["nothing to do"]):
        print(f"  {note}")


def agreed(question: str, *, yes: bool) -> bool:
    """Ask the person at the terminal; without one, only ``--yes`` agrees."""
    if yes:
        return True
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return False
    return input(f"{question} [y/N] ").strip().lower() in ("y", "yes")

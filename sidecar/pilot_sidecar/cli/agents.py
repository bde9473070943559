"""The agents a command is about."""

import os
import sys
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pilot_sidecar.cli.text import forget_typed, safe
from pilot_sidecar.cli.usage import nearest
from pilot_sidecar.core.errors import PilotError
from pilot_sidecar.infra.paths import pilot_home
from pilot_sidecar.server.discovery import find_hub

if TYPE_CHECKING:
    from pilot_sidecar.server.registry import AgentIntegration, HubAddress, InstallOptions, InstallReport


class UnknownAgentError(PilotError):
    """No such agent."""

    code = "unknown_agent"


def pick(names: Sequence[str]) -> list["AgentIntegration"]:
    """Return the named agents, or all; raises UnknownAgentError."""
    from pilot_sidecar.server import registry

    known = {agent.name: agent for agent in registry.agents()}
    if unknown := [name for name in names if name not in known]:
        told = f"Pilot knows no agent “{safe(unknown[0])}”.{nearest(unknown[0], known)}"
        raise UnknownAgentError(told, f"It knows: {', '.join(known) or 'none yet'}.")
    return [known[name] for name in names] or list(known.values())


def install_options(
    *, offline: bool = False, reload: bool = False, hub: "HubAddress | None" = None
) -> "InstallOptions":
    """Return how to install from this command line."""
    from pilot_sidecar.server.registry import InstallOptions

    return InstallOptions(pilot_home(os.environ), dict(os.environ), offline, reload, hub)


def failure(problem: str) -> "InstallReport":
    """Return the report of an installer that the system did not let work."""
    from pilot_sidecar.server.registry import InstallReport

    return InstallReport(problems=[problem])


def running_hub() -> "HubAddress | None":
    """Return where agents find the hub, if one runs."""
    from pilot_sidecar.infra.tokens import load_tokens
    from pilot_sidecar.server.registry import HubAddress

    home = pilot_home(os.environ)
    if (found := find_hub(home)) is None:
        return None
    tokens = load_tokens(home / "tokens.json", int(time.time() * 1000))
    return HubAddress(found.url, tokens.bridge, tokens.hook)


def confirmed(question: str) -> bool:
    """Ask the person at the terminal; the return key alone is a yes, but not if it was hit before the question."""
    forget_typed()
    return input(f"{question} [Y/n] ").strip().lower() in ("", "y", "yes")


def agreed(question: str, *, yes: bool) -> bool:
    """Ask the person at the terminal; without one, only ``--yes`` agrees."""
    if yes:
        return True
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return False
    return input(f"{question} [y/N] ").strip().lower() in ("y", "yes")

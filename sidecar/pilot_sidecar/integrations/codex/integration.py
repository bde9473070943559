"""Codex as an integration: hooks now; its daemon's socket and the installer come with the Codex issue."""

import asyncio
import shutil
from collections.abc import Mapping

from pilot_sidecar.core.agents import AgentDriver
from pilot_sidecar.core.errors import UnsupportedError
from pilot_sidecar.core.services import Services
from pilot_sidecar.integrations.codex.hooks import HookDesk
from pilot_sidecar.integrations.codex.payloads import EVENTS
from pilot_sidecar.integrations.ports import BridgeRoute, Detection, HubAddress, InstallOptions, InstallReport


class CodexIntegration:
    """Sessions of Codex, as its hooks tell of them."""

    name = "codex"
    label = "Codex"

    def detect(self, environ: Mapping[str, str]) -> Detection:
        """Look for ``codex`` on the PATH."""
        found = shutil.which("codex", path=environ.get("PATH"))
        return Detection(installed=found is not None, message="" if found else "Codex is not on the PATH.")

    def install(self, options: InstallOptions) -> InstallReport:
        """Refuse: there is no installer yet."""
        raise UnsupportedError(
            "Pilot cannot install Codex hooks by itself yet.", "docs/agents.md shows how to add them by hand."
        )

    def uninstall(self, options: InstallOptions) -> InstallReport:
        """Do nothing: nothing was installed."""
        return InstallReport()

    def attach(self, services: Services) -> "CodexHooks":
        """Return the live part."""
        return CodexHooks(services)


class CodexHooks:
    """The hook addresses; there is nothing to run."""

    driver: AgentDriver | None = None

    def __init__(self, services: Services) -> None:
        self.desk = HookDesk(services)
        # Known events have exact addresses, which are found fastest; the pattern is for all others.
        paths = [f"/codex/hooks/{event}" for event in (*sorted(EVENTS), "{event}")]
        self.routes = [BridgeRoute("POST", path, self.desk.handle, "hook") for path in paths]

    async def run(self, address: HubAddress) -> None:
        """Wait: posts come by themselves."""
        await asyncio.Event().wait()

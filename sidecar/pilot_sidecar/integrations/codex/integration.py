"""Codex as an integration: hooks now; its daemon's socket and the installer come with the Codex issue."""

import asyncio
from collections.abc import Mapping

from pilot_sidecar.core.agents import AgentDriver
from pilot_sidecar.core.services import Services
from pilot_sidecar.integrations.codex import detect as detection
from pilot_sidecar.integrations.codex.hooks import HookDesk
from pilot_sidecar.integrations.codex.install import install
from pilot_sidecar.integrations.codex.payloads import EVENTS
from pilot_sidecar.integrations.codex.program import find_codex
from pilot_sidecar.integrations.codex.uninstall import uninstall
from pilot_sidecar.integrations.ports import BridgeRoute, Detection, HubAddress, InstallOptions, InstallReport


class CodexIntegration:
    """Sessions of Codex, as its hooks tell of them."""

    name = "codex"
    label = "Codex"

    def detect(self, environ: Mapping[str, str]) -> Detection:
        """Look for ``codex`` on the user's path."""
        return detection.detect(environ)

    def install(self, options: InstallOptions) -> InstallReport:
        """Install the hooks; plain terminals need none."""
        found, program = self.detect(options.environ), find_codex(options.environ)
        if program is None or not found.supported:
            return InstallReport(problems=[found.message])
        report = install(options, program)
        if found.message:
            report.notes.append(found.message)
        return report

    def uninstall(self, options: InstallOptions) -> InstallReport:
        """Remove the hooks from each home they were installed in."""
        return uninstall(options)

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

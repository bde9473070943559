"""OpenCode, as the composition root sees it."""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import TYPE_CHECKING

from pilot_sidecar.core.checks import Check
from pilot_sidecar.integrations.opencode import detect as detection
from pilot_sidecar.integrations.opencode.install import AGENT, install, uninstall
from pilot_sidecar.integrations.opencode.reload import reload_idle_terminals
from pilot_sidecar.integrations.ports import (
    CanaryTurn,
    Detection,
    InstallOptions,
    InstallPlan,
    InstallReport,
)

if TYPE_CHECKING:
    from pilot_sidecar.core.services import Services
    from pilot_sidecar.integrations.opencode.connection import OpenCodeConnection


class OpenCodeIntegration:
    """Bridge inside OpenCode, dialling out to the hub."""

    name = AGENT
    label = "OpenCode"

    def detect(self, environ: Mapping[str, str]) -> Detection:
        """Look for ``opencode`` on the user's path."""
        return detection.detect(environ)

    def plan(self, options: InstallOptions) -> InstallPlan:
        """Return what ``install`` would do."""
        return InstallPlan()

    def install(self, options: InstallOptions) -> InstallReport:
        """Install the bridge and the TUI plugin."""
        found = self.detect(options.environ)
        if found.installed and found.version and not found.supported:
            return InstallReport(notes=[found.message])
        report = install(options, found.version)
        if found.message:
            report.notes.append(found.message)
        if options.reload:
            self._reload(options, report)
        return report

    def uninstall(self, options: InstallOptions) -> InstallReport:
        """Remove the bridge and the TUI plugin."""
        report = uninstall(options)
        if options.reload:
            self._reload(options, report)
        return report

    def check(self, options: InstallOptions) -> list[Check]:
        """Return what is right and wrong with it."""
        return []

    def canary(self, options: InstallOptions, scratch: Path) -> AbstractAsyncContextManager[CanaryTurn] | None:
        """Return no turn: not there yet."""
        return None

    def attach(self, services: "Services", environ: Mapping[str, str]) -> "OpenCodeConnection":
        """Return the live part for a hub."""
        from pilot_sidecar.integrations.opencode.connection import OpenCodeConnection

        return OpenCodeConnection(services)

    def _reload(self, options: InstallOptions, report: InstallReport) -> None:
        signalled = reload_idle_terminals(options.environ)
        if signalled:
            report.notes.append(f"{len(signalled)} idle OpenCode terminal(s) loaded the change.")
        report.notes.append("A terminal that was busy loads it at its next start.")

"""Codex, as the composition root sees it."""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import TYPE_CHECKING

from pilot_sidecar.core.checks import Check
from pilot_sidecar.integrations.codex import detect as detection
from pilot_sidecar.integrations.codex.install import install
from pilot_sidecar.integrations.codex.program import find_codex
from pilot_sidecar.integrations.codex.uninstall import uninstall
from pilot_sidecar.integrations.ports import (
    CanaryTurn,
    Detection,
    InstallOptions,
    InstallPlan,
    InstallReport,
)

if TYPE_CHECKING:
    from pilot_sidecar.core.services import Services
    from pilot_sidecar.integrations.codex.connection import CodexConnection


class CodexIntegration:
    """Its shared daemon, hooks for what runs outside it, and sessions that Pilot starts."""

    name = "codex"
    label = "Codex"

    def detect(self, environ: Mapping[str, str]) -> Detection:
        """Look for ``codex`` on the user's path."""
        return detection.detect(environ)

    def plan(self, options: InstallOptions) -> InstallPlan:
        """Return what ``install`` would do."""
        return InstallPlan()

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

    def check(self, options: InstallOptions) -> list[Check]:
        """Return what is right and wrong with it."""
        return []

    def canary(self, options: InstallOptions, scratch: Path) -> AbstractAsyncContextManager[CanaryTurn] | None:
        """Return no turn: not there yet."""
        return None

    def attach(self, services: "Services", environ: Mapping[str, str]) -> "CodexConnection":
        """Return the live part for a hub that was started with this environment."""
        from pilot_sidecar.integrations.codex.connection import CodexConnection

        return CodexConnection(services, environ)

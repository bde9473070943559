"""Codex, as the composition root sees it."""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import TYPE_CHECKING

from pilot_sidecar.core.checks import Check
from pilot_sidecar.integrations.codex import detect as detection
from pilot_sidecar.integrations.codex.install import install
from pilot_sidecar.integrations.codex.program import codex_home, find_codex
from pilot_sidecar.integrations.codex.record import installed_homes
from pilot_sidecar.integrations.codex.uninstall import uninstall
from pilot_sidecar.integrations.ports import (
    CanaryTurn,
    Detection,
    Errand,
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
        from pilot_sidecar.integrations.codex.check import check

        return check(options, self.detect(options.environ))

    def canary(
        self, options: InstallOptions, scratch: Path, errand: Errand
    ) -> AbstractAsyncContextManager[CanaryTurn] | None:
        """Return a turn of the real Codex; None unless it is here, and its present home was connected."""
        program = find_codex(options.environ)
        if program is None or codex_home(options.environ) not in installed_homes(options.home):
            return None
        from pilot_sidecar.integrations.codex.canary import start_canary

        return start_canary(options, program, scratch, errand)

    def attach(self, services: "Services", environ: Mapping[str, str]) -> "CodexConnection":
        """Return the live part for a hub that was started with this environment."""
        from pilot_sidecar.integrations.codex.connection import CodexConnection

        return CodexConnection(services, environ)

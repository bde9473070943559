"""Codex, as the composition root sees it."""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import TYPE_CHECKING

from pilot_sidecar.core.checks import Check
from pilot_sidecar.integrations.codex import detect as detection
from pilot_sidecar.integrations.codex.install import install
from pilot_sidecar.integrations.codex.planning import plan_install
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

    def __init__(self) -> None:
        self._found: tuple[Mapping[str, str], Detection] | None = None

    def detect(self, environ: Mapping[str, str]) -> Detection:
        """Look for ``codex`` on the user's path."""
        self._found = (dict(environ), detection.detect(environ))
        return self._found[1]

    def plan(self, options: InstallOptions) -> InstallPlan:
        """Return what ``install`` would do."""
        found, program = self._known(options.environ), find_codex(options.environ)
        if program is None or not found.supported:
            return InstallPlan(problems=[found.message])
        plan = plan_install(options, program)
        if found.message:
            plan.notes.append(found.message)
        return plan

    def install(self, options: InstallOptions) -> InstallReport:
        """Install the hooks; plain terminals need none."""
        found, program = self._known(options.environ), find_codex(options.environ)
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

        return check(options, self._known(options.environ))

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

    def _known(self, environ: Mapping[str, str]) -> Detection:
        """Return what was found before in the same environment: a version call takes its time."""
        return self._found[1] if self._found and self._found[0] == environ else self.detect(environ)

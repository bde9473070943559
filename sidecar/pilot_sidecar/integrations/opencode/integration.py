"""OpenCode, as the composition root sees it."""

import shutil
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import TYPE_CHECKING

from pilot_sidecar.core.checks import Check
from pilot_sidecar.core.manifest import load_manifest
from pilot_sidecar.integrations.opencode import detect as detection
from pilot_sidecar.integrations.opencode.install import install
from pilot_sidecar.integrations.opencode.layout import AGENT
from pilot_sidecar.integrations.opencode.planning import plan_install
from pilot_sidecar.integrations.opencode.reload import reload_idle_terminals
from pilot_sidecar.integrations.opencode.running import restart_note
from pilot_sidecar.integrations.opencode.uninstall import uninstall
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
    from pilot_sidecar.integrations.opencode.connection import OpenCodeConnection


class OpenCodeIntegration:
    """Bridge inside OpenCode, dialling out to the hub."""

    name = AGENT
    label = "OpenCode"

    def __init__(self) -> None:
        self._found: tuple[Mapping[str, str], Detection] | None = None

    def detect(self, environ: Mapping[str, str]) -> Detection:
        """Look for ``opencode`` on the user's path."""
        self._found = (dict(environ), detection.detect(environ))
        return self._found[1]

    def plan(self, options: InstallOptions) -> InstallPlan:
        """Return what ``install`` would do."""
        found = self._known(options.environ)
        if found.version and not found.supported:
            return InstallPlan(problems=[found.message])
        plan = plan_install(options, found.version)
        if found.message:
            plan.notes.append(found.message)
        return plan

    def install(self, options: InstallOptions) -> InstallReport:
        """Install the bridge and the TUI plugin."""
        found = self._known(options.environ)
        if found.version and not found.supported:
            return InstallReport(problems=[found.message])
        report = install(options, found.version)
        if found.message:
            report.notes.append(found.message)
        if options.reload:
            self._reload(options, report)
        elif report.changes and (note := restart_note(options.environ)):
            report.notes.append(note)
        return report

    def uninstall(self, options: InstallOptions) -> InstallReport:
        """Remove the bridge and the TUI plugin."""
        report = uninstall(options)
        if options.reload:
            self._reload(options, report)
        elif report.changes and (note := restart_note(options.environ)):
            report.notes.append(note)
        return report

    def check(self, options: InstallOptions) -> list[Check]:
        """Return what is right and wrong with it."""
        from pilot_sidecar.integrations.opencode.check import check

        return check(options, self._known(options.environ))

    def canary(
        self, options: InstallOptions, scratch: Path, errand: Errand
    ) -> AbstractAsyncContextManager[CanaryTurn] | None:
        """Return a turn of the real OpenCode; None unless it is here and was connected."""
        program = shutil.which("opencode", path=options.environ.get("PATH"))
        if program is None or not load_manifest(options.home, AGENT).entries:
            return None
        from pilot_sidecar.integrations.opencode.canary import start_canary

        return start_canary(options, program, scratch, errand)

    def attach(self, services: "Services", environ: Mapping[str, str]) -> "OpenCodeConnection":
        """Return the live part for a hub."""
        from pilot_sidecar.integrations.opencode.connection import OpenCodeConnection

        return OpenCodeConnection(services, environ)

    def _known(self, environ: Mapping[str, str]) -> Detection:
        """Return what was found before in the same environment: a version call takes its time."""
        return self._found[1] if self._found and self._found[0] == environ else self.detect(environ)

    def _reload(self, options: InstallOptions, report: InstallReport) -> None:
        signalled = reload_idle_terminals(options.environ)
        if signalled:
            report.notes.append(f"{len(signalled)} idle OpenCode terminal(s) loaded the change.")
        report.notes.append("A terminal that was busy loads it at its next start.")

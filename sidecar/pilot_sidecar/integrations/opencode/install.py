"""Putting the bridge where OpenCode finds it."""

from pilot_sidecar.core.backups import PEER, Backups
from pilot_sidecar.core.manifest import load_manifest
from pilot_sidecar.infra.files import private_dir
from pilot_sidecar.integrations.opencode.layout import AGENT
from pilot_sidecar.integrations.opencode.planning import plan_install
from pilot_sidecar.integrations.opencode.writing import CleaningUp, Writing
from pilot_sidecar.integrations.ports import InstallOptions, InstallReport


def install(options: InstallOptions, version: str | None) -> InstallReport:
    """Write the bridge, its loader and the TUI plugin; what is so already stays."""
    plan = plan_install(options, version)
    report = InstallReport(notes=list(plan.notes), problems=list(plan.problems))
    if not plan.edits:
        return report
    private_dir(options.home)
    manifest = load_manifest(options.home, AGENT)
    foreign = len(plan.peer) if options.clean_peer else 0
    theirs = Backups(options.home, PEER, options.environ)
    ours = Backups(options.home, AGENT, options.environ)
    cleaning = CleaningUp(options.home, manifest, report, theirs)
    writing = Writing(options.home, manifest, report, ours)
    if cleaning.carry_out(plan.edits[:foreign]) and writing.carry_out(plan.edits[foreign:]):
        writing.save()
    for backups in (theirs, ours):
        if backups.folder is not None:
            report.notes.append(f"As it was before: {backups.folder}")
    return report

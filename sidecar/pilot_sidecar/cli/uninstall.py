"""``pilot uninstall``: take everything back."""

import argparse
import shutil
from pathlib import Path

from pilot_sidecar.cli import hub
from pilot_sidecar.cli.agents import agreed, install_options, pick, print_report
from pilot_sidecar.cli.stop import stop_hub
from pilot_sidecar.infra.lock import is_held

NAME, HELP = "uninstall", "Disconnect the agents; with none named, remove Pilot's own files too."
CONFIG = "config.json"
OURS = (
    "hub.json", "hub.sock", "tokens.json", "tunnel.json", "tls", "logs", "hooks", "opencode", "codex", "hub.lock",
    CONFIG,
)  # fmt: skip


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("agents", nargs="*", help="which ones; all, if none is named")
    parser.add_argument("--keep-config", action="store_true", help="keep the settings")
    parser.add_argument("--reload", action="store_true", help="have idle terminals of the agent let go of it now")
    parser.add_argument("--yes", action="store_true", help="do not ask")


def run(options: argparse.Namespace) -> int:
    """Remove the bridges, and Pilot's files if everything is to go."""
    if not _disconnect(options):
        if not options.agents:
            print("Pilot's own files stay until that is done.")
        return 1
    home = hub.home()
    if options.agents or not home.exists():
        return 0
    if not agreed(f"Remove Pilot's history, devices and settings in {home}?", yes=options.yes):
        print(f"History and settings are still in {home}; `pilot uninstall --yes` removes them.")
        return 0
    if is_held(home / "hub.lock"):
        stop_hub(home / "hub.lock")
    _remove(home, keep_config=options.keep_config)
    print(f"Removed Pilot's files from {home}.")
    return 0


def _disconnect(options: argparse.Namespace) -> bool:
    """Remove each bridge; tell whether all of them are gone."""
    gone = True
    for agent in pick(options.agents):
        report = agent.uninstall(install_options(yes=options.yes, reload=options.reload))
        print_report(agent.label, report)
        gone = gone and not report.problems
    return gone


def _remove(home: Path, *, keep_config: bool) -> None:
    """Remove what Pilot made; anything else in the folder stays, and so does the folder then."""
    kept = {CONFIG} if keep_config else set()
    for path in [home / name for name in OURS if name not in kept] + _logs_and_history(home):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    if not any(home.iterdir()):
        home.rmdir()


def _logs_and_history(home: Path) -> list[Path]:
    return [*home.glob("pilot.db*"), *home.glob("audit*.jsonl")]

"""``pilot uninstall``: take everything back."""

import argparse
import os
from contextlib import nullcontext
from pathlib import Path

from pilot_sidecar.cli import hub
from pilot_sidecar.cli.agents import agreed, failure, install_options, pick
from pilot_sidecar.cli.alone import alone
from pilot_sidecar.cli.plan_text import print_undone, shown
from pilot_sidecar.cli.stop import stop_hub
from pilot_sidecar.cli.text import safe
from pilot_sidecar.infra.lock import is_held

PROGRAM = (
    "Still there: the program (`pipx uninstall pilot-sidecar`, or however you installed it), "
    "and Agent Pilot in VS Code if you have it."
)


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("agents", nargs="*", help="which ones; all, if none is named")
    parser.add_argument("--keep-config", action="store_true", help="keep the settings: config.json and .env")
    parser.add_argument("--reload", action="store_true", help="have idle terminals of the agent let go of it now")
    parser.add_argument("--yes", action="store_true", help="do not ask")


def run(options: argparse.Namespace) -> int:
    """Remove the bridges, and Pilot's files if everything is to go."""
    hub.refuse_agents()
    if not options.agents:
        _stop_starting_at_login()
    if not _disconnect(options):
        if not options.agents:
            print("Pilot's own files stay until that is done.")
        return 1
    home = hub.home()
    if options.agents or not home.exists():
        return 0
    if not agreed(f"Remove Pilot's history, devices and settings in {shown(home)}?", yes=options.yes):
        print(f"History and settings are still in {shown(home)}; `pilot uninstall --yes` removes them.")
        return 0
    if is_held(home / "hub.lock"):
        stop_hub(home / "hub.lock")
    _remove_all(home, options)
    return 0


def _stop_starting_at_login() -> None:
    from pilot_sidecar.cli.autostart.take_back import take_back

    for told in take_back(hub.home(), os.environ):
        print(safe(told))


def _disconnect(options: argparse.Namespace) -> bool:
    """Remove each bridge; tell whether all of them are gone."""
    gone, home, how = True, hub.home(), install_options(reload=options.reload)
    for agent in pick(options.agents):
        try:
            with alone(home) if home.exists() else nullcontext():
                report = agent.uninstall(how)
        except OSError as error:
            report = failure(f"{error}. See to that, then run `pilot uninstall` again.")
        print_undone(agent.label, report, home)
        gone = gone and not report.problems
    return gone


def _remove_all(home: Path, options: argparse.Namespace) -> None:
    from pilot_sidecar.cli.own_files import SETTINGS, remove_own_files
    from pilot_sidecar.core.project_state import left_in_projects, remove_project_files

    for path in remove_project_files(home):
        print(f"Removed {shown(path)}.")
    for path in left_in_projects(home):
        print(f"  {shown(path)} stays: it could not be removed.")
    kept = SETTINGS if options.keep_config else frozenset()
    left = remove_own_files(home, os.environ, kept)
    print(f"Removed Pilot's files from {shown(home)}.")
    for path in left:
        print(f"  {shown(path)} stays: {_why(path, kept)}.")
    print(PROGRAM)


def _why(path: Path, kept: frozenset[str]) -> str:
    from pilot_sidecar.cli.own_files import is_own
    from pilot_sidecar.core.backups import PEER

    if path.name == PEER:
        return "copies of what `pilot init` removed of opencode-pilot"
    if path.name in kept:
        return "--keep-config"
    return "in this folder it may be somebody else's" if is_own(path.name) else "it is not Pilot's"

"""``pilot service``: have the system start the hub at login."""

import argparse
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pilot_sidecar.cli.autostart.ports import Autostart

NAME, HELP = "service", "Have the system start the hub at login, or no longer."
NOT_INSTALLED = 1


def configure(parser: argparse.ArgumentParser) -> None:
    """Add what can be done."""
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(do=_status)
    what = parser.add_subparsers(metavar="WHAT", title="what to do (status, if nothing is said)")
    status = what.add_parser("status", help="say whether it is set up", description="Say whether it is set up.")
    status.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="print JSON")
    told = "Start the hub at login, and now; doing it again brings it up to date. It shows the file first, and asks."
    install = what.add_parser("install", help="start the hub at login, and now", description=told)
    install.add_argument("--yes", action="store_true", help="do not ask")
    install.set_defaults(do=_install)
    remove = what.add_parser("remove", help="no longer", description="No longer start the hub at login.")
    remove.set_defaults(do=_remove)


def run(options: argparse.Namespace) -> int:
    """Do what was asked."""
    code: int = options.do(_system(), options)
    return code


def _system() -> "Autostart":
    from pilot_sidecar.cli.autostart.choose import autostart

    return autostart(os.environ)


def _install(system: "Autostart", options: argparse.Namespace) -> int:
    from pilot_sidecar.cli.autostart.installing import install
    from pilot_sidecar.cli.hub import refuse_agents
    from pilot_sidecar.cli.stop import stop_hub

    refuse_agents()
    return install(system, stop_hub, yes=options.yes)


def _remove(system: "Autostart", _options: argparse.Namespace) -> int:
    from pilot_sidecar.cli.autostart.installing import remove
    from pilot_sidecar.cli.hub import refuse_agents

    refuse_agents()
    return remove(system)


def _status(system: "Autostart", options: argparse.Namespace) -> int:
    from pilot_sidecar.cli.autostart.told import print_status

    return 0 if print_status(system, as_json=options.json) else NOT_INSTALLED

"""``pilot logs``: the end of the hub's log."""

import argparse

from pilot_sidecar.cli import hub
from pilot_sidecar.cli.text import count

NAME, HELP = "logs", "Show the end of the hub's log; secrets are masked in it."


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("-n", "--lines", type=count, default=50, help="how many lines (50)")


def run(options: argparse.Namespace) -> int:
    """Print the lines."""
    path = hub.home() / "logs/hub.log"
    if not path.exists():
        print("There is no log yet.")
        return 0
    lines = path.read_text("utf-8", "replace").splitlines()
    print("\n".join([f"{path}:", *lines[-options.lines :]]))
    return 0

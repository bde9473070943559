"""``pilot token rotate``: a new owner's token, where the old one may be in other hands."""

import argparse
import sys

from pilot_sidecar.cli import hub
from pilot_sidecar.cli.agents import agreed
from pilot_sidecar.cli.text import at_terminal


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("what", choices=["rotate"], help="rotate: make a new one; it is told to nobody")
    parser.add_argument("--devices", action="store_true", help="cut off every paired device, too")
    parser.add_argument("--yes", action="store_true", help="do not ask")


def run(options: argparse.Namespace) -> int:
    """Rotate, once a person agreed."""
    running = hub.need_hub()
    lost = "Every open page and editor has to connect anew" + (
        ", and every device has to be paired again." if options.devices else "; paired devices stay."
    )
    if not agreed(f"{lost} Change the token?", yes=options.yes):
        if not at_terminal():
            print("pilot: Nothing was changed: nobody is here to agree.\n  `--yes` agrees.", file=sys.stderr)
            return 1
        print("Nothing was changed.")
        return 1
    hub.call(running, "POST", "/api/token/rotate", {"devices": options.devices})
    print(f"The owner's token is a new one. {lost}")
    return 0

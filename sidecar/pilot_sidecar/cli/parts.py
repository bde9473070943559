"""Commands of several parts, such as ``pilot devices revoke``: each takes ``--json``."""

import argparse
from collections.abc import Callable
from typing import Any

from pilot_sidecar.server.discovery import HubFile

Do = Callable[[HubFile, argparse.Namespace], int]
Parts = Any  # Any: argparse's own type is private


def take_parts(parser: argparse.ArgumentParser, otherwise: Do, named: str) -> Parts:
    """Return what parts are added to; ``otherwise`` is done where none is named."""
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(do=otherwise)
    return parser.add_subparsers(metavar="WHAT", title=f"what to do ({named}, if nothing is said)")


def add_part(parts: Parts, name: str, told: str, do: Do) -> argparse.ArgumentParser:
    """Add one and return it."""
    parser: argparse.ArgumentParser = parts.add_parser(name, help=told, description=f"{told[:1].upper()}{told[1:]}.")
    parser.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="print JSON")
    parser.set_defaults(do=do)
    return parser

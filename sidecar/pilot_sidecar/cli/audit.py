"""``pilot audit verify``: whether anybody touched the audit log."""

import argparse

from pilot_sidecar.cli import hub

NAME, HELP = "audit", "Check the audit log: what was decided, paired and changed, by whom."


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("what", choices=["verify"], help="verify: check that no line was changed or removed")


def run(_options: argparse.Namespace) -> int:
    """Print what is wrong; return 1 if anything is."""
    from pilot_sidecar.core.audit import verify

    path = hub.home() / "audit.jsonl"
    if not path.exists():
        print("There is no audit log yet.")
        return 0
    problems = list(verify(path))
    for problem in problems:
        print(problem)
    if not problems:
        print(f"{path} is whole: {len(path.read_bytes().splitlines())} entries.")
    return 1 if problems else 0

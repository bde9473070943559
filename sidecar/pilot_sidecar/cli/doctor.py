"""``pilot doctor``: what is right and wrong with this set-up, and what to do about each thing that is wrong."""

import argparse
import json
import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

from pilot_sidecar.cli import hub
from pilot_sidecar.cli.fold import folded
from pilot_sidecar.cli.text import letter, paint, safe

if TYPE_CHECKING:
    from pilot_sidecar.core.checks import Check

FAILED = 1


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument(
        "--canary", action="store_true", help="also start each agent, and answer one harmless question of it"
    )


def run(options: argparse.Namespace) -> int:
    """Look at everything; return 1 if something does not work."""
    from pilot_sidecar.cli.checks.run import AGENTS, run_all
    from pilot_sidecar.cli.checks.scene import look

    found = run_all(look(hub.home(), dict(os.environ)))
    if options.canary:
        from pilot_sidecar.cli.canary import canary_checks

        found[AGENTS] += canary_checks()
    checks = [check for group in found.values() for check in group]
    if options.json:
        print(json.dumps({"checks": [_told(check) for check in checks]}))
    else:
        for heading, group in found.items():
            if group:
                _print_group(heading, group)
        print(_sum(checks))
    return FAILED if any(check.status == "fail" for check in checks) else 0


def _told(check: "Check") -> dict[str, str | None]:
    return {"id": check.id, "status": check.status, "message": check.message, "fix": check.fix}


def _print_group(heading: str, group: "Iterable[Check]") -> None:
    print(paint(heading, "bold"))
    for check in group:
        print(folded(safe(_brief(check.message)), "    ", f"  {_mark(check)} "))
        if check.fix and check.status != "ok":
            print(folded(safe(check.fix), "      ", f"    {letter('→', '->')} "))
    print()


def _brief(message: str) -> str:
    """Write the user's folder as people do; a command in a fix keeps its path, which may stand in quotes."""
    user = os.environ.get("HOME")
    return message.replace(f"{user.rstrip(os.sep)}{os.sep}", f"~{os.sep}") if user and user != os.sep else message


def _mark(check: "Check") -> str:
    match check.status:
        case "ok":
            return paint(letter("✓", "ok"), "green")
        case "warn":
            return paint("!", "yellow")
        case "fail":
            return paint(letter("✗", "x"), "red")


def _sum(checks: "Iterable[Check]") -> str:
    """Return the last line: ``2 problems, 1 warning``."""
    statuses = [check.status for check in checks]
    counts = {"problem": statuses.count("fail"), "warning": statuses.count("warn")}
    told = [f"{number} {name}{'' if number == 1 else 's'}" for name, number in counts.items() if number]
    return ", ".join(told) + "." if told else "Everything looks right."

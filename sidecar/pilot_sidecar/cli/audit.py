"""``pilot audit``: what was decided, paired and changed, by whom; and whether anybody touched the record."""

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

from pilot_sidecar.cli import hub
from pilot_sidecar.cli.text import count, safe, seconds_of
from pilot_sidecar.core.errors import PilotError


class CannotWriteError(PilotError):
    """The file cannot be written."""

    code = "cannot_write"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add what can be done."""
    what = parser.add_subparsers(metavar="WHAT", required=True)
    show = what.add_parser("show", help="print the latest entries", description="Print the latest entries.")
    _filters(show)
    show.add_argument("-n", "--lines", type=count, default=50, help="how many (50)")
    show.add_argument("--json", action="store_true", help="print JSON, one entry a line")
    show.set_defaults(do=_show)
    told = "check that no line was changed, removed, moved or added"
    what.add_parser("verify", help=told, description=told).set_defaults(do=_verify)
    export = what.add_parser("export", help="write entries to a file", description="Write entries to a file.")
    _filters(export)
    export.add_argument("file", metavar="FILE", help="where to; - is standard output")
    export.add_argument("--format", choices=("jsonl", "csv"), default="jsonl", help="how (jsonl)")
    export.set_defaults(do=_export)


def _filters(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--since", metavar="2d", type=_since, default=0, help="only what is not older than this")
    parser.add_argument(
        "--action", metavar="X", default="", help="only actions that begin like this: device, ask.ended"
    )


def _since(text: str) -> int:
    try:
        return int(time.time() - seconds_of(text)) * 1000
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def run(options: argparse.Namespace) -> int:
    """Do what was asked; ``verify`` returns 1 if something is wrong."""
    code: int = options.do(options)
    return code


def _show(options: argparse.Namespace) -> int:
    from pilot_sidecar.cli.audit_text import as_line

    found = _chosen(options)[-options.lines :]
    for entry in found:
        print(json.dumps(entry) if options.json else as_line(entry))
    if not found and not options.json:
        print("There is no such entry.")
    return 0


def _export(options: argparse.Namespace) -> int:
    from pilot_sidecar.cli.audit_text import as_csv, as_jsonl

    found = _chosen(options)
    text = as_csv(found) if options.format == "csv" else as_jsonl(found)
    if options.file == "-":
        sys.stdout.write(text)
        return 0
    from pilot_sidecar.infra.files import write_atomic

    try:
        write_atomic(Path(options.file), text.encode())
    except OSError as error:
        raise CannotWriteError(f"{safe(options.file)} cannot be written: {error.strerror or error}.") from error
    print(f"{len(found)} entries are in {safe(options.file)}.")
    return 0


def _verify(_options: argparse.Namespace) -> int:
    from pilot_sidecar.core.audit_files import log_files
    from pilot_sidecar.core.audit_verify import verify

    report = verify(hub.home())
    for sentence in report.problems:
        print(sentence)
    for sentence in report.notes:
        print(f"Note: {sentence}")
    if report.problems:
        return 1
    files = len(log_files(hub.home()))
    if report.lines:
        lines = f"{report.lines} lines" if report.lines > 1 else "1 line"
        print(f"The audit log is whole: {lines} in {files} {'files' if files > 1 else 'file'}.")
    else:
        print("There is no audit log yet.")
    return 0


def _chosen(options: argparse.Namespace) -> list[dict[str, Any]]:  # Any: JSON
    from pilot_sidecar.core.audit_verify import entries

    found = (entry for entry in entries(hub.home()) if str(entry.get("action", "")).startswith(options.action))
    return [entry for entry in found if _at(entry) >= options.since]


def _at(entry: dict[str, Any]) -> int:
    at = entry.get("at")
    return at if isinstance(at, int) else 0

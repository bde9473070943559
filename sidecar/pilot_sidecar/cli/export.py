"""``pilot export``: a session as a file."""

import argparse
import os
import sys
from pathlib import Path

from pilot_sidecar.cli import hub
from pilot_sidecar.cli.session_list import chosen
from pilot_sidecar.cli.text import safe
from pilot_sidecar.cli.usage import UsageError
from pilot_sidecar.core.errors import PilotError

WRITTEN_S = 60.0
"""A long session has to be read from its beginning."""
FORMATS = {"md": "markdown", "markdown": "markdown", "json": "json"}


class NotWrittenError(PilotError):
    """The file is not there."""

    code = "not_written"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("session", metavar="ID", help="its id, the beginning of it, or its title")
    parser.add_argument("--format", choices=("md", "json"), default="md", help="how it is written (md)")
    parser.add_argument("-o", "--output", metavar="FILE", help="where to; a folder gets a file with a name that fits")
    parser.add_argument("--force", action="store_true", help="replace a file that is there")


def run(options: argparse.Namespace) -> int:
    """Write it down."""
    if options.output == "":
        raise UsageError("The name of the file is empty.", "Without -o it goes to standard output.")
    running = hub.need_hub()
    session = chosen(running, options.session)
    path = hub.within("sessions", session["id"], "export", format=FORMATS[options.format])
    written = hub.call(running, "GET", path, timeout_s=WRITTEN_S)
    text = written["text"] if written["text"].endswith("\n") else written["text"] + "\n"
    if options.output in (None, "-"):
        _print(text)
        return 0
    target = _target(Path(options.output), written["name"])
    _write(target, text.encode(), replacing=options.force)
    print(f"The session is in {safe(target)}.")
    return 0


def _print(text: str) -> None:
    """Print the text as it is for a file or a pipe; on a terminal nothing in it steers that."""
    if sys.stdout.isatty():
        from pilot_sidecar.cli.text import safe_lines

        print(safe_lines(text), end="")
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode())
    sys.stdout.buffer.flush()


def _target(output: Path, name: str) -> Path:
    return output / os.path.basename(name) if output.is_dir() else output  # noqa: PTH119 - a name, never a way


def _write(target: Path, data: bytes, *, replacing: bool) -> None:
    from pilot_sidecar.infra.files import write_atomic

    if target.exists() and not replacing:
        raise NotWrittenError(f"{safe(target)} is there already.", "Name another file, or add --force to replace it.")
    try:
        write_atomic(target, data)
    except OSError as error:
        raise NotWrittenError(f"{safe(target)} cannot be written: {error.strerror or error}.") from error

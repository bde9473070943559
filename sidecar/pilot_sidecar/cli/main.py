"""The command line: what commands there are, and how their failures look."""

import argparse
import io
import os
import sys
from collections.abc import Sequence

from pilot_sidecar import __version__
from pilot_sidecar.cli import (
    asks,
    audit,
    demo,
    devices,
    init,
    logs,
    lsp,
    open_page,
    pair,
    status,
    stop,
    token,
    tunnel,
    uninstall,
    up,
)
from pilot_sidecar.cli.agents import UnknownAgentError
from pilot_sidecar.core.errors import PilotError

COMMANDS = (
    up, status, stop, open_page, pair, devices, asks, tunnel, token, audit, init, uninstall, demo, logs, lsp,
)  # fmt: skip
INTERRUPTED, USAGE = 130, 2


def run(arguments: Sequence[str]) -> int:
    """Run a command; return the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal without UTF-8 gets no traceback
    try:
        options = _read(arguments)
        code: int = options.run(options)
        sys.stdout.flush()
    except PilotError as error:
        print(f"pilot: {error.message}", file=sys.stderr)
        if error.hint:
            print(f"  {error.hint}", file=sys.stderr)
        return USAGE if isinstance(error, UnknownAgentError) else 1
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nobody reads: no traceback at exit
        return 1
    except OSError as error:
        print(f"pilot: {error}", file=sys.stderr)
        return 1
    return code


def _read(arguments: Sequence[str]) -> argparse.Namespace:
    """Return the options; what ``--help`` printed is out before it ends the program."""
    try:
        return _parser().parse_args(arguments)
    except SystemExit:
        sys.stdout.flush()
        raise


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="pilot",
        description="Mission control for coding agents.",
        epilog="PILOT_HOME is where Pilot keeps its files, by default ~/.pilot.",
    )
    parser.add_argument("--version", action="version", version=f"pilot {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for command in COMMANDS:
        sub = commands.add_parser(command.NAME, help=command.HELP, description=command.HELP)
        command.configure(sub)
        sub.set_defaults(run=command.run)
    return parser

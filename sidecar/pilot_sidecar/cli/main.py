"""The command line: reading what was typed, and how failures look."""

import argparse
import io
import json
import os
import sys
from collections.abc import Sequence
from itertools import takewhile
from pathlib import Path

from pilot_sidecar import __version__
from pilot_sidecar.cli.plain import PLAIN, use_plain_letters
from pilot_sidecar.core.errors import PilotError

INTERRUPTED, USAGE, FAILED = 130, 2, 1
USAGE_CODES = frozenset({"usage", "unknown_agent"})


def run(arguments: Sequence[str]) -> int:
    """Run a command; return the exit code."""
    _prepare_streams()
    as_json = "--json" in takewhile(lambda word: word != "--", arguments)
    try:
        code = _run(arguments)
        sys.stdout.flush()
    except PilotError as error:
        _report(error, as_json=as_json)
        return USAGE if error.code in USAGE_CODES else FAILED
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nobody reads: no traceback at exit
        return FAILED
    except EOFError:
        _report(PilotError("Nothing was done: nobody answered."), as_json=as_json)
        return FAILED
    except OSError as error:
        _report(PilotError(str(error)), as_json=as_json)
        _let_go_of_output()
        return FAILED
    return code


def _let_go_of_output() -> None:
    """Drop what cannot be written, as on a full disk; at the exit Python would try again, and end with 120."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run(arguments: Sequence[str]) -> int:
    try:
        options = _read(arguments)
        return 0 if options is None else int(options.run(options))
    except SystemExit:  # argparse: help is printed, and that was all
        return 0


def _read(arguments: Sequence[str]) -> argparse.Namespace | None:
    """Return the options; None where help was all that was asked for, and that is printed."""
    from pilot_sidecar.cli import help as helping

    first = arguments[0] if arguments else "--help"
    if first in ("-h", "--help"):
        print(helping.overview())
        return None
    if first == "--version":
        print(f"pilot {__version__}")
        return None
    return helping.described(helping.find(first)).read(arguments[1:])


def _prepare_streams() -> None:
    """Have a terminal without UTF-8 get plain letters instead of a traceback, and closed streams be empty ones."""
    use_plain_letters()
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:  # `pilot … >&-`
            setattr(sys, name, Path(os.devnull).open(mode))  # noqa: SIM115 - it stays open
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=PLAIN)


def _report(error: PilotError, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(error.to_wire()), file=sys.stderr)
        return
    from pilot_sidecar.cli.fold import folded
    from pilot_sidecar.cli.text import safe_lines

    first, *others = safe_lines(error.message).split("\n")
    print(folded(first, "  ", "pilot: ", sys.stderr), *others, sep="\n", file=sys.stderr)
    for line in safe_lines(error.hint).split("\n") if error.hint else ():
        print(folded(line, "  ", stream=sys.stderr), file=sys.stderr)

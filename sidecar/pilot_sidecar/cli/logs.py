"""``pilot logs``: the end of the hub's log, and what comes."""

import argparse
import os
import sys
import time
from collections import deque
from collections.abc import Iterator
from io import BufferedReader
from pathlib import Path

from pilot_sidecar.cli import hub
from pilot_sidecar.cli.text import count, safe

LOOK_AGAIN_S = 0.2


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("-n", "--lines", type=count, default=50, help="how many lines (50)")
    parser.add_argument("-f", "--follow", action="store_true", help="go on with what comes, until Ctrl-C")


def run(options: argparse.Namespace) -> int:
    """Print the lines."""
    path = hub.home() / "logs/hub.log"
    if not path.exists() and not options.follow:
        print("There is no log yet.")
        return 0
    print(f"{path}:", file=sys.stderr if options.follow else sys.stdout, flush=True)
    end = _print_end(path, options.lines)
    sys.stdout.flush()  # a pipe would get them with the next line only
    if options.follow:
        for line in follow(path, end):
            print(_shown(line), flush=True)
    return 0


def follow(path: Path, end: int) -> Iterator[bytes]:
    """Yield each whole line after ``end``, also of the file that takes the log's place."""
    while True:
        while not path.exists():
            time.sleep(LOOK_AGAIN_S)
        with path.open("rb") as file:
            file.seek(end)
            yield from _until_replaced(file, path)
        end = 0


def _until_replaced(file: BufferedReader, path: Path) -> Iterator[bytes]:
    rest, last = b"", False
    while True:
        rest += file.read()
        *lines, rest = rest.split(b"\n")
        yield from lines
        if last:
            return
        last = _is_replaced(file, path)  # what was written before that is still read
        if not last:
            time.sleep(LOOK_AGAIN_S)


def _is_replaced(file: BufferedReader, path: Path) -> bool:
    try:
        return not os.path.samestat(os.fstat(file.fileno()), path.stat()) or path.stat().st_size < file.tell()
    except FileNotFoundError:
        return True


def _print_end(path: Path, lines: int) -> int:
    """Print the last lines; return where they end."""
    try:
        with path.open("rb") as file:
            kept = deque(file, lines + 1)
            end = file.tell()
    except FileNotFoundError:
        return 0
    if kept and not kept[-1].endswith(b"\n"):
        end -= len(kept.pop())  # it is still being written
    for line in list(kept)[-lines:]:
        print(_shown(line.rstrip(b"\r\n")))
    return end


def _shown(line: bytes) -> str:
    return safe(line.decode("utf-8", "replace"))

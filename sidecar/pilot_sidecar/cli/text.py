"""Texts on a terminal: what others wrote never steers it."""

import os
import re
import sys
import time
from argparse import ArgumentTypeError
from collections.abc import Sequence
from datetime import datetime

_DURATION = re.compile(r"(\d+)([smhdw])")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 7 * 86_400}


def safe(text: object) -> str:
    """Return a text on one line, with what cannot be seen, or would steer the terminal, spelt out."""
    return "".join(letter if letter.isprintable() else _spelt(letter) for letter in str(text))


def safe_lines(text: object, indent: str = "") -> str:
    """Return a text with its line breaks, everything else as ``safe`` has it."""
    return "\n".join(indent + safe(line.replace("\t", "    ")) for line in str(text).split("\n"))


def short(text: object, width: int = 100) -> str:
    """Return the beginning of a text, safe."""
    shown = safe(text)
    return shown if len(shown) <= width else shown[: width - 1] + "…"


def table(rows: Sequence[Sequence[str]]) -> str:
    """Return rows in columns; the cells must be safe already."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return "\n".join(line.rstrip() for line in lines)


def ago(at_ms: int) -> str:
    """Return how long ago something was, for people."""
    seconds = max(0, int(time.time() - at_ms / 1000))
    for unit, name in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds >= unit:
            return f"{seconds // unit} {name} ago"
    return f"{seconds} s ago"


def clock(at_ms: int) -> str:
    """Return the time of day, with the date where that is another day."""
    at = datetime.fromtimestamp(at_ms / 1000)
    return f"{at:%H:%M}" if at.date() == datetime.now().date() else f"{at:%Y-%m-%d %H:%M}"


def seconds_of(text: str) -> int:
    """Return a duration such as ``90m``, ``2h`` or ``1d12h`` in seconds; raises ValueError."""
    if not text or _DURATION.sub("", text):
        raise ValueError("write a duration like 30m, 2h or 7d")
    return sum(int(number) * _SECONDS[unit] for number, unit in _DURATION.findall(text))


def span(seconds: int) -> str:
    """Return a duration for people, in the largest unit that it is a whole number of."""
    unit, name = next((each for each in ((86_400, "d"), (3600, "h"), (60, "min")) if seconds % each[0] == 0), (1, "s"))
    return f"{seconds // unit} {name}"


def count(text: str) -> int:
    """Return a whole number from 1 on, as an option; raises ArgumentTypeError."""
    if not text.isascii() or not text.isdigit() or not int(text):
        raise ArgumentTypeError("write a whole number from 1 on")
    return int(text)


def at_terminal() -> bool:
    """Tell whether a person is there to read and to answer."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def fits(picture: str) -> bool:
    """Tell whether a picture made of letters can be seen: the output has its letters, a terminal its width."""
    plain = _COLOUR.sub("", picture)
    try:
        plain.encode(sys.stdout.encoding or "utf-8")
        columns = os.get_terminal_size(sys.stdout.fileno()).columns
    except UnicodeEncodeError:
        return False
    except OSError:
        return True  # a file or a pipe
    return columns == 0 or max(map(len, plain.splitlines())) <= columns


def _spelt(letter: str) -> str:
    code = ord(letter)
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" if code < 65_536 else f"\\U{code:08x}"

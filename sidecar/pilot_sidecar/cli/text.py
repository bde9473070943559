"""Texts on a terminal: what others wrote never steers it."""

import os
import re
import sys
import time
from argparse import ArgumentTypeError
from collections.abc import Sequence
from typing import Literal, TextIO

_DURATION = re.compile(r"(\d+)([smhdw])")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
Style = Literal["bold", "dim", "red", "green", "yellow", "cyan"]
_CODES: dict[Style, int] = {"bold": 1, "dim": 2, "red": 31, "green": 32, "yellow": 33, "cyan": 36}
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
    """Return rows in columns; the cells must be safe already, and may be coloured.

    On a terminal, lines that are too long for it are cut: a row that wraps is no row.
    """
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(_filled(cell, wide) for cell, wide in zip(row, widths, strict=True)) for row in rows)
    room = columns()
    return "\n".join(_cut(line.rstrip(), room) if room else line.rstrip() for line in lines)


def width(text: str) -> int:
    """Return how many columns of a terminal a safe text takes, whatever its colours."""
    plain = _COLOUR.sub("", text)
    if plain.isascii():
        return len(plain)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(letter) else 2 if east_asian_width(letter) in "WF" else 1 for letter in plain)


def columns(stream: TextIO | None = None) -> int:
    """Return how many columns the terminal has; 0 for a file, a pipe, or a terminal that does not say."""
    stream = sys.stdout if stream is None else stream
    try:
        return os.get_terminal_size(stream.fileno()).columns if stream.isatty() else 0
    except (OSError, ValueError):
        return 0


def paint(text: str, *styles: Style, stream: TextIO | None = None) -> str:
    """Return a text in colours, or as it is where they are not wanted or would not be seen."""
    if not text or not coloured(sys.stdout if stream is None else stream):
        return text
    return f"\x1b[{';'.join(str(_CODES[style]) for style in styles)}m{text}\x1b[0m"


def coloured(stream: TextIO) -> bool:
    """Tell whether colours may be written there: people's wishes come first, then what it is."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR", "0") not in ("", "0"):
        return True
    return os.environ.get("TERM") != "dumb" and stream.isatty()


def letter(best: str, plain: str, stream: TextIO | None = None) -> str:
    """Return a letter such as ``✓``, or what stands for it where the output does not have it."""
    try:
        best.encode((sys.stdout if stream is None else stream).encoding or "utf-8")
    except UnicodeEncodeError:
        return plain
    return best


def ago(at_ms: int) -> str:
    """Return how long ago something was, for people."""
    seconds = max(0, int(time.time() - at_ms / 1000))
    for unit, name in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds >= unit:
            return f"{seconds // unit} {name} ago"
    return f"{seconds} s ago"


def clock(at_ms: int) -> str:
    """Return the time of day, with the date where that is another day."""
    at, now = time.localtime(at_ms / 1000), time.localtime()
    return time.strftime("%H:%M" if at[:3] == now[:3] else "%Y-%m-%d %H:%M", at)


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


def forget_typed() -> None:
    """Forget what was typed before anything was asked."""
    if not sys.stdin.isatty():
        return
    sys.stdout.flush()
    if sys.platform == "win32":
        import msvcrt

        while msvcrt.kbhit():
            msvcrt.getwch()
    else:
        import termios

        termios.tcflush(sys.stdin.fileno(), termios.TCIFLUSH)


def fits(picture: str) -> bool:
    """Tell whether a picture made of letters can be seen: the output has its letters, a terminal its width."""
    plain = _COLOUR.sub("", picture)
    try:
        plain.encode(sys.stdout.encoding or "utf-8")
        room = os.get_terminal_size(sys.stdout.fileno()).columns
    except UnicodeEncodeError:
        return False
    except OSError:
        return True  # a file or a pipe
    return room == 0 or max(map(len, plain.splitlines())) <= room


def drawn(picture: str) -> str:
    """Return a picture made of letters as the output may have it: without its colours where none are wanted."""
    return picture if coloured(sys.stdout) else _COLOUR.sub("", picture)


def _filled(cell: str, wide: int) -> str:
    return cell + " " * (wide - width(cell))


def _cut(line: str, room: int) -> str:
    """Return the beginning of a line that fits; colours take no room, and end where it is cut."""
    if width(line) <= room:
        return line
    kept, taken, tinted = [], 0, False
    for piece in re.findall(r"\x1b\[[0-9;]*m|.", line):
        if piece.startswith("\x1b"):
            tinted = piece != "\x1b[0m"
        else:
            taken += width(piece)
            if taken > room - 1:
                break
        kept.append(piece)
    return "".join(kept) + "…" + ("\x1b[0m" if tinted else "")


def _spelt(letter: str) -> str:
    code = ord(letter)
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" if code < 65_536 else f"\\U{code:08x}"

"""Sentences on a terminal: they are broken between words, and a command that is to be copied is not broken at all."""

import re
from typing import TextIO

from pilot_sidecar.cli.text import columns, width

_WORD = re.compile(r"(?:`[^`]*`|\S)+")
NARROWEST = 30
"""A terminal that is narrower still breaks lines where it likes."""


def folded(text: str, indent: str = "", first: str | None = None, stream: TextIO | None = None) -> str:
    """Return a safe text in lines that fit the terminal, or in one for a file or a pipe.

    ``first`` is what the first line begins with, where that is not the ``indent`` of the others.
    """
    line, room = indent if first is None else first, columns(stream)
    if room - width(indent) < NARROWEST or width(line) + width(text) <= room:
        return line + text
    lines, fresh = [], True
    for word in _WORD.findall(text):
        if not fresh and width(line) + 1 + width(word) > room:
            lines.append(line)
            line, fresh = indent, True
        line, fresh = line + ("" if fresh else " ") + word, False
    return "\n".join([*lines, line])

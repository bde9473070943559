"""Reads ``.env`` files: NAME=value lines, quotes and comments; nothing is expanded or run."""

import re
from dataclasses import dataclass

_LINE_END = re.compile(r"\r\n|\n|\r")
_ASSIGNMENT = re.compile(r"\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=(.*)", re.DOTALL)
_QUOTED = re.compile(r"""\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)')\s*(?:\#.*)?""", re.DOTALL)
_COMMENT = re.compile(r"\s\#.*", re.DOTALL)
_ESCAPED = re.compile(r'\\([\\"n])')


@dataclass(frozen=True, slots=True)
class Assignment:
    """One line that gives a name a value."""

    line: int
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Dotenv:
    """What a file says, in its order, and the numbers of lines that say nothing anybody understands."""

    assignments: list[Assignment]
    odd_lines: list[int]


def parse_dotenv(text: str) -> Dotenv:
    """Return the assignments; a line that is none of them is passed over and named."""
    found = Dotenv([], [])
    for number, line in enumerate(_LINE_END.split(text.removeprefix("\ufeff")), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = _ASSIGNMENT.fullmatch(line)
        value = _value(match[2]) if match else None
        if match and value is not None:
            found.assignments.append(Assignment(number, match[1], value))
        else:
            found.odd_lines.append(number)
    return found


def _value(rest: str) -> str | None:
    """Return what stands after the equals sign, None where a quote does not end or something follows it."""
    if match := _QUOTED.fullmatch(rest):
        double, single = match.groups()
        return single if double is None else _ESCAPED.sub(lambda one: one[1].replace("n", "\n"), double)
    bare = _COMMENT.sub("", rest).strip()
    return None if bare[:1] in ('"', "'") else bare

"""Reads ``.env`` files: NAME=value lines, quotes and comments; nothing is expanded or run."""

import re

_LINE = re.compile(
    r"""^\s*(?:export\s+)?(?P<name>[A-Za-z_][A-Za-z0-9_]*)\s*=\s*
    (?:"(?P<double>(?:[^"\\]|\\.)*)"|'(?P<single>[^']*)'|(?P<bare>[^#\r\n]*?))\s*(?:\#.*)?$""",
    re.VERBOSE,
)


def parse_dotenv(text: str) -> dict[str, str]:
    """Return the assignments; lines that are none are skipped."""
    found = {}
    for line in text.lstrip("\ufeff").splitlines():
        if match := _LINE.match(line):
            double = match["double"]
            value = double.replace(r"\n", "\n").replace(r"\"", '"') if double is not None else None
            found[match["name"]] = value if value is not None else (match["single"] or match["bare"] or "")
    return found

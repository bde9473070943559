"""The dashboard's modules and style sheets as one file each: two requests instead of eighty, without a build.

``tests/webview/house.test.js`` keeps the modules joinable: one flat scope, named exports, static imports, no circles.
"""

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path

_MODULE = re.compile(r'^import\s+(?:(?P<what>\w+|\{[^}]*\})\s+from\s+)?"(?P<name>[^"]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const|let)\b)", re.MULTILINE)
_NOTES = re.compile(r"^[ \t]*(?:/\*\*(?:[^*]|\*(?!/))*\*/[ \t]*|//[^\n]*)\n", re.MULTILINE)
_MARGIN = re.compile(r"^[ \t]+|^/\*(?:[^*]|\*(?!/))*\*/[ \t]*\n", re.MULTILINE)
"""Comments with lines of their own: a quarter of what a first visit would carry."""
_SHEET = re.compile(r"""@import\s+(?:url\()?["'](?P<name>[^"']+)["']\)?\s*;""")
_VENDORED = "/vendor/"


def join_modules(folder: Path, entry: str) -> str:
    """Return ``entry`` and all it imports, dependencies first; what others wrote stays imported."""
    vendored: dict[str, None] = {}
    parts = list(_modules(folder, entry, set(), vendored))
    return "".join(vendored) + "\n" + "\n".join(parts)


def join_sheets(folder: Path, entry: str) -> str:
    """Return a style sheet with its imports in place."""
    path = folder / entry
    if not path.is_file():
        return ""
    text = _MARGIN.sub("", path.read_text("utf-8"))
    return _SHEET.sub(lambda match: join_sheets(folder, _beside(entry, match["name"])), text)


def _modules(folder: Path, name: str, seen: set[str], vendored: dict[str, None]) -> Iterator[str]:
    seen.add(name)
    path = folder / name
    if not path.is_file():
        return
    text = path.read_text("utf-8")
    for match in _MODULE.finditer(text):
        wanted = _beside(name, match["name"])
        if _VENDORED in wanted:
            vendored[f'import {match["what"]} from "./{wanted}";\n'] = None
        elif wanted not in seen:
            yield from _modules(folder, wanted, seen, vendored)
    yield f"// {name}\n" + _NOTES.sub("", _EXPORT.sub("", _MODULE.sub("", text)))


def _beside(name: str, other: str) -> str:
    """Return the path that ``other`` means inside ``name``."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), other))

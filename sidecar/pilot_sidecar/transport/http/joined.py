"""The dashboard's modules and style sheets as two files of code and one of style: few requests, without a build.

What is opened on demand (``js/later.js``) is a file of its own, which imports from the first what it shares with it.
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
_NAME = re.compile(r"\w+")


APP, LATER = "app.js", "later.js"


def join_in_two(folder: Path, first: str, later: str) -> dict[str, str]:
    """Return ``app.js`` and ``later.js``: an entry each and all it imports, dependencies first.

    What others wrote stays imported; the second imports what the first has. Without its entry there is no second file.
    """
    app = _Joined(folder, first)
    if not (folder / later).is_file():
        return {APP: app.text}
    rest = _Joined(folder, later, frozenset(app.seen))
    shared = ", ".join(sorted(rest.shared))
    return {APP: f"{app.text}\nexport {{ {shared} }};\n", LATER: f'import {{ {shared} }} from "./{APP}";\n{rest.text}'}


def join_one(folder: Path, entry: str) -> str:
    """Return a script and all it imports, dependencies first."""
    return _Joined(folder, entry).text


def join_sheets(folder: Path, entry: str) -> str:
    """Return a style sheet with its imports in place."""
    path = folder / entry
    if not path.is_file():
        return ""
    text = _MARGIN.sub("", path.read_text("utf-8"))
    return _SHEET.sub(lambda match: join_sheets(folder, _beside(entry, match["name"])), text)


class _Joined:
    """Modules put one after the other; those of ``elsewhere`` are left out, and what they give is counted."""

    def __init__(self, folder: Path, entry: str, elsewhere: frozenset[str] = frozenset()) -> None:
        self._folder = folder
        self._elsewhere = elsewhere
        self._vendored: dict[str, None] = {}
        self.seen: set[str] = set()
        self.shared: set[str] = set()
        """Names that come from elsewhere."""
        parts = list(self._modules(entry))
        self.text = "".join(self._vendored) + "\n" + "\n".join(parts)

    def _modules(self, name: str) -> Iterator[str]:
        self.seen.add(name)
        path = self._folder / name
        if not path.is_file():
            return
        text = path.read_text("utf-8")
        for match in _MODULE.finditer(text):
            wanted, what = _beside(name, match["name"]), match["what"] or ""
            if _VENDORED in wanted:
                self._vendored[f'import {what} from "./{wanted}";\n'] = None
            elif wanted in self._elsewhere:
                self.shared.update(_NAME.findall(what))
            elif wanted not in self.seen:
                yield from self._modules(wanted)
        yield f"// {name}\n" + _NOTES.sub("", _EXPORT.sub("", _MODULE.sub("", text)))


def _beside(name: str, other: str) -> str:
    """Return the path that ``other`` means inside ``name``."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), other))

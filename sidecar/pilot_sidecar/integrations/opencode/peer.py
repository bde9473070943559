"""What ``@lesquel/opencode-pilot`` leaves in OpenCode's folders: its entries and wrappers would bring a second /remote.

Its installer lists the package in ``opencode.json`` and ``tui.json``; older ones wrote wrapper files. The package
itself does nothing once nothing names it, and stays.
"""

import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from pilot_sidecar.infra.jsonc import JsoncError, list_names, remove_from_list
from pilot_sidecar.integrations.opencode.layout import Layout
from pilot_sidecar.integrations.opencode.planned import Planned, UnfitError

NAME = "opencode-pilot"
_ENTRY = re.compile(r"(^|[/\\])opencode-pilot([@/\\]|$)", re.IGNORECASE)
_LISTS = ("opencode.json", "opencode.jsonc", "config.json", "tui.json", "tui.jsonc")
_WRAPPERS = ("opencode-pilot.ts", "opencode-pilot.js", "opencode-pilot-tui.ts", "opencode-pilot-tui.js")
_COMMANDS = ("remote.md", "dashboard.md", "pilot.md", "pilot-token.md", "remote-control.md")


def plan_removal(environ: Mapping[str, str], layout: Layout, planned: Planned, notes: list[str]) -> None:
    """Plan that its entries and wrappers go; what cannot be edited is named in the notes."""
    for folder in _folders(environ, layout):
        for path in _files(folder, ("plugin", "plugins"), _WRAPPERS):
            _drop(path, planned)
        for path in _files(folder, ("command", "commands"), _COMMANDS):
            _drop(path, planned)
        for name in _LISTS:
            _unlist(folder / name, planned, notes)
        if planned.edits and (folder / "node_modules" / "@lesquel" / NAME).is_dir():
            notes.append(
                f"The package @lesquel/{NAME} stays in {folder}; `npm uninstall @lesquel/{NAME}` there removes it."
            )


def _folders(environ: Mapping[str, str], layout: Layout) -> Iterator[Path]:
    yield from (layout.config, *layout.others)
    if sys.platform == "win32" and (roaming := environ.get("APPDATA")):
        yield Path(roaming) / "opencode"  # where its installer writes there, though OpenCode does not look


def _files(folder: Path, below: tuple[str, ...], names: tuple[str, ...]) -> Iterator[Path]:
    return (path for part in below for name in names if (path := folder / part / name).is_file())


def _drop(path: Path, planned: Planned) -> None:
    if NAME.encode() in _content(path, planned):
        planned.remove(path, f"of {NAME}")


def _unlist(path: Path, planned: Planned, notes: list[str]) -> None:
    data = _content(path, planned)
    if NAME.encode() not in data.lower():
        return
    try:
        text = data.decode()
        for name in list_names(text, "plugin"):
            if isinstance(name, str) and _ENTRY.search(name):
                text = remove_from_list(text, "plugin", name)
        planned.write(path, text.encode(), f"without {NAME}")
    except (JsoncError, UnicodeDecodeError, UnfitError) as error:
        notes.append(f"{path} names {NAME}, but stays as it is: {error}. Remove its entry from “plugin” by hand.")


def _content(path: Path, planned: Planned) -> bytes:
    """Return what is in a file; nothing where that cannot be told, as OpenCode finds nothing there either."""
    try:
        return planned.read(path) or b""
    except UnfitError:
        return b""

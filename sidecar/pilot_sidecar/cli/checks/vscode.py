"""Whether the extension in the editors of this machine is as new as the hub."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

from pilot_sidecar import __version__
from pilot_sidecar.cli.checks.scene import Scene
from pilot_sidecar.cli.checks.versions import numbers
from pilot_sidecar.core.checks import Check

ID = "agent-pilot.agent-pilot"
EDITORS = {
    ".vscode": "VS Code",
    ".vscode-server": "VS Code's server",
    ".vscode-insiders": "VS Code Insiders",
    ".vscode-server-insiders": "VS Code Insiders' server",
    ".vscode-oss": "VSCodium",
    ".vscodium-server": "VSCodium's server",
    ".cursor": "Cursor",
    ".cursor-server": "Cursor's server",
    ".windsurf": "Windsurf",
    ".windsurf-server": "Windsurf's server",
    ".local/share/code-server": "code-server",
}
"""Where each keeps its extensions, below the home folder."""
_FOLDER = re.compile(re.escape(ID) + r"-(\d+\.\d+\.\d+)(-[a-z0-9-]+)?")


def checks(scene: Scene) -> list[Check]:
    """Return a line for each editor that has the extension."""
    user = Path(scene.environ.get("HOME") or scene.environ.get("USERPROFILE") or Path.home())
    running = scene.hub.version if scene.hub else __version__
    found = [
        _compared(editor, version, running)
        for folder, editor in EDITORS.items()
        if (version := _installed(user / folder / "extensions")) is not None
    ]
    return found or [Check(id="vscode.extension", status="ok", message="No editor here has Pilot's extension.")]


def _compared(editor: str, version: str, running: str) -> Check:
    if numbers(version) < numbers(running):
        message = f"{editor} has Pilot's extension in version {version}; the hub is {running}."
        fix = f"Update “Agent Pilot” in {editor}'s Extensions view, then run “Developer: Reload Window”."
        return Check(id="vscode.extension", status="warn", message=message, fix=fix)
    if numbers(version) > numbers(running):
        message = f"{editor} has Pilot's extension in version {version}; the hub is older ({running})."
        fix = "Run `pilot stop`, then “Pilot: Start” in the editor: it brings a hub of its own version."
        return Check(id="vscode.extension", status="warn", message=message, fix=fix)
    return Check(id="vscode.extension", status="ok", message=f"{editor} has Pilot's extension in version {version}.")


def _installed(folder: Path) -> str | None:
    """Return the newest version that is not about to be removed."""
    versions = [found[1] for name in _folders(folder) if (found := _FOLDER.fullmatch(name))]
    return max(versions, key=numbers, default=None)


def _folders(folder: Path) -> Iterator[str]:
    obsolete = _obsolete(folder)
    try:
        names = [entry.name for entry in folder.iterdir() if (entry / "package.json").is_file()]
    except OSError:
        return
    yield from (name for name in names if name not in obsolete)


def _obsolete(folder: Path) -> set[str]:
    """Return what the editor removes at its next start."""
    try:
        return set(json.loads((folder / ".obsolete").read_bytes()))
    except (OSError, ValueError, TypeError):
        return set()

"""What of this shell a hub that the system starts will have, and what it will not."""

import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from pilot_sidecar.cli.autostart.ports import HubStart

CARRIED = (
    "CODEX_HOME", "CLAUDE_CONFIG_DIR", "OPENCODE_CONFIG_DIR", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME",
    "XDG_CACHE_HOME", "LANG", "LC_ALL",
)  # fmt: skip
"""Where agents keep their things. Nothing that may hold a secret: anybody can read a definition."""
_OWN = ("PILOT_HOME",)
_FLEETING = ("archive-v0", "builds-v0", "environments-v2", "globalStorage", "_npx", "pipx/.cache")
"""Folders of programs that are there for the moment: uvx, ``pipx run``, an extension's own copy."""


def hub_start(home: Path, environ: Mapping[str, str]) -> HubStart:
    """Return how to start a hub of this very Pilot."""
    # -P: nothing that lies in the folder it is started in is imported
    command = [_python(), "-P", "-m", "pilot_sidecar", "up", "--no-open", "--quiet", "--service", str(home)]
    carried = {name: environ[name] for name in CARRIED if environ.get(name)}
    return HubStart(command, home, {"PATH": lasting_path(environ.get("PATH", os.defpath), environ), **carried})


def lasting_path(path: str, environ: Mapping[str, str]) -> str:
    """Return a PATH without what is gone after a login: relative folders, and links in runtime folders.

    Version managers put such a link on the PATH for each shell; where it leads to lasts.
    """
    runtime = environ.get("XDG_RUNTIME_DIR")
    fleeting = [Path(folder).resolve() for folder in (runtime, tempfile.gettempdir()) if folder]
    lasting: dict[str, None] = {}
    for entry in path.split(os.pathsep):
        if not Path(entry).is_absolute():
            continue
        stays = str(Path(entry).resolve()) if _below(Path(entry), fleeting) else entry
        if not _below(Path(stays), fleeting):
            lasting[stays] = None
    return os.pathsep.join(lasting)


def settings_left_out(environ: Mapping[str, str]) -> list[str]:
    """Return the names of this shell's settings, which the service will not see."""
    return sorted(name for name, text in environ.items() if name.startswith("PILOT_") and text and name not in _OWN)


def fleeting_copy() -> str | None:
    """Return where this Pilot runs from, if that place may be cleared at any time."""
    prefix = Path(sys.prefix).as_posix()
    return sys.prefix if any(f"/{part}/" in f"{prefix}/" for part in _FLEETING) else None


def _below(path: Path, folders: list[Path]) -> bool:
    return any(path.is_relative_to(folder) for folder in folders)


def _python() -> str:
    """Return this Python; on Windows the one that opens no window."""
    quiet = Path(sys.executable).with_name("pythonw.exe")
    return str(quiet) if sys.platform == "win32" and quiet.exists() else sys.executable

"""Where things are: Pilot's home, its socket, the dashboard's files."""

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from pilot_sidecar.infra.files import private_dir

SOCKET_BYTES = 100
"""A Unix socket's address holds 104 bytes on macOS and 108 on Linux, with its end mark."""


def pilot_home(environ: Mapping[str, str]) -> Path:
    """Return ``$PILOT_HOME``, by default ``~/.pilot``; absolute, not created."""
    return Path(environ.get("PILOT_HOME") or "~/.pilot").expanduser().absolute()


def socket_path(home: Path, environ: Mapping[str, str]) -> Path:
    """Return where the hub's socket goes: into its home, or a short private folder where that is too long."""
    path = home / "hub.sock"
    if _fits(path):
        return path
    import hashlib  # rarely needed, and slow to load
    import tempfile

    name = hashlib.sha256(os.fsencode(home)).hexdigest()[:12] + ".sock"
    if runtime := environ.get("XDG_RUNTIME_DIR"):
        path = Path(runtime) / "pilot" / name
        if _fits(path) and Path(runtime).is_dir():
            return _ours(path.parent) / name
    return _ours(Path(tempfile.gettempdir()) / f"pilot-{_user()}") / name


def webview_dir() -> Path:
    """Return the dashboard's files: inside the installed package, or beside the sidecar in a checkout."""
    package = Path(__file__).parent.parent
    installed = package / "webview"
    return installed if installed.is_dir() else package.parent.parent / "webview"


def _fits(path: Path) -> bool:
    return len(os.fsencode(path)) <= SOCKET_BYTES


def _ours(folder: Path) -> Path:
    """Create a private folder in a shared place; refuse one that somebody else put there."""
    if folder.is_symlink():
        raise PermissionError(f"{folder} is a link; remove it, Pilot needs a folder of its own there.")
    private_dir(folder)
    found = folder.lstat()
    if os.name == "posix" and (found.st_uid != os.getuid() or not stat.S_ISDIR(found.st_mode)):
        raise PermissionError(f"{folder} belongs to somebody else; remove it, or set XDG_RUNTIME_DIR.")
    return folder


def _user() -> str:
    return str(os.getuid()) if os.name == "posix" else os.environ.get("USERNAME", "user")

"""What Pilot keeps in its home, and how all of it goes."""

import contextlib
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from pilot_sidecar.infra.paths import socket_path

SETTINGS = frozenset({"config.json", ".env"})
"""What ``--keep-config`` keeps."""
_NAMES = re.compile(
    r"""(?x)
    hub\.(json|sock|lock) | installed\.(json|lock) | tokens\.json | tunnel\.json | project-state\.json
    | pilot\.db.* | search.*\.db.* | audit.*\.jsonl
    """
)
_COMMON = SETTINGS | {"tls", "logs", "hooks", "opencode", "codex"}
"""Names that others use, too: in a folder that is not Pilot's alone, these may be somebody else's."""
_ASIDE = re.compile(r"(?P<name>.+)\.broken-\d+")
_UNFINISHED = re.compile(r"\.(?P<name>.+)\.[a-z0-9_]{8}")
"""What an atomic write leaves behind when the machine dies in it."""


def remove_own_files(home: Path, environ: Mapping[str, str], kept: frozenset[str] = frozenset()) -> list[Path]:
    """Remove what Pilot made in its home, and the home if that leaves nothing; return what is there still."""
    from pilot_sidecar.core.backups import FOLDER, forget_all

    _remove_socket(home, environ)
    spared = kept | _COMMON if is_shared(home, environ) else kept
    for path in list(home.iterdir()):
        if is_own(path.name) and path.name not in spared:
            _remove(path)
    backups = forget_all(home)
    with contextlib.suppress(OSError):
        home.rmdir()
    others = sorted(path for path in home.iterdir() if path.name != FOLDER) if home.exists() else []
    return [*others, *backups]


def is_shared(home: Path, environ: Mapping[str, str]) -> bool:
    """Tell whether Pilot's home is the user's own, one above it, or a project: more is there than Pilot's."""
    user = Path(environ.get("HOME") or Path.home()).resolve()
    return user.is_relative_to(home.resolve()) or (home / ".git").exists()


def is_own(name: str) -> bool:
    """Tell whether something in the home is Pilot's, by its name."""
    for form in (_ASIDE, _UNFINISHED):
        if found := form.fullmatch(name):
            name = found["name"]
    return name in _COMMON or _NAMES.fullmatch(name) is not None


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _remove_socket(home: Path, environ: Mapping[str, str]) -> None:
    """Remove the socket where it has to be elsewhere, and the folder for it if no other hub uses that."""
    with contextlib.suppress(OSError):
        path = socket_path(home, environ)
        if path.parent != home:
            path.unlink(missing_ok=True)
            path.parent.rmdir()  # refused while another hub uses it

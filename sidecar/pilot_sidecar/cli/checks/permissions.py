"""Whether Pilot's files are this user's alone."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from pilot_sidecar.cli.checks.scene import Scene, typed
from pilot_sidecar.core.checks import Check

FOLDERS = ("", "hooks", "tls", "logs")
"""Where files are that hold secrets or what agents did; the bridges' code, which is no secret, is in others."""
OTHERS = stat.S_IRWXG | stat.S_IRWXO
NAMED = 3
"""With more files than this the whole folder is put right instead."""


def checks(scene: Scene) -> list[Check]:
    """Return who owns the home, who may enter it, and which files others may read."""
    if scene.home.is_symlink() and not scene.home.exists():
        message, target = f"{scene.path()} is a link to a folder that is not there.", scene.home.readlink()
        fix = f"Make that folder: `mkdir -p {typed(target, scene.environ)}`, or remove the link."
        return [Check(id="files.home", status="fail", message=message, fix=fix)]
    if not scene.home.exists():
        return [Check(id="files.home", status="ok", message=f"{scene.path()} is made at the first start.")]
    if not scene.home.is_dir():
        fix = f"Move it away: `mv {scene.path()} {scene.path()}.old`, or set PILOT_HOME to a folder."
        return [Check(id="files.home", status="fail", message=f"{scene.path()} is not a folder.", fix=fix)]
    return [_home(scene), *([] if scene.closed else _files(scene))] if os.name == "posix" else []


def _home(scene: Scene) -> Check:
    path, found = scene.path(), scene.home.stat()
    if found.st_uid != os.getuid():
        fix = f"Make it yours: `sudo chown -R $USER {path}`."
        return Check(id="files.home", status="fail", message=f"{path} belongs to somebody else.", fix=fix)
    if not os.access(scene.home, os.R_OK | os.W_OK | os.X_OK) or not found.st_mode & stat.S_IWUSR:
        message = f"{path} is not writable: the hub cannot start."
        return Check(id="files.home", status="fail", message=message, fix=f"Run `chmod 700 {path}`.")
    if found.st_mode & OTHERS:
        message = f"Other users of this machine may enter {path} ({stat.S_IMODE(found.st_mode):04o})."
        return Check(id="files.home", status="warn", message=message, fix=f"Run `chmod 700 {path}`.")
    return Check(id="files.home", status="ok", message=f"{path} is yours alone.")


def _files(scene: Scene) -> Iterator[Check]:
    foreign = [path for path in _private(scene.home) if path.stat().st_uid != os.getuid()]
    if foreign:
        message = f"{_listed(scene, foreign)} belong to somebody else."
        fix = f"Make them yours: `sudo chown -R $USER {scene.path()}`."
        yield Check(id="files.private", status="fail", message=message, fix=fix)
        return
    open_ = [path for path in _private(scene.home) if path.stat().st_mode & OTHERS]
    if not open_:
        yield Check(id="files.private", status="ok", message="Tokens, settings and history are yours alone.")
        return
    listed = " ".join(scene.path(str(path.relative_to(scene.home))) for path in open_)
    command = f"chmod 600 {listed}" if len(open_) <= NAMED else f"chmod -R go-rwx {scene.path()}"
    message = f"Other users of this machine may read {_listed(scene, open_)}."
    yield Check(id="files.private", status="fail", message=message, fix=f"Run `{command}`.")


def _private(home: Path) -> list[Path]:
    """Return the files that are nobody else's business; a certificate is everybody's."""
    folders = [folder for name in FOLDERS if (folder := home / name).is_dir() and os.access(folder, os.X_OK | os.R_OK)]
    files = (path for folder in folders for path in folder.iterdir() if path.suffix != ".crt")
    return sorted(path for path in files if path.is_file())


def _listed(scene: Scene, paths: list[Path]) -> str:
    names = [path.relative_to(scene.home).as_posix() for path in paths]
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more

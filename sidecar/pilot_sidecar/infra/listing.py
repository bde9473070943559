"""The files below a folder that are worth finding: what git tracks or would, else what a bounded walk comes across."""

import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

MOST = 200_000
"""Files listed; a folder with more is listed in part."""
MOST_BYTES = 32 * 1024 * 1024
TIME_S = 4.0
SKIPPED = frozenset(
    {
        ".git", ".hg", ".svn", "node_modules", ".venv", "venv", "__pycache__", ".tox", ".nox", ".mypy_cache",
        ".ruff_cache", ".pytest_cache", ".gradle", ".cache", ".next", ".nuxt", "bower_components",
    }
)  # fmt: skip
_GIT = ("-c", "core.fsmonitor=false", "-c", "core.quotePath=false", "ls-files", "-co", "--exclude-standard", "-z")
"""Nothing of the repository's own configuration is run."""
_ALONE = {"GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1", "GIT_ALLOW_PROTOCOL": "none"}
"""Nothing is written or fetched: for what a partial clone lacks, its configuration may name a program."""


def list_files(root: Path, limit: int = MOST, time_s: float = TIME_S) -> tuple[list[str], bool]:
    """Return paths below a real folder, with slashes, and whether some may be missing."""
    deadline = time.monotonic() + time_s
    found = _from_git(root, limit, time_s)
    return found if found is not None else _walked(root, limit, deadline)


def _from_git(root: Path, limit: int, time_s: float) -> tuple[list[str], bool] | None:
    """Ask git; None where it cannot tell."""
    git = shutil.which("git")
    if git is None or not _is_repository(root):
        return None
    environ = {name: text for name, text in os.environ.items() if not name.startswith("GIT_")}
    try:
        process = subprocess.Popen(  # noqa: S603 - git, with arguments of our own
            [git, *_GIT],
            cwd=root,
            env={**environ, **_ALONE},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except OSError:
        return None
    timer = threading.Timer(time_s, process.kill)
    timer.start()
    try:
        with process:
            assert process.stdout is not None
            raw = process.stdout.read(MOST_BYTES + 1)
            if len(raw) > MOST_BYTES:
                process.kill()
    finally:
        timer.cancel()
    whole = process.returncode == 0 and len(raw) <= MOST_BYTES
    if not whole and not raw:
        return None
    names = [name.decode("utf-8", "surrogateescape") for name in raw.split(b"\0")[:-1]]
    paths = list(dict.fromkeys(name for name in names if name.isprintable()))
    return paths[:limit], not whole or len(paths) > limit


def _is_repository(folder: Path) -> bool:
    return any((above / ".git").exists() for above in (folder, *folder.parents))


def _walked(root: Path, limit: int, deadline: float) -> tuple[list[str], bool]:
    paths: list[str] = []
    for path in _walk(root):
        if path is not None:
            paths.append(path)
        if len(paths) >= limit or time.monotonic() > deadline:
            return paths, True
    return paths, False


def _walk(root: Path) -> Iterator[str | None]:
    """Yield files, nearest first, and None for everything else that took time; links are not followed."""
    folders = [""]
    while folders:
        deeper: list[str] = []
        for folder in folders:
            yield None
            try:
                with os.scandir(root / folder) as entries:
                    for entry in entries:
                        path = f"{folder}{entry.name}"
                        if not entry.name.isprintable():
                            yield None
                        elif entry.is_dir(follow_symlinks=False):
                            deeper += [] if entry.name in SKIPPED else [path + "/"]
                            yield None
                        else:
                            yield path if entry.is_file() else None
            except OSError:  # unreadable, or gone
                continue
        folders = sorted(deeper)

"""State files: written whole or not at all, private from the first byte."""

import contextlib
import os
from pathlib import Path


def private_dir(path: Path) -> Path:
    """Create a folder that only its owner can enter, and those above it that are missing; return it."""
    missing = [folder for folder in (path, *path.parents) if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir(exist_ok=True, mode=0o700)
    if os.name == "posix":
        path.chmod(0o700)
    return path


def private_file(path: Path) -> Path:
    """Create an empty file that only its owner can read, unless it is there; return it.

    For what others open by its name: SQLite gives a database's companions the mode of the database.
    """
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600))
    return path


def write_atomic(path: Path, data: bytes, mode: int = 0o600) -> None:
    """Replace a file in one step; a reader sees the old or the new bytes, never a part."""
    import tempfile  # a command that only reads does not wait for it

    target = path.resolve() if path.is_symlink() else path
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            if os.name == "posix":
                os.fchmod(file.fileno(), mode)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def set_aside(path: Path, stamp: int) -> Path:
    """Rename a file that cannot be used, so that nothing of it is lost; return where it is now. A link to it stays."""
    target = path.resolve() if path.is_symlink() else path
    aside = target.with_name(f"{target.name}.broken-{stamp}")
    target.replace(aside)
    return aside

"""The file that tells a system what to start: written whole, and what was there before comes back after a failure."""

from collections.abc import Callable
from pathlib import Path

from pilot_sidecar.infra.files import private_dir, write_atomic

MODE = 0o644
"""It holds no secret, and systems refuse some that others could write."""


def read(path: Path) -> bytes | None:
    """Return a file's bytes; None where there is none, nothing where something is that cannot be read."""
    try:
        if path.exists() and not path.is_file():
            return b""  # a pipe would be waited for
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError:
        return b""


def replace_with(path: Path, text: bytes, register: Callable[[], None]) -> None:
    """Write a definition and register it; if that fails, the file is what it was."""
    before, folder = read(path), path.parent
    made = [each for each in (folder, *folder.parents) if not each.exists()]
    for each in reversed(made):
        each.mkdir(mode=0o755)
    try:
        write_atomic(path, text, MODE)
        register()
    except BaseException:
        _undo(path, before, made)
        raise


def _undo(path: Path, before: bytes | None, made: list[Path]) -> None:
    if before is None:
        path.unlink(missing_ok=True)
    else:
        write_atomic(path, before, MODE)
    for folder in made:
        try:
            folder.rmdir()
        except OSError:
            return


def log_file(home: Path) -> Path:
    """Return where a hub's words go on systems without a journal, in a folder that only its owner can enter."""
    return home / "logs" / "service.txt"


def make_room(home: Path) -> None:
    """Create what the system will write to."""
    private_dir(private_dir(home) / "logs")

"""Small files below a folder, written and removed without leaving it: no link on the way is followed."""

import contextlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pilot_sidecar.infra.inside import descend

_NEW = (
    os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)  # fmt: skip
_BY_FOLDER = os.open in os.supports_dir_fd and os.rename in os.supports_dir_fd


def replace_inside(root: Path, place: Path, data: bytes) -> None:
    """Put a file where ``place`` says, in one step; ``root`` is a real folder. Raises OSError, nothing is half done."""
    with _folder(root, place.parts[:-1]) as folder:
        temporary = f".{place.name}.{secrets.token_hex(6)}"
        descriptor = os.open(folder.path(temporary), _NEW, 0o644, dir_fd=folder.descriptor)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
            os.replace(
                folder.path(temporary), folder.path(place.name),
                src_dir_fd=folder.descriptor, dst_dir_fd=folder.descriptor,
            )  # fmt: skip
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(folder.path(temporary), dir_fd=folder.descriptor)
            raise


def remove_inside(root: Path, place: Path) -> None:
    """Remove a file, or the link that is in its place."""
    with _folder(root, place.parts[:-1]) as folder:
        os.unlink(folder.path(place.name), dir_fd=folder.descriptor)


def make_folder_inside(root: Path, name: str) -> bool:
    """Make a folder directly below another; False where there is something of that name."""
    with _folder(root, ()) as folder:
        try:
            os.mkdir(folder.path(name), 0o755, dir_fd=folder.descriptor)
        except FileExistsError:
            return False
        return True


def remove_empty_folder_inside(root: Path, name: str) -> None:
    """Remove a folder directly below another; OSError while there is something in it."""
    with _folder(root, ()) as folder:
        os.rmdir(folder.path(name), dir_fd=folder.descriptor)


class _Folder:
    """A folder that is held open, or where that is not possible, its path."""

    def __init__(self, descriptor: int | None, place: Path) -> None:
        self.descriptor = descriptor
        self._place = place

    def path(self, name: str) -> str:
        return name if self.descriptor is not None else str(self._place / name)


@contextmanager
def _folder(root: Path, parts: tuple[str, ...]) -> Iterator[_Folder]:
    if not _BY_FOLDER:
        place = root.joinpath(*parts)
        if os.path.realpath(place) != str(place):
            raise NotADirectoryError(f"{place} is a link")
        yield _Folder(None, place)
        return
    descriptor = descend(root, parts)
    try:
        yield _Folder(descriptor, root)
    finally:
        os.close(descriptor)

"""Follows a file that grows by lines: what is new, as far as it is whole."""

import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

CHUNK = 1024 * 1024
"""Bytes read at once."""
LONGEST = 32 * 1024 * 1024
"""A line beyond this is skipped, not kept in memory."""


@dataclass(frozen=True, slots=True)
class Piece:
    """What one reading gave."""

    present: bool
    lines: list[bytes] = field(default_factory=list)
    more: bool = False
    """There is more to read at once."""
    restarted: bool = False
    """The file was replaced or cut: this is its beginning."""
    skipped: int = 0
    """Lines that were too long."""


class Tail:
    """Reads on where it stopped; the start of a line waits for its end. Blocking: for a thread."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._offset = 0
        self._file: tuple[int, int] | None = None
        self._rest = b""
        self._skipping = False

    def read(self) -> Piece:
        """Return the next lines; a file that is not there (yet, or any more) has none."""
        try:
            handle = os.open(self.path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
        except (OSError, ValueError):
            return Piece(present=False)
        try:
            return self._read(handle)
        except OSError:
            return Piece(present=False)
        finally:
            os.close(handle)

    def _read(self, handle: int) -> Piece:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):  # a pipe would never end, a folder cannot be read
            return Piece(present=False)
        restarted = self._restarted((found.st_dev, found.st_ino), found.st_size)
        os.lseek(handle, self._offset, os.SEEK_SET)
        chunk = os.read(handle, CHUNK)
        self._offset += len(chunk)
        lines, skipped = self._split(chunk)
        more = self._offset < found.st_size and bool(chunk)
        return Piece(present=True, lines=lines, more=more, restarted=restarted, skipped=skipped)

    def _restarted(self, file: tuple[int, int], size: int) -> bool:
        known, self._file = self._file, file
        if known is None or (known == file and size >= self._offset):
            return False
        self._offset, self._rest, self._skipping = 0, b"", False
        return True

    def _split(self, chunk: bytes) -> tuple[list[bytes], int]:
        *whole, self._rest = (self._rest + chunk).split(b"\n") if b"\n" in chunk else [self._rest + chunk]
        skipped = 0
        if whole and self._skipping:
            whole, self._skipping, skipped = whole[1:], False, 1
        if self._skipping or len(self._rest) > LONGEST:
            self._rest, self._skipping = b"", True
        return [line for line in whole if line.strip()], skipped

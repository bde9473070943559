"""The audit log's files: appended to, rotated, and closed off honestly where a death left half a line."""

import contextlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pilot_sidecar.core.audit_entries import Entry, Head, broken, chained, is_intact, parse

CURRENT = "audit.jsonl"
ROTATE_BYTES = 8 * 1024 * 1024
_APPEND = os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


def log_files(home: Path) -> list[Path]:
    """Return the log's files, oldest first."""
    current = home / CURRENT
    older = [path for path in home.glob("audit-*.jsonl") if path.stem.removeprefix("audit-").isdigit()]
    older.sort(key=lambda path: int(path.stem.removeprefix("audit-")))
    return [*older, *([current] if current.exists() else [])]


def lines_of(path: Path) -> list[bytes]:
    """Return a file's lines without their ends; the last one may be incomplete."""
    lines = path.read_bytes().split(b"\n")
    return lines[:-1] if not lines[-1] else lines


@dataclass(frozen=True, slots=True)
class _Tail:
    """What an opened log ends with."""

    head: Head
    """The last intact line."""
    last: Entry
    bad: list[bytes]
    """What comes after it and is no entry."""
    open_ended: bool
    """The last line has no end."""


class AuditFiles:
    """The open log. One thread uses it; whatever instant the process dies at, the next one goes on from there."""

    def __init__(self, home: Path, rotate_bytes: int = ROTATE_BYTES) -> None:
        self._home = home
        self._path = home / CURRENT
        self._rotate_bytes = rotate_bytes
        self._fd = -1
        self._size = 0
        self.head = Head()

    def open(self, anchor: Head | None, repair: Entry) -> None:
        """Open the log; write ``repair`` (when, by whom) where it does not end as it should, or not where it did."""
        tail = _read_tail(self._home)
        self._reopen()
        lost = anchor is not None and _is_behind(tail.head, anchor) and not _said(tail.last, anchor)
        self.head = Head(tail.head.lines + len(tail.bad), tail.head.hash)
        first = b"\n" if tail.open_ended else b""
        if not tail.bad and not lost:
            self._write(first)
            return
        named = [broken(tail.head.lines + number, line) for number, line in enumerate(tail.bad, start=1)]
        told: Entry = {**repair, "action": "audit.damaged" if lost else "audit.repaired", "lines": named}
        if anchor is not None and lost:
            told |= {"hadLines": anchor.lines, "hadHash": anchor.hash}
        line, self.head = chained(told, self.head)
        self._write(first + line)

    def append(self, entries: Sequence[Entry]) -> None:
        """Write entries in order; all of them or, with OSError, none."""
        if self._size >= self._rotate_bytes:
            self._rotate()
        head, data = self.head, bytearray()
        for entry in entries:
            line, head = chained(entry, head)
            data += line
        self._write(bytes(data))
        self.head = head

    def sync(self) -> None:
        """Return when all that was written is on the disk itself."""
        os.fsync(self._fd)

    def close(self) -> None:
        """Let go of the file."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def put(self, data: bytes) -> int:
        """Write some of ``data``; return how much."""
        return os.write(self._fd, data)

    def _write(self, data: bytes) -> None:
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[self.put(bytes(rest)) :]
        except OSError:
            with contextlib.suppress(OSError):
                os.ftruncate(self._fd, self._size)  # our own half a line: whoever called tries again
            raise
        self._size += len(data)

    def _reopen(self) -> None:
        self.close()
        self._fd = os.open(self._path, _APPEND, 0o600)
        if os.name == "posix":
            os.fchmod(self._fd, 0o600)
        self._size = os.fstat(self._fd).st_size

    def _rotate(self) -> None:
        """Give the full file its number. A death in between leaves no ``audit.jsonl``: the next start makes one."""
        self.sync()
        older = [path for path in log_files(self._home) if path.name != CURRENT]
        number = int(older[-1].stem.removeprefix("audit-")) + 1 if older else 1
        self.close()
        self._path.rename(self._home / f"audit-{number:06}.jsonl")
        self._reopen()
        self._sync_folder()

    def _sync_folder(self) -> None:
        if os.name != "posix":
            return
        folder = os.open(self._home, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def read_back(home: Path) -> Iterator[bytes]:
    """Yield the log's lines, last first."""
    for path in reversed(log_files(home)):
        yield from reversed(lines_of(path))


def _read_tail(home: Path) -> _Tail:
    files = log_files(home)
    current = home / CURRENT
    open_ended = bool(files) and files[-1] == current and not _ends_whole(current)
    bad: list[bytes] = []
    for line in read_back(home):
        entry = parse(line)
        if entry is not None and is_intact(line, entry):
            number = entry.get("n")
            lines = number if isinstance(number, int) else sum(len(lines_of(path)) for path in files) - len(bad)
            return _Tail(Head(lines, str(entry["hash"])), entry, bad[::-1], open_ended)
        bad.append(line)
    return _Tail(Head(), {}, bad[::-1], open_ended)


def _ends_whole(path: Path) -> bool:
    with path.open("rb") as file:
        if not file.seek(0, os.SEEK_END):
            return True
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"


def _is_behind(head: Head, anchor: Head) -> bool:
    return head.lines < anchor.lines or (head.lines == anchor.lines and head.hash != anchor.hash)


def _said(last: Entry, anchor: Head) -> bool:
    """Tell whether the log already says that it lost what the anchor knew of."""
    return last.get("action") == "audit.damaged" and (last.get("hadLines"), last.get("hadHash")) == (
        anchor.lines,
        anchor.hash,
    )

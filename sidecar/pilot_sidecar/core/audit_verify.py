"""Whether anybody touched the audit log: one sentence for each line that was changed, removed, moved or added."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from pilot_sidecar.core.audit_entries import Entry, Head, broken, is_intact, parse
from pilot_sidecar.core.audit_files import lines_of, log_files


@dataclass(slots=True)
class AuditReport:
    """What a look through all files found."""

    lines: int = 0
    problems: list[str] = field(default_factory=list)
    """Signs that somebody, or a disk, changed what had been written."""
    notes: list[str] = field(default_factory=list)
    """What is odd but explained."""


def verify(home: Path) -> AuditReport:
    """Check every line of every file against the one before, and the end against what the database knows of it."""
    return verify_against(home, read_anchor(home))  # read first: a running hub may add lines meanwhile, never fewer


def verify_against(home: Path, anchor: Head | None) -> AuditReport:
    """Check every line of every file against the one before, and the end against what is known of it."""
    check = _Check(anchor)
    for path in log_files(home):
        for number, line in enumerate(lines_of(path), start=1):
            check.line(f"{path.name}, line {number}", line)
    check.end()
    return check.report


def read_anchor(home: Path) -> Head | None:
    """Return how far the log was when the database last heard of it, if it did."""
    path = home / "pilot.db"
    if not path.exists():
        return None
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=5.0)) as database:
            row = database.execute("SELECT lines, hash FROM audit_head").fetchone()
    except sqlite3.Error:
        return None
    return Head(int(row[0]), str(row[1])) if row else None


class _Check:
    """Walks the chain; after a fault it goes on from what it found, so that one fault is told once."""

    def __init__(self, anchor: Head | None) -> None:
        self.report = AuditReport()
        self._anchor = anchor
        self._head = Head()
        self._bad: list[tuple[str, dict[str, object]]] = []
        """Lines that are no entries, since the last one that is: the next one may explain them."""

    def line(self, place: str, line: bytes) -> None:
        """Look at the next line."""
        self.report.lines += 1
        entry = parse(line)
        if entry is None:
            self._bad.append((place, broken(self._head.lines + len(self._bad) + 1, line)))
            return
        if not is_intact(line, entry):
            self._problem(f"{place} was changed.")
        self._explain(entry)
        self._follow(place, entry)
        self._compare(place)
        self._told(place, entry)

    def end(self) -> None:
        """Look at how it ends."""
        lines = self._head.lines + len(self._bad)
        anchor = self._anchor
        if anchor is not None and self._head.lines < anchor.lines:
            self._unreadable()
            self._problem(
                f"The end is missing: the log had {anchor.lines} lines, now it ends with line {lines}."
                if lines < anchor.lines
                else f"The log had {anchor.lines} whole lines; only {self._head.lines} of them are left."
            )
        elif self._bad:
            *before, (place, _) = self._bad
            self._bad = before
            self._unreadable()
            self.report.notes.append(f"{place} is incomplete: the hub died while it wrote. Its next start says so.")

    def _explain(self, entry: Entry) -> None:
        """Take a repair's word for the broken lines before it, if it names exactly these."""
        repairs = entry.get("action") in ("audit.repaired", "audit.damaged")
        if self._bad and repairs and entry.get("lines") == [named for _, named in self._bad]:
            places = "; ".join(place for place, _ in self._bad)
            why = "incomplete since the hub died while it wrote; repaired"
            self.report.notes.append(f"{places}: {why} {_when(entry)}.")
            self._head = Head(self._head.lines + len(self._bad), self._head.hash)
            self._bad = []
            return
        self._unreadable()

    def _unreadable(self) -> None:
        for place, _ in self._bad:
            self._problem(f"{place} is not readable.")
        self._head = Head(self._head.lines + len(self._bad), self._head.hash)
        self._bad = []

    def _follow(self, place: str, entry: Entry) -> None:
        expected, number = self._head.lines + 1, entry.get("n", self._head.lines + 1)
        if not isinstance(number, int) or isinstance(number, bool):
            self._problem(f"{place} has no number.")
            number = expected
        if number > expected:
            self._problem(f"Before {place}: {_missing(expected, number - 1)}.")
        elif number < expected:
            self._problem(f"{place} is out of its place, or stands there twice: it is line {number} of the log.")
        elif entry.get("prev") != self._head.hash:
            self._problem(f"{place} does not follow from the line before it.")
        self._head = Head(number, str(entry.get("hash")))

    def _compare(self, place: str) -> None:
        anchor = self._anchor
        if anchor is not None and self._head.lines == anchor.lines and self._head.hash != anchor.hash:
            self._problem(f"{place} is not the line that the database knows.")

    def _told(self, place: str, entry: Entry) -> None:
        if entry.get("action") == "audit.damaged":
            self._problem(
                f"{place}: when the hub started {_when(entry)}, the log did not end where it had:"
                f" it had had {entry.get('hadLines')} lines."
            )
        elif entry.get("action") == "audit.gap":
            self.report.notes.append(f"{place}: {entry.get('count')} entries could not be written {_when(entry)}.")

    def _problem(self, sentence: str) -> None:
        self.report.problems.append(sentence)


def entries(home: Path) -> Iterator[Entry]:
    """Yield what can be read of the log, oldest first."""
    for path in log_files(home):
        for line in lines_of(path):
            if (entry := parse(line)) is not None:
                yield entry


def _missing(first: int, last: int) -> str:
    return f"line {first} is missing" if first == last else f"lines {first} to {last} are missing"


def _when(entry: Entry) -> str:
    at = entry.get("at")
    try:
        return f"on {datetime.fromtimestamp(at / 1000):%Y-%m-%d %H:%M}" if isinstance(at, int) else "at some time"
    except (ValueError, OverflowError, OSError):
        return "at some time"

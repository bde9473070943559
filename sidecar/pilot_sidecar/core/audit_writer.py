"""The thread that writes the audit log: in order, in groups, on the disk itself before anything is called done."""

import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pilot_sidecar.core.audit_entries import Entry, Head, parse
from pilot_sidecar.core.audit_files import AuditFiles, read_back

logger = logging.getLogger(__name__)

SYNC_AFTER_S = 0.5
"""How long a line that is not urgent may wait to be on the disk itself."""
RETRY_S = 1.0
QUEUED = 20_000
"""Lines that wait for a disk that does not answer; what comes beyond is counted and said."""
GROUP = 500
LOOKED_BACK = 50_000
"""Lines among which a start looks for decisions that may have been written."""


@dataclass(frozen=True, slots=True)
class Line:
    """An entry on its way."""

    entry: Entry
    urgent: bool
    """It is to be on the disk at once."""


@dataclass(frozen=True, slots=True)
class Opening:
    """How the log is opened."""

    anchor: Head | None
    """How far it was, as the database knows."""
    sign: Callable[[], Entry]
    """Returns when it is and who writes, for what the log says of itself."""
    due: Sequence[Entry] = ()
    """Decisions whose lines may be missing."""


class AuditWriter:
    """Writes what is handed to it; whoever hands it over never waits."""

    def __init__(self, home: Path, opening: Opening, on_synced: Callable[[Head, Sequence[Entry]], None]) -> None:
        self._home = home
        self._opening = opening
        self._on_synced = on_synced
        self._files = AuditFiles(home)
        self._queue: queue.SimpleQueue[Line | None] = queue.SimpleQueue()
        self._batch: list[Line] = []
        self._unsynced: list[Entry] = []
        self._dirty_since: float | None = None
        self._counting = threading.Lock()
        self._dropped = 0
        self._failing = False
        self._stopping = False
        self._thread = threading.Thread(target=self._work, name="pilot-audit", daemon=True)
        self._thread.start()

    def put(self, line: Line) -> None:
        """Take a line; it is written soon."""
        if self._queue.qsize() > QUEUED:
            with self._counting:
                self._dropped += 1
            return
        self._queue.put(line)

    def close(self, timeout_s: float) -> bool:
        """Write what is left; return whether that happened in time."""
        self._queue.put(None)
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _work(self) -> None:
        try:
            while not self._attempt(self._open) and not self._stopping:
                self._gather(RETRY_S)
            while not self._stopping:
                self._gather(self._patience())
                self._attempt(self._write)
            self._attempt(self._sync)
        except Exception:
            logger.exception("the audit log is not written any more")
        finally:
            self._files.close()

    def _attempt(self, step: Callable[[], None]) -> bool:
        """Do a step; where the disk refuses, say so once and keep everything for the next attempt."""
        try:
            step()
        except OSError as error:
            if not self._failing:
                logger.error("the audit log cannot be written: %s; trying again until it can", error)
            self._failing = True
            return False
        if self._failing:
            logger.warning("the audit log can be written again")
        self._failing = False
        return True

    def _open(self) -> None:
        opening = self._opening
        self._files.open(opening.anchor, opening.sign())
        if opening.due:
            written = self._written()
            lost = [entry for entry in opening.due if entry["ask"] not in written]
            self._batch[:0] = [Line({**entry, "recovered": True}, urgent=True) for entry in lost]
            self._unsynced.extend(entry for entry in opening.due if entry["ask"] in written)
        self._write()
        self._sync()

    def _written(self) -> set[object]:
        """Return the asks whose end is in the newest part of the log."""
        found = set()
        for _, line in zip(range(LOOKED_BACK), read_back(self._home), strict=False):
            entry = parse(line)
            if entry is not None and entry.get("action") == "ask.ended":
                found.add(entry.get("ask"))
        return found

    def _patience(self) -> float | None:
        """Return how long to wait for the next line (s); None: until there is one."""
        if self._failing:
            return RETRY_S
        if self._dirty_since is None:
            return None
        return max(0.0, self._dirty_since + SYNC_AFTER_S - time.monotonic())

    def _gather(self, timeout_s: float | None) -> None:
        """Wait for a line, and take with it what is there already; no more than fits while the disk refuses."""
        if len(self._batch) >= GROUP:
            time.sleep(RETRY_S)
            return
        try:
            line = self._queue.get(timeout=timeout_s)
            while True:
                if line is None:
                    self._stopping = True
                    return
                self._batch.append(line)
                if len(self._batch) >= GROUP:
                    return
                line = self._queue.get_nowait()
        except queue.Empty:
            return

    def _write(self) -> None:
        if self._dropped:
            with self._counting:
                count, self._dropped = self._dropped, 0
            self._batch.append(Line({**self._opening.sign(), "action": "audit.gap", "count": count}, urgent=True))
        batch = self._batch
        if batch:
            self._files.append([line.entry for line in batch])
            self._batch = []
            self._unsynced.extend(line.entry for line in batch)
            self._dirty_since = self._dirty_since or time.monotonic()
        late = self._dirty_since is not None and time.monotonic() >= self._dirty_since + SYNC_AFTER_S
        if late or any(line.urgent for line in batch):
            self._sync()

    def _sync(self) -> None:
        self._files.sync()
        self._dirty_since = None
        synced, self._unsynced = self._unsynced, []
        self._on_synced(self._files.head, synced)

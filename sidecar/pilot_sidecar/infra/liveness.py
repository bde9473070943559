"""Whether a process still exists, told apart from another one that got its number."""

import sys
from dataclasses import dataclass
from pathlib import Path

from pilot_sidecar.infra.processes import is_alive


@dataclass(frozen=True, slots=True)
class ProcessMark:
    """A process, by number and, where the platform tells, by when it started."""

    pid: int
    started: int | None

    def alive(self) -> bool:
        """Tell whether it still runs; one that ended but was not collected does not."""
        if not is_alive(self.pid):
            return False
        if self.started is None:
            return True
        return _started(self.pid) == self.started


def mark(pid: int) -> ProcessMark:
    """Return the mark of a running process."""
    return ProcessMark(pid, _started(pid))


def still(found: ProcessMark) -> int:
    """Return a process's number while it is that process's; raises ProcessLookupError afterwards."""
    if not found.alive():
        raise ProcessLookupError
    return found.pid


def _started(pid: int) -> int | None:
    if sys.platform != "linux":
        return _started_elsewhere(pid)
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in ("Z", "X") else int(fields[19])


def _started_elsewhere(pid: int) -> int | None:
    """Return milliseconds; in Linux it is ticks since the machine's start, which no change of the clock moves."""
    import psutil

    try:
        return round(psutil.Process(pid).create_time() * 1000)
    except (psutil.Error, OSError):
        return None

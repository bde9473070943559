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


def _started(pid: int) -> int | None:
    if sys.platform != "linux":
        return None
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in ("Z", "X") else int(fields[19])

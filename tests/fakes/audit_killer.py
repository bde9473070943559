"""Writes an audit log in children that die by SIGKILL after so many bytes; run as a program, light to load.

``audit_killer.py HOME SEED CHILDREN``: each child opens the log, adds entries and is killed while it writes.
"""

import os
import random
import signal
import sys
from pathlib import Path

from pilot_sidecar.core.audit_entries import Entry
from pilot_sidecar.core.audit_files import AuditFiles


class Doomed(AuditFiles):
    """Writes byte after byte until its time has come."""

    def __init__(self, home: Path, left: int) -> None:
        super().__init__(home, rotate_bytes=3000)
        self._left = left

    def put(self, data: bytes) -> int:
        written = super().put(data[: self._left])
        self._left -= written
        if self._left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return written


def main(home: Path, seed: int, children: int) -> None:
    dice = random.Random(seed)
    for child in range(children):
        left = dice.randrange(1, 1400)
        if (pid := os.fork()) == 0:
            repair: Entry = {"at": 1, "action": "", "by": {"kind": "hub"}}
            files = Doomed(home, left)
            files.open(None, repair)
            for number in range(100):
                files.append([{"at": number, "action": "test", "by": {"kind": "owner"}, "child": child}])
            os._exit(0)
        _, status = os.waitpid(pid, 0)
        assert os.WIFSIGNALED(status), status


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))

"""``tunnel.json``: which program runs, so that the next hub ends what a killed one left behind."""

import contextlib
import json
from dataclasses import asdict
from pathlib import Path

from pilot_sidecar.infra.files import write_atomic
from pilot_sidecar.infra.tunnel.family import Run


class Note:
    """The file; all of this blocks."""

    def __init__(self, home: Path) -> None:
        self._path = home / "tunnel.json"

    def write(self, run: Run) -> None:
        """Remember a run."""
        write_atomic(self._path, json.dumps(asdict(run)).encode() + b"\n")

    def read(self) -> Run | None:
        """Return the run that was not ended, if any."""
        try:
            found = json.loads(self._path.read_bytes())
            run = Run(found["marker"], found["pid"], found["started"])
        except (OSError, ValueError, KeyError, TypeError):
            return None
        whole = isinstance(run.marker, str) and len(run.marker) > 16
        return run if whole and all(isinstance(part, int | None) for part in (run.pid, run.started)) else None

    def clear(self, run: Run) -> None:
        """Forget a run, unless another one is remembered by now."""
        found = self.read()
        if found is not None and found.marker != run.marker:
            return
        with contextlib.suppress(OSError):
            self._path.unlink()

"""How long a command takes beside a hub that runs, from the start of its process to its end."""

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

from bench.processes import start_hub
from bench.rows import Figure, at_most

TIMES = 10
LIMIT_MS = 150


def commands(home: Path) -> list[Figure]:
    """Return the median of ``pilot status`` and ``pilot asks``, with that of an interpreter that does nothing."""
    home.mkdir()
    environ = {name: text for name, text in os.environ.items() if not name.startswith("PILOT_")}
    environ |= {"HOME": f"{home}-user", "PILOT_HOME": str(home)}
    with start_hub(home):
        bare = _median([sys.executable, "-c", "pass"], environ)
        times = {name: _median(_pilot(name), environ) for name in ("status", "asks")}
    note = f"Python alone {bare:.0f} ms"
    return [at_most("a command", f"pilot {name}, median", took, "ms", LIMIT_MS, note) for name, took in times.items()]


def _pilot(name: str) -> list[str]:
    return [sys.executable, "-m", "pilot_sidecar", name]


def _median(command: list[str], environ: dict[str, str]) -> float:
    return statistics.median(_once(command, environ) for _ in range(TIMES))


def _once(command: list[str], environ: dict[str, str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, env=environ, stdout=subprocess.DEVNULL, timeout=30, check=True)
    return (time.perf_counter() - began) * 1000

"""Starts what is measured: a real hub in a home of its own, or the bare yardstick."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from bench.client import Target

START_S = 15.0


@contextmanager
def start_hub(home: Path, **extra: str) -> Iterator[tuple[Target, float]]:
    """Run ``pilot up``; yield where it is and how long it took until ``/health`` answered, in ms."""
    environ = {name: text for name, text in os.environ.items() if not name.startswith(("PILOT_", "CODEX_"))}
    environ |= {"HOME": f"{home}-user", "PILOT_HOME": str(home), "PILOT_PORT": "0", **extra}
    command = [sys.executable, "-m", "pilot_sidecar", "up", "--no-open"]
    started = time.perf_counter()
    log = (home.parent / f"{home.name}.log").open("wb")
    process = subprocess.Popen(command, env=environ, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
    try:
        found = _wait_for(home / "hub.json", process)
        with urllib.request.urlopen(f"{found['url']}/health", timeout=5) as answer:
            answer.read()
        took = (time.perf_counter() - started) * 1000
        yield Target("127.0.0.1", int(found["url"].rpartition(":")[2]), found["token"], process.pid), took
    finally:
        _stop(process)


@contextmanager
def start_bare() -> Iterator[Target]:
    """Run the yardstick."""
    root = Path(__file__).parent.parent
    process = subprocess.Popen([sys.executable, "-m", "bench.bare"], stdout=subprocess.PIPE, cwd=root)
    try:
        assert process.stdout is not None
        yield Target("127.0.0.1", int(process.stdout.readline()), "none", process.pid)
    finally:
        _stop(process)


def memory_mb(pid: int) -> float:
    """Return what a process holds for itself, in MB (10^6 bytes): resident, less what it shares with others."""
    found = psutil.Process(pid).memory_info()
    return float(found.rss - found.shared) / 1e6 if hasattr(found, "shared") else float(found.rss) / 1e6


def resident_mb(pid: int) -> float:
    """Return the resident size in MB (10^6 bytes), shared libraries included."""
    return float(psutil.Process(pid).memory_info().rss) / 1e6


def cpu_s(pid: int) -> float:
    """Return the CPU time used so far."""
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


def _wait_for(path: Path, process: "subprocess.Popen[bytes]") -> dict[str, str]:
    deadline = time.perf_counter() + START_S
    while time.perf_counter() < deadline:
        if path.exists():
            found: dict[str, str] = json.loads(path.read_text())
            return found
        if process.poll() is not None:
            raise RuntimeError(f"the hub ended with {process.returncode}")
        time.sleep(0.005)
    raise TimeoutError("the hub did not come up")


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(5)

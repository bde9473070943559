"""A tunnel's program with everything it started, found and ended also where that left its group or its parent."""

import os
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass

import psutil

from pilot_sidecar.infra.liveness import mark

MARKER = "PILOT_TUNNEL_RUN"
"""Stands in the environment of the program, and so in that of what it starts."""
KILLED_S = 1.0
"""Within which what was killed has to be gone."""
LOOK_S = 0.02


@dataclass(frozen=True, slots=True)
class Run:
    """One start of a program; enough to find it again after a restart of the hub."""

    marker: str
    pid: int | None = None
    started: int | None = None

    def leads(self) -> bool:
        """Tell whether the group that bears the program's number is still its own."""
        if self.pid is None:
            return False
        return not psutil.pid_exists(self.pid) or started(self.pid) in (None, self.started)


def started(pid: int) -> int | None:
    """Return when a process started, in a form that only compares; None if it is gone or about to be."""
    if (found := mark(pid).started) is not None:
        return found
    try:
        process = psutil.Process(pid)
        return None if process.status() == psutil.STATUS_ZOMBIE else int(process.create_time() * 1000)
    except psutil.Error:
        return None


def end(run: Run, grace_s: float) -> int:
    """Tell all of it to end, make it end after ``grace_s``; return how many processes stay. Blocks: use a thread."""
    found = list(_members(run))
    _send(found, signal.SIGTERM)
    _wait(found, grace_s)
    deadline = time.monotonic() + KILLED_S
    while (found := list(_members(run))) and time.monotonic() < deadline:
        _send(found, signal.SIGKILL if os.name == "posix" else signal.SIGTERM)
        _wait(found, LOOK_S)
    return len(found)


def _members(run: Run) -> Iterator[psutil.Process]:
    """Yield what lives of a run: its tree, its session, and whatever carries its marker."""
    tree = _tree(run)
    group = run.pid if os.name == "posix" and run.leads() else None
    for process in psutil.process_iter():
        if process.pid == os.getpid() or not _alive(process):
            continue
        if process.pid in tree or _in_session(process, group) or _carries(process, run.marker):
            yield process


def _tree(run: Run) -> set[int]:
    if run.pid is None or started(run.pid) != run.started:
        return set()
    try:
        root = psutil.Process(run.pid)
        return {root.pid, *(child.pid for child in root.children(recursive=True))}
    except psutil.Error:
        return set()


def _in_session(process: psutil.Process, group: int | None) -> bool:
    if group is None:
        return False
    try:
        return os.getsid(process.pid) == group
    except OSError:
        return False


def _carries(process: psutil.Process, marker: str) -> bool:
    try:
        return process.environ().get(MARKER) == marker
    except (psutil.Error, OSError):  # somebody else's, or gone
        return False


def _alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def _send(processes: list[psutil.Process], number: int) -> None:
    for process in processes:
        try:
            process.send_signal(number)
        except (psutil.Error, OSError):
            continue


def _wait(processes: list[psutil.Process], limit_s: float) -> None:
    """Wait until none lives. Not psutil's own way: that would take the exit codes from asyncio."""
    deadline = time.monotonic() + limit_s
    while time.monotonic() < deadline and any(_alive(process) for process in processes):
        time.sleep(LOOK_S)

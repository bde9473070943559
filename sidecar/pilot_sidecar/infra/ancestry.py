"""Other processes, as the kernel tells of them: who descends from whom, since when, and how they were started.

Everything here reads from the system and takes up to some milliseconds: keep it off the event loop. Linux is read from
``/proc`` directly; elsewhere psutil, which is loaded when it is first needed, says the same.
"""

import os
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pilot_sidecar.infra.liveness import ProcessMark, mark

T = TypeVar("T")
GENERATIONS = 64
"""A chain of parents is followed so far."""


@dataclass(frozen=True, slots=True)
class Process:
    """One process, as it is now."""

    pid: int
    started: int | None
    parent: int
    """0: it was started from outside of what can be seen, by a container's host for instance."""
    name: str
    terminal: str
    """Its controlling terminal, by whatever the system calls it; empty without one."""

    @property
    def mark(self) -> ProcessMark:
        """What tells it from a later one with the same number."""
        return ProcessMark(self.pid, self.started)


def process(pid: int) -> Process | None:
    """Return a process that runs, or None."""
    return _from_proc(pid) if sys.platform == "linux" else _from_psutil(pid)


def lineage(pid: int) -> list[Process]:
    """Return a process and its ancestors, nearest first, as far as they can be told; without the system's first."""
    chain: list[Process] = []
    while len(chain) < GENERATIONS and (found := process(pid)) is not None:
        if chain and _younger(found, chain[-1]):
            break  # the parent is gone, and another process has its number
        chain.append(found)
        if found.parent <= 1 or found.pid == 1:
            break
        pid = found.parent
    return chain


def descendants(roots: Mapping[ProcessMark, T]) -> list[tuple[Process, T]]:
    """Return what descends from some processes now, each with what stands for its root; one look at all that runs."""
    children: dict[int, list[Process]] = {}
    for pid in pids():
        if (found := process(pid)) is not None:
            children.setdefault(found.parent, []).append(found)
    ahead = [(root.pid, value) for root, value in roots.items()]
    seen = {root.pid for root in roots}
    below: list[tuple[Process, T]] = []
    while ahead:
        pid, value = ahead.pop()
        for child in children.get(pid, ()):
            if child.pid not in seen:
                seen.add(child.pid)
                below.append((child, value))
                ahead.append((child.pid, value))
    return below


def pids() -> list[int]:
    """Return all processes that can be seen."""
    if sys.platform == "linux":
        with os.scandir("/proc") as entries:
            return [int(entry.name) for entry in entries if entry.name.isdigit()]
    import psutil

    return psutil.pids()


def hidden_pids() -> list[int]:
    """Return the processes whose connections this user may not see: other users', and those that hide themselves."""
    if sys.platform != "linux":
        return []
    return [pid for pid in pids() if not os.access(f"/proc/{pid}/fd", os.R_OK)]


def program(pid: int) -> str:
    """Return the path of what a process runs, which it cannot choose as freely as its name; empty if unknown."""
    if sys.platform == "linux":
        try:
            return str(Path(f"/proc/{pid}/exe").readlink()).removesuffix(" (deleted)")
        except OSError:
            return ""
    import psutil

    try:
        return psutil.Process(pid).exe()
    except (psutil.Error, OSError):
        return ""


def command_line(pid: int) -> str:
    """Return what a process was started as, for telling its kind; never to be logged: it may hold secrets."""
    if sys.platform == "linux":
        return _read(Path(f"/proc/{pid}/cmdline")).replace("\0", " ")
    import psutil

    try:
        return " ".join(psutil.Process(pid).cmdline())
    except (psutil.Error, OSError):
        return ""


def environment(pid: int, names: Iterable[str]) -> dict[str, str]:
    """Return some of the variables that a process was started with."""
    wanted = set(names)
    if sys.platform == "linux":
        pairs = (entry.partition("=") for entry in _read(Path(f"/proc/{pid}/environ")).split("\0"))
        return {name: value for name, _, value in pairs if name in wanted}
    import psutil

    try:
        return {name: value for name, value in psutil.Process(pid).environ().items() if name in wanted}
    except (psutil.Error, OSError):
        return {}


def unit(pid: int) -> str | None:
    """Return the group that the service manager keeps a process in; None where nobody says. Children inherit it."""
    for line in _read(Path(f"/proc/{pid}/cgroup")).splitlines() if sys.platform == "linux" else ():
        number, _, rest = line.partition(":")
        if number == "0":
            path = rest.partition(":")[2]
            return path if path.strip("/") else None
    return None


def _younger(ancestor: Process, child: Process) -> bool:
    return ancestor.started is not None and child.started is not None and ancestor.started > child.started


def _from_proc(pid: int) -> Process | None:
    """Read one line; the name in it may hold anything, so what follows is found from its end."""
    head, _, tail = _read(Path(f"/proc/{pid}/stat")).rpartition(")")
    fields = tail.split()
    if not fields or fields[0] in ("Z", "X"):
        return None
    return Process(pid, int(fields[19]), int(fields[1]), head.partition("(")[2], "" if fields[4] == "0" else fields[4])


def _from_psutil(pid: int) -> Process | None:
    import psutil

    try:
        found = psutil.Process(pid)
        with found.oneshot():
            terminal = getattr(found, "terminal", lambda: None)()
            return Process(pid, mark(pid).started, found.ppid(), found.name(), terminal or "")
    except (psutil.Error, OSError):
        return None


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""

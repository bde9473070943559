"""Real processes in every relation to each other that matters: children, orphans, with and without a terminal."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

from pilot_sidecar.infra.ancestry import command_line, process
from pilot_sidecar.infra.liveness import ProcessMark

SLEEP = ("sleep", "60")
LIMIT_S = 5.0
PTY = "import pty, sys; pty.spawn(sys.argv[1:])"


class Nursery:
    """Starts processes, and ends those that are left."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._children: list[subprocess.Popen[bytes]] = []
        self._others: list[int] = []
        self._count = count()

    def child(self, *command: str, **environ: str) -> int:
        """Start a child of this process; one that sleeps unless it is told what to do."""
        child = subprocess.Popen(
            command or SLEEP, env={**os.environ, **environ}, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        self._children.append(child)
        until(lambda: command_line(child.pid))  # a moment after it has its name, a program has its environment
        return child.pid

    def parent_of(self, *command: str) -> tuple[int, int]:
        """Start a shell that starts one more; return both."""
        file = self._file()
        parent = self.child("sh", self._script(f'"$@" & {_note(file)}; wait'), *(command or SLEEP))
        return parent, self._noted(file, *(command or SLEEP))

    def orphan(self, *command: str, **environ: str) -> int:
        """Start one whose parent has ended, in a session of its own, without a terminal."""
        file = self._file()
        script = self._script(f'setsid "$@" > /dev/null 2>&1 < /dev/null & {_note(file)}')
        subprocess.run(
            ["sh", script, *(command or SLEEP)], env={**os.environ, **environ}, check=True, timeout=LIMIT_S
        )  # returns when the shell has ended
        return self._noted(file, *(command or SLEEP))

    def in_a_window(self, script: str) -> int:
        """Run a shell script in a terminal of its own, held by an orphan; return what ``$NOTE`` notes in it."""
        file = self._file()
        path = self._script(script.replace("$NOTE", _note(file, "$$")))
        self.orphan(sys.executable, "-c", PTY, "sh", path)
        return self._noted(file)

    def program(self, name: str) -> str:
        """Return a program that only sleeps, by another name."""
        copy = self.folder / name
        shutil.copy(shutil.which("sleep") or "sleep", copy)
        return str(copy)

    def end(self, pid: int) -> None:
        """End one at once."""
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        for child in self._children:
            if child.pid == pid:
                child.wait(LIMIT_S)
        until(lambda: process(pid) is None)

    def close(self) -> None:
        """End what is left."""
        for pid in self._others:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for child in self._children:
            with suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait(LIMIT_S)

    def _file(self) -> Path:
        return self.folder / f"pid-{next(self._count)}"

    def _script(self, text: str) -> str:
        path = self.folder / f"script-{next(self._count)}.sh"
        path.write_text(f"{text}\n")
        return str(path)

    def _noted(self, file: Path, *command: str) -> int:
        """Return the process that a file names, once it has become what it was started as."""
        until(file.exists)
        pid = int(file.read_text())
        self._others.append(pid)
        name = Path(command[0]).name[:15] if command else ""
        until(lambda: not name or (found := process(pid)) is None or found.name == name)
        until(lambda: process(pid) is None or command_line(pid))
        return pid


@contextmanager
def nursery(folder: Path) -> Iterator[Nursery]:
    """Give a nursery, and leave nothing behind."""
    made = Nursery(folder)
    try:
        yield made
    finally:
        made.close()


def mark_of(pid: int) -> ProcessMark:
    """Return the mark of a process that runs."""
    found = process(pid)
    assert found is not None
    return found.mark


def tick() -> None:
    """Let enough time pass for the next process to be younger than what is there: the kernel counts in 10 ms."""
    time.sleep(0.02)


def until(check: Callable[[], object]) -> None:
    """Return once something holds."""
    end = time.monotonic() + LIMIT_S
    while not check():
        assert time.monotonic() < end, "a process did not do in time what it should"
        time.sleep(0.005)


def _note(file: Path, what: str = "$!") -> str:
    return f"echo {what} > {file}.part; mv {file}.part {file}"

"""A stand-in for the user's systemd: it reads a unit by systemd's rules and really starts what it says."""

import contextlib
import os
import shlex
import signal
import stat
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__)


@dataclass
class Systemd:
    """What the stand-in does, seen from a test."""

    root: Path
    """Holds the program's folder ``bin``, what it was asked, and its state."""
    config: Path

    @property
    def unit(self) -> Path:
        return self.config / "systemd/user/pilot.service"

    @property
    def pid(self) -> int | None:
        with contextlib.suppress(OSError, ValueError):
            return int((self.root / "pid").read_text())
        return None

    def calls(self) -> list[str]:
        return (self.root / "calls").read_text().splitlines() if (self.root / "calls").exists() else []

    def say(self, state: str) -> None:
        """Set what ``is-system-running`` says."""
        (self.root / "state").write_text(state)

    def fail(self, verb: str) -> None:
        (self.root / "fails").write_text(verb)

    def end(self) -> None:
        _kill(self.root)


def stand_in(root: Path, config: Path) -> Systemd:
    """Put ``systemctl`` into ``root/bin``."""
    words = (sys.executable, "-S", str(HERE), str(root), str(config))
    _program(root / "bin" / "systemctl", f'exec {shlex.join(words)} "$@"')
    _program(root / "bin" / "journalctl", f"cat {shlex.quote(str(root / 'output'))}")
    return Systemd(root, config)


def _program(path: Path, script: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def words_of(text: str) -> list[str]:
    """Return a line's words as systemd reads them, specifiers included."""
    return [word.replace("%%", "%") for word in shlex.split(text)]


def unit_lines(unit: str, key: str) -> list[str]:
    """Return the values of a key."""
    return [line.partition("=")[2] for line in unit.splitlines() if line.startswith(f"{key}=")]


def started_by(unit: str) -> tuple[list[str], dict[str, str]]:
    """Return the command and the environment that a unit names."""
    command = words_of(unit_lines(unit, "ExecStart")[0])
    environ = dict(words_of(line)[0].split("=", 1) for line in unit_lines(unit, "Environment"))
    return [word.replace("$$", "$") for word in command], environ


def _main(root: Path, config: Path, words: list[str]) -> int:
    with (root / "calls").open("a") as calls:
        calls.write(" ".join(words[1:]) + "\n")
    verb = words[1]
    if (root / "fails").exists() and (root / "fails").read_text() == verb:
        sys.stderr.write(f"Failed to {verb} unit: it is broken\n")
        return 1
    unit = config / "systemd/user/pilot.service"
    link = unit.parent / "default.target.wants" / unit.name
    if verb == "is-system-running":
        state = (root / "state").read_text() if (root / "state").exists() else "running"
        sys.stdout.write(f"{state}\n")
        return 0 if state == "running" else 1
    if verb == "enable":
        link.parent.mkdir(exist_ok=True)
        link.unlink(missing_ok=True)
        link.symlink_to(unit)
    if verb == "disable":
        _kill(root)
        link.unlink(missing_ok=True)
    if verb == "restart":
        _kill(root)
        _start(root, unit)
    if verb == "show":
        pid = _alive(root)
        enabled = "enabled" if link.is_symlink() else "disabled"
        active = "active" if pid else "inactive"
        sys.stdout.write(f"ActiveState={active}\nMainPID={pid or 0}\nUnitFileState={enabled}\n")
    return 0


def _start(root: Path, unit: Path) -> None:
    command, environ = started_by(unit.read_text())
    with (root / "output").open("w") as output:
        process = subprocess.Popen(
            command, env={"HOME": os.environ["HOME"], **environ}, cwd=root, start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=output, stderr=output,
        )  # fmt: skip
    (root / "pid").write_text(str(process.pid))


def _alive(root: Path) -> int | None:
    try:
        pid = int((root / "pid").read_text())
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (OSError, ValueError):
        return None
    return pid if state != "Z" else None


def _kill(root: Path) -> None:
    if (pid := _alive(root)) is None:
        return
    os.kill(pid, signal.SIGTERM)
    with contextlib.suppress(OSError):
        descriptor = os.pidfd_open(pid)
        import select

        if not select.select([descriptor], [], [], 8)[0]:
            os.kill(pid, signal.SIGKILL)
        os.close(descriptor)


if __name__ == "__main__":
    sys.exit(_main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:]))

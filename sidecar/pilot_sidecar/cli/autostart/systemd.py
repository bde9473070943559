"""Linux: a unit of the user's own systemd."""

import contextlib
import os
import re
import shlex
from collections.abc import Mapping
from pathlib import Path

from pilot_sidecar.cli.autostart import definition
from pilot_sidecar.cli.autostart.ports import AutostartError, HubStart, Registered
from pilot_sidecar.cli.autostart.programs import ask, tell

UNIT = "pilot.service"
_TEMPLATE = """\
# Written by `pilot service install`; `pilot service remove` takes it away.
[Unit]
Description=Pilot, mission control for coding agents
StartLimitIntervalSec=300
StartLimitBurst=5

[Service]
ExecStart={command}
{environment}
WorkingDirectory=~
# `pilot stop`, and a hub that finds another one running, end well: nothing is started again then.
Restart=on-failure
RestartSec=5
RestartPreventExitStatus=2
# The hub hands open questions back and ends what it has started.
KillMode=mixed
TimeoutStopSec=15

[Install]
WantedBy=default.target

[X-Pilot]
Home={home}
"""
_UP = ("running", "degraded", "starting", "initializing", "maintenance")
_HOME = re.compile(r"^\[X-Pilot\]\s*^Home=(.*)$", re.MULTILINE)
_PROGRAM = re.compile(r'^ExecStart=("(?:[^"\\]|\\.)*")', re.MULTILINE)
_ELSE = "`pilot up --detach` starts the hub without it."
_NO_SYSTEMD = "Have your session start `pilot up --detach`."


class SystemdUser:
    """``systemctl --user`` and the unit it is told about."""

    name = "systemd"
    hint = (
        "It runs from login to logout. `loginctl enable-linger` has it run from boot on; "
        "API keys for agents that Pilot starts go into ~/.config/environment.d/ (docs/service.md)."
    )
    trouble = f"`journalctl --user -u {UNIT} -n 20` has its words."

    def __init__(self, environ: Mapping[str, str]) -> None:
        config = Path(environ.get("XDG_CONFIG_HOME") or "")
        if not config.is_absolute():  # as its specification has it
            config = Path(environ.get("HOME") or Path.home()) / ".config"
        self.path = config / "systemd" / "user" / UNIT
        self._environ = _with_bus(environ)

    def check(self) -> None:
        """Raise AutostartError where no systemd runs for this user."""
        code, said = self._ask("is-system-running")
        if code == -1:
            raise AutostartError("This system has no systemd to start the hub at login.", _NO_SYSTEMD)
        if said.split("\n")[-1] not in _UP:
            why = " ".join(said.split())[:200] or "no answer"
            raise AutostartError(
                f"systemd does not run for this user ({why}).",
                "In containers and in WSL 1 it never does; in WSL 2 set `systemd=true` in /etc/wsl.conf; after "
                f"`su` or `sudo`, log in as that user. {_ELSE}",
            )

    def text(self, start: HubStart) -> bytes:
        """Return the unit."""
        first, *others = start.command
        words = " ".join([quoted(first), *(quoted(word).replace("$", "$$") for word in others)])
        environment = "\n".join(f"Environment={quoted(f'{name}={text}')}" for name, text in start.environ.items())
        return _TEMPLATE.format(command=words, environment=environment, home=quoted(str(start.home))).encode()

    def home_of(self, text: bytes) -> Path | None:
        """Return whose hub a unit starts."""
        found = _HOME.search(text.decode("utf-8", "replace"))
        return Path(unquoted(found.group(1))) if found else None

    def program_of(self, text: bytes) -> Path | None:
        """Return the program of a unit."""
        found = _PROGRAM.search(text.decode("utf-8", "replace"))
        return Path(unquoted(found.group(1))) if found else None

    def install(self, text: bytes) -> None:
        """Write the unit, enable it and start it anew."""
        definition.replace_with(self.path, text, self._register)

    def remove(self) -> None:
        """Stop and disable the unit, and remove its file."""
        self._ask("disable", "--now", UNIT)
        self._wants().unlink(missing_ok=True)  # where systemd is not there to do so
        self.path.unlink(missing_ok=True)
        for folder in (self._wants().parent, self.path.parent, self.path.parent.parent):
            with contextlib.suppress(OSError):
                folder.rmdir()
        self._ask("daemon-reload")
        self._ask("reset-failed", UNIT)

    def rest(self) -> None:
        """End the unit, and its tries to start again."""
        self._ask("stop", UNIT)

    def state(self) -> Registered:
        """Return whether it is enabled, and its main process."""
        _, said = self._ask("show", UNIT, "--property=ActiveState,MainPID,UnitFileState")
        facts = dict(line.partition("=")[::2] for line in said.splitlines())
        pid = int(facts["MainPID"]) if facts.get("MainPID", "").isdecimal() else 0
        running = facts.get("ActiveState") in ("active", "activating", "reloading")
        return Registered(facts.get("UnitFileState") == "enabled", pid or None, running)

    def said(self) -> str:
        """Return the last lines in the journal."""
        code, said = ask(["journalctl", "--user", "-u", UNIT, "-n", "20", "-o", "cat", "--no-pager"], self._environ)
        return said if code == 0 else ""

    def shown(self, text: bytes) -> str:
        """Return the unit as it is."""
        return text.decode("utf-8", "replace")

    def _register(self) -> None:
        self._tell("daemon-reload")
        self._ask("reset-failed", UNIT)
        self._tell("enable", UNIT)
        try:
            self._tell("restart", UNIT)
        except AutostartError:
            self._ask("disable", "--now", UNIT)
            raise

    def _wants(self) -> Path:
        return self.path.parent / "default.target.wants" / UNIT

    def _ask(self, *words: str) -> tuple[int, str]:
        return ask(["systemctl", "--user", *words], self._environ)

    def _tell(self, *words: str) -> None:
        tell(["systemctl", "--user", *words], self._environ, f"Nothing was installed. {_ELSE}")


def quoted(word: str) -> str:
    """Return a word as a unit has it, in which nothing is expanded."""
    escapes = {"\\": "\\\\", '"': '\\"', "%": "%%", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
    return f'"{"".join(escapes.get(letter, letter) for letter in word)}"'


def unquoted(text: str) -> str:
    """Return what ``quoted`` was given; line ends apart."""
    return shlex.split(text)[0].replace("%%", "%") if text.strip() else ""


def _with_bus(environ: Mapping[str, str]) -> dict[str, str]:
    """Return an environment in which systemctl finds the user's bus, also after ``su -``."""
    bus = Path("/run/user") / str(os.getuid()) if os.name == "posix" else None
    if bus is None or environ.get("XDG_RUNTIME_DIR") or not bus.is_dir():
        return dict(environ)
    return {**environ, "XDG_RUNTIME_DIR": str(bus)}

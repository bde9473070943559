"""macOS: an agent of launchd's. Its text is tested, and read as launchd reads it; it was not tried on a Mac yet."""

import os
import plistlib
import re
from collections.abc import Mapping
from pathlib import Path
from xml.parsers.expat import ExpatError

from pilot_sidecar.cli.autostart import definition
from pilot_sidecar.cli.autostart.ports import AutostartError, HubStart, Registered
from pilot_sidecar.cli.autostart.programs import ask, tell

LABEL = "io.github.agent-pilot.hub"
_ELSE = "Nothing was installed. `pilot up --detach` starts the hub without it."
_PID = re.compile(r"^\s*pid = (\d+)$", re.MULTILINE)


class LaunchAgent:
    """``launchctl`` and the property list it is told about."""

    name = "launchd"
    hint = "It runs from login to logout. API keys for agents that Pilot starts: docs/service.md."
    trouble = "`launchctl print gui/$(id -u)/" + LABEL + "` and logs/service.txt in Pilot's home have the reasons."

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.path = Path(environ.get("HOME") or Path.home()) / "Library" / "LaunchAgents" / f"{LABEL}.plist"
        self._environ = environ
        self._domain = f"gui/{os.getuid()}" if os.name == "posix" else ""
        self._target = f"{self._domain}/{LABEL}"

    def check(self) -> None:
        """Raise AutostartError where nobody is logged in at the screen."""
        code, said = ask(["launchctl", "print", self._domain], self._environ)
        if code != 0:
            why = " ".join(said.split())[:200]
            raise AutostartError(
                f"launchd has no session for this user ({why}).",
                "Log in at the screen once, not only over SSH. `pilot up --detach` starts the hub without it.",
            )

    def text(self, start: HubStart) -> bytes:
        """Return the property list."""
        log = str(definition.log_file(start.home))
        return plistlib.dumps(
            {
                "Label": LABEL,
                "ProgramArguments": start.command,
                "EnvironmentVariables": dict(start.environ),
                "RunAtLoad": True,
                # `pilot stop`, and a hub that finds another one running, end well: nothing is started again then
                "KeepAlive": {"SuccessfulExit": False},
                "ThrottleInterval": 10,
                "ExitTimeOut": 15,
                "StandardOutPath": log,
                "StandardErrorPath": log,
            },
            sort_keys=False,
        )

    def home_of(self, text: bytes) -> Path | None:
        """Return whose hub a property list starts."""
        words = _words(text)
        return Path(words[-1]) if words else None

    def program_of(self, text: bytes) -> Path | None:
        """Return the program of a property list."""
        words = _words(text)
        return Path(words[0]) if words else None

    def install(self, text: bytes) -> None:
        """Write the property list and load it; loading starts the hub."""
        home = self.home_of(text)
        if home is not None:
            definition.make_room(home)
        definition.replace_with(self.path, text, self._register)

    def remove(self) -> None:
        """Unload it, which stops the hub, and remove its file."""
        self._ask("bootout", self._target)
        self.path.unlink(missing_ok=True)

    def rest(self) -> None:
        """Unload it; the next login loads it."""
        self._ask("bootout", self._target)

    def state(self) -> Registered:
        """Return whether it is loaded, and its process."""
        code, said = self._ask("print", self._target)
        found = _PID.search(said)
        return Registered(code == 0, int(found.group(1)) if found else None, "state = running" in said)

    def said(self) -> str:
        """Return what is in the log."""
        home = self.home_of(definition.read(self.path) or b"")
        log = definition.read(definition.log_file(home)) if home is not None else None
        return (log or b"").decode("utf-8", "replace")[-4_000:]

    def shown(self, text: bytes) -> str:
        """Return the property list as it is."""
        return text.decode("utf-8", "replace")

    def _register(self) -> None:
        self._ask("bootout", self._target)  # fails where it is not loaded
        self._ask("enable", self._target)
        tell(["launchctl", "bootstrap", self._domain, str(self.path)], self._environ, _ELSE)

    def _ask(self, *words: str) -> tuple[int, str]:
        return ask(["launchctl", *words], self._environ)


def _words(text: bytes) -> list[str]:
    """Return the command of a property list of ours; nothing for any other."""
    try:
        found = plistlib.loads(text)
    except (plistlib.InvalidFileException, ExpatError, ValueError):
        return []
    words = found.get("ProgramArguments") if isinstance(found, dict) else None
    ours = isinstance(words, list) and words[-2:-1] == ["--service"]
    return [str(word) for word in words or []] if ours else []

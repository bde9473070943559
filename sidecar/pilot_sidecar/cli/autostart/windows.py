"""Windows: a task of the Task Scheduler's. Its text is tested, and read back as XML; it was not tried there yet."""

import subprocess
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from pilot_sidecar.cli.autostart import definition
from pilot_sidecar.cli.autostart.ports import AutostartError, HubStart, Registered
from pilot_sidecar.cli.autostart.programs import ask, tell
from pilot_sidecar.infra.paths import pilot_home

TASK = "Pilot"
_ELSE = "Nothing was installed. `pilot up --detach` starts the hub without it."
_SPACE = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"
_TEMPLATE = """\
<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Description>Pilot, mission control for coding agents. `pilot service remove` takes it away.</Description>
  </RegistrationInfo>
  <Triggers>
    <LogonTrigger>
      <Enabled>true</Enabled>
      <UserId>{user}</UserId>
    </LogonTrigger>
  </Triggers>
  <Principals>
    <Principal id="Author">
      <UserId>{user}</UserId>
      <LogonType>InteractiveToken</LogonType>
      <RunLevel>LeastPrivilege</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <RestartOnFailure>
      <Interval>PT1M</Interval>
      <Count>5</Count>
    </RestartOnFailure>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>{program}</Command>
      <Arguments>{arguments}</Arguments>
    </Exec>
  </Actions>
</Task>
"""


class ScheduledTask:
    """``schtasks`` and the description it is told about. A task has the environment that Windows gives its user."""

    name = "the Task Scheduler"
    hint = "It runs from login on. What `setx` saved is in its environment; what a shell has set is not."
    trouble = "The Task Scheduler's window has the task's last result; logs/hub.log in Pilot's home has the rest."

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.path = pilot_home(environ) / "service.xml"
        self._environ = environ

    def check(self) -> None:
        """Raise AutostartError where there is no Task Scheduler."""
        code, said = ask(["schtasks", "/query", "/fo", "LIST", "/tn", "\\"], self._environ)
        if code < 0:
            raise AutostartError(f"The Task Scheduler does not answer ({said}).", _ELSE)

    def text(self, start: HubStart) -> bytes:
        """Return the task, in the encoding that schtasks reads."""
        program, *others = start.command
        domain, user = self._environ.get("USERDOMAIN", ""), self._environ.get("USERNAME", "")
        facts = {
            "user": f"{domain}\\{user}" if domain else user,
            "program": program,
            "arguments": subprocess.list2cmdline(others),
        }
        filled = _TEMPLATE.format(**{name: escape(text) for name, text in facts.items()})
        return filled.replace("\n", "\r\n").encode("utf-16")

    def home_of(self, text: bytes) -> Path | None:
        """Return whose hub a task starts."""
        _, found, home = _text(text, "Arguments").partition(" --service ")
        return Path(home.strip('"')) if found else None

    def program_of(self, text: bytes) -> Path | None:
        """Return the program of a task."""
        program = _text(text, "Command")
        return Path(program) if program else None

    def install(self, text: bytes) -> None:
        """Create the task and run it."""
        definition.replace_with(self.path, text, self._register)

    def remove(self) -> None:
        """Delete the task; a hub that runs goes on."""
        self._ask("/delete", "/f")
        self.path.unlink(missing_ok=True)

    def rest(self) -> None:
        """End the task, and its tries to start again."""
        self._ask("/end")

    def state(self) -> Registered:
        """Return whether there is such a task; it does not tell its process."""
        code, _ = self._ask("/query", "/fo", "LIST")
        return Registered(code == 0)  # whether it runs is said in the user's language

    def said(self) -> str:
        """Return nothing: what a task prints is lost."""
        return ""

    def shown(self, text: bytes) -> str:
        """Return the task as text."""
        return text.decode("utf-16", "replace").replace("\r\n", "\n")

    def _register(self) -> None:
        tell(["schtasks", "/create", "/tn", TASK, "/xml", str(self.path), "/f"], self._environ, _ELSE)
        tell(["schtasks", "/run", "/tn", TASK], self._environ, _ELSE)

    def _ask(self, verb: str, *words: str) -> tuple[int, str]:
        return ask(["schtasks", verb, "/tn", TASK, *words], self._environ)


def _text(task: bytes, name: str) -> str:
    """Return what an element of a task says; nothing where there is none."""
    try:
        return ElementTree.fromstring(task).findtext(f".//{_SPACE}{name}") or ""  # noqa: S314 - the user's own file
    except (ElementTree.ParseError, ValueError):
        return ""

"""What each system is told to start, read back as that system reads it."""

import os
import plistlib
import shutil
import subprocess
from pathlib import Path, PureWindowsPath
from xml.etree import ElementTree

import pytest

from fakes.systemctl import started_by
from pilot_sidecar.cli.autostart import environment
from pilot_sidecar.cli.autostart.environment import hub_start, lasting_path, settings_left_out
from pilot_sidecar.cli.autostart.launchd import LaunchAgent
from pilot_sidecar.cli.autostart.ports import HubStart
from pilot_sidecar.cli.autostart.systemd import SystemdUser
from pilot_sidecar.cli.autostart.windows import ScheduledTask

START = HubStart(["/opt/py/bin/python", "-P", "-m", "pilot_sidecar", "up", "--service", "/home/dev/.pilot"],
                 Path("/home/dev/.pilot"), {"PATH": "/usr/bin:/bin"})  # fmt: skip
ODD = ["", " and 'quotes' \"double\"", " 100% %n %%", " $HOME ${HOME}", " back\\slash\\", " é ü", " ; # [x]", " <&>"]
UNIT = """\
# Written by `pilot service install`; `pilot service remove` takes it away.
[Unit]
Description=Pilot, mission control for coding agents
StartLimitIntervalSec=300
StartLimitBurst=5

[Service]
ExecStart="/opt/py/bin/python" "-P" "-m" "pilot_sidecar" "up" "--service" "/home/dev/.pilot"
Environment="PATH=/usr/bin:/bin"
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
Home="/home/dev/.pilot"
"""


def odd(suffix: str) -> HubStart:
    home = Path(f"/home/dev{suffix}/.pilot")
    command = [f"/opt/py{suffix.replace('$', '')}/bin/python", *START.command[1:-1], str(home)]
    return HubStart(command, home, {"PATH": f"/a{suffix}:/b", "CODEX_HOME": f"/c{suffix}"})


def test_the_unit() -> None:
    system = SystemdUser({"HOME": "/home/dev", "XDG_CONFIG_HOME": "relative"})
    assert system.path == Path("/home/dev/.config/systemd/user/pilot.service")
    assert system.text(START).decode() == UNIT


@pytest.mark.parametrize("suffix", ODD)
def test_systemd_starts_exactly_what_it_should(suffix: str) -> None:
    system, start = SystemdUser({"HOME": "/home/dev"}), odd(suffix)
    unit = system.text(start)
    assert started_by(unit.decode()) == (start.command, start.environ)
    assert system.home_of(unit) == start.home
    assert system.program_of(unit) == Path(start.command[0])


def test_systemd_itself_finds_no_fault(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir(mode=0o700)
    unit = tmp_path / "pilot.service"
    start = odd(' 100% $HOME "q" \'')
    unit.write_bytes(SystemdUser({}).text(HubStart(["/bin/sh", *start.command[1:]], start.home, start.environ)))
    program = shutil.which("systemd-analyze")
    if program is None:
        return  # where there is no systemd, nobody needs to read a unit; the other tests do
    environ = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path / "run")}
    command = [program, "verify", "--user", "--recursive-errors=no", str(unit)]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=20, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("suffix", ODD)
def test_launchd_starts_exactly_what_it_should(suffix: str) -> None:
    system, start = LaunchAgent({"HOME": "/Users/dev"}), odd(suffix)
    text = system.text(start)
    read = plistlib.loads(text)
    assert (read["ProgramArguments"], read["EnvironmentVariables"]) == (start.command, start.environ)
    assert (read["RunAtLoad"], read["KeepAlive"]) == (True, {"SuccessfulExit": False})
    assert system.home_of(text) == start.home
    assert system.program_of(text) == Path(start.command[0])
    assert system.path == Path("/Users/dev/Library/LaunchAgents/io.github.agent-pilot.hub.plist")
    assert read["Label"] == system.path.stem
    assert read["StandardErrorPath"] == str(start.home / "logs/service.txt")


@pytest.mark.parametrize("home", ["C:\\Users\\dev\\.pilot", "C:\\Users\\Ada & <Co>\\my pilot"])
def test_windows_starts_exactly_what_it_should(home: str) -> None:
    system = ScheduledTask({"HOME": "/", "USERDOMAIN": "DESK", "USERNAME": "Ada & Co", "PILOT_HOME": "/p"})
    command = ["C:\\Program Files\\py\\pythonw.exe", "-P", "-m", "pilot_sidecar", "up", "--service", home]
    text = system.text(HubStart(command, Path(home)))
    assert text.startswith(b"\xff\xfe"), "schtasks reads UTF-16 only"
    task = ElementTree.fromstring(text)
    space = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"
    assert task.findtext(f".//{space}Command") == command[0]
    told = f'"{home}"' if " " in home else home
    assert task.findtext(f".//{space}Arguments") == f"-P -m pilot_sidecar up --service {told}"
    assert {user.text for user in task.iter(f"{space}UserId")} == {"DESK\\Ada & Co"}
    assert task.findtext(f".//{space}RunLevel") == "LeastPrivilege"
    assert task.findtext(f".//{space}ExecutionTimeLimit") == "PT0S", "else Windows ends it after three days"
    assert system.program_of(text) == Path(command[0])
    assert PureWindowsPath(str(system.home_of(text))) == PureWindowsPath(home)


@pytest.mark.parametrize("system", [SystemdUser({}), LaunchAgent({}), ScheduledTask({})])
@pytest.mark.parametrize(
    "text", [b"", b"[Unit]\nDescription=Another pilot\n", b"<Task/>", b"\xff\xfe\x00", b"<plist/>"]
)
def test_what_others_wrote_is_nobodys(system: SystemdUser | LaunchAgent | ScheduledTask, text: bytes) -> None:
    assert system.home_of(text) is None


def test_a_path_that_is_gone_after_the_login_is_not_carried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """fnm puts a link of the shell's own on the PATH; what it leads to stays."""
    node, runtime, scratch = tmp_path / "node/bin", tmp_path / "run", tmp_path / "tmp"
    for folder in (node, runtime / "shells", scratch):
        folder.mkdir(parents=True)
    link = runtime / "shells/1_2"
    link.symlink_to(node.parent)
    monkeypatch.setattr(environment.tempfile, "gettempdir", lambda: str(scratch))
    given = f"{link}/bin:{runtime}/gone:{scratch}/mount:.::bin:/usr/bin:{node}:/usr/bin"
    assert lasting_path(given, {"XDG_RUNTIME_DIR": str(runtime)}) == f"{node}:/usr/bin"


def test_no_setting_and_no_secret_of_the_shell_is_carried() -> None:
    shell = {
        "PATH": "/usr/bin", "PILOT_HOME": "/h", "PILOT_PORT": "1", "PILOT_TELEGRAM_TOKEN": "s3cret", "PILOT_DEV": "",
        "OPENAI_API_KEY": "s3cret", "HTTPS_PROXY": "http://me:s3cret@proxy", "CODEX_HOME": "/c", "XDG_CONFIG_HOME": "",
    }  # fmt: skip
    start = hub_start(Path("/h"), shell)
    assert start.environ == {"PATH": "/usr/bin", "CODEX_HOME": "/c"}
    assert "s3cret" not in " ".join(start.command)
    assert settings_left_out(shell) == ["PILOT_PORT", "PILOT_TELEGRAM_TOKEN"]

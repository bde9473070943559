"""A user whose set-up is right: two agents that only tell their version, connected as `pilot init` does it."""

import io
import json
import os
import re
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from unittest.mock import patch

from pilot_sidecar import __version__
from pilot_sidecar.cli.checks.run import run_all
from pilot_sidecar.cli.checks.scene import look
from pilot_sidecar.cli.main import run
from pilot_sidecar.core.checks import Check
from pilot_sidecar.integrations.codex.plugin import (
    EVENTS,
    FOLDER,
    MARKETPLACE,
    PLUGIN,
    PLUGIN_ID,
    VERSION,
    marketplace_dir,
    render,
)
from pilot_sidecar.integrations.opencode.install import install
from pilot_sidecar.integrations.ports import InstallOptions

SIDECAR = Path(__file__).parents[2] / "sidecar"
OPENCODE, CODEX = "1.18.33", "0.169.0"
_STATE = ("pilot.db", "hub.", "audit", "logs")
"""What the running hub writes itself."""


@dataclass(frozen=True)
class HealthyHome:
    """The user's folder, Pilot's home, and the few programs on the PATH."""

    root: Path

    @property
    def user(self) -> Path:
        return self.root / "user"

    @property
    def home(self) -> Path:
        return self.root / "pilot"

    @property
    def programs(self) -> Path:
        return self.root / "programs"

    @property
    def opencode(self) -> Path:
        return self.user / ".config" / "opencode"

    @property
    def codex(self) -> Path:
        return self.user / ".codex"

    @property
    def environ(self) -> dict[str, str]:
        """Nothing of the developer's own gets in: no agent, no tunnel, no setting."""
        return {
            "HOME": str(self.user),
            "PILOT_HOME": str(self.home),
            "PILOT_PORT": "0",
            "PATH": str(self.programs),
            "PYTHONPATH": str(SIDECAR),
            "LANG": "C.UTF-8",
        }

    def doctor(self, *arguments: str, **extra: str) -> "subprocess.CompletedProcess[str]":
        """Run the command, as it is typed."""
        return subprocess.run(
            [sys.executable, "-m", "pilot_sidecar", "doctor", *arguments],
            env=self.environ | extra, capture_output=True, encoding="utf-8", timeout=60, check=False,
        )  # fmt: skip

    def found(self, **extra: str) -> "Found":
        """Return what the command finds, run within this process: starting Python takes longer than the checks."""
        out, err = io.StringIO(), io.StringIO()
        environ = patch.dict(os.environ, self.environ | extra, clear=True)
        with environ, redirect_stdout(out), redirect_stderr(err):
            code = run(["doctor", "--json"])
        assert err.getvalue() == "", err.getvalue()
        return read_found(out.getvalue(), code)

    def look_again(self) -> "Found":
        """Return what is found now, without starting a command for it."""
        groups = run_all(look(self.home, self.environ))
        checks = [check for group in groups.values() for check in group]
        return Found(checks, int(any(check.status == "fail" for check in checks)), "")

    def carry_out(self, fix: str) -> None:
        """Do what a fix says: its commands, one after the other."""
        for command in re.findall(r"`([^`]+)`", fix):
            unasked = command.replace("pilot init", "pilot init --yes").replace("pilot up", "pilot up --detach")
            done = subprocess.run(
                ["/bin/sh", "-c", unasked], env=self.environ | {"PATH": f"{self.programs}:/usr/bin:/bin"},
                capture_output=True, text=True, timeout=60, check=False, stdin=subprocess.DEVNULL,
            )  # fmt: skip
            assert done.returncode == 0, f"{unasked}: {done.stdout}{done.stderr}"

    @contextmanager
    def put_back_afterwards(self) -> Iterator[None]:
        """Undo what a test does to the files of this user."""
        before = self._files()
        yield
        for path in self._files().keys() - before.keys():
            path.unlink()
        for path, (data, mode) in before.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.exists() or path.read_bytes() != data:
                path.write_bytes(data)
            path.chmod(mode)
        self.home.chmod(0o700)

    def _files(self) -> dict[Path, tuple[bytes, int]]:
        ours = (path for folder in (self.user, self.home, self.programs) for path in folder.rglob("*"))
        files = (path for path in ours if path.is_file() and not path.is_symlink())
        kept = (path for path in files if not (path.is_relative_to(self.home) and _is_state(path, self.home)))
        return {path: (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) for path in kept}


def _is_state(path: Path, home: Path) -> bool:
    return path.relative_to(home).parts[0].startswith(_STATE)


@dataclass(frozen=True)
class Found:
    checks: list[Check]
    exit_code: int
    printed: str

    def wrong(self) -> dict[str, str]:
        """Return the status of everything that is not as it should be."""
        return {check.id: check.status for check in self.checks if check.status != "ok"}

    def of(self, name: str) -> Check:
        [found] = [check for check in self.checks if check.id == name]
        return found


def read_found(printed: str, exit_code: int) -> Found:
    """Return what was printed as JSON, which has to have its shape."""
    told = json.loads(printed)
    assert list(told) == ["checks"]
    assert all(list(check) == ["id", "status", "message", "fix"] for check in told["checks"])
    return Found([Check.model_validate(check) for check in told["checks"]], exit_code, printed)


def healthy_home(root: Path) -> HealthyHome:
    """Make one."""
    made = HealthyHome(root)
    for folder in (made.user, made.home, made.programs, made.codex):
        folder.mkdir(parents=True, mode=0o700)
    program(made, "opencode", f"echo {OPENCODE}")
    program(made, "codex", f"echo codex-cli {CODEX}")
    program(made, "curl", "exit 0")
    program(made, "pilot", f'exec {sys.executable} -m pilot_sidecar "$@"')
    install(InstallOptions(made.home, made.environ, offline=True), OPENCODE)
    _plug_into_codex(made)
    extension(made, __version__)
    return made


def program(made: HealthyHome, name: str, does: str) -> None:
    """Put a stand-in on the PATH."""
    path = made.programs / name
    path.write_text(f"#!/bin/sh\n{does}\n")
    path.chmod(0o755)


def extension(made: HealthyHome, version: str) -> None:
    """Install VS Code's extension in a version, as VS Code does it."""
    folder = made.user / ".vscode" / "extensions"
    shutil.rmtree(folder, ignore_errors=True)
    (folder / f"agent-pilot.agent-pilot-{version}").mkdir(parents=True)
    (folder / f"agent-pilot.agent-pilot-{version}" / "package.json").write_text("{}")


Trust = Literal["all", "some", "none"]


def codex_config(made: HealthyHome, trust: Trust = "all", switch: str = "true") -> str:
    """Return what Codex has in its settings once the hooks were added, and reviewed."""
    names = [re.sub(r"(?<!^)(?=[A-Z])", "_", event).lower() for event in EVENTS]
    chosen = {"all": names, "some": names[1:], "none": []}[trust]
    rows = [
        f'\n[hooks.state."{PLUGIN_ID}:hooks/hooks.json:{name}:0:0"]\ntrusted_hash = "sha256:ab"\n' for name in chosen
    ]
    source = json.dumps(str(marketplace_dir(made.home)))
    marketplace = f'[marketplaces.{MARKETPLACE}]\nsource_type = "local"\nsource = {source}\n'
    return f'{marketplace}\n[plugins."{PLUGIN_ID}"]\nenabled = {switch}\n{"".join(rows)}'


def _plug_into_codex(made: HealthyHome) -> None:
    cache = made.codex / "plugins" / "cache" / MARKETPLACE / PLUGIN / VERSION
    for name, data in render(made.home, made.environ).items():
        _write(marketplace_dir(made.home) / name, data)
        if name.startswith(FOLDER):
            _write(cache / name.removeprefix(f"{FOLDER}/"), data)
    (made.codex / "config.toml").write_text(codex_config(made))


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


@contextmanager
def running(made: HealthyHome, code: str = "") -> Iterator["subprocess.Popen[bytes]"]:
    """Run a hub there, with some code done first."""
    command = (
        f"{code}\nimport sys\nfrom pilot_sidecar.cli.main import run\nsys.exit(run(['up', '--no-open', '--quiet']))"
    )
    process = subprocess.Popen([sys.executable, "-c", command], env=made.environ, stdin=subprocess.DEVNULL)
    try:
        while look(made.home, made.environ).hub is None:
            assert process.poll() is None, "the hub ended"
            time.sleep(0.05)
        yield process
    finally:
        process.kill()
        process.wait()

"""The real OpenCode, in a home of its own: server, one-shot runs, and the terminal UI under tmux."""

import json
import os
import re
import signal
import subprocess
import urllib.request
from pathlib import Path
from typing import Any

from agents.harness.hub import run_pilot
from agents.harness.terminal import Terminal
from agents.harness.waiting import wait_until
from pilot_sidecar.integrations.opencode.install import install
from pilot_sidecar.integrations.opencode.reload import reload_idle_terminals
from pilot_sidecar.integrations.opencode.uninstall import uninstall
from pilot_sidecar.integrations.ports import InstallOptions

REPO = Path(__file__).parents[3]
REAL_SIZE = 10_000_000
VERSION = "1.18.33"


def binary() -> Path | None:
    """Return the pinned program; npm's wrapper is only a stub where its install script did not run."""
    named = os.environ.get("PILOT_TEST_OPENCODE")
    modules = REPO / "node_modules"
    candidates = [Path(named)] if named else []
    candidates += [modules / "opencode-ai" / "bin" / "opencode.exe", *sorted(modules.glob("opencode-*/bin/opencode"))]
    return next((path.resolve() for path in candidates if path.exists() and path.stat().st_size > REAL_SIZE), None)


class Sandbox:
    """A home, the user's configuration in it, and projects."""

    def __init__(self, root: Path, program: Path, model_url: str) -> None:
        self.root = root
        self.program = program
        self.home = root / "home"
        self.pilot_home = root / "pilot"
        self.config = self.home / ".config" / "opencode"
        for folder in (self.config, self.home / ".local" / "share", root / "bin", root / "tmp"):
            folder.mkdir(parents=True, exist_ok=True)
        (root / "bin" / "opencode").symlink_to(program)
        self.model_url = model_url
        self.configure()
        self.project = self.new_project("project")

    @property
    def environ(self) -> dict[str, str]:
        """The environment of everything that runs here; nothing of the developer's own gets in."""
        return {
            "HOME": str(self.home),
            "XDG_CONFIG_HOME": str(self.home / ".config"),
            "XDG_DATA_HOME": str(self.home / ".local" / "share"),
            "XDG_STATE_HOME": str(self.home / ".local" / "state"),
            "XDG_CACHE_HOME": str(self.home / ".cache"),
            "TMPDIR": str(self.root / "tmp"),
            "PATH": f"{self.root / 'bin'}:{os.environ['PATH']}",
            "TERM": "xterm-256color",
            "LANG": "C.UTF-8",
            "PILOT_HOME": str(self.pilot_home),
            "OPENCODE_DISABLE_AUTOUPDATE": "1",
            "OPENCODE_DISABLE_LSP_DOWNLOAD": "1",
            "OPENCODE_DISABLE_MODELS_FETCH": "1",
            "npm_config_registry": "http://127.0.0.1:9",
        }

    def configure(self, **settings: object) -> None:
        """Write the user's opencode.json: the scripted model, and whatever else."""
        config = {
            "$schema": "https://opencode.ai/config.json",
            "model": "fake/fake-1",
            "small_model": "fake/fake-1",
            "share": "disabled",
            "autoupdate": False,
            "provider": {
                "fake": {
                    "npm": "@ai-sdk/openai-compatible",
                    "name": "Scripted",
                    "options": {"baseURL": self.model_url, "apiKey": "none"},
                    "models": {
                        "fake-1": {"name": "Scripted one", "limit": {"context": 100000, "output": 8000}},
                        "gpt-5-fake": {"name": "Patches files", "limit": {"context": 100000, "output": 8000}},
                    },
                }
            },
            **settings,
        }
        (self.config / "opencode.json").write_text(json.dumps(config, indent=2))

    def new_project(self, name: str) -> Path:
        """Make a project under version control."""
        project = self.root / name
        (project / "node_modules").mkdir(parents=True)
        (project / "node_modules" / "keep.txt").write_text("keep\n")
        (project / "README.md").write_text("A project.\n")
        commands = [["init", "-q"], ["add", "README.md"], ["commit", "-qm", "start"]]
        who = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
        for command in commands:
            subprocess.run(["git", *who, *command], cwd=project, check=True, env=self.environ)
        return project

    def install(self, *, reload: bool = False) -> None:
        """Install the bridge, as ``pilot init opencode`` does."""
        install(self._options(), VERSION)
        if reload:
            reload_idle_terminals(self.environ)

    def uninstall(self) -> None:
        """Remove the bridge, as ``pilot uninstall opencode`` does."""
        uninstall(self._options())

    def _options(self) -> InstallOptions:
        return InstallOptions(home=self.pilot_home, environ=self.environ, offline=True)

    def pilot(self, *arguments: str) -> str:
        """Run the ``pilot`` command and return what it said."""
        return run_pilot(self.environ, self.home, *arguments)

    def serve(self, project: Path | None = None, **environ: str) -> "Serve":
        """Start ``opencode serve``."""
        return Serve(self, project or self.project, environ)

    def run(self, prompt: str, project: Path | None = None) -> "subprocess.Popen[str]":
        """Start ``opencode run``."""
        return subprocess.Popen(
            [str(self.program), "run", prompt],
            env=self.environ, cwd=project or self.project, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip


class Serve:
    """A running ``opencode serve``."""

    def __init__(self, sandbox: Sandbox, project: Path, environ: dict[str, str]) -> None:
        self.project = project
        self._log = sandbox.root / f"serve-{project.name}-{id(self)}.log"
        with self._log.open("wb") as output:
            self.process = subprocess.Popen(
                [str(sandbox.program), "serve", "--port", "0"],
                env={**sandbox.environ, **environ}, cwd=project, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            )  # fmt: skip
        self.url = wait_until("opencode serve", self._address, 60)

    def api(self, method: str, path: str, body: object = None) -> Any:
        """Call OpenCode's own server, as its own clients do."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"content-type": "application/json", "x-opencode-directory": str(self.project)}
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        with urllib.request.urlopen(request, timeout=20) as response:
            text = response.read()
        return json.loads(text) if text else None

    def session(self) -> str:
        """Start a session and return its id."""
        return str(self.api("POST", "/session", {})["id"])

    def prompt(self, session: str, text: str) -> None:
        """Send a prompt from OpenCode's side, as its terminal would."""
        self.api("POST", f"/session/{session}/prompt_async", {"parts": [{"type": "text", "text": text}]})

    def stop(self) -> None:
        """End it."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.terminate()
            self.process.wait(10)

    def kill(self) -> None:
        """End it at once."""
        self.process.kill()
        self.process.wait(10)

    def log(self) -> str:
        """What it printed."""
        return self._log.read_text(errors="replace")

    def _address(self) -> str | None:
        assert self.process.poll() is None, self.log()
        found = re.search(r"http://127\.0\.0\.1:\d+", self.log())
        return found.group() if found else None


class Tui(Terminal):
    """OpenCode's terminal UI on a screen of tmux's."""

    def __init__(self, sandbox: Sandbox, project: Path | None = None) -> None:
        super().__init__([str(sandbox.program)], project or sandbox.project, sandbox.environ)

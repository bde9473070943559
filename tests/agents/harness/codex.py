"""The real Codex, in a home of its own: one-shot runs, the terminal UI under tmux, and the daemon it starts."""

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from agents.harness.hub import run_pilot
from agents.harness.terminal import Terminal
from agents.harness.waiting import PAUSE_S, wait_until

REPO = Path(__file__).parents[3]
PROGRAM = "@openai/codex-linux-x64/vendor/x86_64-unknown-linux-musl/bin/codex"
RELEASES = "packages/app-server-daemon"
READY = "\u203a"
"""What Codex's input line begins with."""
CONNECTED = "GPT-5.5 "
"""What stands below it once the session has started."""
REVIEW = "Hooks need review"
SENT_S = 1.0
"""A prompt that was sent has left the input within this."""
CONFIG = """\
model = "gpt-5.5"
model_provider = "scripted"
check_for_update_on_startup = false

[model_providers.scripted]
name = "Scripted"
base_url = "{url}"
wire_api = "responses"

# the sandboxes of the tests are below /tmp, where Codex would let the agent write anywhere
[sandbox_workspace_write]
exclude_slash_tmp = true
exclude_tmpdir_env_var = true

[tools.update_plan]
enabled = true

[analytics]
enabled = false

[tui]
screen_reader_detection_done = true

[tui.model_availability_nux]
"gpt-6.1-sol" = 1

[notice.model_migrations]
"gpt-5.5" = "gpt-6-sol"
"""
TRUST = """
[projects."{project}"]
trust_level = "trusted"
"""


def codex_binary() -> Path | None:
    """Return the pinned program, not npm's wrapper."""
    named = os.environ.get("PILOT_TEST_CODEX")
    path = Path(named) if named else REPO / "node_modules" / PROGRAM
    return path.resolve() if path.exists() else None


class CodexSandbox:
    """A home, the user's configuration in it, and projects."""

    def __init__(self, root: Path, program: Path, model_url: str) -> None:
        self.root = root
        self.program = program
        self.model_url = model_url
        self.home = root / "home"
        self.pilot_home = root / "pilot"
        self.codex_home = self.home / ".codex"
        self.config = self.codex_home / "config.toml"
        for folder in (self.codex_home, root / "bin", root / "t"):
            folder.mkdir(parents=True, exist_ok=True)
        (root / "bin" / "codex").symlink_to(program)
        (root / "bin" / "bwrap").symlink_to(program.parents[1] / "codex-resources" / "bwrap")
        _install(program, self.codex_home / RELEASES)
        self._projects: list[Path] = []
        self.configure()
        self.project = self.new_project("project")

    @property
    def environ(self) -> dict[str, str]:
        """The environment of everything that runs here; nothing of the developer's own gets in."""
        return {
            "HOME": str(self.home),
            "CODEX_HOME": str(self.codex_home),
            "TMPDIR": str(self.root / "t"),  # not above CODEX_HOME, where Codex would put no programs
            "PATH": f"{self.root / 'bin'}:{os.environ['PATH']}",
            "SHELL": "/bin/bash",
            "TERM": "xterm-256color",
            "LANG": "C.UTF-8",
            "PILOT_HOME": str(self.pilot_home),
            "HTTPS_PROXY": "http://127.0.0.1:9",
            "NO_PROXY": "127.0.0.1,localhost",
        }

    def configure(self, *lines: str) -> None:
        """Write config.toml anew: the scripted model, no first-run notices, lines like ``features.hooks = false``."""
        top = "".join(f"{line}\n" for line in lines)
        trust = "".join(TRUST.format(project=project) for project in self._projects)
        self.config.write_text(top + CONFIG.format(url=self.model_url) + trust)

    def new_project(self, name: str) -> Path:
        """Make a trusted project under version control."""
        project = self.root / name
        project.mkdir()
        (project / "README.md").write_text("A project.\n")
        who = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
        for command in (["init", "-q"], ["add", "README.md"], ["commit", "-qm", "start"]):
            subprocess.run(["git", *who, *command], cwd=project, check=True, env=self.environ)
        self._projects.append(project)
        with self.config.open("a") as config:
            config.write(TRUST.format(project=project))
        return project

    def pilot(self, *arguments: str) -> str:
        """Run the ``pilot`` command and return what it said."""
        return run_pilot(self.environ, self.home, *arguments)

    def exec(self, prompt: str, *arguments: str, project: Path | None = None) -> "subprocess.Popen[str]":
        """Start ``codex exec``."""
        return subprocess.Popen(
            [str(self.program), "exec", *arguments, prompt],
            env=self.environ, cwd=project or self.project, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip

    def daemon_pids(self) -> list[int]:
        """Return the processes that run from the copy of Codex in this home: its daemon, and what updates it."""
        return [int(entry.name) for entry in Path("/proc").glob("[0-9]*") if self._runs_from_here(entry)]

    def stop_daemon(self) -> None:
        """End the daemon that terminals of this sandbox have started."""
        for pid in self.daemon_pids():
            _signal(pid, signal.SIGTERM)
        try:
            wait_until("the end of the daemon", lambda: not self.daemon_pids(), 5)
        except AssertionError:
            for pid in self.daemon_pids():
                _signal(pid, signal.SIGKILL)
            wait_until("the end of the daemon", lambda: not self.daemon_pids(), 5)

    def _runs_from_here(self, entry: Path) -> bool:
        program = _program(entry.name)
        return program is not None and program.is_relative_to(self.codex_home)


def _install(program: Path, packages: Path) -> None:
    """Put what the daemon will run where Codex would copy it, 404 MB, unless links cannot reach there."""
    package = program.parents[1]
    with suppress(OSError):
        facts = json.loads((package / "codex-package.json").read_text())
        release = packages / "releases" / f"{facts['version']}-{facts['target']}"
        shutil.copytree(package, release, copy_function=os.link)
        (release / "codex").symlink_to(facts["entrypoint"])
        (packages / "current").symlink_to(release)


def _program(pid: int | str) -> Path | None:
    """Return what a process runs; nothing for one that has ended, even if nobody has taken note of it yet."""
    try:
        return Path(f"/proc/{pid}/exe").readlink()
    except OSError:
        return None


def _signal(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)


class CodexTui(Terminal):
    """Codex's terminal UI on a screen of tmux's."""

    def __init__(self, sandbox: CodexSandbox, *arguments: str, project: Path | None = None) -> None:
        super().__init__([str(sandbox.program), *arguments], project or sandbox.project, sandbox.environ)

    def ready(self) -> None:
        """Return once Codex knows its model and takes a prompt."""
        self.shows(CONNECTED, 60)
        self.shows(READY)

    def trust_hooks(self) -> None:
        """Answer Codex's review of new hooks; keys pressed too early are lost."""

        def press(key: str, done: Callable[[], bool]) -> bool:
            self.keys(key)
            return done()

        def chosen() -> bool:
            return f"{READY} 2. Trust all" in self.screen() or REVIEW not in self.screen()

        self.shows(REVIEW, 60)
        wait_until("the choice", lambda: press("2", chosen))
        wait_until("the end of the review", lambda: press("Enter", lambda: REVIEW not in self.screen()))

    def type(self, text: str) -> None:
        """Type and send; an Enter too soon after the text is part of it for Codex, and has to be pressed again."""
        self.write(text)

        def sent() -> bool:
            self.keys("Enter")
            end = time.monotonic() + SENT_S
            while time.monotonic() < end:
                if not self.holds(text):
                    return True
                time.sleep(PAUSE_S)
            return False

        wait_until(f"“{text}” to be sent", sent)

    def stop(self) -> None:
        """Close the screen, and return once Codex has ended and writes nothing any more."""
        super().stop()
        wait_until("the end of Codex", lambda: _program(self.pid) is None)

    def holds(self, text: str) -> bool:
        """Whether a text is in the input, however its lines are broken."""
        return "".join(text.split()) in "".join(self.input().split())

    def input(self) -> str:
        """What is in the input: the last line that begins like one, to the next empty line."""
        _, _, rest = self.screen().rpartition(f"\n{READY}")
        return rest.partition("\n\n")[0]

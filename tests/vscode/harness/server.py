"""A real VS Code, as a server: code-server with a home, settings and extensions of its own."""

import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

from agents.harness.waiting import wait_until
from vscode.harness.install import VSIX, program
from vscode.harness.settings import QUIET, Json

FOREIGN = ("VSCODE_", "XDG_", "npm_", "PILOT_", "CODEX_", "OPENCODE_")
STOP_S = 10


class CodeServer:
    """Starts and ends one server; its windows are pages of a browser."""

    def __init__(self, root: Path, environ: dict[str, str], settings: Json | None = None, *, trust: bool = False):
        self.root = root
        self.data = root / "data"
        self.log = root / "server.log"
        self.url = ""
        self.pilot_home = Path(environ["PILOT_HOME"])
        self._extensions = root / "extensions"
        self._trust = trust
        # VS Code's sockets have long names, and their paths at most 108 bytes.
        self._temporary = Path(tempfile.mkdtemp(prefix="pvs-", dir="/tmp"))
        self._environ = self._own(environ)
        self._process: subprocess.Popen[bytes] | None = None
        self._settings: Json = {**QUIET, "security.workspace.trust.enabled": trust, **(settings or {})}
        self._extensions.mkdir(parents=True, exist_ok=True)
        (root / "config.yaml").write_text("auth: none\n")
        self.set()

    def set(self, **changed: object) -> None:
        """Change settings, with ``__`` for the dots."""
        self._settings |= {name.replace("__", "."): value for name, value in changed.items()}
        # What is of the machine counts only in the second file, because a window of code-server is a remote one.
        for folder in ("User", "Machine"):
            (self.data / folder).mkdir(parents=True, exist_ok=True)
            (self.data / folder / "settings.json").write_text(json.dumps(self._settings, indent=1))

    def install(self, vsix: Path = VSIX) -> None:
        """Install the extension as a person does from a file."""
        command = [*self._command(), "--force", "--install-extension", str(vsix)]
        done = subprocess.run(command, env=self._environ, capture_output=True, text=True, timeout=60, check=False)
        assert "successfully installed" in done.stdout, done.stdout + done.stderr

    def start(self) -> None:
        """Start, and wait until it listens on a port."""
        self._spawn(["--bind-addr", "127.0.0.1:0"], [])
        self.url = wait_until("code-server", self._address, 60)

    def start_elsewhere(self, prefix: list[str]) -> Path:
        """Start behind a command that takes it elsewhere; return the socket on which it listens."""
        socket = self._temporary / "door"
        self._spawn(["--socket", str(socket)], prefix)
        wait_until("code-server", lambda: self._alive() and socket.exists(), 60)
        return socket

    @property
    def pid(self) -> int:
        """The process, also the leader of its group."""
        assert self._process is not None
        return self._process.pid

    def stop(self) -> None:
        """End it with all its windows, and remove its temporary files."""
        if self._process:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(STOP_S)
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(STOP_S)
        shutil.rmtree(self._temporary, ignore_errors=True)

    def logs(self) -> dict[str, str]:
        """Return what every window logged, by file name."""
        logs = self.data / "logs"
        return {str(path.relative_to(logs)): path.read_text(errors="replace") for path in sorted(logs.rglob("*.log"))}

    def _own(self, environ: dict[str, str]) -> dict[str, str]:
        inherited = {name: text for name, text in os.environ.items() if not name.startswith(FOREIGN)}
        return {
            **inherited,
            **environ,
            "TMPDIR": str(self._temporary),
            "XDG_RUNTIME_DIR": str(self._temporary),
            "EXTENSIONS_GALLERY": "{}",
            # A page that dies would keep its extension host for 3 hours.
            "CODE_SERVER_RECONNECTION_GRACE_TIME": "5",
            # It would ask a login shell for the environment, and get another PATH than ours.
            "VSCODE_CLI": "1",
            "PILOT_PORT": "0",
        }

    def _command(self) -> list[str]:
        return [
            *program(), "--config", str(self.root / "config.yaml"), "--user-data-dir", str(self.data),
            "--extensions-dir", str(self._extensions), "--disable-telemetry", "--disable-update-check",
            *([] if self._trust else ["--disable-workspace-trust"]),
        ]  # fmt: skip

    def _spawn(self, where: list[str], prefix: list[str]) -> None:
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                [*prefix, *self._command(), "--auth", "none", *where],
                env=self._environ, cwd=self.root, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                start_new_session=True,
            )  # fmt: skip

    def _alive(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, self.log.read_text(errors="replace")
        return True

    def _address(self) -> str | None:
        self._alive()
        found = re.findall(r"HTTP server listening on (http://127\.0\.0\.1:\d+)", self.log.read_text(errors="replace"))
        return found[-1] if found else None

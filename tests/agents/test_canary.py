"""``pilot doctor --canary`` with the real OpenCode and the real Codex, in a home with both."""

import hashlib
import json
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from agents.conftest import MISSING
from agents.harness.codex import CodexSandbox
from agents.harness.hub import REPO, Hub
from agents.harness.opencode import binary
from agents.harness.trust import trust_hooks
from agents.harness.waiting import wait_until

OF_THEIR_OWN = (".config/opencode/.gitignore", ".codex/.sandbox_migration", ".codex/.hook-trust/", ".cache/opencode/")
"""What these programs write at any start, whoever starts them, and keep one of."""


@dataclass
class Home:
    """A user with both agents, connected by ``pilot init``."""

    codex: CodexSandbox
    hub: Hub
    witness: Path
    """Written by a tool server of the user's, if anybody starts it."""

    temporary: Path
    """The folder for temporary files: a link to one with letters that travel badly."""

    @property
    def opencode_config(self) -> Path:
        return self.codex.home / ".config" / "opencode" / "opencode.json"

    def canary(self) -> "subprocess.Popen[str]":
        """Start the command."""
        environ = {**self.codex.environ, "PYTHONPATH": str(REPO / "sidecar"), "TMPDIR": str(self.temporary)}
        command = [sys.executable, "-m", "pilot_sidecar", "doctor", "--canary", "--json"]
        return subprocess.Popen(
            command, env=environ, cwd=self.codex.home, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def canaries(self) -> dict[str, dict[str, Any]]:
        """Run the command; return what it says of each agent's canary."""
        process = self.canary()
        output, errors = process.communicate(timeout=90)
        assert errors == ""
        checks = {check["id"]: check for check in json.loads(output)["checks"]}
        found = {name: check for name, check in checks.items() if name.endswith(".canary")}
        failed = any(check["status"] == "fail" for check in checks.values())
        assert process.returncode == int(failed)
        return found

    def files(self) -> dict[str, str]:
        """Return the user's files, but for the programs, by their content."""
        found = (path for path in self.codex.home.rglob("*") if path.is_file())
        names = {str(path.relative_to(self.codex.home)): path for path in found}
        return {
            name: hashlib.sha256(path.read_bytes()).hexdigest()
            for name, path in names.items()
            if not name.startswith((".codex/packages/", *OF_THEIR_OWN))
        }

    def get(self, path: str) -> Any:
        found = self.hub.file
        request = urllib.request.Request(found["url"] + path, headers={"Authorization": f"Bearer {found['token']}"})
        with urllib.request.urlopen(request, timeout=10) as response:
            return json.load(response)

    def running(self) -> list[str]:
        """Return what runs in this home besides the hub."""
        found = []
        for process in psutil.process_iter():
            try:
                mine = process.environ().get("HOME") == str(self.codex.home)
            except psutil.Error:
                continue
            if mine and process.pid != self.hub.pid and process.status() != psutil.STATUS_ZOMBIE:
                found.append(" ".join(process.cmdline()))
        return found

    def folders(self) -> list[Path]:
        """Return the scratch folders there are."""
        return list(self.temporary.glob("pilot-canary-*"))


@pytest.fixture(scope="module")
def home(codex: CodexSandbox, codex_hub: Hub) -> Iterator[Home]:
    program = binary()
    if program is None:
        pytest.skip(MISSING)
    (codex.root / "bin" / "opencode").symlink_to(program)
    odd = codex.root / "ü s"
    odd.mkdir()
    temporary = codex.root / "temporary"
    temporary.symlink_to(odd)
    home = Home(codex, codex_hub, codex.root / "witness", temporary)
    touch = ["sh", "-c", f"touch {home.witness}"]
    home.opencode_config.parent.mkdir(parents=True)
    server = {"type": "local", "command": touch, "enabled": True}
    schema = "https://opencode.ai/config.json"  # OpenCode adds it to a file that has none
    given: dict[str, object] = {
        "$schema": schema,
        "permission": {"*": "allow", "bash": "allow"},
        "mcp": {"witness": server},
        "enabled_providers": ["other"],
    }
    home.opencode_config.write_text(json.dumps(given))
    text = codex.config.read_text().replace('model = "gpt-5.5"', 'model = "gpt-6-sol"')  # which gets no plain shell
    text += "\n[features]\ncode_mode_only = true\n"
    text += f'\n[mcp_servers.witness]\ncommand = "sh"\nargs = {json.dumps(touch[1:])}\n'
    codex.config.write_text(text)
    codex.pilot("init", "--yes", "--offline")
    yield home
    assert home.running() == []


def test_a_bridge_that_is_gone_and_hooks_nobody_trusts_are_told(home: Home) -> None:
    loader = home.opencode_config.parent / "plugins" / "pilot.js"
    content = loader.read_bytes()
    loader.unlink()
    found = home.canaries()
    loader.write_bytes(content)
    assert found["opencode.canary"]["status"] == found["codex.canary"]["status"] == "fail"
    assert found["opencode.canary"]["message"] == f"OpenCode: its bridge is gone: there is no {loader}"
    assert "pilot init opencode" in found["opencode.canary"]["fix"]
    assert "you have not said that you trust them" in found["codex.canary"]["message"]
    assert "Trust all" in found["codex.canary"]["fix"]


async def test_each_agent_asks_is_answered_and_runs_and_nothing_is_left(home: Home) -> None:
    await trust_hooks(home.codex)
    before = home.files()
    found = home.canaries()
    for name, label in (("opencode.canary", "OpenCode"), ("codex.canary", "Codex")):
        assert found[name]["status"] == "ok", found[name]
        assert found[name]["message"].startswith(f"{label}: asked, answered, ran (")
    after = home.files()
    assert [path.name for path in home.temporary.glob(".*.so")] == []
    assert {name for name in {*before, *after} if before.get(name) != after.get(name)} == set()
    assert not home.witness.exists()
    state = home.get("/api/snapshot")
    assert (state["sessions"], state["projects"], state["asks"]) == ([], [], [])
    audit = [json.loads(line) for line in (home.codex.pilot_home / "audit.jsonl").read_text().splitlines()]
    answered = [entry for entry in audit if entry["action"] == "ask.ended"]
    assert len(answered) == 2, [entry["action"] for entry in audit]
    assert (home.folders(), home.running()) == ([], [])


def test_what_an_agent_says_of_its_broken_configuration_is_told(home: Home) -> None:
    broken = {
        home.opencode_config: '{"provider": {"mine": {"options": {"apiKey": "sk-a-secret-of-mine"}}}',
        home.codex.config: 'experimental_bearer_token = "sk-a-secret-of-mine\n',
    }
    kept = {path: path.read_bytes() for path in broken}
    for path, text in broken.items():
        path.write_text(text)
    found = home.canaries()
    for path, content in kept.items():
        path.write_bytes(content)
    assert found["opencode.canary"]["message"].startswith("OpenCode: did not start: Error: Config file at")
    assert str(home.opencode_config) in found["opencode.canary"]["message"]
    assert "secret" not in json.dumps(found)
    assert found["codex.canary"]["message"].startswith(f"Codex: cannot read its configuration: {home.codex.config}:1:")
    assert home.folders() == []


def test_a_command_that_is_told_to_stop_takes_everything_with_it(home: Home) -> None:
    process = home.canary()
    wait_until("OpenCode", lambda: any("opencode serve" in command for command in home.running()))
    process.send_signal(signal.SIGTERM)
    output, errors = process.communicate(timeout=20)
    assert (process.returncode, output, errors) == (130, "", "")
    assert (home.folders(), home.running()) == ([], [])
    assert home.get("/api/snapshot")["sessions"] == []


def test_without_a_hub_nothing_is_started(home: Home) -> None:
    home.hub.stop()
    found = home.canaries()
    assert {check["message"] for check in found.values()} == {
        "OpenCode: not tried, since no hub is running.",
        "Codex: not tried, since no hub is running.",
    }
    assert {check["fix"] for check in found.values()} == {"Start it with `pilot up`."}

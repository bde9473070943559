"""`pilot doctor` beside the real agents: what it reads in their files is what they have written there."""

import os
import time
from pathlib import Path

import pytest

from agents.harness.codex import CodexSandbox
from agents.harness.codex_home import PLAIN, Home
from agents.harness.opencode import REAL_SIZE, VERSION, binary
from pilot_sidecar.cli.checks.run import run_all
from pilot_sidecar.cli.checks.scene import look
from pilot_sidecar.core.checks import Check
from pilot_sidecar.integrations.codex.greeting import TESTED
from pilot_sidecar.integrations.opencode.detect import detect, packaged_version


def checks(home: Home) -> dict[str, Check]:
    groups = run_all(look(home.options.home, home.options.environ))
    return {check.id: check for check in groups["Agents"] if check.id.startswith("codex.")}


def statuses(found: dict[str, Check]) -> dict[str, str]:
    return {name.removeprefix("codex."): check.status for name, check in found.items()}


@pytest.fixture
def home(codex: CodexSandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("PATH", codex.environ["PATH"])
    return Home(codex, tmp_path, PLAIN)


def test_the_hooks_of_the_real_codex_on_their_way_to_being_trusted(home: Home) -> None:
    found = checks(home)
    assert found["codex.version"].message == f"Codex {TESTED} is installed."
    assert statuses(found) == {"version": "ok", "plugin": "warn"}
    home.install()
    assert statuses(checks(home)) == {"version": "ok", "plugin": "ok", "hooks": "fail", "curl": "ok"}
    home.trust()
    assert statuses(checks(home)) == {"version": "ok", "plugin": "ok", "hooks": "ok", "curl": "ok"}
    state = home.hooks()[0]["key"]
    edit = {"keyPath": f'hooks.state."{state}".enabled', "value": False, "mergeStrategy": "upsert"}
    home.ask("config/batchWrite", {"edits": [edit]})
    assert statuses(checks(home))["hooks"] == "fail"
    home.config.write_text(home.config.read_text().replace("enabled = true", "enabled = false"))
    assert statuses(checks(home)) == {"version": "ok", "plugin": "warn", "curl": "ok"}


def test_the_version_of_an_opencode_from_npm_is_known_without_starting_it(tmp_path: Path) -> None:
    program = binary()
    if program is None:
        pytest.skip("opencode not found: run `npm ci`, or name the program in PILOT_TEST_OPENCODE")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "opencode").symlink_to(program)
    assert packaged_version(tmp_path / "bin" / "opencode") in (VERSION, None)  # None: it came in another way
    began = time.monotonic()
    assert detect({"PATH": os.fspath(tmp_path / "bin"), "HOME": os.fspath(tmp_path)}).version == VERSION
    if packaged_version(program):
        assert time.monotonic() - began < 0.5


def test_a_package_whose_program_was_never_put_in_place_tells_no_version(tmp_path: Path) -> None:
    folder = tmp_path / "opencode-ai" / "bin"
    folder.mkdir(parents=True)
    (folder.parent / "package.json").write_text('{"name": "opencode-ai", "version": "1.18.33"}')
    (folder / "opencode").write_text("#!/bin/sh\nexit 1\n")
    assert packaged_version(folder / "opencode") is None
    os.truncate(folder / "opencode", REAL_SIZE + 1)
    assert packaged_version(folder / "opencode") == "1.18.33"
    (folder.parent / "package.json").write_text('{"name": "another", "version": "1.18.33"}')
    assert packaged_version(folder / "opencode") is None

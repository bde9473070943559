"""One installer at a time."""

import asyncio
import json
import os
import shutil
import threading
from pathlib import Path

import pytest

from fakes.hub_process import pilot
from pilot_sidecar.cli.alone import LOCK, InstallerBusyError, alone
from pilot_sidecar.core.manifest import Manifest, save_manifest

TURNS = 20


def test_who_waits_too_long_is_told_and_nothing_is_left(tmp_path: Path) -> None:
    home = tmp_path / "user" / ".pilot"
    with alone(home), pytest.raises(InstallerBusyError, match="is at work"), alone(home, wait_s=0):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_home_that_was_there_stays(tmp_path: Path) -> None:
    with alone(tmp_path):
        assert (tmp_path / LOCK).exists()
    assert list(tmp_path.iterdir()) == []


def test_a_home_that_goes_meanwhile_is_made_again(tmp_path: Path) -> None:
    home, entered = tmp_path / ".pilot", threading.Event()

    def wait() -> None:
        with alone(home):
            entered.set()

    waiting = threading.Thread(target=wait)
    with alone(home):
        waiting.start()
        shutil.rmtree(home, ignore_errors=True)
    waiting.join()
    assert entered.is_set()
    assert not home.exists() or list(home.iterdir()) == []


def test_two_agents_at_once_are_both_on_record(tmp_path: Path) -> None:
    def installed(agent: str) -> None:
        for turn in range(TURNS):
            with alone(tmp_path):
                save_manifest(tmp_path, f"{agent}-{turn}", Manifest())

    threads = [threading.Thread(target=installed, args=(agent,)) for agent in ("opencode", "codex", "another")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(json.loads((tmp_path / "installed.json").read_text())["agents"]) == TURNS * len(threads)


async def test_two_inits_at_once_are_one(tmp_path: Path) -> None:
    user, program = tmp_path / "user", tmp_path / "bin" / "opencode"
    config = user / ".config" / "opencode" / "tui.json"
    config.parent.mkdir(parents=True)
    config.write_text('{"theme": "mine"}')
    program.parent.mkdir()
    program.write_text("#!/bin/sh\necho 1.18.33\n")
    program.chmod(0o755)
    environ = {
        "HOME": str(user),
        "PATH": f"{program.parent}{os.pathsep}/usr/bin",
        "XDG_CONFIG_HOME": "",
        "OPENCODE_CONFIG_DIR": "",
    }
    inits = [pilot(user / ".pilot", "init", "opencode", "--yes", **environ) for _ in range(2)]
    assert [(code, err) for code, _, err in await asyncio.gather(*inits)] == [(0, ""), (0, "")]
    assert (await pilot(user / ".pilot", "uninstall", "--yes", **environ))[0] == 0
    assert config.read_text() == '{"theme": "mine"}'
    assert [path.name for path in user.rglob("*") if path.is_file()] == ["tui.json"]

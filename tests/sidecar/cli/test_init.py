"""``pilot init`` and ``pilot uninstall`` as they are typed, on a user's whole home."""

import asyncio
import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from fakes.hub_process import HubProcess, environment, pilot, start_hub
from fakes.terminal import terminal

LISTED = '{\n  // mine\n  "plugin": [\n    "@lesquel/opencode-pilot@latest",\n    "zod",\n  ],\n}\n'
Tree = dict[str, tuple[str, int, bytes]]


class User:
    """A person with OpenCode, and nothing of the developer's."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.home = root / "user"
        self.config = self.home / ".config" / "opencode"
        self.config.mkdir(parents=True)
        self.pilot_home = self.home / ".pilot"
        self.project = self.home / "code" / "todo"
        self.project.mkdir(parents=True)
        (root / "bin").mkdir()
        program = root / "bin" / "opencode"
        program.write_text("#!/bin/sh\necho 1.18.33\n")
        program.chmod(0o755)

    @property
    def environ(self) -> dict[str, str]:
        unset = dict.fromkeys(("XDG_CONFIG_HOME", "OPENCODE_CONFIG_DIR", "XDG_RUNTIME_DIR", "CODEX_HOME"), "")
        path = f"{self.root / 'bin'}:/usr/bin:/bin"
        return {**unset, "HOME": str(self.home), "CODEX_HOME": str(self.home / ".codex"), "PATH": path}

    async def pilot(self, *arguments: str) -> tuple[int, str, str]:
        return await pilot(self.pilot_home, *arguments, **self.environ)

    def tree(self) -> Tree:
        """Return everything in the home: what it is, its mode, what is in it."""
        found: Tree = {}
        for path in sorted(self.home.rglob("*")):
            kind = "link" if path.is_symlink() else "folder" if path.is_dir() else "file"
            content = path.read_bytes() if kind == "file" else str(path.readlink()).encode() if kind == "link" else b""
            found[str(path.relative_to(self.home))] = (kind, stat.S_IMODE(path.lstat().st_mode), content)
        return found


@pytest.fixture
def user(tmp_path: Path) -> User:
    return User(tmp_path)


async def test_what_is_shown_is_written_only_after_a_yes(user: User) -> None:
    (user.config / "tui.json").write_text('{\n  "theme": "x", // keep\n  "apiKey": "sk-12345678",\n}\n')
    before = user.tree()
    code, out, err = await user.pilot("init", "opencode")
    assert code == 1
    assert "nobody is here to agree" in err
    assert "pilot init --yes" in err
    assert "change  ~/.config/opencode/tui.json" in out
    assert '+  "plugin": ["./pilot/tui.js"],' in out
    assert "sk-12345678" not in out
    assert "\x1b[" not in out
    code, dry, err = await user.pilot("init", "opencode", "--dry-run")
    assert (code, err, dry.splitlines()[:-1]) == (0, "", out.splitlines())
    assert user.tree() == before
    async with terminal(user.pilot_home, "init", "opencode", **user.environ) as screen:
        await screen.until("Write this? [Y/n]")
        screen.type("n\n")
        assert await screen.end() == 1
    assert user.tree() == before
    async with terminal(user.pilot_home, "init", "opencode", **user.environ) as screen:
        assert "\x1b[32m+" in await screen.until("Write this? [Y/n]")
        screen.type("\n")
        assert await screen.end() == 0
        assert "OpenCode 1.18.33: set up" in screen.shown
        assert "As it was before: " in screen.shown
    code, out, err = await user.pilot("init", "opencode")
    assert (code, out, err) == (0, "Everything is set up already.\n", "")


async def test_a_file_that_changes_while_the_question_stands_is_planned_anew(user: User) -> None:
    path = user.config / "tui.json"
    path.write_text('{"theme": "before"}')
    async with terminal(user.pilot_home, "init", "opencode", **user.environ) as screen:
        await screen.until("Write this? [Y/n]")
        path.write_text('{"theme": "after"}')
        screen.type("y\n")
        await screen.until("Files were changed meanwhile")
        assert '+{"plugin": ["./pilot/tui.js"], "theme": "after"}' in await screen.until("Write this?", times=2)
        screen.type("y\n")
        assert await screen.end() == 0
    assert json.loads(path.read_text()) == {"plugin": ["./pilot/tui.js"], "theme": "after"}


async def test_a_return_key_from_before_the_question_is_no_answer_to_it(user: User) -> None:
    before = user.tree()
    async with terminal(user.pilot_home, "init", "opencode", **user.environ) as screen:
        screen.type("\n")
        await screen.until("Write this? [Y/n]")
        await asyncio.sleep(0.05)
        assert screen.process.poll() is None
        assert user.tree() == before
        screen.type("n\n")
        assert await screen.end() == 1
    assert user.tree() == before


async def test_without_an_agent_it_says_where_to_get_one(user: User) -> None:
    (user.root / "bin" / "opencode").unlink()
    code, out, err = await user.pilot("init", "--yes")
    assert (code, err) == (1, "")
    assert "OpenCode was not found" in out
    assert "Codex was not found" in out


async def test_nothing_is_left_in_a_home_after_a_whole_life(user: User) -> None:
    (user.config / "tui.json").symlink_to(user.home / "dotfiles.json")
    (user.home / "dotfiles.json").write_bytes(b'\xef\xbb\xbf{\r\n  "plugin": [ ], // none\r\n}\r\n')
    (user.project / ".opencode").mkdir()
    before = user.tree()
    assert (await user.pilot("init", "--yes", "opencode"))[0] == 0
    async with start_hub(user.pilot_home, **user.environ, PILOT_HOST="0.0.0.0", PILOT_TLS="true") as hub:
        await hub.call("PATCH", "/api/settings", {"values": {"permissionTimeout": 5000}})
        await hub.hook("SessionStart", {"session_id": "a", "hook_event_name": "SessionStart", "cwd": str(user.project)})
        (user.pilot_home / "tokens.json.broken-1764137000000").touch()
        (user.pilot_home / ".config.json.x1y2z3_a").touch()
        code, out, err = await user.pilot("uninstall", "--yes")
        assert (code, err) == (0, "")
        assert await asyncio.wait_for(hub.process.wait(), 5) == 0
    assert user.tree() == before
    assert "pipx uninstall pilot-sidecar" in out


async def test_what_stays_is_named(user: User) -> None:
    await user.pilot("init", "--yes", "opencode")
    (user.pilot_home / ".env").write_text("PILOT_PORT=4800\n")
    (user.pilot_home / "mine.txt").write_text("keep")
    code, out, _ = await user.pilot("uninstall", "--yes", "--keep-config")
    assert code == 0
    assert "~/.pilot/.env stays: --keep-config" in out
    assert "~/.pilot/mine.txt stays: it is not Pilot's" in out
    assert sorted(path.name for path in user.pilot_home.iterdir()) == [".env", "mine.txt"]


@pytest.mark.parametrize("place", ["home", "project"])
async def test_a_home_that_is_not_pilots_alone_loses_nothing_of_others(user: User, place: str) -> None:
    user.pilot_home = user.home if place == "home" else user.project
    if place == "project":
        (user.project / ".git").mkdir()
    for name in ("logs", "codex", "opencode", "hooks", "tls"):
        (user.pilot_home / name).mkdir()
        (user.pilot_home / name / "precious").write_text("mine")
    for name in (".env", "config.json"):
        (user.pilot_home / name).write_text("{}")
    before = {name: it for name, it in user.tree().items() if it[0] == "file"}
    assert (await user.pilot("init", "--yes", "opencode"))[0] == 0
    code, out, _ = await user.pilot("uninstall", "--yes")
    assert code == 0
    assert "config.json stays: in this folder it may be somebody else's." in out
    assert {name: it for name, it in user.tree().items() if it[0] == "file"} == before


async def test_the_leftovers_of_opencode_pilot_need_a_consent_of_their_own(user: User) -> None:
    (user.config / "opencode.json").write_text(LISTED)
    code, out, _ = await user.pilot("init", "--yes", "opencode")
    assert code == 0
    assert "opencode-pilot is installed too" in out
    assert "pilot init --clean-peer" in out
    assert (user.config / "opencode.json").read_text() == LISTED
    async with terminal(user.pilot_home, "init", "opencode", **user.environ) as screen:
        await screen.until("Remove this? A copy is kept. [y/N]")
        screen.type("y\n")
        await screen.until("Write this? [Y/n]")
        screen.type("\n")
        assert await screen.end() == 0
    assert "lesquel" not in (user.config / "opencode.json").read_text()
    assert "// mine" in (user.config / "opencode.json").read_text()
    code, out, _ = await user.pilot("uninstall", "--yes")
    assert code == 0
    assert "copies of what `pilot init` removed of opencode-pilot" in out
    (copy,) = user.pilot_home.rglob("opencode.json")
    assert copy.read_text() == LISTED


async def test_the_settings_of_opencode_pilot_are_taken_over_once(user: User) -> None:
    saved = {"permissionTimeoutMs": 60_000, "telegramToken": "123:verysecret", "host": "0.0.0.0", "fetchTimeoutMs": 1}
    (user.home / ".opencode-pilot").mkdir()
    (user.home / ".opencode-pilot" / "config.json").write_text(json.dumps(saved))
    code, out, _ = await user.pilot("init", "opencode", "--dry-run")
    assert code == 0
    assert "permission_timeout = 60000" in out
    assert "fetchTimeoutMs is left out" in out
    assert not (user.pilot_home / "config.json").exists()
    code, out, err = await user.pilot("init", "--yes", "opencode")
    assert (code, err) == (0, "")
    assert "verysecret" not in out
    assert "host was not taken over" in out
    ours = json.loads((user.pilot_home / "config.json").read_text())
    assert ours == {"permission_timeout": 60_000, "telegram_token": "123:verysecret"}
    assert (user.pilot_home / "config.json").stat().st_mode & 0o777 == 0o600
    assert (await user.pilot("init", "--yes", "opencode"))[1] == "Everything is set up already.\n"
    (user.home / ".opencode-pilot" / "config.json").write_text('{"port": 1, "telegramChatId": "-1", "host": "0.0.0.0"}')
    assert "`pilot init --yes` takes them over." in (await user.pilot("init", "opencode"))[1]
    async with terminal(user.pilot_home, "init", "opencode", **user.environ) as screen:
        assert "host = 0.0.0.0  (others can reach Pilot then)" in await screen.until("Use these in Pilot too? [y/N]")
        screen.type("\n")
        assert await screen.end() == 0
    assert "host" not in json.loads((user.pilot_home / "config.json").read_text())
    async with terminal(user.pilot_home, "init", "opencode", **user.environ) as screen:
        await screen.until("Use these in Pilot too? [y/N]")
        screen.type("y\n")
        assert await screen.end() == 0
    ours = json.loads((user.pilot_home / "config.json").read_text())
    assert (ours["host"], ours["telegram_chat_id"]) == ("0.0.0.0", "-1")


async def test_the_first_start_says_that_settings_can_be_taken_over(user: User) -> None:
    async with start_hub(user.pilot_home, **user.environ) as hub:
        assert "opencode-pilot" not in await asyncio.wait_for(_said(hub, "Stop it with"), 10)
    (user.home / ".opencode-pilot").mkdir()
    (user.home / ".opencode-pilot" / "config.json").write_text("{}")
    async with start_hub(user.pilot_home, **user.environ) as hub:
        await asyncio.wait_for(_said(hub, "`pilot init` takes them over"), 10)


async def _said(hub: HubProcess, text: str) -> str:
    """Return what a hub printed up to a text."""
    assert hub.process.stdout is not None
    said = ""
    while text not in said:
        said += (await hub.process.stdout.readline()).decode()
    return said


async def test_whom_to_restart_is_named(user: User) -> None:
    running = user.root / "bin" / "running" / "opencode"
    running.parent.mkdir()
    shutil.copy("/bin/sleep", running)
    process = await asyncio.create_subprocess_exec(str(running), "60", cwd=user.project, env=user.environ)
    try:
        _, out, _ = await user.pilot("init", "--yes", "opencode")
        assert "One OpenCode process runs in ~/code/todo: restart to apply this there." in out
        _, out, _ = await user.pilot("uninstall", "opencode")
        assert "One OpenCode process runs in ~/code/todo" in out
    finally:
        process.kill()
        await process.wait()


def test_a_folder_that_may_not_be_written_stops_it_before_anything_is(user: User) -> None:
    user.config.chmod(0o555)
    before = user.tree()
    done = without_roots_rights(user, "init", "--yes", "opencode")
    assert done.returncode == 1
    assert "you may not write into" in done.stderr
    assert "run `pilot init` again" in done.stderr
    assert user.tree() == before


def test_a_folder_that_may_not_be_entered_is_told_and_does_not_stop_the_others(user: User) -> None:
    assert without_roots_rights(user, "init", "--yes", "opencode").returncode == 0
    user.config.chmod(0)
    done = without_roots_rights(user, "init", "--yes", "opencode")
    assert done.returncode == 1
    assert "pilot: OpenCode 1.18.33: " in done.stderr
    assert "Permission denied" in done.stderr
    assert "run `pilot init` again" in done.stderr
    undone = without_roots_rights(user, "uninstall", "--yes")
    assert undone.returncode == 1
    assert "run `pilot uninstall opencode` again" in undone.stderr
    assert "Codex:" in undone.stdout
    user.config.chmod(0o755)
    assert without_roots_rights(user, "uninstall", "--yes").returncode == 0
    assert list(user.config.iterdir()) == []


def without_roots_rights(user: User, *words: str) -> subprocess.CompletedProcess[str]:
    drop = ["setpriv", "--bounding-set=-all"] if os.geteuid() == 0 else []
    return subprocess.run(
        [*drop, sys.executable, "-m", "pilot_sidecar", *words],
        env=environment(user.pilot_home, **user.environ), capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip

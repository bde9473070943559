"""Looking for Codex, and what is told when it does not do what it should; `tests/agents` has the real one."""

import contextlib
import hashlib
import os
import time
from pathlib import Path

import psutil
import pytest

from fakes.hub_process import pilot
from pilot_sidecar.integrations.codex import detect as detection
from pilot_sidecar.integrations.codex.config_file import same_but_for_form
from pilot_sidecar.integrations.codex.detect import detect, judge
from pilot_sidecar.integrations.codex.greeting import TESTED
from pilot_sidecar.integrations.codex.home import tree
from pilot_sidecar.integrations.codex.plugin import PLUGIN_ID, VERSION, marketplace_dir, render
from pilot_sidecar.integrations.codex.program import CodexFailedError, codex_home, run_codex

GOOD = f"""#!/bin/sh
[ "$1" = --version ] && echo "codex-cli {TESTED}" && exit
"""
FAILING = f"""{GOOD}
printf 'Error: the disk is full\\n\\nCaused by:\\n    no space\\n\\nStack backtrace:\\n   0: <unknown>\\n' >&2
exit 1
"""


@pytest.fixture
def user(tmp_path: Path) -> Path:
    """A user's home, as HOME."""
    home = tmp_path / "user"
    (home / ".codex").mkdir(parents=True)
    return home


def environ(user: Path, script: str | None) -> dict[str, str]:
    """Return an environment with this ``codex`` on the path."""
    folder = user.parent / "bin"
    folder.mkdir(exist_ok=True)
    program = folder / "codex"
    program.unlink(missing_ok=True)
    if script is not None:
        program.write_text(script)
        program.chmod(0o755)
    return {"HOME": str(user), "CODEX_HOME": "", "PATH": f"{folder}:/usr/bin:/bin"}


def test_the_version_that_was_tried_is_supported(user: Path) -> None:
    found = detect(environ(user, GOOD))
    assert (found.installed, found.version, found.supported, found.message) == (True, TESTED, True, "")


def test_other_versions() -> None:
    assert judge("0.169.7").supported
    assert "should work" in judge("0.170.0").message
    assert judge("1.0.0").supported
    old = judge("0.99.0")
    assert not old.supported
    assert "update it" in old.message


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("#!/bin/sh\necho hello\n", "does not tell its version"),
        ("#!/bin/sh\necho 'Error: no node' >&2; exit 3\n", "`codex --version` failed: no node"),
        ("#!/bin/sh\nexit 3\n", "failed: exit code 3."),
        ("#!/no/such/interpreter\n", "could not be started: No such file"),
        ("#!/bin/sh\nprintf '\\377\\376'\n", "does not tell its version"),
    ],
)
def test_a_codex_that_does_not_work_is_described(user: Path, script: str, message: str) -> None:
    found = detect(environ(user, script))
    assert (found.installed, found.supported) == (True, False)
    assert message in found.message


def test_no_codex_says_how_to_get_it(user: Path) -> None:
    found = detect(environ(user, None))
    assert not found.installed
    assert "npm install -g @openai/codex" in found.message


def test_a_codex_that_hangs_is_cut_with_all_it_started(user: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(detection, "VERSION_CALL_S", 0.5)
    note = user / "pid"
    began = time.monotonic()
    found = detect(environ(user, f"#!/bin/sh\nsleep 60 & echo $! > {note}; wait\n"))
    assert time.monotonic() - began < 5
    assert "did not end within" in found.message
    assert ended(int(note.read_text()))


def ended(pid: int) -> bool:
    with contextlib.suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        with contextlib.suppress(psutil.TimeoutExpired):
            process.wait(2)
        return process.status() == psutil.STATUS_ZOMBIE
    return True


def test_what_codex_says_is_told_without_its_backtrace(user: Path) -> None:
    env = environ(user, FAILING)
    with pytest.raises(CodexFailedError) as failed:
        run_codex(str(user.parent / "bin" / "codex"), ["plugin", "add"], env)
    assert failed.value.message == "`codex plugin add` failed: the disk is full: no space."


def test_the_home_of_codex(user: Path) -> None:
    assert codex_home({"HOME": str(user)}) == user / ".codex"
    assert codex_home({"HOME": str(user), "CODEX_HOME": ""}) == user / ".codex"
    (user / "link").symlink_to(user / "elsewhere")
    assert codex_home({"HOME": "/", "CODEX_HOME": str(user / "link")}) == user / "elsewhere"


def test_the_files_that_are_trusted_stay_the_same() -> None:
    """A new sum here asks every user to trust the hooks again: raise the plugin's VERSION with it."""
    files = render(Path("/home/dev/.pilot"), {"HOME": "/home/dev"})
    assert files == render(Path("/home/other/.pilot"), {"HOME": "/home/other"})
    known = hashlib.sha256(b"".join(name.encode() + data for name, data in sorted(files.items()))).hexdigest()
    assert (VERSION, known) == ("1.0.0", "807649950295a13d98b27524e497f23561f930b65cfd435de012fbbe6fd3f2fc")


def test_the_same_in_another_form() -> None:
    path = Path("config.toml")
    one = b'# c\na = "b"\n[hooks.state."x"]\ny = 1\n'
    assert same_but_for_form(one, b'\xef\xbb\xbf# c\r\na = "b"\r\n\r\n[hooks.state]\n[hooks.state."x"]\r\ny = 1', path)
    assert not same_but_for_form(one, one.replace(b"# c", b"# d"), path)
    assert not same_but_for_form(one, one.replace(b"1", b"2"), path)
    assert not same_but_for_form(one, one + b"# more\n", path)


async def test_a_codex_that_is_missing_or_old_fails_the_command(user: Path, tmp_path: Path) -> None:
    code, out, err = await pilot(tmp_path / "pilot", "init", "codex", **environ(user, None))
    assert (code, err) == (1, "")
    assert "Codex was not found" in out
    old = GOOD.replace(TESTED, "0.99.0")
    code, out, _ = await pilot(tmp_path / "pilot", "init", "codex", **environ(user, old))
    assert code == 1
    assert "older than Pilot knows" in out
    assert tree(user) == {}


async def test_an_installation_that_fails_says_why_and_leaves_nothing(user: Path, tmp_path: Path) -> None:
    home = tmp_path / "pilot"
    code, _, err = await pilot(home, "init", "codex", "--yes", **environ(user, FAILING))
    assert code == 1
    assert err.startswith(f"pilot: Codex {TESTED}: `codex plugin marketplace add ")
    assert "the disk is full" in err
    assert "Nothing was installed." in err
    assert tree(user) == tree(home) == {}


async def test_one_agent_that_fails_does_not_keep_another_from_being_connected(user: Path, tmp_path: Path) -> None:
    env = environ(user, FAILING)
    opencode = user.parent / "bin" / "opencode"
    opencode.write_text("#!/bin/sh\necho 1.18.33\n")
    opencode.chmod(0o755)
    code, out, err = await pilot(tmp_path / "pilot", "init", "--yes", "--offline", "codex", "opencode", **env)
    assert code == 1
    assert "the disk is full" in err
    assert "OpenCode 1.18.33:" in out
    assert "OpenCode 1.18.33: set up" in out


async def test_what_cannot_be_removed_keeps_pilots_own_files_for_the_next_time(user: Path, tmp_path: Path) -> None:
    home = tmp_path / "pilot"
    home.mkdir()
    (home / "audit.jsonl").touch()
    config = user / ".codex" / "config.toml"
    source = marketplace_dir(home)
    config.write_text(f'[marketplaces.agent-pilot]\nsource = "{source}"\n[plugins."{PLUGIN_ID}"]\nenabled = true\n')
    code, out, err = await pilot(home, "uninstall", "--yes", **environ(user, FAILING))
    assert code == 1
    assert "`codex plugin remove" in err
    assert "run `pilot uninstall codex` again" in err
    assert "own files stay" in out
    assert (home / "audit.jsonl").exists()


async def test_uninstalling_everything_takes_what_an_installer_left(user: Path, tmp_path: Path) -> None:
    home = tmp_path / "pilot"
    marketplace_dir(home).mkdir(parents=True)
    (home / "codex" / "more").touch()
    code, _, err = await pilot(home, "uninstall", "--yes", **environ(user, GOOD))
    assert (code, err) == (0, "")
    assert not home.exists()


async def test_a_pipe_in_the_place_of_the_configuration_is_not_waited_for(user: Path, tmp_path: Path) -> None:
    os.mkfifo(user / ".codex" / "config.toml")
    code, _, err = await pilot(tmp_path / "pilot", "init", "codex", "--yes", **environ(user, GOOD))
    assert code == 1
    assert "config.toml is no file" in err


async def test_a_configuration_that_is_nested_too_deeply_is_told(user: Path, tmp_path: Path) -> None:
    (user / ".codex" / "config.toml").write_text(f"a = {'[' * 20_000}{']' * 20_000}")
    code, _, err = await pilot(tmp_path / "pilot", "init", "codex", "--yes", **environ(user, GOOD))
    assert code == 1
    assert "nested too deeply" in err

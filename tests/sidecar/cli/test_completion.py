"""``pilot completion``: a shell that read it knows the commands, their parts and their options."""

import shutil
import subprocess
from pathlib import Path

import pytest

from fakes.hub_process import pilot
from pilot_sidecar.cli.completion import SHELLS, script

ASK = """
source {script}
COMP_WORDS=({words} "$1"); COMP_CWORD={count}; _shtab_pilot pilot "$1" 2>/dev/null
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


@pytest.fixture(scope="module")
def bash(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("bash") is None:
        pytest.skip("bash not found")
    path = tmp_path_factory.mktemp("completion") / "pilot.bash"
    path.write_text(script("bash"))
    return path


@pytest.mark.parametrize(
    ("words", "begun", "offered"),
    [
        ("pilot", "st", {"status", "stop"}),
        ("pilot asks", "a", {"approve", "answer"}),
        ("pilot asks approve", "--a", {"--always"}),
        ("pilot sessions list", "--p", {"--project"}),
        ("pilot pair --role", "v", {"view"}),
        ("pilot completion", "f", {"fish"}),
    ],
)
def test_bash_offers_what_there_is(bash: Path, words: str, begun: str, offered: set[str]) -> None:
    asked = ASK.format(script=bash, words=words, count=len(words.split()))
    done = subprocess.run(["bash", "-c", asked, "bash", begun], capture_output=True, text=True, timeout=10, check=True)
    assert set(done.stdout.split()) == offered


def test_bash_offers_files_where_one_is_wanted(bash: Path, tmp_path: Path) -> None:
    (tmp_path / "notes.md").touch()
    asked = ASK.format(script=bash, words="pilot export 01ab -o", count=4)
    command = ["bash", "-c", asked, "bash", "no"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=True, cwd=tmp_path)
    assert done.stdout.split() == ["notes.md"]


async def test_each_shell_has_its_script(tmp_path: Path) -> None:
    for shell in SHELLS:
        written = script(shell)
        assert ("sessions" in written, "approve" in written) == (True, True), shell
    assert await pilot(tmp_path, "completion", SHELL="/bin/bash") == (0, script("bash") + "\n", "")
    code, out, err = await pilot(tmp_path, "completion", SHELL="/bin/ksh")
    assert (code, out, err.splitlines()[0]) == (2, "", "pilot: Pilot does not know the shell “ksh”.")

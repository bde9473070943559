"""Programs that are started for a moment: what they started goes with them, and what they say is cut to a line."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from pilot_sidecar.infra.liveness import mark
from pilot_sidecar.infra.offspring import launch

PARENT = """
import os, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; print('up', flush=True); time.sleep(60)"],
                         start_new_session=True, stdout=subprocess.PIPE)
child.stdout.readline()
print(child.pid, flush=True)
time.sleep(60)
"""


async def test_what_it_started_ends_with_it_in_whatever_group(tmp_path: Path) -> None:
    async with asyncio.timeout(10):
        async with await launch([sys.executable, "-c", PARENT], os.environ, tmp_path) as offspring:
            child = mark(int(await offspring.stdout.readline()))
            parent = mark(offspring.process.pid)
            assert child.alive()
        assert not parent.alive()
        assert not child.alive()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("starting\n\x1b[91mError: \x1b[0mno such file\n--- Input ---\nkey = secret\n", "Error: no such file"),
        ("warning\n\nthe last words\n", "the last words"),
        ("x" * 1000, "x" * 300 + "…"),
        ("", ""),
    ],
)
async def test_its_last_words_are_one_line_that_quotes_no_file(tmp_path: Path, said: str, words: str) -> None:
    program = f"import sys; sys.stderr.write({said!r}); sys.stdin.read()"
    async with asyncio.timeout(10), await launch([sys.executable, "-c", program], os.environ, tmp_path) as offspring:
        await offspring.ends_within(5)
        assert offspring.process.returncode == 0
        assert offspring.last_words() == words


async def test_a_program_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        await launch([str(tmp_path / "nothing")], os.environ, tmp_path)

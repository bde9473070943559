"""Commands in scripts: what they load, what they print where, and what they do where nobody is."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from fakes.found_hub import Door
from fakes.hub_process import HubProcess, environment, pilot, spawn
from fakes.terminal import terminal

HEAVY = (
    "aiohttp", "pydantic", "pygls", "qrcode", "sqlite3", "asyncio", "http.client", "ssl", "subprocess", "tempfile",
    "dataclasses", "hashlib", "difflib", "datetime", "uuid", "pilot_sidecar.cli.examples", "pilot_sidecar.cli.audit",
)  # fmt: skip
LOADED = """
import sys
from pilot_sidecar.cli import main
main.run(sys.argv[2:])
print(*set(sys.argv[1].split()) & set(sys.modules))
"""
LISTINGS = (("status",), ("sessions",), ("asks",), ("devices",), ("tunnel",))


@pytest.mark.parametrize("arguments", LISTINGS)
async def test_what_is_asked_for_all_the_time_loads_little(door: Door, arguments: tuple[str, ...]) -> None:
    command = [sys.executable, "-c", LOADED, " ".join(HEAVY), *arguments]
    done = await asyncio.to_thread(
        subprocess.run, command, env=environment(door.home), capture_output=True, text=True, timeout=20, check=False
    )
    assert (done.stderr, done.stdout.splitlines()[-1]) == ("", "")


@pytest.mark.parametrize("arguments", LISTINGS)
async def test_json_and_nothing_else(door: Door, arguments: tuple[str, ...]) -> None:
    code, out, err = await pilot(door.home, *arguments, "--json", FORCE_COLOR="1")
    assert (code, err, out.count("\n")) == (0, "", 1)
    assert isinstance(json.loads(out), dict)


async def test_without_a_hub_each_says_how_to_start_one(tmp_path: Path) -> None:
    wanted = [*LISTINGS[1:], ("open",), ("pair",), ("send", "x", "y"), ("export", "x"), ("asks", "release", "x")]
    ran = await asyncio.gather(*(pilot(tmp_path, *arguments) for arguments in wanted))
    assert ran == [(1, "", "pilot: No hub is running.\n  Start it with `pilot up`.\n")] * len(wanted)
    code, out, err = await pilot(tmp_path, "asks", "--json")
    told = {"code": "no_hub", "message": "No hub is running.", "hint": "Start it with `pilot up`."}
    assert (code, out, json.loads(err)) == (1, "", {"error": told})


async def test_a_hub_that_is_gone_is_no_hub(hub: HubProcess) -> None:
    found = (hub.home / "hub.json").read_bytes()
    await hub.stop()
    (hub.home / "hub.json").write_bytes(found)
    assert (await pilot(hub.home, "asks"))[2].startswith("pilot: No hub is running.")
    assert (await pilot(hub.home, "status"))[:2] == (1, "No hub is running. Start it with `pilot up`.\n")


@pytest.mark.parametrize(
    ("told", "painted"),
    [
        ({}, True),
        ({"NO_COLOR": "1"}, False),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
        ({"NO_COLOR": ""}, True),
        ({"TERM": "dumb"}, False),
        ({"TERM": "dumb", "FORCE_COLOR": "1"}, True),
    ],
)
async def test_colours_on_a_terminal(tmp_path: Path, told: dict[str, str], painted: bool) -> None:
    async with terminal(tmp_path, "help", **{"TERM": "xterm", **told}) as shell:
        assert await shell.end() == 0
    assert ("\x1b[1mStart here:" in shell.shown) is painted
    assert ("\x1b" in shell.shown) is painted


async def test_colours_elsewhere_only_where_they_are_wanted(tmp_path: Path) -> None:
    assert "\x1b" not in (await pilot(tmp_path, "help", TERM="xterm"))[1]
    assert "\x1b[1mStart here:" in (await pilot(tmp_path, "help", FORCE_COLOR="1"))[1]
    assert "\x1b" not in (await pilot(tmp_path, "help", FORCE_COLOR="0"))[1]


async def test_a_terminal_without_utf8_reads_plain_letters(tmp_path: Path) -> None:
    code, out, err = await pilot(
        tmp_path, "fly→é", LC_ALL="C", PYTHONUTF8="0", PYTHONIOENCODING="ascii", PYTHONCOERCECLOCALE="0"
    )
    assert (code, out) == (2, "")
    assert err.startswith('pilot: There is no command "fly')
    assert err.isascii()
    assert "Traceback" not in err


async def test_a_full_disk_or_a_reader_that_leaves(tmp_path: Path) -> None:
    """``pilot help | head -1``: no traceback, whoever writes more than is read."""
    process = await spawn(tmp_path, "completion", "zsh")
    assert process.stdout is not None
    assert await process.stdout.readline()
    process.stdout._transport.close()  # type: ignore[attr-defined] # head has what it wanted
    _, err = await asyncio.wait_for(process.communicate(), 20)
    assert err == b""
    if Path("/dev/full").exists():
        command = ["sh", "-c", f"{sys.executable} -m pilot_sidecar help > /dev/full"]
        done = await asyncio.to_thread(
            subprocess.run, command, env=environment(tmp_path), stderr=subprocess.PIPE, timeout=20, check=False
        )
        assert (done.returncode, b"No space left" in done.stderr, b"Traceback" in done.stderr) == (1, True, False)


@pytest.mark.parametrize(("closed", "code"), [("help >&-", 0), ("send x - <&-", 2), ("fly 2>&-", 2), ("asks <&-", 1)])
def test_closed_streams(tmp_path: Path, closed: str, code: int) -> None:
    command = ["sh", "-c", f"{sys.executable} -m pilot_sidecar {closed}"]
    done = subprocess.run(command, env=environment(tmp_path), capture_output=True, timeout=20, check=False)
    assert (done.returncode, b"Traceback" in done.stderr) == (code, False)


async def test_over_ssh_nothing_opens_a_browser(door: Door, tmp_path: Path) -> None:
    browser, seen = tmp_path / "browser.sh", tmp_path / "seen"
    browser.write_text(f'#!/bin/sh\necho "$1" >> {seen}\n')
    browser.chmod(0o755)
    here = {"DISPLAY": ":9", "BROWSER": f"{browser} %s"}
    code, out, _ = await pilot(door.home, "open", SSH_CONNECTION="192.0.2.1 22 192.0.2.2 22", **here)
    assert (code, out.splitlines()[1], seen.exists()) == (0, "Good once, for 10 minutes.", False)
    inherited = {name: "" for name in ("SSH_CONNECTION", "SSH_TTY") if name in os.environ}
    code, out, _ = await pilot(door.home, "open", **here, **inherited)
    assert (code, out) == (0, "")
    assert seen.read_text().startswith(f"{door.hub.url}/pair#code=")

"""An app-server of Pilot's own: a child that talks over its standard input and output."""

import asyncio
import json
import os
import stat
import time
from pathlib import Path

import pytest

from pilot_sidecar.core.errors import AgentUnavailableError
from pilot_sidecar.infra.liveness import mark
from pilot_sidecar.integrations.codex.rpc import AppServer, GarbageError, Said
from pilot_sidecar.integrations.codex.stdio import start_app_server

ECHO = 'while read -r line; do echo "{\\"method\\": \\"heard\\", \\"params\\": {\\"line\\": \\"ok\\"}}"; done'
STUBBORN = "trap '' TERM; echo '{\"method\": \"ready\"}'; while :; do sleep 0.05 || true; done"


def program(folder: Path, script: str) -> str:
    path = folder / "codex"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


async def first(program: str, *arguments: str) -> Said:
    """Return the first thing a child says; listen to nothing more."""
    heard: asyncio.Queue[Said] = asyncio.Queue()
    async with start_app_server(program, os.environ, arguments) as carrier, asyncio.timeout(10):
        server = AppServer(carrier, heard.put)
        async with asyncio.TaskGroup() as tasks:
            listening = tasks.create_task(server.listen())
            await server.notify("initialized")
            said = await heard.get()
            listening.cancel()
    assert not mark(carrier.pid).alive(), "it ends with the connection"
    return said


async def test_messages_are_lines(tmp_path: Path) -> None:
    assert await first(program(tmp_path, ECHO)) == Said("heard", {"line": "ok"})


async def test_it_is_told_what_it_is(tmp_path: Path) -> None:
    said = await first(program(tmp_path, 'echo "{\\"method\\": \\"$*\\"}"; cat >/dev/null'), "--x")
    assert said.method == "app-server --x"


async def test_empty_lines_are_none(tmp_path: Path) -> None:
    assert (await first(program(tmp_path, "echo; echo '  '; echo '{\"method\": \"m\"}'; cat"))).method == "m"


async def test_a_child_that_will_not_end_is_made_to_in_good_time(tmp_path: Path) -> None:
    began = time.monotonic()
    assert (await first(program(tmp_path, STUBBORN))).method == "ready"
    assert time.monotonic() - began < 3


@pytest.mark.parametrize("script", ["echo garbage", "printf '\\377\\376\\n'", "echo '[]'"])
async def test_garbage_is_named(tmp_path: Path, script: str) -> None:
    async def hear(_said: Said) -> None:
        raise AssertionError

    async with start_app_server(program(tmp_path, script), os.environ) as carrier, asyncio.timeout(10):
        with pytest.raises(GarbageError):
            await AppServer(carrier, hear).listen()


async def test_a_child_that_ends_at_once_leaves_nobody_waiting(tmp_path: Path) -> None:
    async def hear(_said: Said) -> None:
        raise AssertionError

    async with start_app_server(program(tmp_path, "exit 3"), os.environ) as carrier, asyncio.timeout(10):
        server = AppServer(carrier, hear)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(server.listen())
            with pytest.raises(AgentUnavailableError):
                await server.call("initialize")


async def test_a_program_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(AgentUnavailableError, match="could not be started"):
        async with start_app_server(str(tmp_path / "no-codex"), os.environ):
            pass


async def test_a_message_with_line_ends_in_it_is_one_line(tmp_path: Path) -> None:
    script = "read -r line; printf '%s\\n' \"$line\""
    heard: asyncio.Queue[Said] = asyncio.Queue()
    async with start_app_server(program(tmp_path, script), os.environ) as carrier, asyncio.timeout(10):
        await carrier.send(json.dumps({"method": "m", "params": {"text": "one\ntwo"}}))
        await AppServer(carrier, heard.put).listen()
    assert heard.get_nowait().params == {"text": "one\ntwo"}

"""Who is believed to be an agent, over the wire: not who says so, and not who posts a hook."""

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from fakes.hub_process import HubProcess, visit_hub
from fakes.processes import LIMIT_S
from fakes.rpc_client import connect_rpc
from sidecar.http.test_hooks import SHELL, payload, waiting

BRIDGE = """
import asyncio, json, os, subprocess, sys
import aiohttp

async def main(url, token, pid, attack):
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {token}"}) as http:
        async with http.ws_connect(url + "/bridge/opencode") as socket:
            hello = {"type": "hello", "protocol": 1, "boot": "boot-x", "pid": int(pid or os.getpid()), "mode": "tui"}
            await socket.send_json(hello)
            while (await socket.receive_json())["type"] != "config":
                pass
            print("connected", flush=True)
            sys.stdin.readline()
            done = await asyncio.to_thread(subprocess.run, ["sh", "-c", attack], capture_output=True, text=True)
            print(done.stdout, flush=True)
            sys.stdin.readline()

asyncio.run(main(*sys.argv[1:5]))
"""
CURL = (
    "curl -s -X PATCH -H 'Authorization: Bearer {token}' -H 'Content-Type: application/json'"
    """ -d '{{"values":{{}}}}' {url}"""
)


@pytest.fixture
async def hub(running_hub: tuple[Path, dict[str, str]]) -> AsyncIterator[HubProcess]:
    async with visit_hub(*running_hub) as hub:
        yield hub


class Bridge:
    """A program that holds a bridge's connection, and can run something."""

    def __init__(self, hub: HubProcess, program: str, claims: str, command: str, environ: dict[str, str]) -> None:
        arguments = [program, "-c", BRIDGE, hub.url, hub.tokens["bridge"], claims, command]
        self.process = subprocess.Popen(
            arguments, env={**os.environ, **environ}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "connected\n"

    def run(self) -> str:
        """Have it run its command, and return what that printed."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return self.process.stdout.readline()

    def stop(self) -> None:
        """End it."""
        self.process.kill()
        self.process.communicate(timeout=LIMIT_S)


async def decided(hub: HubProcess) -> dict[str, object]:
    """Answer an ask that a hook brings, as a person; return by whom it was answered."""
    async with hub.watching():
        posted = asyncio.ensure_future(hub.hook("PermissionRequest", payload("PermissionRequest", **SHELL)))
        ask = await waiting(hub)
        body = {"kind": "allow_once", "digest": ask["digest"]}
        status, answer = await hub.call("POST", f"/api/asks/{ask['id']}/decision", body)
        assert status == 200, answer
        await asyncio.wait_for(posted, 5)
    assert isinstance(answer, dict)
    return dict(answer["resolution"]["by"])


async def test_who_posts_hooks_is_no_agent(hub: HubProcess) -> None:
    assert await decided(hub) == {"kind": "owner", "name": "this machine", "verified": True}


@pytest.mark.parametrize("claims", [os.getpid(), os.getppid(), 1])
async def test_a_bridge_that_names_a_persons_process_locks_nobody_out(hub: HubProcess, claims: int) -> None:
    bridge = Bridge(hub, sys.executable, str(claims), "", {})
    try:
        assert (await decided(hub))["kind"] == "owner"
        async with connect_rpc(hub.socket) as window:
            assert await window.request("pilot/settings.update", {"values": {}})
    finally:
        bridge.stop()


async def test_no_other_process_takes_over_a_bridge_that_is_there(hub: HubProcess) -> None:
    hello = {"type": "hello", "protocol": 1, "boot": "boot-x", "pid": os.getpid(), "mode": "tui"}
    bridge = Bridge(hub, sys.executable, "", "echo still there", {})
    headers = {"Authorization": f"Bearer {hub.tokens['bridge']}"}
    try:
        async with (
            aiohttp.ClientSession(headers=headers) as http,
            http.ws_connect(hub.url + "/bridge/opencode") as socket,
        ):
            await socket.send_json(hello)
            assert (await socket.receive(5)).type is aiohttp.WSMsgType.CLOSE
        assert (await asyncio.to_thread(bridge.run)) == "still there\n"
        _, status = await hub.call("GET", "/api/snapshot")
        assert [one["connections"] for one in status["agents"] if one["agent"] == "opencode"] == [1]  # type: ignore[index,call-overload] # JSON
    finally:
        bridge.stop()


async def test_one_connection_is_one_process(hub: HubProcess) -> None:
    headers = {"Authorization": f"Bearer {hub.tokens['bridge']}"}
    async with (
        aiohttp.ClientSession(headers=headers) as http,
        http.ws_connect(hub.url + "/bridge/opencode") as socket,
    ):
        for boot in ("boot-y", "boot-z"):
            hello = {"type": "hello", "protocol": 1, "boot": boot, "pid": os.getpid(), "mode": "tui"}
            await socket.send_json(hello)
        assert (await socket.receive_json(timeout=5))["type"] == "config"
        assert (await socket.receive(5)).type is aiohttp.WSMsgType.CLOSE


async def test_only_opencodes_own_program_is_an_agent_and_so_is_what_it_starts(hub: HubProcess, tmp_path: Path) -> None:
    """The same program twice; one of them is called what OpenCode is called."""
    command = CURL.format(token=hub.token, url=f"{hub.url}/api/settings")
    interpreter = Path(sys.executable).resolve()
    shutil.copy(interpreter, tmp_path / "opencode")
    paths = {"PYTHONHOME": sys.base_prefix, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    for program, refused in ((sys.executable, False), (str(tmp_path / "opencode"), True)):
        bridge = Bridge(hub, program, "", command, paths if refused else {})
        try:
            said = await asyncio.to_thread(bridge.run)
            assert ('"self_approval"' in said) == refused, said
        finally:
            bridge.stop()
    assert await decided(hub) == {"kind": "owner", "name": "this machine", "verified": True}

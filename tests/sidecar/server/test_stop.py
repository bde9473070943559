"""Stopping: cleanly, in time, and with nothing left hanging."""

import asyncio
import signal
import time
from pathlib import Path

import aiohttp
import pytest

from fakes.hub_process import HubProcess, pilot, start_hub
from fakes.rpc_client import connect_rpc

PERMISSION = {
    "session_id": "s1", "hook_event_name": "PermissionRequest", "cwd": "/home/dev/api", "tool_name": "Bash",
    "tool_input": {"command": "ls"},
}  # fmt: skip
WHOLE_STOP_S = 5.0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
async def test_a_signal_stops_cleanly(hub: HubProcess, number: int) -> None:
    code, _, err = await hub.stop(number)
    assert (code, err) == (0, "")
    assert not (hub.home / "hub.json").exists()


async def test_pilot_stop_ends_it(hub: HubProcess) -> None:
    assert await pilot(hub.home, "stop") == (0, "Pilot stopped.\n", "")
    assert await asyncio.wait_for(hub.process.wait(), 1) == 0
    assert await pilot(hub.home, "stop") == (0, "No hub is running.\n", "")


async def test_a_blocked_hook_is_handed_back_before_the_door_closes(hub: HubProcess) -> None:
    async with hub.watching():
        blocked = asyncio.get_running_loop().create_task(hub.hook("PermissionRequest", PERMISSION))
        async with asyncio.timeout(5):
            while not (await hub.call("GET", "/api/asks"))[1]["asks"]:  # type: ignore[index]
                await asyncio.sleep(0.01)
        hub.process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(blocked, 3) == (204, None)
    assert await asyncio.wait_for(hub.process.wait(), WHOLE_STOP_S) == 0


async def test_whoever_stops_it_is_named_to_every_reader(hub: HubProcess) -> None:
    async with (
        connect_rpc(hub.socket) as window,
        connect_rpc(hub.socket, kind="owner") as other,
        hub.watching() as page,
    ):
        await window.request("pilot/subscribe", {})
        await other.request("pilot/subscribe", {})
        assert await window.request("pilot/hub.stop", {}) == {"stopping": True}
        for reader in (window, other):
            told = await reader.event("pilot.hub.stopping")
            assert told["by"] == {"kind": "vscode", "name": "Test window", "verified": True}
            await asyncio.wait_for(reader.ended.wait(), WHOLE_STOP_S)
        assert b'"type":"pilot.hub.stopping"' in await asyncio.wait_for(page.content.read(), WHOLE_STOP_S)
    assert await asyncio.wait_for(hub.process.wait(), WHOLE_STOP_S) == 0


async def test_a_signal_is_nobodys_wish_to_keep_it_stopped(hub: HubProcess) -> None:
    async with connect_rpc(hub.socket) as window:
        await window.request("pilot/subscribe", {})
        hub.process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(window.ended.wait(), WHOLE_STOP_S)
        assert all(event["type"] != "pilot.hub.stopping" for event in window.events._queue)  # type: ignore[attr-defined]


async def test_ctrl_c_in_its_terminal_is_on_purpose(hub: HubProcess) -> None:
    async with connect_rpc(hub.socket) as window:
        await window.request("pilot/subscribe", {})
        hub.process.send_signal(signal.SIGINT)
        told = await window.event("pilot.hub.stopping")
        assert told["by"] == {"kind": "owner", "name": "Ctrl-C", "verified": True}


async def test_a_second_signal_ends_it_at_once(hub: HubProcess) -> None:
    hub.process.send_signal(signal.SIGSTOP)  # so that both are there before either is handled
    hub.process.send_signal(signal.SIGINT)
    hub.process.send_signal(signal.SIGTERM)
    hub.process.send_signal(signal.SIGCONT)
    assert await asyncio.wait_for(hub.process.wait(), 2) in (128 + signal.SIGINT, 128 + signal.SIGTERM)


async def test_stuck_clients_do_not_hold_up_the_stop(hub: HubProcess) -> None:
    host, port = hub.url.removeprefix("http://").split(":")
    stalled = []
    for _ in range(5):
        reader, writer = await asyncio.open_connection(host, int(port), limit=16)
        writer.write(
            f"GET /events HTTP/1.1\r\nHost: {host}:{port}\r\nAuthorization: Bearer {hub.token}\r\n\r\n".encode()
        )
        await reader.readline()
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        stalled.append(writer)
    big = {"session_id": "s1", "hook_event_name": "UserPromptSubmit", "cwd": "/w", "prompt": "x" * 400_000}
    await hub.hook("UserPromptSubmit", big)
    async with connect_rpc(hub.socket):
        blocked = asyncio.get_running_loop().create_task(hub.hook("PermissionRequest", PERMISSION))
        async with asyncio.timeout(5):
            while not (await hub.call("GET", "/api/asks"))[1]["asks"]:  # type: ignore[index]
                await asyncio.sleep(0.01)
        start = time.monotonic()
        code, _, err = await hub.stop()
        assert time.monotonic() - start < WHOLE_STOP_S
        assert (code, err) == (0, "")
        assert await asyncio.wait_for(blocked, 3) == (204, None)
    for writer in stalled:
        writer.transport.abort()


async def test_secrets_are_never_printed_or_logged(hub: HubProcess) -> None:
    async with hub.watching(), connect_rpc(hub.socket) as client:
        await client.request("pilot/pairing.create", {})
        await hub.call("GET", "/api/asks/none")
        wrong = {"Authorization": "Bearer wrong-token-that-nobody-has"}
        await hub.client.get(hub.url + "/api/snapshot", headers=wrong)
    tokens = hub.tokens
    _, out, err = await hub.stop()
    for name, secret in {**tokens, "wrong": "wrong-token-that-nobody-has"}.items():
        for place, text in {"stdout": out, "stderr": err, "the log": hub.logs()}.items():
            assert secret not in text, f"{name} in {place}"


async def test_an_ask_whose_hook_died_with_the_hub_does_not_come_back(tmp_path: Path) -> None:
    home = tmp_path / "home"
    async with start_hub(home) as first, first.watching():
        blocked = asyncio.get_running_loop().create_task(first.hook("PermissionRequest", PERMISSION))
        async with asyncio.timeout(5):
            while not (asks := (await first.call("GET", "/api/asks"))[1]["asks"]):  # type: ignore[index]
                await asyncio.sleep(0.01)
        first.process.kill()
        with pytest.raises(aiohttp.ClientError):
            await asyncio.wait_for(blocked, 3)
    async with start_hub(home) as second:
        assert (await second.call("GET", "/api/asks"))[1] == {"asks": []}
        _, ask = await second.call("GET", f"/api/asks/{asks[0]['id']}")
        assert ask["state"] == "cancelled"  # type: ignore[index]

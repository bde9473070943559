"""The JSON-RPC door of a real hub."""

import asyncio

import pytest

from fakes.hub_process import HubProcess
from fakes.rpc_client import RpcClient, RpcError, connect_rpc

PERMISSION = {
    "session_id": "s1", "hook_event_name": "PermissionRequest", "cwd": "/home/dev/api", "tool_name": "Bash",
    "tool_input": {"command": "ls"},
}  # fmt: skip


async def _alive(hub: HubProcess) -> None:
    assert (await hub.call("GET", "/health"))[0] == 200


async def test_initialize_names_the_server(hub: HubProcess) -> None:
    async with connect_rpc(hub.socket, kind=None) as client:
        result = await client.initialize()
        assert result["serverInfo"]["name"] == "pilot"


async def test_a_call_before_initialize_is_refused(hub: HubProcess) -> None:
    async with connect_rpc(hub.socket, kind=None) as client:
        with pytest.raises(RpcError) as caught:
            await client.request("pilot/snapshot", {})
        assert caught.value.error["data"]["code"] == "not_initialized"


async def test_a_window_is_present_until_it_leaves(hub: HubProcess) -> None:
    async with connect_rpc(hub.socket) as client:
        clients = (await client.request("pilot/snapshot", {}))["clients"]
        assert [(found["kind"], found["name"], found["scope"]) for found in clients] == [
            ("vscode", "Test window", "admin")
        ]
    async with connect_rpc(hub.socket, kind="owner") as client:
        assert (await client.request("pilot/snapshot", {}))["clients"] == []


async def test_subscribing_gives_the_state_and_then_every_event(hub: HubProcess) -> None:
    async with connect_rpc(hub.socket) as client:
        first = await client.request("pilot/subscribe", {})
        assert first["snapshot"]["cursor"] == first["cursor"]
        start = int(first["cursor"].rpartition("-")[2])
        assert (await hub.hook("SessionStart", {"session_id": "s1", "hook_event_name": "SessionStart", "cwd": "/w"}))[
            0
        ] == 204
        event = await client.event("pilot.session.started")
        assert event["seq"] == start + 1
        assert event["sessionId"] == "s1"
        assert event["epoch"] == first["cursor"].rpartition("-")[0]


async def test_a_window_that_comes_back_gets_what_it_missed(hub: HubProcess) -> None:
    async with connect_rpc(hub.socket) as client:
        cursor = (await client.request("pilot/subscribe", {}))["cursor"]
    await hub.hook("SessionStart", {"session_id": "s2", "hook_event_name": "SessionStart", "cwd": "/w"})
    async with connect_rpc(hub.socket) as client:
        again = await client.request("pilot/subscribe", {"cursor": cursor})
        assert "snapshot" not in again
        assert "pilot.session.started" in [event["type"] for event in again["events"]]
        seqs = [event["seq"] for event in again["events"]]
        assert seqs == list(range(int(cursor.rpartition("-")[2]) + 1, seqs[-1] + 1))


async def test_an_ask_is_answered_from_a_window(hub: HubProcess) -> None:
    async with connect_rpc(hub.socket) as client:
        await client.request("pilot/subscribe", {})
        blocked = asyncio.get_running_loop().create_task(hub.hook("PermissionRequest", PERMISSION))
        ask = (await client.event("pilot.permission.pending"))["ask"]
        decision = {"id": ask["id"], "kind": "allow_once", "digest": ask["digest"], "idempotencyKey": "k1"}
        decided = await client.request("pilot/asks.decide", decision)
        assert decided["resolution"]["by"] == {"kind": "vscode", "name": "Test window", "verified": True}
        status, body = await asyncio.wait_for(blocked, 5)
        assert (status, body["hookSpecificOutput"]["decision"]["behavior"]) == (200, "allow")  # type: ignore[index]


@pytest.mark.parametrize(
    ("method", "params", "code"),
    [
        ("pilot/asks.get", {"id": "nope"}, "not_found"),
        ("pilot/asks.get", {}, "bad_request"),
        ("pilot/asks.get", ["nope"], "bad_request"),
        ("pilot/settings.update", {"values": {"permissionTimeout": -1}}, "bad_request"),
        ("pilot/subscribe", {"cursor": 5}, "bad_request"),
    ],
)
async def test_refusals_carry_our_code(hub: HubProcess, method: str, params: object, code: str) -> None:
    async with connect_rpc(hub.socket) as client:
        with pytest.raises(RpcError) as caught:
            await client.request(method, params)
        assert caught.value.error["data"]["code"] == code


async def test_an_unknown_method_is_refused(hub: HubProcess) -> None:
    async with connect_rpc(hub.socket) as client:
        with pytest.raises(RpcError) as caught:
            await client.request("pilot/nothing", {})
        assert caught.value.error["code"] == -32601


async def test_settings_with_odd_names_arrive_whole(hub: HubProcess) -> None:
    """pygls makes namedtuples of params, which renames fields such as ``class``."""
    async with connect_rpc(hub.socket) as client:
        with pytest.raises(RpcError, match="class"):
            await client.request("pilot/settings.update", {"values": {"class": 1}})


@pytest.mark.parametrize("farewell", ["exit", "shutdown then exit"])
async def test_exit_ends_that_connection_only(hub: HubProcess, farewell: str) -> None:
    async with connect_rpc(hub.socket) as other, connect_rpc(hub.socket) as client:
        if "shutdown" in farewell:
            await client.request("shutdown")
        client.notify("exit")
        await asyncio.wait_for(client.ended.wait(), 5)
        assert "sessions" in await other.request("pilot/sessions.list", {})
    await _alive(hub)


async def _send(client: RpcClient, raw: bytes) -> None:
    client.writer.write(raw)
    await asyncio.wait_for(client.ended.wait(), 5)


@pytest.mark.parametrize(
    "raw",
    [
        b"Content-Length: 999999999999\r\n\r\n{",
        b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n",
        b"Content-Length: 4\r\n\r\nnope",
        b"Content-Length: 2\r\n\r\n[]",
        b"Content-Length: 4\r\n\r\n\xff\xfe\xfd\xfc",
        b"Content-Length: 200000\r\n\r\n" + b"[" * 200000,
        b"x" * 200_000,
        b'Content-Length: 40\r\n\r\n{"jsonrpc":"2.0","id":[],"method":["x"]}',
    ],
    ids=["huge", "absurd", "no json", "array", "not utf-8", "deep", "no headers", "odd types"],
)
async def test_what_is_not_json_rpc_ends_its_connection_and_nothing_else(hub: HubProcess, raw: bytes) -> None:
    async with connect_rpc(hub.socket) as other, connect_rpc(hub.socket) as client:
        await _send(client, raw)
        assert "sessions" in await other.request("pilot/sessions.list", {})
    await _alive(hub)


async def test_a_window_that_does_not_read_is_cut(hub: HubProcess) -> None:
    reader, writer = await asyncio.open_unix_connection(hub.socket, limit=1024)
    client = RpcClient(reader, writer)
    await client.initialize()
    await client.request("pilot/subscribe", {})
    client._pump.cancel()
    writer.transport.pause_reading()  # type: ignore[attr-defined]
    big = {"session_id": "s1", "hook_event_name": "UserPromptSubmit", "cwd": "/w", "prompt": "x" * 500_000}
    for _ in range(12):
        assert (await hub.hook("UserPromptSubmit", big))[0] == 204
    async with asyncio.timeout(5):
        while (await hub.call("GET", "/api/snapshot"))[1]["clients"]:  # type: ignore[index]
            await asyncio.sleep(0.02)
    assert "did not keep up" in hub.logs()
    writer.close()


async def test_the_log_has_no_message_bodies(hub: HubProcess) -> None:
    async with connect_rpc(hub.socket) as client:
        with pytest.raises(RpcError):
            await client.request("pilot/asks.get", {"id": "very-private-thing"})
    assert "very-private-thing" not in hub.logs()

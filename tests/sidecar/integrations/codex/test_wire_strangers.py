"""Something listens where Codex's daemon should, and it is not, or not the one that Pilot knows."""

import asyncio
import json
import struct
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from agents.harness.waiting import until
from fakes.codex_app_server import NOTHING, FakeAppServer, FakeClient, RefusalError
from sidecar.integrations.codex.wire import Wire, open_wire

TOO_MUCH = 65 * 1024 * 1024
GREETING = json.dumps({"id": 1, "result": {"userAgent": "codex/0.169.0"}})


async def strange(wire: Wire, *words: str) -> None:
    """Check that Pilot says what is wrong, and is well; then it takes to the daemon in the stranger's place."""
    agent = await wire.reaches("degraded")
    for word in words:
        assert word in agent["message"]
    await wire.well()
    assert (await wire.client.get("/api/sessions"))["sessions"] == []
    wire.codex.raw = wire.codex.greeted = None
    wire.codex.plays.clear()
    wire.codex.user_agent = "codex-tui/0.169.0"
    agent = await wire.reaches("connected")
    assert agent.get("message") is None
    assert agent["version"] == "0.169.0"


def raw(data: bytes) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]:
    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(data)
        await writer.drain()
        if not data:
            await reader.read()

    return speak


@pytest.mark.parametrize(
    "data",
    [
        b'{"method": "hello"}\n',
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n"
        b"Sec-WebSocket-Accept: wrong\r\n\r\n",
        b"\x00\xff\x00\xff\r\n\r\n",
    ],
    ids=["json-lines", "http", "wrong-key", "bytes"],
)
async def test_no_websocket_at_all(tmp_path: Path, codex: FakeAppServer, data: bytes) -> None:
    codex.raw = raw(data)
    await codex.start()
    async with open_wire(tmp_path, codex) as wire:
        await strange(wire, str(codex.path), "no Codex that Pilot knows")


async def say_text(client: FakeClient) -> None:
    await client.socket.receive()
    await client.socket.send_str("Good morning!")


async def say_array(client: FakeClient) -> None:
    await client.socket.receive()
    await client.socket.send_str('[{"id": 1, "result": {}}]')


async def say_bytes(client: FakeClient) -> None:
    await client.socket.receive()
    await client.socket.send_bytes(GREETING.encode())


async def say_too_much(client: FakeClient) -> None:
    await client.socket.receive()
    client.transport.write(b"\x81\x7f" + struct.pack("!Q", TOO_MUCH))
    await client.socket.receive()


async def say_broken_text(client: FakeClient) -> None:
    await client.socket.receive()
    client.transport.write(b"\x81\x04\xff\xfe\xfd\xfc")
    await client.socket.receive()


@pytest.mark.parametrize(
    ("greeted", "words"),
    [
        (say_text, "not JSON"),
        (say_array, "not a JSON-RPC message"),
        (say_bytes, "not text"),
        (say_too_much, "over the limit"),
        (say_broken_text, "a broken frame"),
    ],
)
async def test_a_websocket_that_speaks_something_else(
    tmp_path: Path, codex: FakeAppServer, greeted: Callable[[FakeClient], Awaitable[None]], words: str
) -> None:
    codex.greeted = greeted
    await codex.start()
    async with open_wire(tmp_path, codex) as wire:
        await strange(wire, words)


@pytest.mark.parametrize("words", ["Good morning!", "[]", "{}"])
async def test_garbage_in_the_middle_of_a_session(wire: Wire, words: str) -> None:
    thread = await wire.turn()
    for client in wire.codex.clients:
        await client.socket.send_str(words)
    agent = await wire.reaches("degraded")
    assert "does not understand" in agent["message"]
    await wire.reaches("connected")
    await wire.joined(thread)
    assert (await wire.session(thread, lambda session: session["live"]))["state"] == "busy"


async def test_a_daemon_that_is_too_old_is_left_alone_and_named(tmp_path: Path, codex: FakeAppServer) -> None:
    codex.user_agent = "codex-tui/0.150.0 (Debian)"
    await codex.start()
    await codex.open("t1", {"type": "active", "activeFlags": []})
    async with open_wire(tmp_path, codex) as wire:
        agent = await wire.reaches("degraded")
        assert "0.150.0" in agent["message"]
        assert "Update it to 0.169.0" in agent["message"]
        assert {message["method"] for message in codex.received} == {"initialize", "initialized"}, "nothing is joined"
        del codex.threads["t1"]
        await strange(wire)


async def test_a_daemon_that_refuses_the_greeting_is_quoted(tmp_path: Path, codex: FakeAppServer) -> None:
    def refuse(_params: object) -> None:
        raise RefusalError("Pilot is not welcome")

    codex.plays["initialize"] = refuse
    await codex.start()
    async with open_wire(tmp_path, codex) as wire:
        await strange(wire, "Pilot is not welcome")


async def test_a_daemon_that_never_answers_holds_nothing_up(tmp_path: Path, codex: FakeAppServer) -> None:
    codex.plays["initialize"] = lambda _params: NOTHING
    await codex.start()
    async with open_wire(tmp_path, codex) as wire:
        await until("a greeting", lambda: received(codex, "initialize"))
        await wire.well()
        began = time.monotonic()
        status, _ = await wire.hub.hook("SessionStart", {"session_id": "x", "hook_event_name": "SessionStart"})
        assert status == 204
        assert time.monotonic() - began < 3, "a hook holds a terminal up"
        await wire.well()


async def test_a_daemon_that_accepts_and_says_nothing_is_named_and_left(tmp_path: Path, codex: FakeAppServer) -> None:
    codex.raw = raw(b"")
    await codex.start()
    async with open_wire(tmp_path, codex) as wire:
        await until("a connection", lambda: connected(codex))
        await wire.well()
        await strange(wire, "it does not answer")


@pytest.mark.parametrize("method", ["thread/read", "thread/resume", "thread/list"])
async def test_one_call_that_is_never_answered_holds_only_itself_up(wire: Wire, method: str) -> None:
    wire.codex.plays[method] = lambda _params: NOTHING
    await wire.reaches("connected")
    thread = await wire.codex.open("t1")
    await wire.codex.begin(thread)
    await wire.session(thread)
    await wire.well()
    other = await wire.codex.open("t2")
    await wire.session(other)


async def test_a_daemon_that_hangs_does_not_keep_an_approval_of_another_terminal_from_being_shown(wire: Wire) -> None:
    await wire.reaches("connected")
    wire.codex.plays["thread/loaded/list"] = lambda _params: NOTHING
    body = {"session_id": "x", "hook_event_name": "PermissionRequest", "cwd": "/p", "tool_name": "Bash"}
    asked = asyncio.gather(wire.hub.hook("PermissionRequest", {**body, "tool_input": {"command": "ls"}}))
    began = time.monotonic()
    ask = await wire.client.waiting("x")
    assert time.monotonic() - began < 3, "it hides the terminal's own dialog meanwhile"
    await wire.client.allow(ask)
    ((status, answer),) = await asyncio.wait_for(asked, 5)
    assert status == 200
    assert "allow" in str(answer)


async def test_the_socket_of_a_daemon_that_was_killed_holds_no_other_terminal_up(
    tmp_path: Path, codex: FakeAppServer
) -> None:
    await codex.start()
    await codex.die()
    body = {"hook_event_name": "SessionStart", "cwd": "/p"}
    async with open_wire(tmp_path, codex) as wire:
        took = list[float]()
        for number in range(3):
            began = time.monotonic()
            assert await wire.hub.hook("SessionStart", {**body, "session_id": f"s{number}"}) == (204, None)
            took.append(time.monotonic() - began)
    assert min(took) < 0.5


async def test_a_message_of_a_length_that_nobody_sends_does_not_fill_the_memory(wire: Wire) -> None:
    """The length alone is enough to hang up: the message itself is not waited for."""
    await wire.reaches("connected")
    wire.codex.clients[0].transport.write(b"\x81\x7f" + struct.pack("!Q", TOO_MUCH))
    agent = await wire.reaches("degraded")
    assert "over the limit" in agent["message"]


async def received(codex: FakeAppServer, method: str) -> bool:
    return bool(codex.calls(method))


async def connected(codex: FakeAppServer) -> bool:
    return codex.connections > 0

"""JSON-RPC with an app-server: requests find their answers, and garbage ends the connection and nothing else."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest

from pilot_sidecar.core.errors import AgentUnavailableError
from pilot_sidecar.integrations.codex.greeting import TooOldError, greet
from pilot_sidecar.integrations.codex.rpc import AppServer, GarbageError, RefusedError, Said


class Wire:
    """A carrier with a person at the other end."""

    def __init__(self) -> None:
        self.sent: list[dict[str, object]] = []
        self.come: asyncio.Queue[str | None] = asyncio.Queue()
        self.broken = False
        self.stuck = False
        self.closed = False

    async def send(self, text: str) -> None:
        if self.broken:
            raise ConnectionResetError
        if self.stuck:
            await asyncio.Event().wait()
        self.sent.append(json.loads(text))

    async def messages(self) -> AsyncIterator[str]:
        while (text := await self.come.get()) is not None:
            yield text

    async def close(self) -> None:
        self.closed = True

    def say(self, message: object) -> None:
        self.come.put_nowait(json.dumps(message))

    def hang_up(self) -> None:
        self.come.put_nowait(None)


def connected() -> tuple[Wire, AppServer, list[Said]]:
    wire, heard = Wire(), list[Said]()

    async def hear(said: Said) -> None:
        heard.append(said)

    return wire, AppServer(wire, hear), heard


async def listen(server: AppServer) -> None:
    await asyncio.wait_for(server.listen(), 5)


async def test_answers_find_their_requests_in_any_order() -> None:
    wire, server, _ = connected()
    async with asyncio.TaskGroup() as tasks:
        first, second = tasks.create_task(server.call("a", {"x": 1})), tasks.create_task(server.call("b"))
        while len(wire.sent) < 2:
            await asyncio.sleep(0)
        for number in (2, 1):
            wire.say({"id": number, "result": {"number": number}})
        wire.hang_up()
        tasks.create_task(listen(server))
    assert wire.sent == [{"method": "a", "id": 1, "params": {"x": 1}}, {"method": "b", "id": 2, "params": {}}]
    assert (first.result(), second.result()) == ({"number": 1}, {"number": 2})


async def test_a_server_that_does_not_read_is_not_waited_for_longer_than_one_that_does_not_answer() -> None:
    wire, server, _ = connected()
    wire.stuck = True
    with pytest.raises(AgentUnavailableError, match="in time"):
        await asyncio.wait_for(server.call("turn/start", timeout_s=0.01), 5)


async def test_a_refusal_is_told_in_the_servers_words() -> None:
    wire, server, _ = connected()
    wire.say({"id": 1, "error": {"code": -32600, "message": "no rollout found"}})
    wire.say({"id": 2, "error": {}})
    wire.say({"id": 3, "result": None})
    results = asyncio.gather(*(server.call("m") for _ in range(3)), return_exceptions=True)
    await asyncio.sleep(0)
    wire.hang_up()
    await listen(server)
    refused, empty, nothing = await asyncio.wait_for(results, 5)
    assert isinstance(refused, RefusedError)
    assert (refused.code, refused.message, str(refused)) == (-32600, "no rollout found", "m: no rollout found")
    assert isinstance(empty, RefusedError)
    assert (empty.code, empty.message) == (0, "refused")
    assert nothing == {}


async def test_answers_that_nobody_asked_for_are_ignored() -> None:
    wire, server, heard = connected()
    for message in ({"id": 99, "result": {}}, {"id": "x", "result": {}}, {"id": None, "error": {}}, {"id": [1]}):
        wire.say(message)
    wire.say({"method": "still/here"})
    wire.hang_up()
    await listen(server)
    assert heard == [Said("still/here", {})]


async def test_what_the_server_says_and_asks() -> None:
    wire, server, heard = connected()
    wire.say({"method": "a", "params": {"x": 1}})
    wire.say({"method": "b", "id": 0, "params": [1]})
    wire.say({"method": "c", "id": "uuid", "params": {}})
    wire.say({"method": "d", "id": {}, "jsonrpc": "2.0"})
    wire.hang_up()
    await listen(server)
    assert heard == [Said("a", {"x": 1}), Said("b", {}, 0), Said("c", {}, "uuid"), Said("d", {})]
    assert wire.sent == [], "nothing is answered by itself"


@pytest.mark.parametrize(
    "text", ["", "no JSON", "[]", "5", "null", '"x"', "{}", '{"params": {}}', '{"method": 1', "[" * 100_000, "\x00"]
)
async def test_garbage_ends_the_connection(text: str) -> None:
    wire, server, heard = connected()
    wire.come.put_nowait(text)
    with pytest.raises(GarbageError):
        await listen(server)
    assert (server.closed, heard) == (True, [])


async def test_half_a_character_becomes_a_question_mark() -> None:
    r"""JSON can name one (``\ud800``); text, files and databases cannot hold it."""
    wire, server, heard = connected()
    wire.come.put_nowait('{"method": "m", "params": {"a": "x\\ud800y", "b": "\\uD83D\\uDE00", "\\udfff": ["\\udc00"]}}')
    wire.hang_up()
    await listen(server)
    assert heard[0].params == {"a": "x?y", "b": "😀", "?": ["?"]}


async def test_whoever_waits_hears_that_the_connection_ended() -> None:
    wire, server, _ = connected()
    waiting = asyncio.gather(server.call("m"), return_exceptions=True)
    await asyncio.sleep(0)
    wire.hang_up()
    await listen(server)
    (error,) = await asyncio.wait_for(waiting, 5)
    assert isinstance(error, AgentUnavailableError)
    with pytest.raises(AgentUnavailableError):
        await server.call("m")
    with pytest.raises(AgentUnavailableError):
        await server.answer(1, {})
    assert len(wire.sent) == 1


async def test_no_answer_in_time_and_a_late_one_does_no_harm() -> None:
    wire, server, _ = connected()
    with pytest.raises(AgentUnavailableError, match="did not answer"):
        await asyncio.wait_for(server.call("m", timeout_s=0.01), 5)
    wire.say({"id": 1, "result": {}})
    wire.hang_up()
    await listen(server)


async def test_a_line_that_breaks_while_sending() -> None:
    wire, server, _ = connected()
    wire.broken = True
    with pytest.raises(AgentUnavailableError):
        await server.call("m")
    await server.close()
    assert wire.closed


@pytest.mark.parametrize(
    ("agent", "version"),
    [("codex-tui/0.169.0 (Debian)", "0.169.0"), ("x/1.2.3", "1.2.3"), ("brand new", None), ("", None), (None, None)],
)
async def test_who_answers_the_greeting(agent: str | None, version: str | None) -> None:
    wire, server, _ = connected()
    wire.say({"id": 1, "result": {"userAgent": agent, "codexHome": "/home/dev/.codex"}})
    listening = asyncio.gather(listen(server))
    greeting = await asyncio.wait_for(greet(server), 5)
    wire.hang_up()
    await listening
    assert (greeting.version, greeting.home) == (version, "/home/dev/.codex")
    assert wire.sent[0]["params"]["capabilities"] == {"experimentalApi": True}  # type: ignore[index]
    assert wire.sent[1] == {"method": "initialized"}


@pytest.mark.parametrize("version", ["0.150.0", "0.168.99", "0.0.1"])
async def test_a_codex_that_is_too_old_is_named(version: str) -> None:
    wire, server, _ = connected()
    wire.say({"id": 1, "result": {"userAgent": f"codex-tui/{version} (Debian)"}})
    listening = asyncio.gather(listen(server), return_exceptions=True)
    with pytest.raises(TooOldError, match=version):
        await asyncio.wait_for(greet(server), 5)
    wire.hang_up()
    await listening

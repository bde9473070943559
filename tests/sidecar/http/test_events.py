"""``GET /events`` on a real hub: no gap, no duplicate, whatever happens to the reader."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from fakes.hub_process import HubProcess


class Events:
    """Reads frames off a stream."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._content = response.content

    async def frame(self) -> tuple[str, dict[str, Any]]:
        """Return the next event's id and body; comments and heartbeats are skipped."""
        cursor, data = "", ""
        async with asyncio.timeout(10):
            while True:
                line = (await self._content.readuntil(b"\n")).decode().rstrip("\n")
                if line.startswith("id: "):
                    cursor = line[4:]
                elif line.startswith("data: "):
                    data = line[6:]
                elif not line and cursor:
                    return cursor, json.loads(data)

    async def until(self, kind: str) -> tuple[str, dict[str, Any]]:
        while True:
            cursor, event = await self.frame()
            if event["type"] == kind:
                return cursor, event

    async def see(self, *needles: bytes) -> None:
        """Read on until each of these has come by: for events too large to be read as lines."""
        tail = b""
        async with asyncio.timeout(10):
            for needle in needles:
                while needle not in tail:
                    chunk = await self._content.readany()
                    assert chunk, "the stream was cut"
                    tail = tail[-1000:] + chunk
                tail = tail[tail.index(needle) + len(needle) :]

    async def take(self, count: int) -> list[dict[str, Any]]:
        return [(await self.frame())[1] for _ in range(count)]


@asynccontextmanager
async def events(hub: HubProcess, cursor: str | None = None) -> AsyncIterator[Events]:
    headers = {"Authorization": f"Bearer {hub.token}"} | ({"Last-Event-ID": cursor} if cursor else {})
    async with hub.client.get(f"{hub.url}/events", headers=headers) as response:
        assert response.status == 200
        assert response.headers["Content-Type"].startswith("text/event-stream")
        yield Events(response)


async def tools(hub: HubProcess, first: int, count: int, size: int = 0) -> None:
    for number in range(first, first + count):
        body = {
            "session_id": "s1", "hook_event_name": "PreToolUse", "cwd": "/home/dev/api", "tool_name": "Bash",
            "tool_use_id": f"call-{number}", "tool_input": {"command": f"echo {number} " + "x" * size},
        }  # fmt: skip
        assert (await hub.hook("PreToolUse", body))[0] == 204


async def tool_calls(stream: Events, count: int) -> list[str]:
    return [(await stream.until("pilot.tool.started"))[1]["callId"] for _ in range(count)]


async def test_a_new_reader_gets_a_snapshot_then_what_happens(hub: HubProcess) -> None:
    await tools(hub, 0, 1)
    async with events(hub) as stream:
        cursor, snapshot = await stream.frame()
        assert snapshot["type"] == "pilot.snapshot"
        assert [session["id"] for session in snapshot["snapshot"]["sessions"]] == ["s1"]
        assert snapshot["snapshot"]["cursor"] == cursor
        await tools(hub, 1, 2)
        first = (await stream.until("pilot.tool.started"))[1]
        assert first["callId"] == "call-1"
        assert first["seq"] > snapshot["seq"]


async def test_a_reader_that_comes_back_gets_exactly_what_it_missed(hub: HubProcess) -> None:
    async with events(hub) as stream:
        await stream.frame()
        await tools(hub, 0, 3)
        cursor, last = await stream.until("pilot.tool.started")
    await tools(hub, 3, 200)
    async with events(hub, cursor) as stream:
        await tools(hub, 203, 50)
        seen: list[dict[str, Any]] = []
        while not seen or seen[-1].get("callId") != "call-252":
            seen += await stream.take(1)
    assert [event["seq"] for event in seen] == list(range(last["seq"] + 1, last["seq"] + 1 + len(seen)))
    calls = [event["callId"] for event in seen if event["type"] == "pilot.tool.started"]
    assert calls == [f"call-{number}" for number in range(1, 253)]


async def test_what_no_longer_fits_into_memory_comes_from_the_log(hub: HubProcess) -> None:
    async with events(hub) as stream:
        cursor, first = await stream.frame()
    await tools(hub, 0, 60, size=100_000)  # 6 MB, more than is kept in memory
    async with events(hub, cursor) as stream:
        seen: list[dict[str, Any]] = []
        while not seen or seen[-1].get("callId") != "call-59":
            seen += await stream.take(1)
    assert [event["seq"] for event in seen] == list(range(first["seq"] + 1, first["seq"] + 1 + len(seen)))


@pytest.mark.parametrize("cursor", ["nonsense", "abc-1", "-5", "1-2-3", "0-99999999999999999999", "\u00e9-1"])
async def test_a_cursor_from_elsewhere_gets_a_snapshot(hub: HubProcess, cursor: str) -> None:
    async with events(hub, cursor) as stream:
        assert (await stream.frame())[1]["type"] == "pilot.snapshot"


async def test_a_cursor_of_an_earlier_start_gets_a_snapshot(hub: HubProcess) -> None:
    async with events(hub) as stream:
        cursor, _ = await stream.frame()
    epoch, _, seq = cursor.rpartition("-")
    async with events(hub, f"{int(epoch, 16) - 1:x}-{seq}") as stream:
        assert (await stream.frame())[1]["type"] == "pilot.snapshot"


async def test_a_reader_that_stalls_is_cut_and_the_others_get_everything(hub: HubProcess) -> None:
    port = int(hub.url.rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
    writer.write(f"GET /events HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {hub.token}\r\n\r\n".encode())
    await reader.readline()
    writer.transport.pause_reading()
    async with events(hub) as stream:
        await stream.frame()
        _, seen = await asyncio.gather(tools(hub, 0, 200, size=100_000), tool_calls(stream, 200))
        assert seen == [f"call-{number}" for number in range(200)]
        clients = (await hub.call("GET", "/api/snapshot"))[1]
    assert isinstance(clients, dict)
    assert len(clients["clients"]) == 1, "the stalled reader is still counted as somebody who could answer"
    writer.transport.abort()


async def test_large_asks_reach_the_readers_of_the_moment_and_those_who_come(hub: HubProcess) -> None:
    async def ask(number: int) -> tuple[int, object]:
        body = {
            "session_id": f"s{number}", "hook_event_name": "PermissionRequest", "cwd": "/home/dev/api",
            "tool_name": "Bash", "tool_input": {"command": "x" * 900_000},
        }  # fmt: skip
        return await hub.hook("PermissionRequest", body)

    async with events(hub) as stream, asyncio.TaskGroup() as group:
        await stream.frame()
        asking = [group.create_task(ask(number)) for number in range(5)]
        await stream.see(*[b"pilot.permission.pending"] * 5)
        for number in range(3):
            async with events(hub) as other:
                await other.see(b"pilot.snapshot", b'"state":"pending"')
                await tools(hub, number, 1)
                await other.see(b'"call-%d"' % number)
        for waiting in (await hub.call("GET", "/api/asks"))[1]["asks"]:  # type: ignore[index] # JSON
            await hub.call("POST", f"/api/asks/{waiting['id']}/decision", {"kind": "release"})
    assert {task.result()[0] for task in asking} == {204}


async def test_the_512th_stream_of_the_owner_is_served_and_the_next_is_told_to_wait(hub: HubProcess) -> None:
    port = int(hub.url.rpartition(":")[2])
    request = f"GET /events HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {hub.token}\r\n\r\n".encode()
    writers = []
    for _ in range(512):
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
        writer.write(request)
        assert b"200" in await asyncio.wait_for(reader.readline(), 10)
        writer.transport.pause_reading()
        writers.append(writer)
    async with hub.client.get(hub.url + "/events", headers={"Authorization": f"Bearer {hub.token}"}) as response:
        assert response.status == 429
        assert response.headers["Retry-After"]
    for writer in writers:
        writer.transport.abort()


async def test_what_a_project_asks_about_reaches_every_reader(hub: HubProcess) -> None:
    body = {"session_id": "s1", "hook_event_name": "SessionStart", "cwd": "/home/dev/api"}
    assert (await hub.hook("SessionStart", body))[0] in (200, 204)
    async with events(hub) as stream:
        _, first = await stream.frame()
        project = first["snapshot"]["projects"][0]
        assert "approval" not in project
        path = f"/api/projects/{project['id']}/approval"
        assert (await hub.call("PUT", path, {"topics": ["shell"]}))[0] == 200
        _, told = await stream.until("pilot.project.updated")
        assert told["project"] == {**project, "approval": {"topics": ["shell"]}}
    assert (await hub.call("GET", "/api/snapshot"))[1]["projects"] == [told["project"]]  # type: ignore[index]

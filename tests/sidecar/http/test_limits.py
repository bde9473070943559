"""Whoever is slow, greedy or many: ended in time, never at the cost of others. Over real sockets, with small limits."""

import asyncio
import gzip
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from aiohttp import web

from pilot_sidecar.core.errors import PilotError
from pilot_sidecar.transport.http.crowd import Crowd
from pilot_sidecar.transport.http.limits import Limits
from pilot_sidecar.transport.http.responses import error_response
from pilot_sidecar.transport.http.server import HubServer
from sidecar.http.raw import Wire, ask, connect, request

SMALL = Limits(
    head_s=0.15, body_stall_s=0.15, body_s=0.3, idle_s=0.3, linger_s=0.1, stalled_s=0.15, from_elsewhere=6,
    from_one_address=4, through_the_tunnel=3,
)  # fmt: skip
LARGE = 16 * 1024 * 1024


@dataclass
class Served:
    server: HubServer
    ports: dict[str, int]
    wires: list[Wire] = field(default_factory=list)

    async def connect(self, door: str = "open") -> Wire:
        self.wires.append(await connect(self.ports[door]))
        return self.wires[-1]


async def handle(found: web.BaseRequest) -> web.StreamResponse:
    try:
        if found.path == "/large":
            return web.Response(body=b"x" * LARGE)
        return web.Response(body=b"%d" % len(await found.read()))
    except PilotError as error:
        return error_response(error)


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    server = HubServer(handle, SMALL)
    loop = asyncio.get_running_loop()

    def through_the_tunnel() -> web.RequestHandler:
        connection = server()
        connection.door = "tunnel"
        return connection

    async with (
        await loop.create_server(server, "127.0.0.1", 0) as ours,
        await loop.create_server(through_the_tunnel, "127.0.0.1", 0) as tunnel,
    ):
        served = Served(server, {"open": _port(ours), "tunnel": _port(tunnel)})
        yield served
        for wire in served.wires:
            wire.close()
        await server.shutdown(0.2)


def _port(listening: asyncio.Server) -> int:
    return int(listening.sockets[0].getsockname()[1])


async def test_a_head_that_drips_is_ended(served: Served) -> None:
    wire = await served.connect()
    wire.send(b"GET /x HTTP/1.1\r\nHost: 127.0.0.1\r\nX-")
    answer = await wire.answer(1)
    assert (answer.status, answer.code, answer.headers["connection"]) == (408, "timeout", "close")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert await wire.ended(1) == b""


async def test_a_drip_does_not_win_time_with_each_drop(served: Served) -> None:
    wire = await served.connect()
    wire.send(b"GET /x HTTP/1.1\r\n")

    async def drip() -> None:
        while True:
            wire.send(b"X: y\r\n")
            await asyncio.sleep(0.03)

    dripping = asyncio.get_running_loop().create_task(drip())
    assert (await wire.answer(1)).status == 408
    dripping.cancel()


async def test_a_slow_head_after_a_good_request_is_ended_too(served: Served) -> None:
    wire = await served.connect()
    wire.send(request("GET", "/"))
    assert (await wire.answer(1)).status == 200
    wire.send(b"GET / HT")
    assert (await wire.answer(1)).status == 408


async def test_a_connection_without_a_request_is_closed(served: Served) -> None:
    for before in (b"", request("GET", "/")):
        wire = await served.connect()
        wire.send(before)
        await wire.ended(2)


async def test_a_head_without_end_is_refused(served: Served) -> None:
    wire = await served.connect()
    wire.send(b"GET / HTTP/1.1\r\n" + b"".join(b"X-%d: %b\r\n" % (number, b"y" * 1500) for number in range(60)))
    assert (await wire.answer(1)).status in (400, 431)


async def test_a_body_that_stalls_is_given_up(served: Served) -> None:
    wire = await served.connect()
    wire.send(b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\nabc")
    answer = await wire.answer(1)
    assert (answer.status, answer.code) == (408, "timeout")


async def test_a_body_that_drips_is_given_up(served: Served) -> None:
    wire = await served.connect()
    wire.send(b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 10000\r\n\r\n")

    async def drip() -> None:
        while True:
            wire.send(b"x")
            await asyncio.sleep(0.03)

    dripping = asyncio.get_running_loop().create_task(drip())
    assert (await wire.answer(2)).status == 408
    dripping.cancel()


async def test_a_body_in_pieces_is_taken(served: Served) -> None:
    wire = await served.connect()
    wire.send(b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 6\r\n\r\nabc")
    await asyncio.sleep(0.05)
    wire.send(b"def")
    assert (await wire.answer(1)).body == b"6"


async def test_who_asks_before_sending_is_told_to_go_on(served: Served) -> None:
    wire = await served.connect()
    wire.send(b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n")
    assert (await wire.answer(1)).status == 100
    wire.send(b"abc")
    assert (await wire.answer(1)).body == b"3"


async def test_who_does_not_read_the_answer_is_cut(served: Served) -> None:
    wire = await served.connect()
    wire.send(request("GET", "/large"))
    async with asyncio.timeout(5):
        while not served.server.connections:
            await asyncio.sleep(0.01)
        while served.server.connections:
            await asyncio.sleep(0.02)


async def test_who_reads_slowly_gets_all(served: Served) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", served.ports["open"], limit=64 * 1024)
    writer.write(request("GET", "/large", Connection="close"))
    await reader.readuntil(b"\r\n\r\n")
    size = 0
    async with asyncio.timeout(10):
        while piece := await reader.read(1024 * 1024):
            size += len(piece)
            await asyncio.sleep(0.01)
    writer.close()
    assert size == LARGE


async def test_the_tunnel_cannot_take_the_places_of_this_machine(served: Served) -> None:
    theirs = [await served.connect("tunnel") for _ in range(3)]
    for wire in theirs:
        wire.send(request("GET", "/"))
        assert (await wire.answer(1)).status == 200
    late = await served.connect("tunnel")
    answer = await late.answer(1)
    assert (answer.status, answer.code) == (503, "busy")
    ours = [await served.connect() for _ in range(20)]
    for wire in ours:
        wire.send(request("GET", "/"))
        assert (await wire.answer(1)).status == 200
    theirs[0].close()
    async with asyncio.timeout(2):
        while len(served.server.crowd) > 2:
            await asyncio.sleep(0.01)
    assert (await ask(served.ports["tunnel"], request("GET", "/"))).status == 200


def test_places_are_counted_by_address_and_in_all() -> None:
    crowd = Crowd(SMALL)
    assert [crowd.come("open", ("127.0.0.1", number)) for number in range(50)] == [""] * 50
    assert [crowd.come("open", ("::1", 1, 0, 0)), crowd.come("open", ("::ffff:127.0.0.1", 1, 0, 0))] == ["", ""]
    assert [crowd.come("open", ("192.0.2.1", number)) for number in range(5)] == ["192.0.2.1"] * 4 + [None]
    together = [crowd.come("open", (f"2001:db8::{number}", 1, 0, 0)) for number in range(3)]
    assert together == ["2001:db8::", "2001:db8::", None]
    crowd.go("192.0.2.1")
    assert crowd.come("open", ("198.51.100.7", 1)) == "198.51.100.7"
    for place in ["192.0.2.1"] * 3 + ["2001:db8::"] * 2 + ["198.51.100.7", ""]:
        crowd.go(place)
    assert len(crowd) == 0


async def test_requests_in_one_go_are_answered_in_order(served: Served) -> None:
    wire = await served.connect()
    wire.send(b"".join(request("POST", "/", b"x" * number) for number in range(1, 200)))
    assert [(await wire.answer(2)).body for _ in range(1, 200)] == [b"%d" % number for number in range(1, 200)]


async def test_compressed_bodies_are_no_bombs(hub_port: int, owner: str) -> None:
    bomb = gzip.compress(b"0" * 50_000_000)
    answer = await ask(hub_port, request("POST", "/api/pair", bomb, Authorization=owner, Content_Encoding="gzip"))
    assert (answer.status, answer.code) == (415, "unsupported_media")

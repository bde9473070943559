"""Where requests come from: told by the socket; what they claim counts behind the tunnel's own door only."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass

import aiohttp
import pytest
from aiohttp import web

from pilot_sidecar.infra.addresses import read_addresses
from pilot_sidecar.infra.sockets import listen_on
from pilot_sidecar.transport.http import whence as module
from pilot_sidecar.transport.http.server import HubServer
from pilot_sidecar.transport.http.tunnel_door import LoopbackTunnelDoor
from pilot_sidecar.transport.http.whence import FORWARDED, whence_of

SPOOFS = ["127.0.0.1", "::1", "1.2.3.4", "localhost", "", "for=127.0.0.1"]


async def _tell(request: web.BaseRequest) -> web.StreamResponse:
    if request.path == "/stream":
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b"first")
        await asyncio.sleep(30)
    found = whence_of(request)
    same = whence_of(request).pid is found.pid
    return web.json_response(
        {"reach": found.reach, "address": found.address, "pid": found.pid is not None, "same": same}
    )


@dataclass
class Place:
    server: HubServer
    tunnel: LoopbackTunnelDoor
    port: int
    client: aiohttp.ClientSession

    async def ask(self, host: str = "127.0.0.1", port: int = 0, headers: object = None) -> tuple[str, str]:
        """Return reach and address of a request."""
        url = f"http://{host}:{port or self.port}/"
        async with self.client.get(url, headers=headers) as response:  # type: ignore[arg-type] # pairs, to repeat one
            told = json.loads(await response.read())
        assert told["same"]
        assert told["pid"] == (told["reach"] != "tunnel")
        return told["reach"], told["address"]


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    server = HubServer(_tell)
    opened = listen_on("0.0.0.0", 0)
    port = opened.getsockname()[1]
    listening = await asyncio.get_running_loop().create_server(server, sock=opened)
    tunnel = LoopbackTunnelDoor(server)
    async with asyncio.timeout(10), aiohttp.ClientSession() as client:
        yield Place(server, tunnel, port, client)
    await tunnel.close()
    listening.close()
    server.pre_shutdown()
    await server.shutdown(1)


async def test_this_machine_is_local_at_each_of_its_addresses(place: Place) -> None:
    own = [address.ip for address in read_addresses() if address.version == 4]
    for ip in ("127.0.0.1", "127.0.0.2", *own):
        reach, address = await place.ask(ip)
        assert reach == "local", ip
        assert address in ("127.0.0.1", "127.0.0.2", *own)


async def test_an_own_address_towards_another_is_local_too(place: Place) -> None:
    """A program that chooses where it calls from becomes no stranger by that."""
    own = [address.ip for address in read_addresses() if address.version == 4] or ["127.0.0.9"]
    connector = aiohttp.TCPConnector(local_addr=(own[0], 0))
    async with aiohttp.ClientSession(connector=connector) as client:
        other = Place(place.server, place.tunnel, place.port, client)
        assert await other.ask("127.0.0.1") == ("local", own[0])


async def test_a_peer_that_is_not_this_machine_is_from_the_network(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No second machine here: a loopback address stands for one, once nothing counts as this machine's."""
    monkeypatch.setattr(module, "is_own_address", lambda _ip: False)
    connector = aiohttp.TCPConnector(local_addr=("127.0.0.7", 0))
    async with (
        aiohttp.ClientSession(connector=connector) as client,
        client.get(f"http://127.0.0.1:{place.port}/") as got,
    ):
        told = await got.json()
    assert (told["reach"], told["address"], told["pid"]) == ("lan", "127.0.0.7", False)


@pytest.mark.parametrize("name", FORWARDED)
async def test_headers_of_a_proxy_make_nobody_local_and_nobody_else(place: Place, name: str) -> None:
    for claimed in SPOOFS:
        assert await place.ask(headers={name: claimed}) == ("lan", "127.0.0.1")
    assert await place.ask() == ("local", "127.0.0.1")


@pytest.mark.parametrize(
    ("headers", "address"),
    [
        ([("CF-Connecting-IP", "203.0.113.7")], "203.0.113.7"),
        ([("X-Forwarded-For", "203.0.113.7")], "203.0.113.7"),
        ([("X-Forwarded-For", "127.0.0.1, 10.0.0.1,203.0.113.7")], "203.0.113.7"),
        ([("X-Forwarded-For", "1.1.1.1"), ("X-Forwarded-For", "2.2.2.2, 203.0.113.7")], "203.0.113.7"),
        ([("X-Forwarded-For", "203.0.113.7"), ("CF-Connecting-IP", "1.1.1.1")], "203.0.113.7"),
        ([("X-Forwarded-For", "203.0.113.7:4711")], "203.0.113.7"),
        ([("X-Forwarded-For", "[2001:db8::7]:4711")], "2001:db8::7"),
        ([("X-Forwarded-For", "2001:DB8:0::7")], "2001:db8::7"),
        ([("X-Forwarded-For", "::ffff:203.0.113.7")], "203.0.113.7"),
        ([("X-Forwarded-For", "203.0.113.7, ")], ""),
        ([("X-Forwarded-For", "127.0.0.1")], ""),
        ([("X-Forwarded-For", "::1")], ""),
        ([("CF-Connecting-IP", "0.0.0.0")], ""),
        ([("X-Forwarded-For", "unknown")], ""),
        ([("X-Forwarded-For", "<script>")], ""),
        ([("Forwarded", "for=203.0.113.7")], ""),
        ([], ""),
    ],
)
async def test_behind_the_tunnels_door_all_is_remote(
    place: Place, headers: list[tuple[str, str]], address: str
) -> None:
    port = await place.tunnel.open()
    assert await place.ask("localhost" if not headers else "127.0.0.1", port, headers) == ("tunnel", address)


async def test_the_tunnels_door_is_another_port_and_one_at_a_time(place: Place) -> None:
    port = await place.tunnel.open()
    assert port not in (0, place.port)
    assert await place.tunnel.open() == port


async def test_a_closed_tunnel_door_ends_what_came_through_and_nothing_else(place: Place) -> None:
    port = await place.tunnel.open()
    streams = [await place.client.get(f"http://127.0.0.1:{at}/stream") for at in (port, place.port)]
    for stream in streams:
        assert await stream.content.readany() == b"first"
    await place.tunnel.close()
    with pytest.raises(aiohttp.ClientError):
        await asyncio.wait_for(streams[0].content.readany(), 2)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(streams[1].content.readany(), 0.05)
    with pytest.raises(aiohttp.ClientError):
        await place.ask(port=port)
    again = await place.tunnel.open()
    assert await place.ask(port=again) == ("tunnel", "")
    for stream in streams:
        stream.close()

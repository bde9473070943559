"""A known name that resolves to somewhere else: the address that would be connected to decides."""

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from pilot_sidecar.notifications.ports import DeliveryError
from pilot_sidecar.notifications.webpush.post import PushPost


class _Resolver(AbstractResolver):
    """Says that every name is at one address."""

    def __init__(self, ip: str, port: int) -> None:
        self._ip, self._port = ip, port

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = socket.AF_INET6 if ":" in self._ip else socket.AF_INET
        return [ResolveResult(hostname=host, host=self._ip, port=self._port, family=found, proto=0, flags=0)]

    async def close(self) -> None:
        pass


@pytest.fixture
async def listening() -> AsyncIterator[tuple[int, list[object]]]:
    """A port on loopback, and who connected."""
    came: list[object] = []
    server = await asyncio.start_server(lambda _, writer: came.append(writer.transport.abort()), "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1], came


@pytest.mark.parametrize("ip", ["127.0.0.1", "::ffff:127.0.0.1", "10.0.0.1", "169.254.169.254", "100.64.0.1", "::1"])
async def test_a_name_that_leads_into_the_network_is_not_followed(listening: tuple[int, list[object]], ip: str) -> None:
    port, came = listening
    post = PushPost(resolver=_Resolver(ip, port))
    try:
        with pytest.raises(DeliveryError) as caught:
            await post.send("https://fcm.googleapis.com/wp/secret", "Google", {}, b"x", 3)
    finally:
        await post.close()
    assert "private address" in caught.value.message
    assert "secret" not in caught.value.message
    await asyncio.sleep(0.05)
    assert came == []


async def test_an_address_instead_of_a_name_is_looked_at_as_well(listening: tuple[int, list[object]]) -> None:
    port, came = listening
    post = PushPost(test_service="http://127.0.0.1:1")
    try:
        with pytest.raises(DeliveryError):
            await post.send(f"http://127.0.0.1:{port}/x", "x", {}, b"x", 3)
    finally:
        await post.close()
    assert came == []

"""The JSON-RPC door as a loopback port, for systems without local sockets."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from fakes.domain import open_domain
from fakes.rpc_client import RpcClient, RpcError
from pilot_sidecar.transport.call import ApiContext
from pilot_sidecar.transport.rpc.door import TCP, serve_rpc

TOKEN = "the-owners-token"


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[RpcClient]:
    import asyncio

    async with open_domain(tmp_path) as services:
        context = ApiContext(services, pairing=None, access=None)  # type: ignore[arg-type] # not called here
        async with serve_rpc(context, None, lambda: TOKEN) as address:
            assert address.startswith(TCP)
            client = RpcClient(*await asyncio.open_connection("127.0.0.1", int(address.removeprefix(TCP))))
            try:
                yield client
            finally:
                await client.close()


async def _initialize(client: RpcClient, **options: object) -> None:
    await client.request("initialize", {"processId": None, "capabilities": {}, "initializationOptions": options})


@pytest.mark.parametrize("options", [{}, {"token": ""}, {"token": "wrong"}, {"token": "wröng"}])
async def test_without_the_token_nothing_is_answered(client: RpcClient, options: dict[str, object]) -> None:
    with pytest.raises(RpcError) as caught:
        await _initialize(client, **options)
    assert caught.value.error["data"]["code"] == "unauthorized"
    with pytest.raises(RpcError) as caught:
        await client.request("pilot/sessions.list", {})
    assert caught.value.error["data"]["code"] == "not_initialized"


async def test_with_the_token_it_is_the_same_door(client: RpcClient) -> None:
    await _initialize(client, token=TOKEN)
    assert await client.request("pilot/sessions.list", {}) == {"sessions": []}

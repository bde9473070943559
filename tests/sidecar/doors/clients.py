"""One way to call the hub through either door, so that the same cases run against both."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Protocol
from urllib.parse import urlencode

from fakes.hub_process import HubProcess
from fakes.rpc_client import RpcClient, RpcError, connect_rpc

PATHS = {
    "snapshot": ("GET", "/api/snapshot"),
    "settings.get": ("GET", "/api/settings"),
    "settings.update": ("PATCH", "/api/settings"),
    "sessions.list": ("GET", "/api/sessions"),
    "sessions.get": ("GET", "/api/sessions/{id}"),
    "sessions.messages": ("GET", "/api/sessions/{id}/messages"),
    "sessions.abort": ("POST", "/api/sessions/{id}/abort"),
    "sessions.mark": ("PATCH", "/api/sessions/{id}"),
    "sessions.delete": ("DELETE", "/api/sessions/{id}"),
    "sessions.restore": ("POST", "/api/sessions/{id}/restore"),
    "sessions.search": ("GET", "/api/search"),
    "sessions.export": ("GET", "/api/sessions/{id}/export"),
    "usage.summary": ("GET", "/api/usage"),
    "projects.open": ("POST", "/api/projects"),
    "agents.options": ("GET", "/api/agents/{id}/options"),
    "asks.list": ("GET", "/api/asks"),
    "asks.get": ("GET", "/api/asks/{id}"),
    "asks.files": ("GET", "/api/asks/{id}/files"),
    "asks.decide": ("POST", "/api/asks/{id}/decision"),
    "places.show": ("POST", "/api/places"),
    "places.find": ("GET", "/api/places"),
    "canaries.begin": ("POST", "/api/canaries"),
    "canaries.end": ("DELETE", "/api/canaries/{id}"),
    "pairing.create": ("POST", "/api/pair"),
}


class CallError(Exception):
    """What either door refused, in the terms they share."""

    def __init__(self, code: str, message: str, hint: str | None) -> None:
        super().__init__(message)
        self.code = code
        self.hint = hint


class DoorClient(Protocol):
    kind: str

    async def call(self, name: str, /, **params: object) -> Any: ...


class HttpDoorClient:
    kind = "owner"

    def __init__(self, hub: HubProcess) -> None:
        self._hub = hub

    async def call(self, name: str, /, **params: object) -> Any:
        method, path = PATHS[name]
        rest = dict(params)
        if "{id}" in path:
            path = path.replace("{id}", str(rest.pop("id")))
        headers = {"Idempotency-Key": str(rest.pop("idempotencyKey"))} if "idempotencyKey" in rest else {}
        if method == "GET" and rest:
            path += "?" + urlencode(rest)
        status, body = await self._hub.call(method, path, None if method == "GET" else rest, **headers)
        assert body is None or isinstance(body, dict)
        if status >= 400:
            assert body is not None
            raise CallError(body["error"]["code"], body["error"]["message"], body["error"].get("hint"))
        return body


class RpcDoorClient:
    kind = "vscode"

    def __init__(self, client: RpcClient) -> None:
        self._client = client

    async def call(self, name: str, /, **params: object) -> Any:
        try:
            return await self._client.request(f"pilot/{name}", params)
        except RpcError as error:
            data = error.error["data"]
            raise CallError(data["code"], error.error["message"], data.get("hint")) from None


@asynccontextmanager
async def open_door(kind: str, hub: HubProcess) -> AsyncIterator[DoorClient]:
    """Yield a client of one door, present as somebody who could answer."""
    if kind == "http":
        async with hub.watching():
            yield HttpDoorClient(hub)
    else:
        async with connect_rpc(hub.socket) as client:
            yield RpcDoorClient(client)

"""Paired browsers as a hub sees them, and a hub's HTTP door in this process, whose clock tests move."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import aiohttp

from fakes.clock import FakeClock
from fakes.domain import open_domain
from fakes.hub_process import HubProcess
from pilot_sidecar.core.services import Services
from pilot_sidecar.infra.logs import Redactor
from pilot_sidecar.infra.paths import webview_dir
from pilot_sidecar.infra.tokens import load_tokens
from pilot_sidecar.server.access import OwnerAccess
from pilot_sidecar.transport.http.app import serve_http

AFAR = {"X-Forwarded-For": "203.0.113.9"}
"""Behind somebody's proxy: not on the hub's machine."""


@dataclass
class Stream:
    """An event stream that is being read."""

    response: aiohttp.ClientResponse
    raw: bytes = b""
    seen: list[dict[str, Any]] = field(default_factory=list)

    async def frame(self) -> dict[str, Any]:
        """Return the next event; heartbeats are skipped."""
        async with asyncio.timeout(10):
            while True:
                line = await self.response.content.readuntil(b"\n")
                self.raw += line
                if line.startswith(b"data: {") and line != b"data: {}\n":
                    self.seen.append(json.loads(line[6:]))
                    return self.seen[-1]

    async def until(self, kind: str) -> dict[str, Any]:
        """Return the next event of a kind."""
        while (event := await self.frame())["type"] != kind:
            pass
        return event

    async def ended(self, within_s: float = 3) -> None:
        """Read to the end, which has to come soon."""
        async with asyncio.timeout(within_s):
            try:
                self.raw += await self.response.content.read()
            except aiohttp.ClientError:
                return


@dataclass
class Browser:
    """One that has its cookie."""

    hub: HubProcess
    cookie: str
    headers: dict[str, str] = field(default_factory=dict)

    async def call(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        return await self.hub.call(method, path, body, Authorization="", Cookie=self.cookie, **self.headers)

    async def me(self) -> dict[str, Any]:
        """Return this browser in the list of devices."""
        _, found = await self.hub.call("GET", "/api/devices", Authorization="", Cookie=self.cookie)
        return next(device for device in found["devices"] if device["this"])  # type: ignore[index] # JSON

    @asynccontextmanager
    async def stream(self, cursor: str = "") -> AsyncIterator[Stream]:
        headers = {"Cookie": self.cookie, **self.headers} | ({"Last-Event-ID": cursor} if cursor else {})
        async with open_stream(self.hub, **headers) as stream:
            yield stream


@asynccontextmanager
async def open_stream(hub: HubProcess, **headers: str) -> AsyncIterator[Stream]:
    """Hold an event stream."""
    async with hub.client.get(f"{hub.url}/events", headers=headers) as response:
        assert response.status == 200
        yield Stream(response)


async def invite(hub: HubProcess, **wanted: object) -> dict[str, Any]:
    """Return an invitation, made by the owner."""
    status, made = await hub.call("POST", "/api/pair", wanted)
    assert status == 201, made
    assert isinstance(made, dict)
    return made


@dataclass(frozen=True)
class Answer:
    """What the hub said to a browser that wants in."""

    status: int
    body: dict[str, Any]
    cookies: SimpleCookie

    def browser(self, hub: HubProcess, **headers: str) -> Browser:
        """Return the browser, which has its cookie now."""
        assert self.status == 200, self.body
        [(name, morsel)] = self.cookies.items()
        return Browser(hub, f"{name}={morsel.value}", headers)


async def exchange(hub: HubProcess, code: str, name: str = "Phone", **headers: str) -> Answer:
    """Use a code."""
    return await _post(hub, "/pair", {"code": code, "name": name}, headers)


async def wait(hub: HubProcess, ticket: str, **headers: str) -> Answer:
    """Ask what became of an exchange that somebody has to agree to."""
    return await _post(hub, "/pair/wait", {"ticket": ticket}, headers)


async def leave(hub: HubProcess, ticket: str, **headers: str) -> Answer:
    """Take a wish to come in back, as the pairing page does on Cancel."""
    return await _post(hub, "/pair/leave", {"ticket": ticket}, headers)


async def _post(hub: HubProcess, path: str, body: object, headers: dict[str, str]) -> Answer:
    async with hub.client.post(hub.url + path, json=body, headers=headers) as response:
        cookies: SimpleCookie = SimpleCookie(response.headers.get("Set-Cookie", ""))
        return Answer(response.status, dict(await response.json()) if response.status != 204 else {}, cookies)


async def pair(hub: HubProcess, scope: str = "admin", name: str = "Phone", **wanted: object) -> Browser:
    """Return a browser that the owner invited."""
    return (await exchange(hub, (await invite(hub, scope=scope, **wanted))["code"], name)).browser(hub)


@asynccontextmanager
async def open_door(home: Path, clock: FakeClock) -> AsyncIterator[tuple[HubProcess, Services]]:
    """Serve HTTP in this process."""
    async with open_domain(home, clock, PILOT_PORT="0") as services, aiohttp.ClientSession() as client:
        tokens = load_tokens(home / "tokens.json", 0)
        access = OwnerAccess(home, tokens, services, Redactor())
        async with serve_http(services, tokens, access, [], webview_dir(), lambda: None) as bound:
            access.on_rotation(bound.doorkeeper.change_owner)
            access.on_rotation(lambda _: bound.pairing.void())
            hub = {"url": bound.url, "token": tokens.owner}
            yield HubProcess(home, None, hub, client), services  # type: ignore[arg-type] # there is no other process


@dataclass
class SlowRequest:
    """A decision whose body is still on its way."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def finish(self, rest: bytes) -> bytes:
        """Send the rest; return what is answered."""
        async with asyncio.timeout(5):
            try:
                self.writer.write(rest)
                return await self.reader.read()
            except ConnectionError:
                return b""


@asynccontextmanager
async def slow_decision(hub: HubProcess, **headers: str) -> AsyncIterator[SlowRequest]:
    """Begin to decide on an ask; ``{"kind": "allow_once"}`` from its eleventh letter on is left to say."""
    port = int(hub.url.rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    lines = ["POST /api/asks/x/decision HTTP/1.1", "Host: 127.0.0.1", "Content-Length: 22"]
    lines += [f"{name}: {text}" for name, text in headers.items()]
    writer.write("\r\n".join([*lines, "", '{"kind": ']).encode())
    await writer.drain()
    try:
        yield SlowRequest(reader, writer)
    finally:
        writer.transport.abort()

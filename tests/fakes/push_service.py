"""A push service on loopback: checks what senders owe one, reads messages as the browser would, answers as told."""

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Literal

from aiohttp import web
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from fakes.push_subscriber import Subscriber, raw

MAX_BODY = 4_096
LIMIT_S = 10.0
_VAPID = re.compile(r"vapid t=([\w-]+\.[\w-]+\.[\w-]+),\s*k=([\w-]+)", re.ASCII)
_TOPIC = re.compile(r"[A-Za-z0-9_-]{1,32}", re.ASCII)


@dataclass(frozen=True)
class Reply:
    """What to answer."""

    status: int = 201
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    act: Literal["answer", "hang", "garbage", "hang up", "dribble", "late"] = "answer"


@dataclass(frozen=True)
class Pushed:
    """One message that came whole and in order."""

    to: str
    at: float
    """When it was there, on ``time.perf_counter``."""
    size: int
    headers: dict[str, str]
    claims: dict[str, Any]
    message: dict[str, Any]

    @property
    def ttl(self) -> int:
        return int(self.headers["TTL"])

    @property
    def pilot(self) -> dict[str, Any]:
        return dict(self.message["pilot"])


class FaultError(Exception):
    """What a sender did wrong."""


@dataclass
class PushService:
    """Knows its subscribers; refuses with 400 what no push service would take, and remembers why."""

    url: str = ""
    now_s: Callable[[], float] = time.time
    pushed: list[Pushed] = field(default_factory=list)
    """All that was right, whatever was answered."""
    faults: list[str] = field(default_factory=list)
    elsewhere: int = 0
    """Requests that no endpoint was named in: somebody followed a redirect."""
    connections: set[object] = field(default_factory=set)
    """From where senders came."""
    _subscribers: dict[str, Subscriber] = field(default_factory=dict)
    _replies: dict[str, list[Reply]] = field(default_factory=dict)
    _always: dict[str, Reply] = field(default_factory=dict)
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _numbers: "count[int]" = field(default_factory=count)

    def subscribe(self, public_key: str) -> Subscriber:
        """Return a new subscription, as a browser's ``pushManager.subscribe`` does."""
        path = f"/wp/{next(self._numbers)}-sECret%2fTok3n"
        self._subscribers[path] = Subscriber(f"{self.url}{path}", public_key)
        return self._subscribers[path]

    def answer(self, who: Subscriber, *replies: Reply | int) -> None:
        """Answer the next messages to somebody so, in this order; then 201 again."""
        found = [Reply(one) if isinstance(one, int) else one for one in replies]
        self._replies.setdefault(who.endpoint, []).extend(found)

    def answer_always(self, who: Subscriber, reply: Reply | int) -> None:
        """Answer every message to somebody so."""
        self._always[who.endpoint] = Reply(reply) if isinstance(reply, int) else reply

    def to(self, who: Subscriber) -> list[Pushed]:
        """Return what came for somebody."""
        return [one for one in self.pushed if one.to == who.endpoint]

    async def wait(self, who: Subscriber, number: int = 1, within_s: float = LIMIT_S) -> list[Pushed]:
        """Return what came for somebody, once it is that many."""
        async with asyncio.timeout(within_s):
            while len(self.to(who)) < number:
                self._news.clear()
                await self._news.wait()
        return self.to(who)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.connections.add(request.transport and request.transport.get_extra_info("peername"))
        who = self._subscribers.get(request.raw_path)
        if who is None:
            self.elsewhere += 1
            return web.Response(status=404)
        body = await request.read()
        try:
            self.pushed.append(self._take(request, who, body))
        except FaultError as fault:
            self.faults.append(str(fault))
            return web.Response(status=400, text=str(fault))
        finally:
            self._news.set()
        waiting = self._replies.get(who.endpoint)
        reply = waiting.pop(0) if waiting else self._always.get(who.endpoint, Reply())
        return await _given(request, reply)

    def _take(self, request: web.Request, who: Subscriber, body: bytes) -> Pushed:
        headers = {name: request.headers.get(name, "") for name in ("TTL", "Topic", "Urgency", "Content-Encoding")}
        _owe(request.method == "POST", "it is not posted")
        _owe(headers["Content-Encoding"] == "aes128gcm", "it is not aes128gcm")
        _owe(headers["TTL"].isdigit() and 0 < int(headers["TTL"]) <= 28 * 86_400, f"TTL is {headers['TTL']!r}")
        _owe(_TOPIC.fullmatch(headers["Topic"]) is not None, f"Topic is {headers['Topic']!r}")
        _owe(headers["Urgency"] in ("very-low", "low", "normal", "high"), f"Urgency is {headers['Urgency']!r}")
        _owe(len(body) <= MAX_BODY, f"it has {len(body)} bytes")
        _owe("Cookie" not in request.headers, "it sends cookies")
        claims = self._signed(request.headers.get("Authorization", ""), who)
        try:
            message = who.read(body)
        except Exception as error:
            raise FaultError(f"it cannot be read: {error!r}") from error
        return Pushed(who.endpoint, time.perf_counter(), len(body), headers, claims, message)

    def _signed(self, given: str, who: Subscriber) -> dict[str, Any]:
        """Return what the sender claims, once the signature was found good (RFC 8292)."""
        match = _VAPID.fullmatch(given)
        _owe(match is not None, "it is not signed as vapid")
        assert match is not None
        _owe(match[2] == who.public_key, "it is signed with another key than the subscription's")
        head, _, signature = match[1].rpartition(".")
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw(match[2]))
        found = raw(signature)
        _owe(len(found) == 64, "the signature is not of ES256")
        pair = encode_dss_signature(int.from_bytes(found[:32], "big"), int.from_bytes(found[32:], "big"))
        try:
            key.verify(pair, head.encode(), ec.ECDSA(hashes.SHA256()))
        except InvalidSignature:
            raise FaultError("the signature is wrong") from None
        header, claims = (json.loads(raw(part)) for part in head.split("."))
        _owe(header == {"typ": "JWT", "alg": "ES256"}, f"the token's header is {header}")
        _owe(claims.get("aud") == self.url, f"aud is {claims.get('aud')!r}")
        left = claims.get("exp", 0) - self.now_s()
        _owe(0 < left <= 24 * 3600, f"exp is {left:.0f} s ahead")
        _owe(str(claims.get("sub", "")).startswith(("mailto:", "https://")), f"sub is {claims.get('sub')!r}")
        return dict(claims)


def _owe(kept: bool, otherwise: str) -> None:
    if not kept:
        raise FaultError(otherwise)


async def _given(request: web.Request, reply: Reply) -> web.StreamResponse:
    assert request.transport is not None
    if reply.act == "hang":
        await asyncio.sleep(60)
    if reply.act == "late":
        await asyncio.sleep(0.3)
    if reply.act == "garbage":
        request.transport.write(b"\x00\xffSSH-2.0-what\r\n\r\n")
    if reply.act in ("garbage", "hang up"):
        request.transport.close()
    if reply.act == "dribble":
        return await _dribble(request, reply)
    return web.Response(status=reply.status, headers=reply.headers, body=reply.body)


async def _dribble(request: web.Request, reply: Reply) -> web.StreamResponse:
    """Answer with a body that has no end."""
    response = web.StreamResponse(status=reply.status, headers=reply.headers)
    await response.prepare(request)
    while True:
        await response.write(b"x" * 512)
        await asyncio.sleep(0.05)


@asynccontextmanager
async def push_service(now_s: Callable[[], float] = time.time) -> AsyncIterator[PushService]:
    """Run a push service; start the hub with ``PILOT_PUSH_TEST_SERVICE=<its url>``."""
    service = PushService(now_s=now_s)
    app = web.Application(client_max_size=64 * 1024)
    app.router.add_route("*", "/{path:.*}", service.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        service.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield service
    finally:
        await runner.cleanup()

"""From an agent's question to its hand-over to a push service, on a hub of its own with a stand-in on loopback."""

import asyncio
import base64
import json
import secrets
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
from aiohttp import web
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from bench.client import Target, Timings, hook_body
from bench.rows import Figure, at_most

ASKS = 120
TEST_SERVICE = "PILOT_PUSH_TEST_SERVICE"


@dataclass
class StandIn:
    """Takes what is pushed and notes when each notice's first message was there, whole."""

    url: str = ""
    arrived: "asyncio.Queue[float]" = field(default_factory=asyncio.Queue)

    async def take(self, request: web.Request) -> web.Response:
        """Read a message to its end; answer as push services do."""
        await request.read()
        if request.headers["Urgency"] == "high":  # an outcome is not
            self.arrived.put_nowait(time.perf_counter())
        return web.Response(status=201)


@asynccontextmanager
async def stand_in() -> AsyncIterator[StandIn]:
    """Run a push service."""
    service = StandIn()
    app = web.Application()
    app.router.add_post("/wp/{token}", service.take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        service.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield service
    finally:
        await runner.cleanup()


async def pushes(hub: Target, service: StandIn) -> list[Figure]:
    """Ask, one question after the other, with nobody at a window: each goes to the phone at once."""
    url, timings = f"http://{hub.host}:{hub.port}", Timings()
    async with aiohttp.ClientSession() as http:
        owner = {"Authorization": f"Bearer {hub.token}"}
        await _subscribe(http, url, owner, service)
        for number in range(ASKS):
            body = hook_body(number, "PermissionRequest")
            started = time.perf_counter()
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(_post(http, f"{url}/codex/hooks/PermissionRequest", owner, body), name="blocked hook")
                async with asyncio.timeout(10):
                    timings.latencies.append((await service.arrived.get() - started) * 1000)
                await _deny_all(http, url, owner)
    row, note = "ask → handed to the push service", f"{ASKS} asks, p50 {timings.percentile(0.5):.1f} ms"
    return [at_most(row, "p95", timings.percentile(0.95), "ms", 200, note)]


async def _subscribe(http: aiohttp.ClientSession, url: str, owner: Mapping[str, str], service: StandIn) -> None:
    """Pair a phone, which subscribes."""
    made = await _post(http, f"{url}/api/pair", owner, json.dumps({"scope": "approve"}).encode())
    async with http.post(f"{url}/pair", json={"code": made["code"], "name": "Phone"}) as answer:
        [morsel] = answer.cookies.values()
    phone = {"Cookie": f"{morsel.key}={morsel.value}"}
    key = await _post(http, f"{url}/api/push/key", phone, b"{}")
    point = (
        ec.generate_private_key(ec.SECP256R1())
        .public_key()
        .public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    )
    subscription = {
        "endpoint": f"{service.url}/wp/phone",
        "keys": {"p256dh": _text(point), "auth": _text(secrets.token_bytes(16))},
        "publicKey": key["publicKey"],
        "origin": url,
    }
    async with http.put(f"{url}/api/push", json=subscription, headers=phone) as answer:
        answer.raise_for_status()


async def _deny_all(http: aiohttp.ClientSession, url: str, owner: Mapping[str, str]) -> None:
    async with http.get(f"{url}/api/asks", headers=owner) as answer:
        asks = (await answer.json())["asks"]
    for ask in asks:
        await _post(http, f"{url}/api/asks/{ask['id']}/decision", owner, b'{"kind": "deny"}')


async def _post(http: aiohttp.ClientSession, url: str, headers: Mapping[str, str], body: bytes) -> dict[str, str]:
    kind = {"Content-Type": "application/json", **headers}
    async with http.post(url, data=body, headers=kind) as answer:
        answer.raise_for_status()
        raw = await answer.read()
    return dict(json.loads(raw)) if raw else {}


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()

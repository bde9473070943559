"""A model without an account: a server on loopback that says what its script says."""

import hmac
import json
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

from aiohttp import web

LOOPBACK = "127.0.0.1"
MAX_BODY = 64 * 1024 * 1024
STOP_S = 0.5


class Script(Protocol):
    """What the model says."""

    def answer(self, request: Mapping[str, object]) -> bytes:
        """Return the events of one answer, as they go over the wire."""
        ...


@dataclass(frozen=True, slots=True)
class ScriptedModel:
    """Where an agent finds it."""

    url: str
    key: str
    """Nobody else on this machine is answered."""


@asynccontextmanager
async def serve_model(script: Script) -> AsyncIterator[ScriptedModel]:
    """Serve a script on a free port of loopback."""
    key = secrets.token_urlsafe(24)

    async def take(request: web.Request) -> web.Response:
        if not hmac.compare_digest(request.headers.get("Authorization", "").encode(), f"Bearer {key}".encode()):
            return web.json_response({"error": {"message": "wrong key"}}, status=401)
        if request.method != "POST":
            return web.json_response({"object": "list", "data": [], "models": []})
        try:
            body = json.loads(await request.read())
        except ValueError:
            body = None
        if not isinstance(body, dict):
            return web.json_response({"error": {"message": "not understood"}}, status=400)
        return web.Response(body=script.answer(body), content_type="text/event-stream")

    app = web.Application(client_max_size=MAX_BODY)
    app.router.add_route("*", "/{path:.*}", take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=STOP_S)
    await runner.setup()
    try:
        site = web.TCPSite(runner, LOOPBACK, 0)
        await site.start()
        yield ScriptedModel(f"http://{LOOPBACK}:{runner.addresses[0][1]}/v1", key)
    finally:
        await runner.cleanup()


def past_proxies(environ: Mapping[str, str]) -> dict[str, str]:
    """Return what makes a program reach this machine itself, whichever proxy it is told to use."""
    names = ("NO_PROXY", "no_proxy")
    known = next((environ[name] for name in names if environ.get(name)), "")
    return dict.fromkeys(names, ",".join(filter(None, (known, LOOPBACK, "localhost"))))


def events(*bodies: Mapping[str, object]) -> bytes:
    """Return server-sent events that carry JSON; those with a ``type`` are named after it."""
    return b"".join(_event(body) for body in bodies)


def _event(body: Mapping[str, object]) -> bytes:
    name = f"event: {body['type']}\n" if "type" in body else ""
    return f"{name}data: {json.dumps(body)}\n\n".encode()

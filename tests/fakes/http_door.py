"""The whole HTTP door in this process, on a real port, with a clock that tests move."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from fakes.clock import FakeClock
from fakes.domain import open_domain
from pilot_sidecar.core.services import Services
from pilot_sidecar.infra.paths import webview_dir
from pilot_sidecar.infra.tokens import Tokens, load_tokens
from pilot_sidecar.server import registry
from pilot_sidecar.transport.http.app import Bound, serve_http

HOOK_TOKEN = "hooks-of-somebodys-own-making"


@dataclass
class Door:
    services: Services
    bound: Bound
    tokens: Tokens
    clock: FakeClock
    asked: list[str] = field(default_factory=list)
    """To stop, to change the owner's token."""

    @property
    def port(self) -> int:
        return self.bound.port


@dataclass
class _Access:
    asked: list[str]

    async def rotate(self) -> None:
        self.asked.append("rotate")


@asynccontextmanager
async def open_http(home: Path, **environ: str) -> AsyncIterator[Door]:
    clock, asked = FakeClock(), list[str]()
    home.mkdir(exist_ok=True)
    tokens = load_tokens(home / "tokens.json", 0)
    environ = {"PILOT_PORT": "0", "PILOT_HOOK_TOKEN": HOOK_TOKEN, **environ}
    async with open_domain(home, clock, **environ) as services:
        routes = [route for agent in registry.agents() for route in agent.attach(services, {"HOME": str(home)}).routes]
        stop = lambda: asked.append("stop")  # noqa: E731 - a callback
        async with serve_http(services, tokens, _Access(asked), routes, webview_dir(), stop) as bound:
            yield Door(services, bound, tokens, clock, asked)

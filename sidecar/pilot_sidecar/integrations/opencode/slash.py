"""Commands typed in OpenCode's own terminal: they show and ask; whatever lets somebody in, a person does in Pilot."""

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import TypeVar

from aiohttp import web
from pydantic import Field, ValidationError

from pilot_sidecar.core.asks_model import Actor
from pilot_sidecar.core.errors import BadRequestError
from pilot_sidecar.core.services import Services
from pilot_sidecar.core.showing import Showing, Wish
from pilot_sidecar.core.whence import Whence
from pilot_sidecar.core.wire import Wire
from pilot_sidecar.infra.desktop import open_in_browser
from pilot_sidecar.infra.qr import block_qr
from pilot_sidecar.integrations.ports import BridgeRoute

TOKEN, REMOTE, ABOUT = (f"/bridge/opencode/{name}" for name in ("token", "remote", "about"))
POLL_S = 20.0
"""How long the terminal's question for the outcome waits at most; it asks again."""
MAX_BODY = 10_000
NAME = "OpenCode"
W = TypeVar("W", bound=Wire)


class TokenRequest(Wire):
    """Without an id: ask a person for a new token. With one: what has become of it."""

    id: str = ""


class TokenAnswer(Wire):
    """How far it is."""

    id: str
    state: str


class RemoteRequest(Wire):
    """What is on the terminal's screen when ``/remote`` is typed."""

    directory: str = Field(min_length=1, max_length=4096)
    session_id: str | None = Field(default=None, min_length=1, max_length=200)
    at_desktop: bool = False


class RemoteAnswer(Wire):
    """Where the dashboard is shown; see ``core/showing.py``."""

    where: str
    window: str
    url: str
    project: str
    """Its name."""
    paired: bool
    """A browser of this machine was let in before, so the page most likely opens at once."""


class AboutAnswer(Wire):
    """What ``/pilot`` shows. There is no code in it: what a terminal shows, its agent can read."""

    url: str
    version: str
    waiting: int
    devices: int
    phone: str | None = None
    """The best address that another device can reach."""
    label: str = ""
    qr: list[str] = Field(default_factory=list)
    """That address, for light letters on a dark ground."""


class SlashDesk:
    """Takes what the TUI plugin sends."""

    def __init__(self, services: Services, environ: Mapping[str, str]) -> None:
        self._services = services
        self._showing = Showing(services, partial(open_in_browser, environ=environ))
        self.routes = [
            BridgeRoute("POST", TOKEN, self.token, "bridge"),
            BridgeRoute("POST", REMOTE, self.remote, "bridge"),
            BridgeRoute("POST", ABOUT, self.about, "bridge"),
        ]

    async def token(self, request: web.BaseRequest) -> bytes:
        """Answer ``/pilot-token``: one question at a time, however many terminals ask."""
        wanted = await _parse(request, TokenRequest)
        if wanted.id:
            return await self._outcome(wanted.id)
        waiting = [one for one in self._services.confirmations.pending() if one.kind == "token_rotation"]
        asked = waiting[0] if waiting else self._services.confirmations.ask("token_rotation", NAME, None, Whence())
        return TokenAnswer(id=asked.id, state=asked.state).encode()

    async def remote(self, request: web.BaseRequest) -> bytes:
        """Answer ``/remote``: the dashboard opens where the person most likely looks."""
        wanted = await _parse(request, RemoteRequest)
        wish = Wish(wanted.directory, wanted.session_id, wanted.at_desktop)
        shown = await self._showing.show(wish, Actor(kind="terminal", name=NAME))
        return RemoteAnswer(
            where=shown.where,
            window=shown.name,
            url=shown.url,
            project=shown.project.name,
            paired=await self._has_browser_here(),
        ).encode()

    async def about(self, request: web.BaseRequest) -> bytes:
        """Answer ``/pilot``."""
        services = self._services
        reach = await asyncio.to_thread(services.reach.now)
        best = next((one for one in reach.addresses if one.reach != "local"), None)
        return AboutAnswer(
            url=services.reach.local_url,
            version=services.info.version,
            waiting=len(services.asks.pending()),
            devices=len(services.devices),
            phone=best.url if best else None,
            label=best.label if best else "",
            qr=await asyncio.to_thread(block_qr, best.url) if best else [],
        ).encode()

    async def _has_browser_here(self) -> bool:
        return any(device.reach == "local" for device in await self._services.devices.list())

    async def _outcome(self, confirmation_id: str) -> bytes:
        found = await self._services.confirmations.wait(confirmation_id, POLL_S)
        return TokenAnswer(id=found.id, state=found.state).encode()


async def _parse(request: web.BaseRequest, kind: type[W]) -> W:
    data = await request.content.read(MAX_BODY + 1)
    try:
        return kind.model_validate_json(data or b"{}")
    except ValidationError:
        raise BadRequestError("This is not what the plugin in OpenCode's terminal sends.") from None

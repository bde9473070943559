"""One connection to an OpenCode process: frames out, and requests that the process runs for us."""

import asyncio
import itertools
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from aiohttp import web

from pilot_sidecar.core.errors import AgentUnavailableError
from pilot_sidecar.infra.ancestry import program
from pilot_sidecar.infra.liveness import ProcessMark, mark
from pilot_sidecar.infra.tcp_peer import End, pid_of_peer
from pilot_sidecar.integrations.opencode.frames import RpcResult

T = TypeVar("T")
TIMEOUT_S = 10.0
NAME = "opencode"
"""In the name of its program, however it was installed."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What OpenCode's server answered."""

    status: int
    body: object
    next: str | None = None
    """Where the page before this one is found."""

    @property
    def ok(self) -> bool:
        """Whether it did what was asked."""
        return 200 <= self.status < 300


def is_opencode(peer: ProcessMark) -> bool:
    """Tell whether a process is OpenCode's own, by the program it runs."""
    return NAME in Path(program(peer.pid)).name.lower()


class Link:
    """Sends over one WebSocket and pairs requests with their results."""

    def __init__(self, socket: web.WebSocketResponse, ends: tuple[End, End] | None = None) -> None:
        self._socket = socket
        self._ends = ends
        self._ids = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[RpcResult]] = {}
        self._pinged: dict[int, asyncio.Future[None]] = {}

    @property
    def closed(self) -> bool:
        """Whether nothing can be sent any more."""
        return self._socket.closed

    def find_peer(self) -> ProcessMark | None:
        """Return the process at the other end, where the kernel tells; some milliseconds, so off the loop."""
        try:
            pid = pid_of_peer(*self._ends) if self._ends else None
        except ProcessLookupError:
            return None
        return None if pid is None else mark(pid)

    async def send(self, frame: dict[str, object]) -> None:
        """Send a frame; AgentUnavailableError when the process is gone."""
        try:
            await self._socket.send_str(json.dumps(frame))
        except (ConnectionError, RuntimeError) as error:
            raise AgentUnavailableError("OpenCode's process is not connected.", "Its terminal still works.") from error

    async def rpc(
        self, method: str, path: str, directory: str, body: object = None, timeout_s: float = TIMEOUT_S
    ) -> Answer:
        """Have the process run a request on its own server; AgentUnavailableError when no answer comes."""
        number = next(self._ids)
        future = asyncio.get_running_loop().create_future()
        self._waiting[number] = future
        frame = {"type": "rpc", "id": number, "method": method, "path": path, "directory": directory}
        try:
            await self.send(frame if body is None else {**frame, "body": body})
            async with asyncio.timeout(timeout_s):
                result = await future
        except TimeoutError:
            hint = "Try again, or answer in its terminal."
            raise AgentUnavailableError("OpenCode did not answer in time.", hint) from None
        finally:
            self._waiting.pop(number, None)
        return _answer(result)

    async def ping(self) -> None:
        """Return once the process has taken everything that was sent so far; AgentUnavailableError when it is gone."""
        number = next(self._ids)
        future = self._pinged[number] = asyncio.get_running_loop().create_future()
        try:
            await self.send({"type": "ping", "id": number})
            await future
        finally:
            self._pinged.pop(number, None)

    def pong(self, number: int | None) -> None:
        """Note the answer to a ping."""
        if number is not None and (future := self._pinged.get(number)) and not future.done():
            future.set_result(None)

    def receive(self, result: RpcResult) -> None:
        """Hand a result to whoever waits for it."""
        if (future := self._waiting.get(result.id)) and not future.done():
            future.set_result(result)

    async def close(self) -> None:
        """Fail what waits, and end the connection."""
        _fail(self._waiting.values())
        _fail(self._pinged.values())
        await self._socket.close()


def _fail(futures: Iterable[asyncio.Future[T]]) -> None:
    for future in futures:
        if not future.done():
            future.set_exception(AgentUnavailableError("OpenCode's process went away."))


def _answer(result: RpcResult) -> Answer:
    if result.status in (0, 410):
        raise AgentUnavailableError("OpenCode could not run the request.", str(result.body or "") or None)
    page = result.status == 200 and "json" not in result.content_type  # unknown paths answer with the web app
    return Answer(404 if page else result.status, result.body, result.next)

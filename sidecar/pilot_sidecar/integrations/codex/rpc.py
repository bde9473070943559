"""JSON-RPC with one of Codex's app-servers, over whatever carries its messages."""

import asyncio
import itertools
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from pilot_sidecar.core.errors import AgentUnavailableError

TIMEOUT_S = 15.0
MAX_MESSAGE = 64 * 1024 * 1024
Json = dict[str, object]
_HALF = re.compile(r"\\u[dD][89a-fA-F]")
"""What may be half a character: JSON can name one, and text cannot hold it."""


class GarbageError(Exception):
    """The other side does not speak Codex's protocol."""


class RefusedError(Exception):
    """The app-server answered a request with an error."""

    def __init__(self, method: str, code: int, message: str) -> None:
        super().__init__(f"{method}: {message}")
        self.code = code
        self.message = message


class Carrier(Protocol):
    """Carries text messages both ways; one JSON document each."""

    async def send(self, text: str) -> None:
        """Send one message; raises OSError or RuntimeError when the other side is gone."""
        ...

    def messages(self) -> AsyncIterator[str]:
        """Yield what comes until the other side goes away."""
        ...

    async def close(self) -> None:
        """Hang up."""
        ...


@dataclass(frozen=True, slots=True)
class Said:
    """Something an app-server says by itself: a notification, or with an ``id`` a request to its clients."""

    method: str
    params: Json
    id: int | str | None = None


Listener = Callable[[Said], Awaitable[None]]


class AppServer:
    """One connection: requests with their answers, and what the server says, in its order."""

    def __init__(self, carrier: Carrier, listener: Listener) -> None:
        self._carrier = carrier
        self._listener = listener
        self._ids = itertools.count(1)
        self._waiting: dict[int, tuple[str, asyncio.Future[Json]]] = {}
        self.closed = False

    async def listen(self) -> None:
        """Hand on what comes until the connection ends; raises GarbageError when it cannot be read."""
        try:
            async for text in self._carrier.messages():
                await self._take(text)
        finally:
            self._give_up()

    async def call(self, method: str, params: Json | None = None, timeout_s: float = TIMEOUT_S) -> Json:
        """Return a request's result; raises RefusedError, or AgentUnavailableError when no answer comes."""
        number = next(self._ids)
        future: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._waiting[number] = (method, future)
        try:
            async with asyncio.timeout(timeout_s):  # sending may wait too, for who does not read
                await self._send({"method": method, "id": number, "params": params or {}})
                return await future
        except TimeoutError:
            raise AgentUnavailableError("Codex did not answer in time.", "Try again.") from None
        finally:
            self._waiting.pop(number, None)

    async def notify(self, method: str) -> None:
        """Tell something that needs no answer."""
        await self._send({"method": method})

    async def answer(self, request_id: int | str, result: Json) -> None:
        """Answer a request of the server's. Only ever with a person's decision: an error would reject it."""
        await self._send({"id": request_id, "result": result})

    async def close(self) -> None:
        """Hang up."""
        self._give_up()
        await self._carrier.close()

    async def _send(self, message: Json) -> None:
        if self.closed:
            raise _gone()
        try:
            await self._carrier.send(json.dumps(message))
        except (OSError, RuntimeError) as error:
            raise _gone() from error

    async def _take(self, text: str) -> None:
        message = _parsed(text)
        method, number = message.get("method"), message.get("id")
        if isinstance(method, str):
            params = message.get("params")
            given = number if isinstance(number, int | str) else None
            await self._listener(Said(method, params if isinstance(params, dict) else {}, given))
        elif isinstance(number, int) and (waiting := self._waiting.get(number)) is not None:
            _settle(*waiting, message)

    def _give_up(self) -> None:
        self.closed = True
        for _, future in self._waiting.values():
            if not future.done():
                future.set_exception(_gone())


def _parsed(text: str) -> Json:
    try:
        message = json.loads(text)
        if _HALF.search(text):
            message = json.loads(json.dumps(message, ensure_ascii=False).encode("utf-8", "replace"))
    except (ValueError, RecursionError) as error:
        raise GarbageError("not JSON") from error
    if not isinstance(message, dict) or not ("method" in message or "id" in message):
        raise GarbageError("not a JSON-RPC message")
    return message


def _settle(method: str, future: "asyncio.Future[Json]", message: Json) -> None:
    if future.done():
        return
    error, result = message.get("error"), message.get("result")
    if isinstance(error, dict):
        code = error.get("code")
        words = str(error.get("message") or "refused")
        future.set_exception(RefusedError(method, code if isinstance(code, int) else 0, words))
    else:
        future.set_result(result if isinstance(result, dict) else {})


def _gone() -> AgentUnavailableError:
    return AgentUnavailableError("Codex is not connected at the moment.", "Its terminal still works.")

"""Telegram's Bot API: requests, and what came of each. The token is in the address, so that never gets into words."""

import json
import os
import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass

import aiohttp

TOKEN = re.compile(r"\d{5,20}:[A-Za-z0-9_-]{20,100}")
CHAT = re.compile(r"-?\d{1,20}|@[A-Za-z][A-Za-z0-9_]{3,40}")
MAX_ANSWER = 16 * 1024 * 1024
CONNECT_S = 10.0
_ODD = "what answers there is not Telegram's API"


@dataclass(frozen=True, slots=True)
class BotAddress:
    """A bot, and where its API is."""

    api_url: str
    token: str

    @property
    def id(self) -> str:
        """Return the bot's own number, which is no secret."""
        return self.token.partition(":")[0]

    def __repr__(self) -> str:
        return f"BotAddress({self.id})"


@dataclass(frozen=True, slots=True)
class TelegramAnswer:
    """What Telegram said; without an answer ``status`` is 0 and ``description`` says why."""

    status: int
    ok: bool
    result: object
    description: str
    retry_after_s: int | None = None
    """Ask again no sooner than after this."""
    migrated_to: int | None = None
    """The group's new number: it became a supergroup."""

    def field(self, name: str) -> object:
        """Return one field of the result, None where there is none."""
        return self.result.get(name) if isinstance(self.result, dict) else None


class TelegramHttp:
    """Keeps the connections to the Bot API; opened at the first call, closed by its owner."""

    def __init__(self) -> None:
        self._http: aiohttp.ClientSession | None = None
        self._closed = False

    async def call(
        self, bot: BotAddress, method: str, params: Mapping[str, object], timeout_s: float
    ) -> TelegramAnswer:
        """Call a method; never raises for what Telegram or the network does."""
        if TOKEN.fullmatch(bot.token) is None:
            return _refusal(401, "The token does not look like one.")
        if self._closed:
            return _refusal(0, "the hub stops")
        url = f"{bot.api_url.rstrip('/')}/bot{bot.token}/{method}"
        timeout = aiohttp.ClientTimeout(total=timeout_s, sock_connect=CONNECT_S)
        try:
            async with self._session().post(url, json=dict(params), timeout=timeout, allow_redirects=False) as response:
                return _answer(response.status, await _body(response.content), bot.token)
        except TimeoutError:
            return _refusal(0, f"it did not answer within {timeout_s:g} s")
        except aiohttp.ClientConnectorDNSError:
            return _refusal(0, "its name was not found")
        except aiohttp.ClientConnectorError as error:
            return _refusal(0, _why_not(error.os_error))
        except (aiohttp.ServerDisconnectedError, aiohttp.ClientPayloadError, ConnectionError):
            return _refusal(0, "the connection broke")
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return _refusal(0, f"no sense was made of it ({type(error).__name__})")

    async def close(self) -> None:
        """Close the connections; later calls say that there are none."""
        self._closed = True
        if self._http is not None:
            await self._http.close()

    def _session(self) -> aiohttp.ClientSession:
        if self._http is None:
            self._http = aiohttp.ClientSession(connector=aiohttp.TCPConnector(socket_factory=_watched_socket))
        return self._http


async def call_telegram(
    api_url: str, token: str, method: str, params: Mapping[str, object], timeout_s: float
) -> TelegramAnswer:
    """Call one method over a connection of its own."""
    http = TelegramHttp()
    try:
        return await http.call(BotAddress(api_url, token), method, params, timeout_s)
    finally:
        await http.close()


def _why_not(error: OSError) -> str:
    """Return it in the system's words: asyncio's own name sockets."""
    return os.strerror(error.errno).lower() if error.errno else "no connection"


def _watched_socket(address: aiohttp.AddrInfoType) -> socket.socket:
    """Return a socket whose dead other end is noticed in half a minute: a long poll would wait for it in vain."""
    family, kind, protocol, _, _ = address
    opened = socket.socket(family, kind, protocol)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in (("TCP_KEEPIDLE", 15), ("TCP_KEEPALIVE", 15), ("TCP_KEEPINTVL", 5), ("TCP_KEEPCNT", 3)):
        if (option := getattr(socket, name, None)) is not None:  # not every system has them all
            opened.setsockopt(socket.IPPROTO_TCP, option, value)
    return opened


async def _body(content: aiohttp.StreamReader) -> bytes:
    """Return what arrives until its end; one ``read`` returns only what is there already."""
    raw = bytearray()
    async for piece in content.iter_any():
        raw += piece
        if len(raw) > MAX_ANSWER:
            break
    return bytes(raw)


def _refusal(status: int, description: str) -> TelegramAnswer:
    return TelegramAnswer(status, ok=False, result=None, description=description)


def _answer(status: int, raw: bytes, token: str) -> TelegramAnswer:
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict) or not isinstance(body.get("ok"), bool):
        return _refusal(0, "it has troubles of its own" if status >= 500 else _ODD)
    words, parameters = body.get("description"), body.get("parameters")
    more = parameters if isinstance(parameters, dict) else {}
    return TelegramAnswer(
        status,
        ok=body["ok"],
        result=body.get("result"),
        description=words.replace(token, "…")[:300] if isinstance(words, str) else "",
        retry_after_s=_number(more.get("retry_after")),
        migrated_to=_number(more.get("migrate_to_chat_id")),
    )


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None

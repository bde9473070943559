"""Telegram's Bot API: one request, and what came of it. The token is in the address, so that never gets into words."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

import aiohttp

TOKEN = re.compile(r"\d{5,20}:[A-Za-z0-9_-]{20,100}")
CHAT = re.compile(r"-?\d{1,20}|@[A-Za-z][A-Za-z0-9_]{3,40}")
MAX_ANSWER = 256 * 1024


@dataclass(frozen=True, slots=True)
class TelegramAnswer:
    """What Telegram said; without an answer ``status`` is 0 and ``description`` says why."""

    status: int
    ok: bool
    result: Mapping[str, object]
    description: str


async def call_telegram(
    api_url: str, token: str, method: str, params: Mapping[str, object], timeout_s: float
) -> TelegramAnswer:
    """Call a method; never raises for what Telegram or the network does."""
    if TOKEN.fullmatch(token) is None:
        return TelegramAnswer(401, ok=False, result={}, description="The token does not look like one.")
    url = f"{api_url.rstrip('/')}/bot{token}/{method}"
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=timeout_s)) as http,
            http.post(url, json=dict(params), allow_redirects=False) as response,
        ):
            return _answer(response.status, await _body(response.content))
    except TimeoutError:
        return TelegramAnswer(0, ok=False, result={}, description=f"it did not answer within {timeout_s:g} s")
    except aiohttp.ClientConnectorDNSError:
        return TelegramAnswer(0, ok=False, result={}, description="its name was not found")
    except aiohttp.ClientConnectorError as error:
        return TelegramAnswer(0, ok=False, result={}, description=error.os_error.strerror or "no connection")
    except (aiohttp.ClientError, OSError, ValueError) as error:
        return TelegramAnswer(0, ok=False, result={}, description=f"no sense was made of it ({type(error).__name__})")


async def _body(content: aiohttp.StreamReader) -> bytes:
    """Return what arrives until its end; one ``read`` returns only what is there already."""
    raw = b""
    async for piece in content.iter_any():
        raw += piece
        if len(raw) > MAX_ANSWER:
            break
    return raw


def _answer(status: int, raw: bytes) -> TelegramAnswer:
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        return TelegramAnswer(0, ok=False, result={}, description="what answers there is not Telegram's API")
    result, words = body.get("result"), body.get("description")
    return TelegramAnswer(
        status,
        ok=body.get("ok") is True,
        result=result if isinstance(result, dict) else {},
        description=words[:300] if isinstance(words, str) else "",
    )

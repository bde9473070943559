"""Asks whether a tunnel is connected: its program on this machine, or the hub the long way round."""

import aiohttp

from pilot_sidecar.infra.tunnel.ports import Answer

LIMIT_S = 5.0
MAX_ANSWER = 64 * 1024


async def ask(url: str) -> Answer | None:
    """Return what an address answers, None where it does not; follows no redirects and no proxies."""
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=LIMIT_S)) as http,
            http.get(url, allow_redirects=False) as response,
        ):
            body = b""
            async for piece in response.content.iter_any():
                body += piece
                if len(body) > MAX_ANSWER:
                    break
            return Answer(response.status, body)
    except (aiohttp.ClientError, OSError, ValueError):  # TimeoutError is an OSError
        return None

"""The way to push services: kept open between messages, to public addresses only, never redirected."""

import asyncio
import socket

import aiohttp
from aiohttp.abc import AbstractResolver
from yarl import URL

from pilot_sidecar.infra.public_address import is_public
from pilot_sidecar.notifications.ports import DeliveryError
from pilot_sidecar.notifications.webpush.answers import Answer

MAX_CONNECTIONS = 64
KEPT_OPEN_S = 90.0
READ_BYTES = 4_096
_AddrInfo = tuple[
    int | socket.AddressFamily, int | socket.SocketKind, int, str, tuple[str, int] | tuple[str, int, int, int]
]


class PrivateAddressError(OSError):
    """A push service's name leads into a private network."""


class PushPost:
    """Hands encrypted messages over; makes its connections when the first one is sent."""

    def __init__(self, test_service: str | None = None, resolver: AbstractResolver | None = None) -> None:
        self._test = URL(test_service) if test_service else None
        self._resolver = resolver
        self._session: aiohttp.ClientSession | None = None

    async def send(self, endpoint: str, service: str, headers: dict[str, str], body: bytes, timeout_s: float) -> Answer:
        """Post a message; raises DeliveryError, in words that do not name the endpoint, when nobody answers."""
        try:
            async with asyncio.timeout(timeout_s):
                return await self._send(endpoint, headers, body)
        except TimeoutError:
            raise DeliveryError(
                f"{service}'s push service did not answer within {timeout_s:g} s.", unsure=True
            ) from None
        except aiohttp.ClientConnectorDNSError:
            raise DeliveryError(f"{service}'s push service was not found: is this machine online?") from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise DeliveryError(_words(service, error)) from None

    async def _send(self, endpoint: str, headers: dict[str, str], body: bytes) -> Answer:
        try:
            return await self._attempt(endpoint, headers, body)
        except (aiohttp.ServerDisconnectedError, aiohttp.ClientConnectionResetError):
            # The other side had closed what was kept open. Should it have taken the message before, it is shown once
            # all the same: topic and tag are the same.
            return await self._attempt(endpoint, headers, body)

    async def _attempt(self, endpoint: str, headers: dict[str, str], body: bytes) -> Answer:
        url = URL(endpoint, encoded=True)  # its spelling is part of the secret
        async with self._open().post(url, data=body, headers=headers, allow_redirects=False) as answer:
            return Answer(answer.status, dict(answer.headers), await _beginning(answer))

    async def close(self) -> None:
        """End the connections."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(
                limit=MAX_CONNECTIONS,
                keepalive_timeout=KEPT_OPEN_S,
                resolver=self._resolver,
                socket_factory=self._socket,
            )
            self._session = aiohttp.ClientSession(
                connector=connector,
                timeout=aiohttp.ClientTimeout(total=None),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                trust_env=False,
            )
        return self._session

    def _socket(self, address: _AddrInfo) -> socket.socket:
        """Return a socket for the address that is about to be connected to, whatever name it came from."""
        family, kind, protocol, _, where = address
        if not is_public(where[0]) and not self._is_stand_in(where[0], where[1]):
            raise PrivateAddressError
        return socket.socket(family, kind, protocol)

    def _is_stand_in(self, ip: str, port: int) -> bool:
        return self._test is not None and (ip, port) == (self._test.host, self._test.port)


async def _beginning(answer: aiohttp.ClientResponse) -> bytes:
    """Return the first part of what is said about a refusal; nobody waits for what follows."""
    if answer.status < 300:
        return b""
    raw = b""
    try:
        async with asyncio.timeout(1):
            async for piece in answer.content.iter_any():
                raw += piece
                if len(raw) >= READ_BYTES:
                    break
    except (TimeoutError, aiohttp.ClientError, OSError):
        return raw[:READ_BYTES]  # the status says enough
    return raw[:READ_BYTES]


def _words(service: str, error: Exception) -> str:
    cause = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
    if isinstance(cause, PrivateAddressError):
        return f"{service}'s push service is given a private address in this network: nothing was sent."
    if isinstance(error, aiohttp.ClientConnectorError):
        return f"{service}'s push service cannot be reached: is this machine online?"
    return f"{service}'s push service gave no answer that makes sense ({type(error).__name__})."

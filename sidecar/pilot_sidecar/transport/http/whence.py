"""Where a request comes from: this machine, a network, or the tunnel."""

import asyncio
import ipaddress
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

from aiohttp import web
from multidict import CIMultiDictProxy

from pilot_sidecar.core.whence import Whence
from pilot_sidecar.infra.own_address import is_own_address
from pilot_sidecar.infra.tcp_peer import pid_of_peer
from pilot_sidecar.transport.http.server import Connection

FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-IP", "X-Forwarded-Host", "CF-Connecting-IP", "Via")


@dataclass(frozen=True, slots=True)
class End:
    """One end of a connection."""

    ip: str
    port: int


def whence_of(request: web.BaseRequest) -> Whence:
    """Return where a request comes from.

    By the socket alone. What a request claims is believed only on the listener that the tunnel's program has for
    itself, and only for the address. On every other one a proxy's headers say that somebody else is behind it: such a
    request is not from this machine, whoever connected. Its address and its process stay the socket's, so that the
    headers make nobody somebody else either.
    """
    connection = request.protocol
    assert isinstance(connection, Connection)
    if (whence := connection.whence) is None:
        whence = connection.whence = _by_socket(connection)
    if whence.reach == "tunnel":
        return replace(whence, address=forwarded_address(request.headers))
    if whence.reach == "local" and any(name in request.headers for name in FORWARDED):
        return replace(whence, reach="lan")
    return whence


def forwarded_address(headers: "CIMultiDictProxy[str]") -> str:
    """Return the address that the last proxy saw, empty where it says none that makes sense.

    Proxies append to ``X-Forwarded-For``: only its end is theirs, the rest is what the client sent.
    """
    hops = headers.getall("X-Forwarded-For", [])
    last = hops[-1].rpartition(",")[2] if hops else headers.get("CF-Connecting-IP", "")
    return _outside(last.strip())


def _by_socket(connection: Connection) -> Whence:
    if connection.door == "tunnel":
        return Whence("tunnel")
    here, there = _end(connection.transport, "sockname"), _end(connection.transport, "peername")
    if here is None or there is None:
        return Whence("lan", pid=_ended)
    if there.ip != here.ip and not is_own_address(there.ip):
        return Whence("lan", there.ip)
    return Whence("local", there.ip, partial(pid_of_peer, (here.ip, here.port), (there.ip, there.port)))


def _ended() -> int | None:
    """Stand for a connection that ended before anybody asked: nobody can tell any more who that was."""
    raise ProcessLookupError


def _end(transport: asyncio.Transport | None, name: Literal["sockname", "peername"]) -> End | None:
    found = transport.get_extra_info(name) if transport is not None else None
    if not isinstance(found, tuple) or len(found) < 2:
        return None
    return End(_plain(str(found[0])), int(found[1]))


def _plain(text: str) -> str:
    """Return an address without its zone, and IPv4 as such."""
    try:
        found = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return ""
    mapped = getattr(found, "ipv4_mapped", None)
    return str(mapped or found)


def _outside(text: str) -> str:
    """Return an address that a client of a tunnel can have; some proxies write its port, too."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    plain = _plain(text)
    if not plain:
        return ""
    found = ipaddress.ip_address(plain)
    return "" if found.is_loopback or found.is_unspecified or found.is_multicast else plain

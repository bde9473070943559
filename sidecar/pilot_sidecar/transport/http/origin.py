"""Refuses requests that a foreign page sent, or that arrived under a foreign name (DNS rebinding)."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from aiohttp import web

from pilot_sidecar.core.errors import ForbiddenError
from pilot_sidecar.transport.http.route import Route
from pilot_sidecar.transport.http.whence import whence_of

_HOST = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([\w.-]+))(?::\d{1,5})?", re.ASCII)
"""A Host header: a name or an address, and a port perhaps; nothing that an URL could also hold."""
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_OURS = frozenset({None, "same-origin", "none"})
"""``Sec-Fetch-Site`` of our own page, of what a person typed, and of programs, which do not say."""
_REMEMBERED = 100


class OriginCheck:
    """Knows the names this hub answers to."""

    def __init__(self, names: Callable[[], frozenset[str]], tunnel_url: Callable[[], str | None]) -> None:
        """Take what gives the names besides loopback as they are now, and the tunnel's address."""
        self._names = names
        self._tunnel_url = tunnel_url
        self._local: set[str] = set()
        """Host headers that name this machine's loopback: these hold for good."""

    def check(self, request: web.BaseRequest) -> None:
        """Raise ForbiddenError unless Host is ours and Origin, if any, is the same place."""
        hosts = request.headers.getall("Host", ())
        if len(hosts) != 1 or not self._is_ours(hosts[0]):
            raise ForbiddenError("This hub does not answer to that name.", "Use the address that `pilot status` shows.")
        origin = request.headers.get("Origin")
        if origin is not None and not self._is_origin(request, origin, hosts[0]):
            raise _foreign()

    def check_site(self, request: web.BaseRequest, route: Route) -> None:
        """Raise ForbiddenError for what another site's page does: it may link to our page, and nothing else.

        Another port of this machine is another site here, though browsers call it the same one.
        """
        headers = request.headers
        if headers.get("Sec-Fetch-Site") in _OURS:
            return
        if route.guard != "public" or route.method != "GET":
            raise _foreign()
        goes_there = headers.get("Sec-Fetch-Mode") == "navigate" and headers.get("Sec-Fetch-Dest") == "document"
        if not goes_there and not route.path.startswith("/static/"):
            raise _foreign()

    def _is_ours(self, host: str) -> bool:
        if host in self._local:
            return True
        name = host_name(host)
        if name in LOOPBACK and len(self._local) < _REMEMBERED:
            self._local.add(host)
        return name is not None and (name in LOOPBACK or name in self._names())

    def _is_origin(self, request: web.BaseRequest, origin: str, host: str) -> bool:
        if whence_of(request).reach == "tunnel":
            place = urlsplit(self._tunnel_url() or "")
            return bool(place.netloc) and origin == f"{place.scheme}://{place.netloc}"
        return origin == f"{'https' if request.secure else 'http'}://{host}"


def _foreign() -> ForbiddenError:
    return ForbiddenError("Requests from other sites are refused.", "Open Pilot's own page; `pilot open` shows it.")


def host_name(host: str) -> str | None:
    """Return the name or address in a Host header, None where it is none."""
    match = _HOST.fullmatch(host)
    return (match[1] or match[2]).lower() if match else None

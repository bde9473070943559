"""Refuses requests that a foreign page sent, or that arrived under a foreign name (DNS rebinding)."""

import re

from aiohttp import web

from pilot_sidecar.core.errors import ForbiddenError

_HOST = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([\w.-]+))(?::\d{1,5})?", re.ASCII)
"""A Host header: a name or an address, and a port perhaps; nothing that an URL could also hold."""
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class OriginCheck:
    """Knows the names this hub answers to."""

    def __init__(self, host: str) -> None:
        self._names = LOOPBACK | ({host.strip("[]").lower()} - {"0.0.0.0", "::", ""})  # noqa: S104 - excluded, not bound
        self._passed: set[str] = set()

    def check(self, request: web.BaseRequest) -> None:
        """Raise ForbiddenError unless Host is ours and Origin, if any, is the same place."""
        host = request.headers.get("Host", "")
        if host not in self._passed:
            if _name(host) not in self._names:
                raise ForbiddenError(
                    "This hub does not answer to that name.", "Use the address that `pilot status` shows."
                )
            if len(self._passed) < 100:
                self._passed.add(host)
        origin = request.headers.get("Origin")
        if origin is not None and origin not in (f"http://{host}", f"https://{host}"):
            raise ForbiddenError("Requests from other sites are refused.")
        if request.headers.get("Sec-Fetch-Site") == "cross-site" and request.method != "GET":
            raise ForbiddenError("Requests from other sites are refused.")


def _name(host: str) -> str | None:
    match = _HOST.fullmatch(host)
    return (match[1] or match[2]).lower() if match else None

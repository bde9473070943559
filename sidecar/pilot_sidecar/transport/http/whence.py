"""Where a request comes from: this machine, a network, or the tunnel."""

from aiohttp import web

from pilot_sidecar.core.whence import Whence


def whence_of(request: web.BaseRequest) -> Whence:
    """Return where a request comes from."""
    return Whence("local", request.remote or "")

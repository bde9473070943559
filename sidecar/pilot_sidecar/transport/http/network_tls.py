"""TLS for listeners that the network reaches, with a certificate that is renewed under them."""

import asyncio
import logging
import ssl
from collections.abc import Iterable
from pathlib import Path

from aiohttp import web

from pilot_sidecar.infra.certificates import Certificate, Names, ensure_certificate, names_of, server_context
from pilot_sidecar.infra.clock import Clock
from pilot_sidecar.transport.http.responses import SECURITY
from pilot_sidecar.transport.http.route import Route, Visit

logger = logging.getLogger(__name__)
PATH = "/pilot-ca.crt"
LOOK_AGAIN_MS = 12 * 3600 * 1000
"""How often a certificate is looked at whose names stay the same: it may be near its end."""


class NetworkTls:
    """Holds the context that listeners share: connections from now on get the newest certificate."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder = folder
        self._clock = clock
        self._names: Names | None = None
        self._looked_ms = 0
        self._certificate: Certificate | None = None
        self.context: ssl.SSLContext | None = None

    @property
    def fingerprint(self) -> str | None:
        """Return that of the authority, once there is one."""
        return self._certificate.fingerprint if self._certificate else None

    async def certify(self, ips: Iterable[str], hosts: Iterable[str]) -> None:
        """Have a certificate for these addresses and names."""
        names, now_ms = names_of(ips, hosts), self._clock.now_ms()
        if names == self._names and now_ms - self._looked_ms < LOOK_AGAIN_MS:
            return
        self._certificate = await asyncio.to_thread(ensure_certificate, self._folder, names)
        self.context = await asyncio.to_thread(self._load, self._certificate)
        self._names, self._looked_ms = names, now_ms
        if self._certificate.left_out:
            logger.warning(
                "the certificate cannot speak for %s; to make another authority, which phones have to trust anew, "
                "delete %s and start again",
                ", ".join(sorted(self._certificate.left_out)),
                self._folder,
            )

    def _load(self, certificate: Certificate) -> ssl.SSLContext:
        if self.context is None:
            return server_context(certificate)
        self.context.load_cert_chain(certificate.chain)
        return self.context

    def route(self) -> Route:
        """Return where phones get the authority they have to trust: for everybody, since it is no secret."""
        return Route("GET", PATH, "public", self._answer)

    async def _answer(self, _visit: Visit) -> web.StreamResponse:
        assert self._certificate is not None
        headers = SECURITY | {"Content-Type": "application/x-x509-ca-cert", "Cache-Control": "no-store"}
        return web.Response(body=self._certificate.authority, headers=headers)

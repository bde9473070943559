"""Where the HTTP door listens: always on loopback, and beside that where the settings say, over TLS if they say so.

Loopback stays plain: browsers trust it as it is, and no broken certificate locks anybody out of the own machine.
"""

import asyncio
import logging
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from socket import socket
from typing import Protocol

from pilot_sidecar.core.reach import Listening, Reach, machine_names
from pilot_sidecar.infra.network import is_any
from pilot_sidecar.infra.sockets import BACKLOG, CannotBindError, listen_on, listen_on_all, resolve
from pilot_sidecar.infra.tasks import Tasks
from pilot_sidecar.transport.http.network_tls import NetworkTls
from pilot_sidecar.transport.http.server import HubServer
from pilot_sidecar.transport.http.tls_listener import TlsListener

logger = logging.getLogger(__name__)
LOOK_S = 5.0
"""How often this machine's addresses are read while the network may reach the hub: laptops move."""
_HERE, _HERE_6 = "127.0.0.1", "::1"
_LOCAL = frozenset({_HERE, _HERE_6, "localhost"})


@dataclass(frozen=True, slots=True)
class Plan:
    """What to listen on; without a certificate all of it is plain."""

    required: tuple[str, ...]
    wanted: tuple[str, ...] = (_HERE_6,)
    network: tuple[str, ...] = ()
    """Required ones that the network reaches."""


def plan(host: str, *, each: Iterable[str] | None) -> Plan:
    """Return what a host means. ``each``: this machine's addresses, where each is listened on by itself.

    That is the way with TLS: one socket for all addresses would take loopback's connections, too, which stay plain.
    """
    if host in _LOCAL:
        return Plan((_HERE, _HERE_6), ()) if host == _HERE_6 else Plan((_HERE,))
    if not is_any(host):
        network = tuple(ip for ip in resolve(host) if ip not in _LOCAL)
        return Plan((_HERE, *network), network=network)
    if each is not None:
        network = tuple(ip for ip in each if host != "0.0.0.0" or ":" not in ip)  # noqa: S104 - compared, not bound
        return Plan((_HERE, *network), network=network)
    return _everywhere(("0.0.0.0", "::") if host == "::" else ("0.0.0.0",))  # noqa: S104 - somebody asked for it


def _everywhere(network: tuple[str, ...]) -> Plan:
    """Take all addresses, and on macOS loopback first, by itself.

    There it would else go to whichever other program is on that port of loopback, and with it the owner's token.
    """
    here = (_HERE, _HERE_6) if sys.platform == "darwin" else ()
    required = (*here[: len(network)], *network)
    return Plan(required, () if "::" in network else (_HERE_6,), network)


class Closable(Protocol):
    """A listener of either kind."""

    def close(self) -> None: ...  # noqa: D102


@dataclass(slots=True)
class Listeners:
    """Opens the sockets, follows this machine's addresses, and tells ``Reach``."""

    server: HubServer
    reach: Reach
    host: str
    port: int
    tasks: Tasks
    tls: NetworkTls | None = None
    _bound: dict[str, socket] = field(default_factory=dict)
    """What is bound and waits to be served."""
    _open: dict[str, Closable] = field(default_factory=dict)
    _network: set[str] = field(default_factory=set)
    _missing: set[str] = field(default_factory=set)
    """Addresses of this machine that could not be listened on."""

    async def bind(self) -> None:
        """Take the addresses, so that the port is known; raises CannotBindError."""
        each = await self._each()
        found = await asyncio.to_thread(plan, self.host, each=each)
        await self._certify(found.network)
        self._bound = await asyncio.to_thread(listen_on_all, found.required, found.wanted, self.port)
        self.port = next(iter(self._bound.values())).getsockname()[1]
        self._network = set(found.network)
        await self._tell()

    async def serve(self) -> None:
        """Answer from now on."""
        while self._bound:
            await self._serve(*self._bound.popitem())

    @property
    def in_network(self) -> bool:
        """Tell whether others than this machine can, or are meant to, reach the hub."""
        return bool(self._network) or is_any(self.host)

    async def watch(self) -> None:
        """Follow this machine's addresses until cancelled; return at once where only this machine reaches the hub."""
        failing = False
        while self.in_network:
            await asyncio.sleep(LOOK_S)
            try:
                await self.refresh()
                failing = False
            except Exception:
                if not failing:
                    logger.exception("this machine's addresses cannot be followed; trying again")
                failing = True

    async def refresh(self) -> None:
        """Listen where this machine is now, with a certificate that says so."""
        if (each := await self._each()) is not None:
            now = await asyncio.to_thread(plan, self.host, each=each)
            for ip in self._network - set(now.network):
                self._network.discard(ip)
                self._open.pop(ip).close()
            await self._certify(now.network)
            for ip in now.network:
                if ip not in self._network:
                    await self._follow(ip)
        elif self.tls is not None:
            await self._certify(tuple(self._network))
        await self._tell()

    def close(self) -> None:
        """Stop listening; what is connected stays so."""
        for bound in self._bound.values():
            bound.close()
        for opened in self._open.values():
            opened.close()
        self._bound.clear()
        self._open.clear()

    async def _each(self) -> list[str] | None:
        if self.tls is None or not is_any(self.host):
            return None
        return [address.ip for address in await asyncio.to_thread(self.reach.own_addresses)]

    async def _follow(self, ip: str) -> None:
        try:
            opened = await asyncio.to_thread(listen_on, ip, self.port)
        except CannotBindError as error:
            if ip not in self._missing:
                logger.warning("not listening on %s yet: %s", ip, error.strerror)
            self._missing.add(ip)
            return
        self._missing.discard(ip)
        self._network.add(ip)
        await self._serve(ip, opened)
        logger.info("listening on %s as well", ip)

    async def _serve(self, ip: str, opened: socket) -> None:
        if self.tls is not None and self.tls.context is not None and ip in self._network:
            self._open[ip] = TlsListener(self.server, opened, self.tls.context, self.tasks)
        else:
            loop = asyncio.get_running_loop()
            self._open[ip] = await loop.create_server(self.server, sock=opened, backlog=BACKLOG)

    async def _certify(self, ips: tuple[str, ...]) -> None:
        if self.tls is not None and (ips or is_any(self.host)):
            named = set() if is_any(self.host) or self.host in ips else {self.host.lower()}
            await self.tls.certify(ips, machine_names() | named)

    async def _tell(self) -> None:
        addresses = tuple(sorted(self._network))
        if self._network & {"0.0.0.0", "::"}:  # noqa: S104 - compared, not bound
            addresses = tuple(address.ip for address in await asyncio.to_thread(self.reach.own_addresses))
        fingerprint = self.tls.fingerprint if self.tls is not None else None
        tls = self.tls is not None and self.in_network
        self.reach.listens(Listening(self.host, self.port, addresses, tls, fingerprint))

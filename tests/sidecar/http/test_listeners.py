"""Where the hub listens, and how it follows a machine that moves."""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from fakes.clock import FakeClock
from pilot_sidecar.core.reach import Reach
from pilot_sidecar.core.reach_model import TunnelStatus
from pilot_sidecar.infra.addresses import OwnAddress
from pilot_sidecar.infra.sockets import CannotBindError, listen_on
from pilot_sidecar.infra.tasks import Tasks
from pilot_sidecar.transport.http.limits import Limits
from pilot_sidecar.transport.http.listeners import Listeners, Plan, plan
from pilot_sidecar.transport.http.network_tls import LOOK_AGAIN_MS, NetworkTls
from pilot_sidecar.transport.http.server import HubServer


def test_every_plan_has_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    assert plan("0.0.0.0", each=None) == Plan(("0.0.0.0",), ("::1",), ("0.0.0.0",))
    assert plan("::", each=None) == Plan(("0.0.0.0", "::"), (), ("0.0.0.0", "::"))
    assert plan("127.0.0.1", each=None) == plan("localhost", each=None) == Plan(("127.0.0.1",), ("::1",))
    assert plan("::1", each=None) == Plan(("127.0.0.1", "::1"), ())
    assert plan("192.168.1.5", each=None) == Plan(("127.0.0.1", "192.168.1.5"), ("::1",), ("192.168.1.5",))


def test_on_macos_no_other_program_gets_what_is_for_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """There a socket of all addresses is bound beside another program's on loopback, which then gets the calls."""
    monkeypatch.setattr("sys.platform", "darwin")
    assert plan("0.0.0.0", each=None) == Plan(("127.0.0.1", "0.0.0.0"), ("::1",), ("0.0.0.0",))
    assert plan("::", each=None) == Plan(("127.0.0.1", "::1", "0.0.0.0", "::"), (), ("0.0.0.0", "::"))


def test_with_tls_each_address_is_listened_on_by_itself() -> None:
    own = ["192.168.1.5", "fd00::5"]
    assert plan("0.0.0.0", each=own) == Plan(("127.0.0.1", "192.168.1.5"), ("::1",), ("192.168.1.5",))
    assert plan("::", each=own) == Plan(("127.0.0.1", *own), ("::1",), ("192.168.1.5", "fd00::5"))
    assert plan("0.0.0.0", each=[]) == Plan(("127.0.0.1",), ("::1",), ())


async def _hello(request: web.BaseRequest) -> web.StreamResponse:
    return web.Response(text=f"{request.scheme} {request.transport.get_extra_info('sockname')[0]}")  # type: ignore[union-attr] # it is there


@dataclass
class Machine:
    """A machine whose network addresses are loopback ones that a test adds and takes away."""

    folder: Path
    tasks: Tasks
    own: list[str] = field(default_factory=list)
    clock: FakeClock = field(default_factory=FakeClock)
    opened: list[Listeners] = field(default_factory=list)

    async def listen(self, host: str, *, tls: bool = False, port: int = 0) -> Listeners:
        reach = Reach(TunnelStatus, lambda: [OwnAddress(ip, "wlan0", "wifi") for ip in self.own])
        network_tls = NetworkTls(self.folder / "tls", self.clock) if tls else None
        server = HubServer(_hello, Limits(from_one_address=8))
        listeners = Listeners(server, reach, host, port, self.tasks, network_tls)
        self.opened.append(listeners)
        await listeners.bind()
        await listeners.serve()
        return listeners

    def trusting(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.folder / "tls/pilot-ca.crt"))


async def get(url: str, trust: ssl.SSLContext | None = None) -> str:
    connector = aiohttp.TCPConnector(ssl=trust or True)
    async with asyncio.timeout(5), aiohttp.ClientSession(connector=connector) as client, client.get(url) as response:
        return await response.text()


@pytest.fixture
async def machine(tmp_path: Path) -> AsyncIterator[Machine]:
    async with Tasks("test") as tasks:
        made = Machine(tmp_path, tasks)
        yield made
        for listeners in made.opened:
            listeners.close()
            await listeners.server.shutdown(1)


async def test_one_port_on_all_addresses(machine: Machine) -> None:
    listeners = await machine.listen("127.0.0.5")
    assert listeners.port != 0
    for ip in ("127.0.0.1", "127.0.0.5"):
        assert await get(f"http://{ip}:{listeners.port}/") == f"http {ip}"
    if socket.has_ipv6:
        assert await get(f"http://[::1]:{listeners.port}/") == "http ::1"
    with pytest.raises(aiohttp.ClientConnectorError):
        await get(f"http://127.0.0.6:{listeners.port}/")
    assert listeners.reach.local_url == f"http://127.0.0.1:{listeners.port}"


async def test_all_addresses_include_those_that_come_later(machine: Machine) -> None:
    listeners = await machine.listen("0.0.0.0")
    assert await get(f"http://127.0.0.8:{listeners.port}/") == "http 127.0.0.8"
    assert "192.168.7.7" not in listeners.reach.names()
    machine.own = ["192.168.7.7"]
    await listeners.refresh()
    assert "192.168.7.7" in listeners.reach.names()
    assert listeners.reach.now().addresses[0].url == f"http://192.168.7.7:{listeners.port}"


async def test_loopback_stays_plain_and_the_network_is_encrypted(machine: Machine) -> None:
    machine.own = ["127.0.0.5"]
    listeners = await machine.listen("0.0.0.0", tls=True)
    assert await get(f"http://127.0.0.1:{listeners.port}/") == "http 127.0.0.1"
    assert await get(f"https://127.0.0.5:{listeners.port}/", machine.trusting()) == "https 127.0.0.5"
    with pytest.raises(aiohttp.ClientConnectorCertificateError):
        await get(f"https://127.0.0.5:{listeners.port}/")
    now = listeners.reach.now()
    assert (now.tls, now.certificate, [address.url for address in now.addresses]) == (
        True,
        "/pilot-ca.crt",
        [f"https://127.0.0.5:{listeners.port}", f"http://127.0.0.1:{listeners.port}"],
    )


async def test_who_forgets_the_https_is_shown_the_way(machine: Machine) -> None:
    machine.own = ["127.0.0.5"]
    listeners = await machine.listen("0.0.0.0", tls=True)
    assert await get(f"http://127.0.0.5:{listeners.port}/some/where", machine.trusting()) == "https 127.0.0.5"
    url = f"http://127.0.0.5:{listeners.port}/pair"
    async with aiohttp.ClientSession() as client, client.post(url, data=b"x", allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (307, f"https://127.0.0.5:{listeners.port}/")
        assert answer.headers["Cache-Control"] == "no-store"


async def test_silent_ones_take_their_places_before_any_handshake(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A loopback address stands for one of the network, which alone are counted."""
    monkeypatch.setattr("pilot_sidecar.transport.http.crowd._is_loopback", lambda _address: False)
    machine.own = ["127.0.0.5"]
    listeners = await machine.listen("0.0.0.0", tls=True)
    silent = [await asyncio.open_connection("127.0.0.5", listeners.port) for _ in range(8)]
    await asyncio.sleep(0.02)
    reader, writer = await asyncio.open_connection("127.0.0.5", listeners.port)
    assert await asyncio.wait_for(reader.read(), 2) == b""
    writer.close()
    for _, other in silent:
        other.close()
        await other.wait_closed()
    async with asyncio.timeout(2):
        while len(listeners.server.crowd):
            await asyncio.sleep(0.005)
    assert await get(f"https://127.0.0.5:{listeners.port}/", machine.trusting()) == "https 127.0.0.5"


async def test_who_never_shakes_hands_is_sent_away(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pilot_sidecar.transport.http.tls_listener.HANDSHAKE_S", 0.05)
    machine.own = ["127.0.0.5"]
    listeners = await machine.listen("0.0.0.0", tls=True)
    for said in (b"", b"\x16", b"\x16\x03\x01\x02"):
        reader, writer = await asyncio.open_connection("127.0.0.5", listeners.port)
        writer.write(said)
        with contextlib.suppress(ConnectionError):
            await asyncio.wait_for(reader.read(), 2)
        writer.close()


async def test_old_versions_of_tls_are_refused(machine: Machine) -> None:
    machine.own = ["127.0.0.5"]
    listeners = await machine.listen("0.0.0.0", tls=True)
    old = machine.trusting()
    old.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        old.maximum_version = ssl.TLSVersion.TLSv1_1
    old.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.raises(aiohttp.ClientError):
        await get(f"https://127.0.0.5:{listeners.port}/", old)


async def test_a_laptop_that_changes_its_network_is_found_there_with_a_certificate_that_says_so(
    machine: Machine,
) -> None:
    machine.own = ["127.0.0.5"]
    listeners = await machine.listen("0.0.0.0", tls=True)
    authority = (machine.folder / "tls/pilot-ca.crt").read_bytes()
    machine.own = ["127.0.0.6", "127.0.0.7"]
    await listeners.refresh()
    for ip in machine.own:
        assert await get(f"https://{ip}:{listeners.port}/", machine.trusting()) == f"https {ip}"
    with pytest.raises(aiohttp.ClientConnectorError):
        await get(f"https://127.0.0.5:{listeners.port}/", machine.trusting())
    assert (machine.folder / "tls/pilot-ca.crt").read_bytes() == authority
    assert {"127.0.0.6", "127.0.0.7"} <= listeners.reach.names()
    assert "127.0.0.5" not in listeners.reach.names()


async def test_a_machine_without_network_starts_and_is_found_later(machine: Machine) -> None:
    listeners = await machine.listen("0.0.0.0", tls=True)
    assert await get(f"http://127.0.0.1:{listeners.port}/") == "http 127.0.0.1"
    machine.own = ["127.0.0.5"]
    await listeners.refresh()
    assert await get(f"https://127.0.0.5:{listeners.port}/", machine.trusting()) == "https 127.0.0.5"


async def test_an_address_whose_port_is_taken_is_tried_again(machine: Machine) -> None:
    listeners = await machine.listen("0.0.0.0", tls=True)
    taken = listen_on("127.0.0.5", listeners.port)
    machine.own = ["127.0.0.5", "127.0.0.6"]
    await listeners.refresh()
    assert [address.reach for address in listeners.reach.now().addresses] == ["lan", "local"]
    taken.close()
    await listeners.refresh()
    assert await get(f"https://127.0.0.5:{listeners.port}/", machine.trusting()) == "https 127.0.0.5"


async def test_a_certificate_near_its_end_is_renewed_without_a_restart(machine: Machine) -> None:
    machine.own = ["127.0.0.5"]
    listeners = await machine.listen("0.0.0.0", tls=True)
    trust, url = machine.trusting(), f"https://127.0.0.5:{listeners.port}/"
    assert await get(url, trust) == "https 127.0.0.5"
    before = await _serial(listeners.port, trust)
    (machine.folder / "tls/hub.pem").unlink()  # what it would find once the old one has had its time
    await listeners.refresh()
    assert await _serial(listeners.port, trust) == before
    machine.clock.advance(LOOK_AGAIN_MS / 1000)
    await listeners.refresh()
    assert await _serial(listeners.port, trust) != before
    assert await get(url, trust) == "https 127.0.0.5"


async def _serial(port: int, trust: ssl.SSLContext) -> str:
    _, writer = await asyncio.open_connection("127.0.0.5", port, ssl=trust)
    found = writer.get_extra_info("peercert")["serialNumber"]
    writer.close()
    return str(found)


async def test_tls_for_this_machine_alone_makes_no_certificate(machine: Machine) -> None:
    listeners = await machine.listen("127.0.0.1", tls=True)
    assert not (machine.folder / "tls").exists()
    assert not listeners.reach.now().tls
    await asyncio.wait_for(listeners.watch(), 1)


async def test_what_cannot_be_listened_on_is_named(machine: Machine) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(CannotBindError) as caught:
            await machine.listen("127.0.0.5", port=taken.getsockname()[1])
    assert caught.value.host == "127.0.0.1"
    with pytest.raises(CannotBindError) as caught:
        await machine.listen("203.0.113.7")
    assert caught.value.host == "203.0.113.7"

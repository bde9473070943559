"""A real hub that the network reaches."""

import asyncio
import json
import socket
import ssl
from pathlib import Path

import aiohttp
import pytest

from fakes.hub_process import HubProcess, pilot, start_hub
from pilot_sidecar.infra.addresses import read_addresses

NAME = socket.gethostname().lower()


def own_address() -> str:
    """Return an address at which others reach this machine; one that stands for it where it has none."""
    return next((address.ip for address in read_addresses() if address.version == 4), "127.0.0.2")


def port_of(hub: HubProcess) -> int:
    return int(hub.url.rpartition(":")[2])


async def status_of(client: aiohttp.ClientSession, url: str, **headers: str) -> int:
    async with client.get(url, headers=headers) as response:
        await response.read()
        return response.status


async def reach_of(hub: HubProcess) -> dict[str, object]:
    status, body = await hub.call("GET", "/api/reach")
    assert status == 200
    assert isinstance(body, dict)
    return body


async def test_a_hub_of_this_machine_alone_is_on_loopback_only(hub: HubProcess) -> None:
    assert await status_of(hub.client, f"http://127.0.0.1:{port_of(hub)}/health") == 200
    if socket.has_ipv6:
        assert await status_of(hub.client, f"http://[::1]:{port_of(hub)}/health") == 200
        assert await status_of(hub.client, f"http://localhost:{port_of(hub)}/health") == 200
    with pytest.raises(aiohttp.ClientConnectorError):
        await hub.client.get(f"http://{own_address()}:{port_of(hub)}/health")
    found = await reach_of(hub)
    assert [entry["url"] for entry in found["addresses"]] == [hub.url]  # type: ignore[attr-defined] # JSON
    assert "warning" not in found or found["warning"] is None
    async with hub.client.get(f"{hub.url}/pilot-ca.crt") as response:
        assert response.status == 404
    assert not (hub.home / "tls").exists()


async def test_the_network_reaches_a_hub_that_is_open_to_it_and_this_machine_finds_it_as_ever(tmp_path: Path) -> None:
    ip = own_address()
    async with start_hub(tmp_path / "home", PILOT_HOST="0.0.0.0") as hub:
        port = port_of(hub)
        assert hub.url == f"http://127.0.0.1:{port}"
        for place in (ip, "127.0.0.1", "localhost"):
            assert await status_of(hub.client, f"http://{place}:{port}/health") == 200
        for name in (NAME, f"{NAME.partition('.')[0]}.local", f"{NAME}:{port}", ip, "localhost:1"):
            assert await status_of(hub.client, f"http://{ip}:{port}/health", Host=name) == 200, name
        for name in ("evil.example", "203.0.113.7", f"{NAME}.evil.example", f"{ip}.nip.io", f"{ip}@evil.example", ""):
            assert await status_of(hub.client, f"http://{ip}:{port}/health", Host=name) == 403, name
        assert await status_of(hub.client, f"http://{ip}:{port}/api/asks") == 401
        found = await reach_of(hub)
        urls = [entry["url"] for entry in found["addresses"]]  # type: ignore[attr-defined] # JSON
        assert urls[-1] == hub.url
        assert (f"http://{ip}:{port}" in urls) == (ip != "127.0.0.2")
        assert "not encrypted" in str(found["warning"])
        assert hub.logs().count(str(found["warning"])) == 1
        code, out, _ = await pilot(hub.home, "status")
        assert (code, f"running at {hub.url}" in out) == (0, True)


@pytest.mark.parametrize("claimed", ["127.0.0.1", "203.0.113.7"])
async def test_a_request_that_came_through_some_proxy_is_nobody_of_this_machine(hub: HubProcess, claimed: str) -> None:
    """What a reverse proxy of somebody's own brings is not the owner at the keyboard, whatever token it carries."""
    status, body = await hub.call("GET", "/api/asks", None, **{"X-Forwarded-For": claimed})
    assert status == 401
    assert (await hub.call("GET", "/api/asks"))[0] == 200
    assert "machine only" in json.dumps(body)


async def test_the_network_is_encrypted_for_who_trusts_the_authority(tmp_path: Path) -> None:
    ip = own_address()
    async with start_hub(tmp_path / "home", PILOT_HOST=ip, PILOT_TLS="true") as hub:
        port = port_of(hub)
        place = f"https://{ip}:{port}"
        assert await status_of(hub.client, f"{hub.url}/health") == 200
        with pytest.raises(aiohttp.ClientConnectorCertificateError):
            await hub.client.get(f"{place}/health")
        async with hub.client.get(f"http://{ip}:{port}/health", allow_redirects=False) as response:
            assert (response.status, response.headers["Location"]) == (307, f"{place}/")
        async with hub.client.get(
            f"{place}/pilot-ca.crt", ssl=False
        ) as response:  # a phone that looks past the warning
            assert (response.status, response.content_type) == (200, "application/x-x509-ca-cert")
            authority = await response.text()
        trust = ssl.create_default_context(cadata=authority)
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=trust)) as phone:
            assert await status_of(phone, f"{place}/health") == 200
            assert await status_of(phone, f"{place}/api/asks") == 401
            owner = {"Authorization": f"Bearer {hub.token}"}
            assert await status_of(phone, f"{place}/api/asks", **owner) == 200, "this machine, by its own address"
            assert await status_of(phone, f"{place}/api/asks", **owner, Via="1.1 proxy") == 401
            cookie = await _pair(hub, phone, place)
        assert "Secure" in cookie
        assert "HttpOnly" in cookie
        found = await reach_of(hub)
        assert (found["tls"], found["certificate"]) == (True, "/pilot-ca.crt")
        assert len(str(found["fingerprint"]).split(":")) == 32
        assert {path.name for path in (hub.home / "tls").iterdir()} == {"pilot-ca.crt", "pilot-ca.key", "hub.pem"}
        assert "PRIVATE KEY" not in authority + hub.logs()


async def _pair(hub: HubProcess, phone: aiohttp.ClientSession, place: str) -> str:
    _, made = await hub.call("POST", "/api/pair", {"scope": "view"})
    code = made["code"]  # type: ignore[index] # JSON
    async with phone.post(f"{place}/pair", json={"code": code, "name": "phone"}, headers={"Origin": place}) as response:
        assert response.status == 200, await response.text()
        return response.headers["Set-Cookie"]


async def test_phones_keep_trusting_after_a_restart(tmp_path: Path) -> None:
    seen = []
    for _ in range(2):
        async with start_hub(tmp_path / "home", PILOT_HOST="0.0.0.0", PILOT_TLS="true") as hub:
            seen.append(((await reach_of(hub))["fingerprint"], (hub.home / "tls/hub.pem").read_bytes()))
            await hub.stop()
    assert seen[0] == seen[1]


async def test_a_client_that_never_shakes_hands_holds_nothing_up(tmp_path: Path) -> None:
    ip = own_address()
    async with start_hub(tmp_path / "home", PILOT_HOST=ip, PILOT_TLS="true") as hub:
        silent = [await asyncio.open_connection(ip, port_of(hub)) for _ in range(20)]
        noisy = await asyncio.open_connection(ip, port_of(hub))
        noisy[1].write(b"GET / HTTP/1.1\r\n\r\n" * 100)
        assert await asyncio.wait_for(status_of(hub.client, f"{hub.url}/health"), 2) == 200
        assert await asyncio.wait_for(status_of_untrusted(hub, f"https://{ip}:{port_of(hub)}/health"), 2) == 200
        code, _, _ = await hub.stop()
        assert code == 0
        for _, writer in [*silent, noisy]:
            writer.close()
        assert "Traceback" not in hub.logs()


async def status_of_untrusted(hub: HubProcess, url: str) -> int:
    async with hub.client.get(url, ssl=False) as response:
        return response.status


async def test_a_port_that_is_taken_on_loopback_is_named_there(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, _, err = await pilot(tmp_path / "home", "up", "--no-open", PILOT_HOST=own_address(), PILOT_PORT=str(port))
    assert code == 1
    assert f"Port {port} on 127.0.0.1 is taken by" in err
    assert "Traceback" not in err


@pytest.mark.parametrize("host", ["203.0.113.7", "nowhere.invalid"])
async def test_an_address_that_is_not_this_machines_is_named(tmp_path: Path, host: str) -> None:
    code, _, err = await pilot(tmp_path / "home", "up", "--no-open", PILOT_HOST=host)
    assert code == 1
    assert f"{host} is not an address of this machine" in err
    assert "PILOT_HOST" in err
    assert "Traceback" not in err

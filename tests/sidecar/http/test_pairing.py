"""Pairing a browser: a code once, then a cookie."""

import asyncio
from http.cookies import SimpleCookie

import aiohttp

from fakes.hub_process import HubProcess, start_hub


async def exchange(hub: HubProcess, code: str, name: str = "Anna's phone") -> aiohttp.ClientResponse:
    async with hub.client.post(hub.url + "/pair", json={"code": code, "name": name}) as response:
        await response.read()
        return response


async def link(hub: HubProcess, scope: str = "admin") -> str:
    status, body = await hub.call("POST", "/api/pair", {"scope": scope})
    assert status == 201
    assert isinstance(body, dict)
    assert body["url"] == f"{hub.url}/pair#code={body['code']}"
    return str(body["code"])


def cookie_of(response: aiohttp.ClientResponse) -> tuple[str, str]:
    cookies: SimpleCookie = SimpleCookie(response.headers["Set-Cookie"])
    [(name, morsel)] = cookies.items()
    assert morsel["httponly"]
    assert morsel["samesite"] == "Strict"
    return name, morsel.value


async def test_a_code_becomes_a_cookie_once(hub: HubProcess) -> None:
    code = await link(hub)
    first, second = await asyncio.gather(exchange(hub, code), exchange(hub, code))
    assert sorted([first.status, second.status]) == [200, 401]
    name, value = cookie_of(first if first.status == 200 else second)
    hub.client.cookie_jar.clear()
    async with hub.client.get(hub.url + "/api/snapshot", headers={"Cookie": f"{name}={value}"}) as response:
        viewer = (await response.json())["viewer"]
        assert (viewer["kind"], viewer["name"], viewer["scope"]) == ("device", "Anna's phone", "admin")


async def test_a_role_is_kept_to(hub: HubProcess) -> None:
    name, value = cookie_of(await exchange(hub, await link(hub, "view")))
    hub.client.cookie_jar.clear()
    headers = {"Cookie": f"{name}={value}"}
    async with hub.client.get(hub.url + "/api/asks", headers=headers) as response:
        assert response.status == 200
    for path in ("/api/asks/x/decision", "/api/sessions/x/abort", "/api/pair", "/api/hub/stop"):
        async with hub.client.post(hub.url + path, headers=headers, json={"kind": "deny"}) as response:
            assert response.status == 403, path


async def test_a_wrong_code_is_refused_and_guessing_is_slowed(hub: HubProcess) -> None:
    statuses = [(await exchange(hub, f"guess-{number}")).status for number in range(70)]
    assert statuses[0] == 401
    assert statuses[-1] == 429


async def test_a_paired_browser_survives_a_restart(hub: HubProcess) -> None:
    name, value = cookie_of(await exchange(hub, await link(hub)))
    await hub.stop()
    async with start_hub(hub.home) as again:
        status, _ = await again.call("GET", "/api/snapshot", Authorization="", Cookie=f"{name}={value}")
        assert status == 200

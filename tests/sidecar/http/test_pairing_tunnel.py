"""Pairing from outside: through the listener that only a tunnel's program uses."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from fakes.browsers import exchange, invite, open_door, wait
from fakes.clock import FakeClock
from fakes.hub_process import HubProcess
from pilot_sidecar.core.reach_model import TunnelStatus
from pilot_sidecar.core.services import Services

NAME = "pilot.example.com"
CLIENT = {"X-Forwarded-For": "203.0.113.9", "Host": NAME}


@pytest.fixture
async def doors(tmp_path: Path) -> AsyncIterator[tuple[HubProcess, HubProcess, Services]]:
    """The hub, the same through its tunnel, and its parts."""
    async with open_door(tmp_path, FakeClock()) as (hub, services):
        assert services.tunnel.door is not None
        port = await services.tunnel.door.open()
        services.tunnel.status = TunnelStatus(state="up", provider="custom", url=f"https://{NAME}")
        yield hub, replace(hub, hub={**hub.hub, "url": f"http://127.0.0.1:{port}"}), services


@pytest.mark.parametrize(
    ("headers", "secure"),
    [
        ({}, True),
        ({"X-Forwarded-Proto": "https"}, True),
        ({"X-Forwarded-Proto": "http"}, False),
        ({"X-Forwarded-Proto": "http, https"}, True),
    ],
)
async def test_the_cookie_is_for_encrypted_pages_where_the_page_is(
    doors: tuple[HubProcess, HubProcess, Services], headers: dict[str, str], *, secure: bool
) -> None:
    hub, outside, _ = doors
    answer = await exchange(outside, (await invite(hub))["code"], **CLIENT, **headers)
    assert answer.status == 200
    assert [bool(morsel["secure"]) for morsel in answer.cookies.values()] == [secure]


async def test_elsewhere_nobody_is_believed_about_encryption(doors: tuple[HubProcess, HubProcess, Services]) -> None:
    hub = doors[0]
    answer = await exchange(hub, (await invite(hub))["code"], **{"X-Forwarded-Proto": "https"})
    assert [morsel["secure"] for morsel in answer.cookies.values()] == [""]


async def test_a_phone_outside_is_known_by_its_own_address(doors: tuple[HubProcess, HubProcess, Services]) -> None:
    hub, outside, _ = doors
    phone = (await exchange(outside, (await invite(hub, scope="operate"))["code"], **CLIENT)).browser(outside, **CLIENT)
    assert (await phone.call("GET", "/api/snapshot"))[0] == 200
    [device] = (await hub.call("GET", "/api/devices"))[1]["devices"]  # type: ignore[index] # JSON
    assert (device["reach"], device["address"]) == ("tunnel", "203.0.113.9")
    async with phone.stream() as stream:
        await stream.frame()
        assert (await hub.call("DELETE", f"/api/devices/{device['id']}"))[0] == 200
        await stream.ended()


async def test_the_owners_token_is_worth_nothing_outside(doors: tuple[HubProcess, HubProcess, Services]) -> None:
    assert (await doors[1].call("GET", "/api/snapshot", **CLIENT))[0] == 401
    assert (await doors[1].call("POST", "/api/token/rotate", **CLIENT))[0] == 401


async def test_tickets_are_good_from_one_address_outside(doors: tuple[HubProcess, HubProcess, Services]) -> None:
    hub, outside, services = doors
    admin = (await exchange(outside, (await invite(hub))["code"], **CLIENT)).browser(outside, **CLIENT)
    made = (await admin.call("POST", "/api/pair", {"scope": "admin"}))[1]
    assert [way["address"]["url"] for way in made["ways"]] == [f"https://{NAME}"]
    told = await exchange(outside, made["code"], **CLIENT)
    [waiting] = services.confirmations.pending()
    assert (told.status, waiting.address, waiting.reach) == (202, "203.0.113.9", "tunnel")
    refused = (await admin.call("POST", f"/api/confirmations/{waiting.id}", {"allow": True}))[0]
    assert refused == 403, "a stolen admin's cookie lets nobody else in"
    assert (await hub.call("POST", f"/api/confirmations/{waiting.id}", {"allow": True}))[0] == 200
    other = {**CLIENT, "X-Forwarded-For": "203.0.113.10"}
    assert (await wait(outside, told.body["ticket"], **other)).status == 401
    assert (await wait(hub, told.body["ticket"])).status == 401
    assert (await wait(outside, told.body["ticket"], **CLIENT)).status == 200

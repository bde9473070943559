"""Where notices may link to: the page as the browser that subscribes has it, nowhere else."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fakes.browsers import Browser, exchange, invite, open_door, pair
from fakes.clock import FakeClock
from fakes.hub_process import HubProcess
from fakes.push_subscriber import Subscriber
from pilot_sidecar.core.reach import Listening
from pilot_sidecar.core.reach_model import TunnelStatus
from pilot_sidecar.core.services import Services

NAME = "pilot.example.com"
CLIENT = {"X-Forwarded-For": "203.0.113.9", "Host": NAME}


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[tuple[HubProcess, Services]]:
    async with open_door(tmp_path, FakeClock()) as (hub, services):
        yield hub, services


async def subscribe(phone: Browser, origin: str) -> tuple[int, Any]:
    _, key = await phone.call("POST", "/api/push/key", {})
    made = Subscriber("https://web.push.apple.com/QGuQ", key["publicKey"])
    return await phone.call("PUT", "/api/push", made.subscription(origin))


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        (f"https://{NAME}", 200),
        (f"http://{NAME}", 400),
        (f"https://{NAME}:8443", 400),
        (f"https://{NAME}/", 400),
        (f"https://www.{NAME}", 400),
        (f"https://{NAME.upper()}", 400),
        ("http://127.0.0.1:4097", 400),
    ],
)
async def test_through_the_tunnel_only_the_tunnels_own(
    door: tuple[HubProcess, Services], origin: str, status: int
) -> None:
    hub, services = door
    assert services.tunnel.door is not None
    port = await services.tunnel.door.open()
    services.tunnel.status = TunnelStatus(state="up", provider="custom", url=f"https://{NAME}")
    outside = replace(hub, hub={**hub.hub, "url": f"http://127.0.0.1:{port}"})
    code = (await invite(hub, scope="approve"))["code"]
    phone = (await exchange(outside, code, **CLIENT)).browser(outside, **CLIENT)
    assert (await subscribe(phone, origin))[0] == status
    assert len(services.push.all()) == (status == 200)


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("https://192.168.7.9:4097", 200),
        ("http://192.168.7.9:4097", 400),
        ("https://192.168.7.10:4097", 400),
        ("https://[::1]:4097", 200),
        ("https://3232237321:4097", 400),
    ],
)
async def test_in_the_network_only_the_hubs_addresses_and_only_encrypted(
    door: tuple[HubProcess, Services], origin: str, status: int
) -> None:
    hub, services = door
    phone = await pair(hub, "approve")
    port = int(hub.url.rpartition(":")[2])
    services.reach.listens(Listening("0.0.0.0", port, ("192.168.7.9",), tls=True))
    assert (await subscribe(phone, origin))[0] == status

"""A browser subscribes, over HTTP: what is taken, what is refused, what is remembered."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from fakes.browsers import AFAR, Browser, open_door, pair
from fakes.clock import FakeClock
from fakes.hub_process import HubProcess
from fakes.push_subscriber import Subscriber, text
from pilot_sidecar.core.asks_model import Actor
from pilot_sidecar.core.services import Services
from pilot_sidecar.infra import vapid
from pilot_sidecar.infra.vapid import make_keys

ENDPOINT = "https://fcm.googleapis.com/wp/sECret-Tok3n"


@dataclass
class Desk:
    hub: HubProcess
    services: Services

    async def phone(self, scope: str = "approve", name: str = "Phone") -> Browser:
        return await pair(self.hub, scope, name)

    async def subscription(self, browser: Browser, **fields: object) -> dict[str, Any]:
        """Return what a browser that just subscribed would tell the hub."""
        status, key = await browser.call("POST", "/api/push/key", {})
        assert status == 200, key
        return {**Subscriber(ENDPOINT, key["publicKey"]).subscription(self.hub.url), **fields}

    async def audit(self, action: str) -> str:
        """Return the record once it has this action, and what else was under way by then."""
        async with asyncio.timeout(5):
            while f'"{action}"' not in (found := self._record()):
                await asyncio.sleep(0.02)
        self.services.audit.record("test.mark", Actor(kind="hub"))
        async with asyncio.timeout(5):
            while '"test.mark"' not in (found := self._record()):
                await asyncio.sleep(0.02)
        return found

    def _record(self) -> str:
        return "".join(path.read_text() for path in self.services.home.glob("audit*.jsonl"))


@asynccontextmanager
async def at(home: Path) -> AsyncIterator[Desk]:
    async with open_door(home, FakeClock()) as (hub, services):
        yield Desk(hub, services)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with at(tmp_path) as found:
        yield found


async def test_the_first_browser_makes_the_keys_and_all_get_the_same(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vapid, "make_keys", lambda: (time.sleep(0.2), make_keys())[1])  # all at once
    phones = [await desk.phone(name=f"Phone {number}") for number in range(4)]
    answers = await asyncio.gather(*(phone.call("POST", "/api/push/key", {}) for phone in phones))
    keys = {key["publicKey"] for status, key in answers if status == 200}
    assert len(answers) == 4
    assert keys == {desk.services.settings.current.vapid_public_key}
    assert (await desk.audit("settings.keys_made")).count("settings.keys_made") == 1


async def test_keys_that_are_there_are_never_replaced(desk: Desk) -> None:
    phone, mine = await desk.phone(), {"vapid_public_key": make_keys()[0]}
    desk.services.settings.update(mine)
    status, body = await phone.call("POST", "/api/push/key", {})
    assert (status, body["error"]["code"]) == (409, "conflict")
    assert desk.services.settings.current.vapid_public_key == mine["vapid_public_key"]
    assert desk.services.settings.current.vapid_private_key.get_secret_value() == ""


async def test_a_subscription_is_kept_once_and_shown_without_its_endpoint(desk: Desk) -> None:
    phone, admin = await desk.phone(), await desk.phone("admin", "Laptop")
    subscription = await desk.subscription(phone)
    heard = []
    desk.services.push.on_change(lambda: heard.append(1))
    for _ in range(3):
        assert await phone.call("PUT", "/api/push", subscription) == (200, {"done": True})
    assert len(heard) == 1, "the same again changes nothing"
    status, listed = await admin.call("GET", "/api/devices")
    assert (status, {one["name"]: one["push"] for one in listed["devices"]}) == (200, {"Phone": True, "Laptop": False})
    record = await desk.audit("push.subscribed")
    assert record.count('"push.subscribed"') == 1
    for told in (json.dumps(listed), record, json.dumps((await admin.call("GET", "/api/notifications"))[1])):
        assert "sECret" not in told
        assert subscription["keys"]["auth"] not in told


async def test_switching_it_off_forgets_the_endpoint(desk: Desk) -> None:
    phone = await desk.phone()
    await phone.call("PUT", "/api/push", await desk.subscription(phone))
    assert len(desk.services.push.all()) == 1
    for _ in range(2):
        assert await phone.call("DELETE", "/api/push") == (200, {"done": True})
    assert desk.services.push.all() == []
    assert (await desk.audit("push.unsubscribed")).count('"push.unsubscribed"') == 1


async def test_leaving_and_watching_only_forget_it_too(desk: Desk) -> None:
    leaves, lowered, admin = await desk.phone(name="A"), await desk.phone(name="B"), await desk.phone("admin", "C")
    for number, phone in enumerate((leaves, lowered)):
        subscription = await desk.subscription(phone, endpoint=f"{ENDPOINT}{number}")
        assert (await phone.call("PUT", "/api/push", subscription))[0] == 200
    listed = (await admin.call("GET", "/api/devices"))[1]["devices"]
    device = next(one["id"] for one in listed if one["name"] == "B")
    assert (await leaves.call("POST", "/api/devices/leave", {}))[0] == 200
    assert (await admin.call("PATCH", f"/api/devices/{device}", {"scope": "view"}))[0] == 200
    assert desk.services.push.all() == []
    status, _ = await lowered.call("PUT", "/api/push", {"endpoint": ENDPOINT})
    assert status in (400, 403)


async def test_watchers_the_owner_and_strangers_cannot_subscribe(desk: Desk) -> None:
    phone, watcher = await desk.phone(), await desk.phone("view", "Watcher")
    subscription = await desk.subscription(phone)
    assert (await watcher.call("POST", "/api/push/key", {}))[0] == 403
    assert (await watcher.call("PUT", "/api/push", subscription))[0] == 403
    status, body = await desk.hub.call("PUT", "/api/push", subscription)
    assert (status, body["error"]["code"]) == (400, "bad_request")  # type: ignore[index] # JSON
    assert (await desk.hub.call("PUT", "/api/push", subscription, Authorization=""))[0] == 401
    assert desk.services.push.all() == []


def _keys(**changed: str) -> dict[str, Any]:
    good = Subscriber(ENDPOINT, "").subscription("")["keys"]
    return {"keys": {**good, **changed}}


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"endpoint": "https://127.0.0.1/x"}, "unknown_push_service"),
        ({"endpoint": "https://evil.example/wp/x"}, "unknown_push_service"),
        ({"endpoint": f"{ENDPOINT}{'x' * 2_000}"}, "bad_request"),
        ({"endpoint": 7}, "bad_request"),
        ({"keys": {}}, "bad_request"),
        (_keys(p256dh=""), "bad_request"),
        (_keys(p256dh=text(b"\4" + b"\1" * 64)), "bad_request"),
        (_keys(p256dh=text(b"\4" * 33)), "bad_request"),
        (_keys(p256dh="ü"), "bad_request"),
        (_keys(p256dh="x" * 300), "bad_request"),
        (_keys(auth=text(b"short")), "bad_request"),
        (_keys(auth=text(b"x" * 17)), "bad_request"),
        (_keys(auth="***"), "bad_request"),
        ({"publicKey": make_keys()[0]}, "other_push_key"),
        ({"publicKey": ""}, "other_push_key"),
        ({"origin": "https://evil.example"}, "bad_request"),
        ({"origin": "https://127.0.0.1.evil.example"}, "bad_request"),
        ({"origin": "http://127.0.0.1:4097/path"}, "bad_request"),
        ({"origin": "http://me@127.0.0.1:4097"}, "bad_request"),
        ({"origin": "javascript://127.0.0.1"}, "bad_request"),
        ({"origin": "null"}, "bad_request"),
        ({"origin": ""}, "bad_request"),
    ],
)
async def test_what_makes_no_sense_is_refused_and_nothing_is_kept(
    desk: Desk, fields: dict[str, object], code: str
) -> None:
    phone = await desk.phone()
    status, body = await phone.call("PUT", "/api/push", await desk.subscription(phone, **fields))
    assert status == (409 if code == "other_push_key" else 400), body
    assert body["error"]["code"] == code
    assert "sECret" not in json.dumps(body)
    assert desk.services.push.all() == []


@pytest.mark.parametrize(
    "origin", ["http://localhost:9999", "http://127.0.0.1:4097", "http://[::1]:80", "https://localhost"]
)
async def test_forwarded_ports_of_this_machine_are_its_own(desk: Desk, origin: str) -> None:
    phone = await desk.phone()
    assert (await phone.call("PUT", "/api/push", await desk.subscription(phone, origin=origin)))[0] == 200


async def test_a_change_of_keys_is_said_so_that_the_page_subscribes_anew(desk: Desk) -> None:
    phone = await desk.phone()
    before = await desk.subscription(phone)
    public, private = make_keys()
    desk.services.settings.update({"vapid_public_key": public, "vapid_private_key": private})
    status, body = await phone.call("PUT", "/api/push", before)
    assert (status, body["error"]["code"]) == (409, "other_push_key")
    assert (await phone.call("PUT", "/api/push", await desk.subscription(phone)))[0] == 200


async def test_a_device_revoked_while_it_subscribes_is_not_reached(desk: Desk) -> None:
    phone = await desk.phone()
    subscription = await desk.subscription(phone)
    [device] = await desk.services.devices.list()
    put = desk.services.push.put

    async def revoked_meanwhile(*given: Any) -> None:
        await put(*given)
        await desk.services.devices.revoke(device.id)
        await put(*given)

    desk.services.push.put = revoked_meanwhile  # type: ignore[method-assign] # the race, held still
    try:
        status, _ = await phone.call("PUT", "/api/push", subscription)
    except aiohttp.ClientError:
        status = 401  # its connection was cut before the answer
    assert status == 401
    await asyncio.sleep(0.05)
    assert desk.services.push.all() == []


async def test_it_is_there_after_a_restart_and_gone_for_good_when_gone(tmp_path: Path) -> None:
    async with at(tmp_path) as desk:
        stays, goes = await desk.phone(name="A"), await desk.phone(name="B")
        for number, phone in enumerate((stays, goes)):
            subscription = await desk.subscription(phone, endpoint=f"{ENDPOINT}{number}")
            assert (await phone.call("PUT", "/api/push", subscription))[0] == 200
        assert (await goes.call("DELETE", "/api/push"))[0] == 200
    async with at(tmp_path) as desk:
        [kept] = desk.services.push.all()
        assert kept.subscription.endpoint == f"{ENDPOINT}0"
        assert kept.subscription.public_key == desk.services.settings.current.vapid_public_key


async def test_through_somebodys_proxy_the_page_is_this_hubs_all_the_same(desk: Desk) -> None:
    phone = await desk.phone()
    subscription = await desk.subscription(phone, origin="https://evil.example")
    phone.headers.update(AFAR)
    assert (await phone.call("PUT", "/api/push", subscription))[0] == 400

"""Devices: who is paired, what each may do, and how fast a lost one is out."""

import asyncio
import hashlib
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from fakes.browsers import AFAR, Browser, open_door, pair, slow_decision
from fakes.clock import FakeClock
from fakes.hub_process import HubProcess, start_hub
from pilot_sidecar.core import schema
from pilot_sidecar.infra.tasks import Tasks
from pilot_sidecar.server.expiry import expire_devices

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_the_list_says_who_is_here(shared_hub: HubProcess) -> None:
    anna, ben = await pair(shared_hub, "approve", "Anna"), await pair(shared_hub, "admin", "Ben")
    async with anna.stream() as stream:
        await stream.frame()
        _, found = await ben.call("GET", "/api/devices")
        by_name = {device["name"]: device for device in found["devices"]}
        assert by_name["Anna"]["online"]
        assert not by_name["Anna"]["this"]
        assert by_name["Ben"]["this"]
        assert not by_name["Ben"]["online"]
        assert (by_name["Anna"]["address"], by_name["Anna"]["reach"]) == ("127.0.0.1", "local")
    assert (await anna.call("GET", "/api/devices"))[0] == 403


async def test_renaming_keeps_names_clean_and_apart(shared_hub: HubProcess) -> None:
    first, second = await pair(shared_hub, name="First"), await pair(shared_hub, name="Second")
    path = f"/api/devices/{(await second.me())['id']}"
    status, changed = await shared_hub.call("PATCH", path, {"name": "First"})
    assert (status, changed["name"]) == (200, "First (2)")  # type: ignore[index] # JSON
    assert (await shared_hub.call("PATCH", path, {"name": "Tab\u202elet"}))[1]["name"] == "Tab let"  # type: ignore[index]
    assert (await shared_hub.call("PATCH", path, {"name": "\u200b"}))[1]["name"] == "Tab let"  # type: ignore[index]
    assert (await first.me())["name"] == "First"
    assert (await shared_hub.call("PATCH", "/api/devices/dev_none", {"name": "x"}))[0] == 404


async def test_a_revoked_device_is_out_within_a_second_whatever_it_holds(shared_hub: HubProcess) -> None:
    phone = await pair(shared_hub, "operate", "Lost phone")
    device = await pair_id(shared_hub, "Lost phone")
    async with (
        phone.stream() as first,
        phone.stream() as second,
        slow_decision(shared_hub, Cookie=phone.cookie) as slow,
    ):
        await first.frame()
        await second.frame()
        assert (await shared_hub.call("DELETE", f"/api/devices/{device}"))[0] == 200
        await asyncio.gather(first.ended(1), second.ended(1))
        assert await slow.finish(b'"allow_once"}') == b"", "a request that began in time was answered too late"
    assert (await phone.call("GET", "/api/snapshot"))[0] == 401
    assert (await shared_hub.call("DELETE", f"/api/devices/{device}"))[0] == 404


async def test_another_role_holds_at_once_and_the_stream_comes_back_with_it(shared_hub: HubProcess) -> None:
    phone = await pair(shared_hub, "operate", "Changing")
    path = f"/api/devices/{await pair_id(shared_hub, 'Changing')}"
    async with phone.stream() as stream:
        await stream.frame()
        assert (await shared_hub.call("PATCH", path, {"scope": "view"}))[1]["scope"] == "view"  # type: ignore[index]
        await stream.ended()
    assert (await phone.call("POST", "/api/sessions/x/abort"))[0] == 403
    async with phone.stream() as stream:
        await stream.frame()
        assert (await phone.call("GET", "/api/snapshot"))[1]["viewer"]["scope"] == "view"


async def test_nobody_gives_rights_from_afar(shared_hub: HubProcess) -> None:
    admin, phone = await pair(shared_hub, "admin", "Away"), await pair(shared_hub, "view", "Small")
    path = f"/api/devices/{await pair_id(shared_hub, 'Small')}"
    afar = Browser(shared_hub, admin.cookie, AFAR)
    assert (await afar.call("PATCH", path, {"scope": "admin"}))[0] == 403
    assert (await phone.call("PATCH", path, {"scope": "admin"}))[0] == 403
    assert (await afar.call("PATCH", path, {"name": "Smaller"}))[0] == 200
    assert (await admin.call("PATCH", path, {"scope": "approve"}))[0] == 200
    assert (await afar.call("PATCH", path, {"scope": "view"}))[0] == 200
    assert (await afar.call("DELETE", path))[0] == 200


async def test_an_admin_may_step_down_and_a_device_may_leave(shared_hub: HubProcess) -> None:
    phone = await pair(shared_hub, "admin", "Modest")
    path = f"/api/devices/{await pair_id(shared_hub, 'Modest')}"
    status, changed = await phone.call("PATCH", path, {"scope": "view"})
    assert (status, changed["scope"]) == (200, "view")
    async with phone.stream() as stream:
        await stream.frame()
        assert (await phone.call("POST", "/api/devices/leave"))[0] == 200, "it hears that it worked"
        await stream.ended()
    assert (await phone.call("GET", "/api/snapshot"))[0] == 401
    assert (await shared_hub.call("POST", "/api/devices/leave"))[0] == 404


async def test_admins_hear_of_changes_and_others_do_not(shared_hub: HubProcess) -> None:
    admin, other = await pair(shared_hub, "admin", "A"), await pair(shared_hub, "operate", "O")
    async with admin.stream() as told, other.stream() as untold:
        await told.frame()
        await untold.frame()
        guest, last = await pair(shared_hub, "view", "Guest"), await pair(shared_hub, "view", "Last")
        await told.until("pilot.devices.changed")
        await told.until("pilot.devices.changed")
        assert (await guest.call("POST", "/api/devices/leave"))[0] == 200
        await told.until("pilot.devices.changed")
        async with last.stream():
            while (await untold.until("pilot.client.connected"))["client"]["name"] != "Last":
                pass
    assert b"pilot.devices.changed" not in untold.raw


async def test_what_is_for_admins_is_not_in_what_others_missed(shared_hub: HubProcess) -> None:
    other = await pair(shared_hub, "operate", "Absent")
    cursor = (await other.call("GET", "/api/snapshot"))[1]["cursor"]
    await pair(shared_hub, "view", "New one")
    async with other.stream(cursor) as stream:
        event = await stream.until("pilot.client.connected")
    assert event["client"]["name"] == "Absent", "nothing that was missed but its own arrival"
    assert b"pilot.devices.changed" not in stream.raw
    assert b"pilot.snapshot" not in stream.raw


async def test_time_is_over_while_it_looks(tmp_path: Path) -> None:
    clock = FakeClock()
    async with open_door(tmp_path, clock) as (hub, services), Tasks("expiry") as tasks:
        tasks.spawn("devices", expire_devices(services))
        guest = await pair(hub, "view", lastsMs=60_000)
        async with guest.stream() as stream:
            await stream.frame()
            clock.advance(60)
            assert (await guest.call("GET", "/api/snapshot"))[0] == 401
            await services.devices.expire_due()
            await stream.ended()
        assert len(services.devices) == 0
        assert (await hub.call("GET", "/api/devices"))[1] == {"devices": []}


async def test_devices_of_earlier_versions_stay_paired(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    owner, token = "o" * 43, "t" * 43
    (home / "tokens.json").write_text(json.dumps({"owner": owner, "hook": "h" * 43, "bridge": "b" * 43}))
    with closing(sqlite3.connect(home / "pilot.db")) as database:
        for number, migration in enumerate(schema.MIGRATIONS[:3], start=1):
            database.executescript(f"{migration};PRAGMA user_version = {number};")
        row = "INSERT INTO devices VALUES ('dev_old', 'Old phone', 'approve', ?, 1, 1, NULL)"
        database.execute(row, (hashlib.sha256(token.encode()).digest(),))
        database.commit()
    async with start_hub(home) as hub:
        phone = Browser(hub, f"pilot_{hashlib.sha256(owner.encode()).hexdigest()[:8]}={token}")
        viewer = (await phone.call("GET", "/api/snapshot"))[1]["viewer"]
        assert (viewer["id"], viewer["name"], viewer["scope"]) == ("dev_old", "Old phone", "approve")
        assert (await hub.call("POST", "/api/token/rotate"))[0] == 200
        assert (await phone.call("GET", "/api/snapshot"))[0] == 200, "the cookie keeps its name"


async def test_the_database_keeps_no_token(tmp_path: Path) -> None:
    async with start_hub(tmp_path / "home") as hub:
        token = (await pair(hub)).cookie.partition("=")[2]
        await hub.stop()
    kept = b"".join(path.read_bytes() for path in (tmp_path / "home").rglob("*") if path.is_file())
    assert token.encode() not in kept


async def pair_id(hub: HubProcess, name: str) -> str:
    _, found = await hub.call("GET", "/api/devices")
    return next(device["id"] for device in found["devices"] if device["name"] == name)  # type: ignore[index] # JSON

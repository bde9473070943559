"""``pilot devices`` and ``pilot token``."""

import asyncio
import json

import pytest

from fakes.browsers import pair
from fakes.found_hub import Door
from fakes.hub_process import HubProcess, pilot
from fakes.terminal import terminal


async def test_they_are_listed_harmlessly(door: Door) -> None:
    assert await pilot(door.home, "devices") == (0, "No device is paired. `pilot pair` pairs one.\n", "")
    phone = await pair(door.hub, "approve", "Anna's phone")
    await pair(door.hub, "view", "Ben", lastsMs=3_600_000)
    async with phone.stream():
        code, out, _ = await pilot(door.home, "devices")
    head, *rows = out.splitlines()
    assert (code, head.split()) == (0, ["ID", "NAME", "ROLE", "SEEN", "WHERE"])
    anna = next(row for row in rows if "Anna's phone" in row)
    assert all(word in anna for word in ("approve", "now", "this machine"))
    assert "until " in next(row for row in rows if "Ben" in row)
    listed = json.loads((await pilot(door.home, "devices", "--json"))[1])["devices"]
    assert listed == json.loads((await pilot(door.home, "devices", "list", "--json"))[1])["devices"]
    assert {device["name"] for device in listed} == {"Anna's phone", "Ben"}


async def test_one_is_renamed_demoted_and_cut_off_by_part_of_its_id_or_its_name(door: Door) -> None:
    phone = await pair(door.hub, "admin", "Phone")
    device = (await phone.me())["id"]
    assert (await pilot(door.home, "devices", "rename", device[:8], "Anna's\x1b[31m phone"))[0] == 0
    assert "\x1b" not in (await pilot(door.home, "devices"))[1]
    await pilot(door.home, "devices", "rename", device.removeprefix("dev_"), "Anna's phone")
    code, out, _ = await pilot(door.home, "devices", "role", "anna's phone", "view")
    assert (code, out) == (0, "“Anna's phone” has the role “view” now.\n")
    assert (await phone.call("GET", "/api/snapshot"))[1]["viewer"]["scope"] == "view"
    async with phone.stream() as stream:
        await stream.frame()
        code, out, _ = await pilot(door.home, "devices", "revoke", "Anna")
        assert (code, out) == (0, "“Anna's phone” is cut off.\n")
        await stream.ended(1)
    assert (await phone.call("GET", "/api/snapshot"))[0] == 401


@pytest.mark.parametrize("given", ["Pho", "dev", "nobody", ""])
async def test_who_is_not_meant_for_sure_is_left_alone(door: Door, given: str) -> None:
    await pair(door.hub, "view", "Phone")
    await pair(door.hub, "view", "Phone")
    code, out, err = await pilot(door.home, "devices", "revoke", given)
    assert (code, out) == (1, "")
    assert ("may be any of 2" in err) == (given in ("Pho", "dev"))
    assert len(await door.services.devices.list()) == 2


async def test_the_token_is_changed_once_a_person_agreed(hub: HubProcess) -> None:
    code, out, err = await pilot(hub.home, "token", "rotate")
    assert (code, out, "--yes" in err) == (1, "", True)
    phone = await pair(hub)
    async with terminal(hub.home, "token", "rotate") as shell:
        assert "paired devices stay" in await shell.until("[y/N] ")
        shell.type("n\n")
        assert await shell.end() == 1
    assert (await hub.call("GET", "/api/devices"))[0] == 200
    async with terminal(hub.home, "token", "rotate", "--devices") as shell:
        await shell.until("[y/N] ")
        shell.type("y\n")
        assert await shell.end() == 0
    assert (await hub.call("GET", "/api/devices"))[0] == 401, "the old token is worth nothing"
    assert (await phone.call("GET", "/api/snapshot"))[0] == 401
    code, out, _ = await pilot(hub.home, "token", "rotate", "--yes")
    new = json.loads((hub.home / "hub.json").read_text())["token"]
    assert (code, new in out + shell.shown) == (0, False)
    assert (await pilot(hub.home, "status"))[0] == 0
    async with asyncio.timeout(5):
        while "token.rotated" not in (shown := (await pilot(hub.home, "audit", "show"))[1]):
            pass
    assert new not in shown

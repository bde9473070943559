"""`/remote` and `/pilot` as the hub hears them from OpenCode's terminal: where people are brought, what is said."""

import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from fakes.browsers import AFAR, Stream, pair
from fakes.http_door import Door, open_http
from fakes.hub_process import HubProcess, start_hub
from fakes.rpc_client import connect_rpc
from pilot_sidecar.core.events import SessionStarted
from pilot_sidecar.core.models import Capabilities, Session
from pilot_sidecar.core.projects import project_id
from pilot_sidecar.core.windows import Place
from pilot_sidecar.infra.addresses import OwnAddress

STAND_IN = '#!/bin/sh\nprintf "%s\\n" "$1" >> "{told}"\n'


class Terminal:
    """What the TUI plugin is to a hub."""

    def __init__(self, hub: HubProcess, bridge: str) -> None:
        self.hub = hub
        self._bridge = bridge

    async def post(self, path: str, body: object) -> tuple[int, Any]:
        return await self.hub.call("POST", f"/bridge/opencode/{path}", body, Authorization=f"Bearer {self._bridge}")

    async def remote(self, folder: Path, **more: object) -> Any:
        status, found = await self.post("remote", {"directory": str(folder), **more})
        assert status == 200, found
        return found


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[Door]:
    async with open_http(tmp_path / "home") as door:
        yield door


@pytest.fixture
async def terminal(door: Door, tmp_path: Path) -> AsyncIterator[Terminal]:
    async with aiohttp.ClientSession() as client:
        hub = HubProcess(tmp_path / "home", None, {"url": door.bound.url, "token": door.tokens.owner}, client)  # type: ignore[arg-type] # there is no other process
        yield Terminal(hub, door.tokens.bridge)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    folder.mkdir()
    return folder


@asynccontextmanager
async def page(terminal: Terminal, surface: str, state: str, **headers: str) -> AsyncIterator[Stream]:
    """Open a page, which says how it is looked at."""
    hub = terminal.hub
    headers = {"Authorization": "", **headers} if headers else {"Authorization": f"Bearer {hub.token}"}
    async with hub.client.get(f"{hub.url}/events", params={"surface": surface}, headers=headers) as response:
        stream = Stream(response)
        assert (await stream.frame())["type"] == "pilot.snapshot"
        status, said = await hub.call("POST", "/api/attention", {"surface": surface, "state": state}, **headers)
        assert status == 200, said
        yield stream


async def test_a_folder_nobody_shows_becomes_a_project_and_its_address_is_said(terminal: Terminal, shop: Path) -> None:
    found = await terminal.remote(shop, atDesktop=True)
    name = project_id(str(shop))
    assert found == {
        "where": "nowhere", "window": "", "url": f"{terminal.hub.url}/#project={name}", "project": "shop",
        "paired": False,
    }, "this hub has no screen to open a browser on"  # fmt: skip
    _, snapshot = await terminal.hub.call("GET", "/api/snapshot")
    assert [one["id"] for one in snapshot["projects"]] == [name]  # type: ignore[index, call-overload] # JSON


async def test_the_session_on_the_screen_is_the_place_if_it_is_of_that_folder(
    door: Door, terminal: Terminal, shop: Path, tmp_path: Path
) -> None:
    session = Session(
        id="ses_1", agent="opencode", directory=str(shop), project_id=project_id(str(shop)), title="A title",
        created_at=1, updated_at=1, capabilities=Capabilities(),
    )  # fmt: skip
    door.services.bus.publish(SessionStarted(at=1, session_id="ses_1", agent="opencode", session=session))
    assert (await terminal.remote(shop, sessionId="ses_1"))["url"].endswith("/#session=ses_1")
    for folder, other in ((tmp_path, "ses_1"), (shop, "ses_nobody")):
        door.clock.advance(2)
        found = await terminal.remote(folder, sessionId=other)
        assert found["url"].endswith(f"/#project={project_id(str(folder))}")


async def test_the_window_that_has_the_folder_comes_before_a_page_in_sight(
    door: Door, terminal: Terminal, shop: Path, tmp_path: Path
) -> None:
    shown: list[Place] = []
    door.services.windows.put("w1", "shop — VS Code", [str(shop)], shown.append, focused=False)
    async with page(terminal, "page-0001", "visible") as stream:
        found = await terminal.remote(shop)
        assert (found["where"], found["window"]) == ("vscode", "shop — VS Code")
        assert shown == [Place(kind="project", id=project_id(str(shop)))]
        door.clock.advance(2)
        assert (await terminal.remote(tmp_path))["where"] == "page", "no window has that folder"
        wished = await stream.until("pilot.place.requested")
    assert wished["surface"] == "page-0001"
    assert wished["place"] == {"kind": "project", "id": project_id(str(tmp_path))}
    await door.services.store.settled()
    kept = await door.services.store.read("SELECT * FROM events")
    assert "project.updated" in str(kept)
    assert "place.requested" not in str(kept)


async def test_pages_out_of_sight_or_elsewhere_stay_where_they_are(door: Door, terminal: Terminal, shop: Path) -> None:
    phone = await pair(terminal.hub, name="Phone")
    friend = await pair(terminal.hub, scope="approve", name="Friend")
    async with (
        page(terminal, "page-0002", "hidden"),
        page(terminal, "page-0003", "visible", Cookie=phone.cookie, **AFAR),
    ):
        assert (await terminal.remote(shop))["where"] == "nowhere"
        door.clock.advance(2)
        async with page(terminal, "page-0004", "visible", Cookie=friend.cookie):
            found = await terminal.remote(shop)
            assert (found["where"], found["window"], found["paired"]) == ("page", "Friend", True)


async def test_a_program_in_a_loop_drives_no_screen_around(door: Door, terminal: Terminal, shop: Path) -> None:
    async with page(terminal, "page-0005", "visible"):
        await terminal.remote(shop)
        status, refused = await terminal.post("remote", {"directory": str(shop)})
        assert (status, refused["error"]["code"]) == (429, "rate_limited")
        door.clock.advance(2)
        await terminal.remote(shop)


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({}, 400, "not what the plugin"),
        ({"directory": "x" * 5000}, 400, "not what the plugin"),
        ({"directory": "shop"}, 400, "from the root"),
        ({"directory": "/nowhere/at/all"}, 404, "There is no folder"),
        ({"directory": "/\0"}, 400, "That is no folder"),
        ([], 400, "not what the plugin"),
    ],
)
async def test_what_is_no_folder_is_said(terminal: Terminal, body: object, status: int, words: str) -> None:
    found, answer = await terminal.post("remote", body)
    assert (found, words in answer["error"]["message"]) == (status, True), answer


async def test_pilot_says_where_it_is_and_has_no_code_to_show(terminal: Terminal) -> None:
    await pair(terminal.hub)
    status, about = await terminal.post("about", {})
    assert status == 200
    assert (about["url"], about["waiting"], about["devices"]) == (terminal.hub.url, 0, 1)
    assert "phone" not in about, "loopback is no address for a phone"
    assert about["qr"] == []
    text = json.dumps(about)
    assert not any(secret in text for secret in terminal.hub.tokens.values())


async def test_a_hub_in_the_network_shows_phones_the_address_as_a_code(tmp_path: Path) -> None:
    async with open_http(tmp_path / "home", PILOT_HOST="0.0.0.0") as door, aiohttp.ClientSession() as client:
        door.services.reach.own_addresses = _one_address
        hub = HubProcess(tmp_path / "home", None, {"url": door.bound.url, "token": door.tokens.owner}, client)  # type: ignore[arg-type] # there is no other process
        _, about = await Terminal(hub, door.tokens.bridge).post("about", {})
        assert about["phone"] == f"http://192.0.2.7:{door.port}"
        assert {len(line) for line in about["qr"]} == {len(about["qr"][0])}
        assert 12 <= len(about["qr"]) <= 20, "it fits a dialog"


async def test_a_real_hub_opens_the_users_browser_or_turns_to_the_window(tmp_path: Path, shop: Path) -> None:
    told = tmp_path / "told"
    (tmp_path / "bin").mkdir()
    browser = tmp_path / "bin" / "xdg-open"
    browser.write_text(STAND_IN.format(told=told))
    browser.chmod(0o755)
    environ = {
        "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}",
        "DISPLAY": ":99",
        "SSH_CONNECTION": "",
        "SSH_TTY": "",
    }
    async with start_hub(tmp_path / "home", **environ) as hub:
        terminal = Terminal(hub, hub.tokens["bridge"])
        async with connect_rpc(hub.socket) as window:
            await window.request("pilot/window", {"folders": [str(shop)], "focused": False})
            assert (await terminal.remote(shop / "..", atDesktop=False))["where"] == "nowhere"
            assert not told.exists(), "nobody would see it"
            assert (await _patiently(terminal, shop))["where"] == "vscode"
            assert await window.place() == {"kind": "project", "id": project_id(str(shop))}
        found = await _patiently(terminal, shop)
        assert found["where"] == "browser"
        async with asyncio.timeout(10):
            while not told.exists() or not told.read_text().endswith("\n"):
                await asyncio.sleep(0.02)
        assert told.read_text().split() == [found["url"]] == [f"{hub.url}/#project={project_id(str(shop))}"]


async def _patiently(terminal: Terminal, folder: Path) -> Any:
    """Ask until it is not too soon: a real hub's clock is not ours to move."""
    async with asyncio.timeout(5):
        while True:
            status, found = await terminal.post("remote", {"directory": str(folder), "atDesktop": True})
            if status != 429:
                assert status == 200, found
                return found
            await asyncio.sleep(0.05)


def _one_address() -> list[OwnAddress]:
    return [OwnAddress("192.0.2.7", "eth0")]

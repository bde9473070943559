"""Pages and windows on a real hub: each says how it is looked at, and one of them is named to show a notice."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from fakes.browsers import Browser, Stream, open_door, pair
from fakes.clock import FakeClock
from fakes.hub_process import HubProcess, visit_hub
from fakes.rpc_client import RpcClient, connect_rpc
from pilot_sidecar.core.services import Services


@pytest.fixture
async def hub(running_hub: tuple[Path, dict[str, str]]) -> AsyncIterator[HubProcess]:
    async with visit_hub(*running_hub) as hub:
        yield hub


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[tuple[HubProcess, Services]]:
    async with open_door(tmp_path, FakeClock()) as opened:
        yield opened


@asynccontextmanager
async def page(hub: HubProcess, surface: str, **headers: str) -> AsyncIterator[Stream]:
    """Open a page's stream, and read its picture."""
    headers = headers or {"Authorization": f"Bearer {hub.token}"}
    async with hub.client.get(f"{hub.url}/events", params={"surface": surface}, headers=headers) as response:
        assert response.status == 200
        stream = Stream(response)
        assert (await stream.frame())["type"] == "pilot.snapshot"
        yield stream


@asynccontextmanager
async def window(hub: HubProcess, **look: object) -> AsyncIterator[tuple[RpcClient, str]]:
    async with connect_rpc(hub.socket) as client:
        await client.request("pilot/subscribe", {})
        yield client, (await client.request("pilot/window", {"folders": ["/home/dev/api"], **look}))["surface"]


async def attend(hub: HubProcess, surface: str, state: str, *, notifies: bool = False) -> None:
    body = {"surface": surface, "state": state, "notifies": notifies}
    status, answer = await hub.call("POST", "/api/attention", body)
    assert status == 200, answer


@asynccontextmanager
async def asking(hub: HubProcess, session_id: str) -> AsyncIterator[None]:
    """Let a hook of Codex's ask for a command, and hang up at the end."""
    body = {
        "session_id": session_id, "hook_event_name": "PermissionRequest", "cwd": "/home/dev/api", "tool_name": "Bash",
        "tool_input": {"command": "npm test"},
    }  # fmt: skip
    blocked = asyncio.get_running_loop().create_task(hub.hook("PermissionRequest", body))
    try:
        yield
    finally:
        blocked.cancel()
        await asyncio.wait([blocked], timeout=3)


async def test_the_page_in_use_is_named_at_once_and_all_hear_how_it_ended(hub: HubProcess) -> None:
    async with page(hub, "page-0001") as one, page(hub, "page-0002") as other:
        await attend(hub, "page-0001", "active")
        await attend(hub, "page-0002", "hidden", notifies=True)
        async with asking(hub, "named"):
            ask = (await one.until("pilot.permission.pending"))["ask"]
            began = time.monotonic()
            raised = await one.until("pilot.notice.raised")
            assert time.monotonic() - began < 0.5
            assert (raised["surface"], raised["sound"], raised["sessionId"]) == ("page-0001", True, "named")
            notice = raised["notice"]
            assert (notice["askId"], notice["digest"], notice["body"]) == (ask["id"], ask["digest"], "npm test")
            assert (await other.until("pilot.notice.raised"))["surface"] == "page-0001"
            status, _ = await hub.call("POST", f"/api/asks/{ask['id']}/decision", {"kind": "deny"})
            assert status == 200
            for stream in (one, other):
                withdrawn = await stream.until("pilot.notice.withdrawn")
                assert (withdrawn["noticeId"], withdrawn["outcome"]) == (notice["id"], "Denied by this machine")


async def test_a_window_in_use_is_named_by_what_the_hub_called_it(hub: HubProcess) -> None:
    async with page(hub, "page-0003"), window(hub, focused=True, active=True) as (client, surface):
        await attend(hub, "page-0003", "hidden", notifies=True)
        async with asking(hub, "windowed"):
            assert (await client.event("pilot.notice.raised"))["surface"] == surface
        assert (await client.event("pilot.notice.withdrawn"))["outcome"].startswith("Withdrawn")


async def test_a_window_of_an_older_extension_is_somebody_who_tells_of_asks(hub: HubProcess) -> None:
    async with window(hub, focused=False) as (client, surface), asking(hub, "older"):
        assert (await client.event("pilot.notice.raised"))["surface"] == surface, "no phone is told at once"


async def test_a_window_that_is_told_never_to_show_asks_is_not_named(hub: HubProcess) -> None:
    async with window(hub, focused=False, notifies=False) as (client, _), asking(hub, "never"):
        assert (await client.event("pilot.notice.raised")).get("surface") is None


async def test_a_window_that_left_is_not_named(hub: HubProcess) -> None:
    async with window(hub, focused=True, active=True):
        pass
    async with page(hub, "page-0004") as stream:
        await attend(hub, "page-0004", "hidden", notifies=True)
        async with asking(hub, "left"):
            assert (await stream.until("pilot.notice.raised"))["surface"] == "page-0004"


async def test_a_page_whose_stream_ended_is_not_named(hub: HubProcess) -> None:
    async with page(hub, "page-0005"):
        await attend(hub, "page-0005", "active")
    async with page(hub, "page-0006") as stream:
        await attend(hub, "page-0006", "visible", notifies=True)
        async with asking(hub, "closed"):
            assert (await stream.until("pilot.notice.raised"))["surface"] == "page-0006"


@pytest.mark.parametrize("surface", ["short", "with space!", "x" * 65, "ünïcödë-id", "page-0001\n", "../../etc"])
async def test_ids_that_no_page_makes_are_refused(hub: HubProcess, surface: str) -> None:
    headers = {"Authorization": f"Bearer {hub.token}"}
    async with hub.client.get(f"{hub.url}/events", params={"surface": surface}, headers=headers) as response:
        assert (response.status, (await response.json())["error"]["code"]) == (400, "bad_request")
    status, _ = await hub.call("POST", "/api/attention", {"surface": surface, "state": "active"})
    assert status == 400


async def test_the_settings_page_sees_rules_and_channels_and_can_try_the_desk(hub: HubProcess) -> None:
    async with page(hub, "page-0007") as stream:
        await attend(hub, "page-0007", "active")
        _, view = await hub.call("GET", "/api/notifications")
        assert [one["channel"] for one in view["channels"]] == ["desk", "push", "telegram"]  # type: ignore[index, call-overload] # JSON
        assert view["channels"][0]["state"] == "ready"  # type: ignore[index, call-overload] # JSON
        status, trial = await hub.call("POST", "/api/notifications/test", {"channel": "desk", "endpoint": "page-0007"})
        assert (status, trial) == (200, {"ok": True, "message": "Shown on: A page on this machine."})
        raised = await stream.until("pilot.notice.raised")
        assert (raised["surface"], raised["notice"]["kind"]) == ("page-0007", "test")
        change = {"ask": {"push": False}, "projects": {"p": "nothing"}}
        await hub.call("PATCH", "/api/notifications", {"ask": {"sound": False}})
        _, view = await hub.call("PATCH", "/api/notifications", change)
        assert view["rules"]["ask"] == {"desk": True, "push": False, "telegram": True, "sound": False}  # type: ignore[index, call-overload] # JSON
        assert (view["rules"]["ask"]["push"], view["rules"]["projects"]) == (False, {"p": "nothing"})  # type: ignore[index, call-overload] # JSON
        await stream.until("pilot.notifications.changed")
        _, view = await hub.call("PATCH", "/api/notifications", {"projects": {"p": "all"}})
        assert (view["rules"]["ask"]["push"], view["rules"]["projects"]) == (False, {})  # type: ignore[index, call-overload] # JSON
        assert (await hub.call("PATCH", "/api/notifications", {"ask": {"push": True, "sound": True}}))[0] == 200


async def test_a_test_of_a_channel_that_is_off_says_what_to_do(hub: HubProcess) -> None:
    for channel in ("push", "telegram"):
        status, trial = await hub.call("POST", "/api/notifications/test", {"channel": channel})
        assert (status, trial["ok"], bool(trial["message"])) == (200, False, True)  # type: ignore[index, call-overload] # JSON


async def _stream_counts(hub: HubProcess, services: Services, browser: Browser, surface: str) -> bool:
    async with page(hub, surface, Cookie=browser.cookie):
        return any(one.id == surface for one in services.surfaces.all())


async def test_only_who_can_answer_is_a_surface(door: tuple[HubProcess, Services]) -> None:
    hub, services = door
    assert await _stream_counts(hub, services, await pair(hub, "approve"), "page-0001")
    watcher = await pair(hub, "view")
    assert not await _stream_counts(hub, services, watcher, "page-0002")
    status, _ = await watcher.call("POST", "/api/attention", {"surface": "page-0002", "state": "active"})
    assert status == 403
    assert not services.surfaces.attended()


async def test_nobody_takes_a_page_of_another_device(door: tuple[HubProcess, Services]) -> None:
    hub, services = door
    mine, theirs = await pair(hub, "admin", "Mine"), await pair(hub, "approve", "Theirs")
    async with page(hub, "page-0001", Cookie=mine.cookie):
        report = {"surface": "page-0001", "state": "active"}
        assert (await theirs.call("POST", "/api/attention", report))[0] == 409
        headers = {"Cookie": theirs.cookie}
        async with hub.client.get(f"{hub.url}/events?surface=page-0001", headers=headers) as response:
            assert response.status == 409
        assert not services.surfaces.attended()
        assert (await mine.call("POST", "/api/attention", report))[0] == 200
        [surface] = services.surfaces.all()
        assert (surface.name, surface.attention, surface.device_id) == ("Mine", "active", (await mine.me())["id"])


async def test_a_device_may_try_itself_only(door: tuple[HubProcess, Services]) -> None:
    hub, _ = door
    mine, theirs = await pair(hub, "approve", "Mine"), await pair(hub, "approve", "Theirs")
    async with page(hub, "page-0001", Cookie=mine.cookie), page(hub, "page-0002", Cookie=theirs.cookie):
        for endpoint, refused in (("page-0001", False), ("page-0002", True), ("page-0003", True), (None, True)):
            status, _answer = await mine.call(
                "POST", "/api/notifications/test", {"channel": "desk", "endpoint": endpoint}
            )
            assert (status == 403) == refused, endpoint
        assert (await mine.call("PATCH", "/api/notifications", {"ask": {"push": False}}))[0] == 403


async def test_rules_for_projects_are_bounded(hub: HubProcess) -> None:
    for change in ({"p" * 201: "asks"}, {str(number): "asks" for number in range(101)}, {"p": "sometimes"}):
        status, _ = await hub.call("PATCH", "/api/notifications", {"projects": change})
        assert status == 400


async def test_a_device_that_is_revoked_is_no_surface_any_more(door: tuple[HubProcess, Services]) -> None:
    hub, services = door
    phone = await pair(hub, "admin")
    device = await phone.me()
    async with page(hub, "page-0001", Cookie=phone.cookie) as stream:
        assert (await phone.call("POST", "/api/attention", {"surface": "page-0001", "state": "active"}))[0] == 200
        assert services.surfaces.attended()
        assert (await hub.call("DELETE", f"/api/devices/{device['id']}"))[0] == 200
        await stream.ended()
        async with asyncio.timeout(3):
            while services.surfaces.all():
                await asyncio.sleep(0.01)


async def test_a_page_that_was_signed_out_and_paired_anew_is_a_surface_again(door: tuple[HubProcess, Services]) -> None:
    hub, services = door
    before = await pair(hub, "admin", "Before")
    async with page(hub, "page-0001", Cookie=before.cookie) as stream:
        assert (await hub.call("DELETE", f"/api/devices/{(await before.me())['id']}"))[0] == 200
        await stream.ended()
    async with asyncio.timeout(3):
        while services.surfaces.all():
            await asyncio.sleep(0.01)
    after = await pair(hub, "admin", "After")
    async with page(hub, "page-0001", Cookie=after.cookie):
        assert (await after.call("POST", "/api/attention", {"surface": "page-0001", "state": "active"}))[0] == 200
        [surface] = services.surfaces.all()
        assert (surface.name, surface.attention) == ("After", "active")

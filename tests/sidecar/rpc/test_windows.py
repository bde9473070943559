"""Windows of editors, and links that find the right one, on a real hub."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from fakes.hub_process import HubProcess
from fakes.rpc_client import RpcClient, RpcError, connect_rpc


@asynccontextmanager
async def window(hub: HubProcess, name: str, *folders: Path, focused: bool = False) -> AsyncIterator[RpcClient]:
    """Open a window that introduced itself and said what it shows."""
    async with connect_rpc(hub.socket, kind=None) as client:
        await client.initialize(name=name)
        assert set(await describe(client, *folders, focused=focused)) == {"surface"}
        yield client


async def describe(client: RpcClient, *folders: Path, focused: bool = False) -> Any:
    return await client.request("pilot/window", {"folders": [str(path) for path in folders], "focused": focused})


async def show(client: RpcClient, kind: str, name: str | None = None) -> Any:
    return await client.request("pilot/places.show", {"kind": kind} if name is None else {"kind": kind, "id": name})


async def find(client: RpcClient, kind: str, name: str) -> Any:
    return await client.request("pilot/places.find", {"kind": kind, "id": name})


async def start_session(hub: HubProcess, session_id: str, directory: Path) -> None:
    body = {"session_id": session_id, "hook_event_name": "SessionStart", "cwd": str(directory)}
    assert (await hub.hook("SessionStart", body))[0] == 204


async def test_the_window_with_the_session_is_asked_to_show_it(hub: HubProcess, tmp_path: Path) -> None:
    await start_session(hub, "mine", tmp_path / "api/src")
    async with (
        window(hub, "api", tmp_path / "api") as owner,
        window(hub, "web", tmp_path / "web", focused=True) as other,
    ):
        assert await show(other, "session", "mine") == {"shown": "elsewhere", "window": "api"}
        assert await owner.place() == {"kind": "session", "id": "mine"}
        assert await show(owner, "session", "mine") == {"shown": "here"}
        assert (owner.others, other.others) == ([], [])


async def test_an_ask_belongs_to_its_session(hub: HubProcess, tmp_path: Path) -> None:
    permission = {
        "session_id": "asking", "hook_event_name": "PermissionRequest", "cwd": str(tmp_path / "api"),
        "tool_name": "Bash", "tool_input": {"command": "ls"},
    }  # fmt: skip
    async with window(hub, "api", tmp_path / "api") as owner, window(hub, "web", tmp_path / "web") as other:
        await owner.request("pilot/subscribe", {})
        blocked = asyncio.get_running_loop().create_task(hub.hook("PermissionRequest", permission))
        ask = (await owner.event("pilot.permission.pending"))["ask"]
        assert await show(other, "ask", ask["id"]) == {"shown": "elsewhere", "window": "api"}
        assert await owner.place() == {"kind": "ask", "id": ask["id"]}
        await other.request("pilot/asks.decide", {"id": ask["id"], "kind": "deny"})
        await asyncio.wait_for(blocked, 5)
        assert (await show(owner, "ask", ask["id"]))["shown"] == "here"
        assert (await owner.request("pilot/asks.get", {"id": ask["id"]}))["state"] == "resolved"


async def test_a_link_in_the_folder_meets_the_real_one(hub: HubProcess, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    await start_session(hub, "linked", tmp_path / "real")
    async with window(hub, "web", tmp_path / "link") as client:
        assert await show(client, "session", "linked") == {"shown": "here"}


async def test_what_no_window_owns_is_shown_where_it_was_asked_for(hub: HubProcess, tmp_path: Path) -> None:
    await start_session(hub, "stray", tmp_path / "stray")
    async with window(hub, "api", tmp_path / "api", focused=True), window(hub, "web", tmp_path / "web") as other:
        assert await show(other, "session", "stray") == {"shown": "here"}
        assert await show(other, "pair") == {"shown": "here"}


async def test_over_http_the_owner_or_the_window_in_use_shows_it(hub: HubProcess, tmp_path: Path) -> None:
    await start_session(hub, "web", tmp_path / "api")
    await start_session(hub, "stray", tmp_path / "stray")

    async def post(kind: str, name: str | None = None) -> tuple[int, object]:
        return await hub.call("POST", "/api/places", {"kind": kind, "id": name})

    assert await post("session", "web") == (200, {"shown": "nowhere"})
    async with window(hub, "api", tmp_path / "api") as owner, window(hub, "web", tmp_path, focused=True) as focused:
        await describe(focused, tmp_path / "web", focused=False)
        assert await post("session", "web") == (200, {"shown": "elsewhere", "window": "api"})
        assert await owner.place() == {"kind": "session", "id": "web"}
        for place in (("session", "stray"), ("pair", None)):
            assert await post(*place) == (200, {"shown": "elsewhere", "window": "web"})
            assert (await focused.place())["kind"] == place[0]
    assert await post("pair") == (200, {"shown": "nowhere"})


async def test_a_project_belongs_to_the_window_that_has_its_folder(hub: HubProcess, tmp_path: Path) -> None:
    (tmp_path / "api").mkdir()
    _, project = await hub.call("POST", "/api/projects", {"directory": str(tmp_path / "api")})
    name = project["id"]  # type: ignore[index, call-overload] # JSON
    async with window(hub, "api", tmp_path / "api") as owner, window(hub, "web", tmp_path / "web") as other:
        assert await show(other, "project", name) == {"shown": "elsewhere", "window": "api"}
        assert await owner.place() == {"kind": "project", "id": name}
        assert await show(owner, "project", name) == {"shown": "here"}


async def test_a_process_without_a_window_is_never_here(hub: HubProcess, tmp_path: Path) -> None:
    await start_session(hub, "processed", tmp_path / "api")
    async with connect_rpc(hub.socket, kind="owner") as process:
        assert await show(process, "session", "processed") == {"shown": "nowhere"}
        async with window(hub, "api", tmp_path / "api") as owner:
            assert await show(process, "session", "processed") == {"shown": "elsewhere", "window": "api"}
            assert await owner.place() == {"kind": "session", "id": "processed"}


async def test_one_window_tells_the_person_the_owner_or_the_one_in_use(hub: HubProcess, tmp_path: Path) -> None:
    await start_session(hub, "told", tmp_path / "api")
    await start_session(hub, "astray", tmp_path / "stray")
    async with connect_rpc(hub.socket, kind=None) as early:
        await early.initialize(name="early")
        assert await find(early, "session", "astray") == {"shown": "here"}  # no window has described itself yet
    async with window(hub, "api", tmp_path / "api") as owner, window(hub, "web", tmp_path, focused=True) as used:
        await describe(used, tmp_path / "web", focused=True)
        assert await find(owner, "session", "told") == {"shown": "here"}
        assert await find(used, "session", "told") == {"shown": "elsewhere", "window": "api"}
        assert await find(used, "session", "astray") == {"shown": "here"}
        assert await find(owner, "session", "astray") == {"shown": "elsewhere", "window": "web"}
        assert await hub.call("GET", "/api/places?kind=session&id=astray") == (
            200,
            {"shown": "elsewhere", "window": "web"},
        )
        assert (owner.others, used.others) == ([], [])  # nothing was shown
    assert await hub.call("GET", "/api/places?kind=session&id=told") == (200, {"shown": "nowhere"})


async def test_a_window_that_closed_owns_nothing(hub: HubProcess, tmp_path: Path) -> None:
    await start_session(hub, "closed", tmp_path / "api")
    async with window(hub, "web", tmp_path / "web") as other:
        async with window(hub, "api", tmp_path / "api"):
            assert (await show(other, "session", "closed"))["shown"] == "elsewhere"
        async with asyncio.timeout(5):
            while await show(other, "session", "closed") != {"shown": "here"}:
                await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"kind": "session", "id": "nope"}, "not_found"),
        ({"kind": "ask", "id": "nope"}, "not_found"),
        ({"kind": "project", "id": "nope"}, "not_found"),
        ({"kind": "ask"}, "bad_request"),
        ({"kind": "ask", "id": ""}, "bad_request"),
        ({"kind": "ask", "id": "x" * 401}, "bad_request"),
        ({"kind": "ask", "id": ["x"]}, "bad_request"),
        ({"kind": "shell", "id": "x"}, "bad_request"),
        ({}, "bad_request"),
    ],
)
async def test_places_that_are_not_there(hub: HubProcess, params: object, code: str) -> None:
    async with connect_rpc(hub.socket) as client:
        with pytest.raises(RpcError) as caught:
            await client.request("pilot/places.show", params)
        assert caught.value.error["data"]["code"] == code
    status, body = await hub.call("POST", "/api/places", params)
    assert (status, body["error"]["code"]) == (404 if code == "not_found" else 400, code)  # type: ignore[index]


@pytest.mark.parametrize(
    "params",
    [
        {"folders": "/w"},
        {"folders": ["relative"]},
        {"folders": [""]},
        {"folders": ["/w\0"]},
        {"folders": ["/" + "x" * 4096]},
        {"folders": ["/w"] * 65},
        {"focused": "perhaps"},
        ["/w"],
    ],
)
async def test_windows_that_make_no_sense_are_refused(hub: HubProcess, params: object) -> None:
    async with connect_rpc(hub.socket) as client:
        with pytest.raises(RpcError) as caught:
            await client.request("pilot/window", params)
        assert caught.value.error["data"]["code"] == "bad_request"


async def test_only_an_editor_has_a_window(hub: HubProcess) -> None:
    async with connect_rpc(hub.socket, kind="owner") as process:
        with pytest.raises(RpcError, match="Only an editor") as caught:
            await process.request("pilot/window", {"folders": []})
        assert caught.value.error["data"]["code"] == "forbidden"


async def test_the_last_of_many_descriptions_counts(hub: HubProcess, tmp_path: Path) -> None:
    await start_session(hub, "described", tmp_path / "last")
    async with window(hub, "api") as client, window(hub, "web") as other:
        await asyncio.gather(*(describe(client, tmp_path / str(number)) for number in range(30)))
        slow = Path(f"{tmp_path}{'/x' * 1900}")  # each part of it is looked at
        await asyncio.gather(describe(client, *[slow] * 64), describe(client, tmp_path / "last"))
        assert await show(other, "session", "described") == {"shown": "elsewhere", "window": "api"}

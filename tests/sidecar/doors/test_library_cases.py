"""What people keep of their sessions, through both doors of a real hub."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from fakes.hub_process import HubProcess
from pilot_sidecar.transport.api import CALLS
from sidecar.doors.clients import PATHS, CallError, DoorClient, open_door


@pytest.fixture(params=["http", "rpc"])
async def door(request: pytest.FixtureRequest, hub: HubProcess) -> AsyncIterator[DoorClient]:
    async with open_door(request.param, hub) as client:
        yield client


@pytest.fixture
def session(request: pytest.FixtureRequest, door: DoorClient) -> str:
    """A session of this test's own: the hub is shared."""
    return f"{request.node.originalname}-{door.kind}"


async def talk(hub: HubProcess, session: str, *hooks: tuple[str, dict[str, object]]) -> None:
    for event, more in (("SessionStart", {}), *hooks):
        body = {"session_id": session, "hook_event_name": event, "cwd": "/home/dev/api", **more}
        assert (await hub.hook(event, body))[0] == 204


def prompt(text: str) -> tuple[str, dict[str, object]]:
    return ("UserPromptSubmit", {"prompt": text})


def stop(text: str) -> tuple[str, dict[str, object]]:
    return ("Stop", {"last_assistant_message": text})


async def refused(door: DoorClient, name: str, /, **params: object) -> str:
    with pytest.raises(CallError) as caught:
        await door.call(name, **params)
    return caught.value.code


def test_the_paths_used_here_are_those_of_the_table() -> None:
    table = {call.name: (call.method, call.path) for call in CALLS}
    assert {name: table[name] for name in PATHS} == PATHS


async def test_marks_are_in_the_first_picture(hub: HubProcess, door: DoorClient, session: str) -> None:
    await talk(hub, session)
    mark = await door.call("sessions.mark", id=session, name=" Mine ", labels=["a", "A"], archived=True)
    expected = {"sessionId": session, "name": "Mine", "labels": ["a"], "archived": True, "todosPinned": False}
    assert mark == expected
    assert expected in (await door.call("snapshot"))["marks"]
    await talk(hub, session, prompt("Go on"))
    async with asyncio.timeout(5):
        while (await _mark(door, session))["archived"]:
            await asyncio.sleep(0.01)
    assert "name" not in await door.call("sessions.mark", id=session, name="")


async def _mark(door: DoorClient, session: str) -> dict[str, Any]:
    marks = (await door.call("snapshot"))["marks"]
    return dict(next(mark for mark in marks if mark["sessionId"] == session))


@pytest.mark.parametrize(
    "change", [{"labels": ["x" * 41]}, {"labels": [str(n) for n in range(13)]}, {"name": "x" * 201}, {"labels": "a"}]
)
async def test_marks_that_do_not_fit(hub: HubProcess, door: DoorClient, session: str, change: dict[str, Any]) -> None:
    await talk(hub, session)
    assert await refused(door, "sessions.mark", id=session, **change) == "bad_request"
    assert await refused(door, "sessions.mark", id="nobody", name="x") == "not_found"


async def test_delete_and_undo(hub: HubProcess, door: DoorClient, session: str) -> None:
    await talk(hub, session, prompt("Clean up"))
    assert await refused(door, "sessions.delete", id=session) == "conflict"
    await talk(hub, session, stop("Done."))
    assert await door.call("sessions.delete", id=session) == {}
    assert session not in [one["id"] for one in (await door.call("sessions.list"))["sessions"]]
    for name in ("sessions.get", "sessions.messages", "sessions.export", "sessions.mark", "sessions.abort"):
        assert await refused(door, name, id=session) == "not_found", name
    assert (await door.call("sessions.restore", id=session))["id"] == session
    page = await door.call("sessions.messages", id=session)
    assert [item["kind"] for item in page["items"]] == ["prompt", "text"]
    assert await refused(door, "sessions.delete", id="nobody") == "not_found"
    assert await refused(door, "sessions.restore", id="nobody") == "not_found"


async def test_search(hub: HubProcess, door: DoorClient, session: str) -> None:
    word = f"walrus{door.kind}"
    await talk(hub, session, prompt(f"Look at the {word} & more"), stop("Nothing."))
    found = await door.call("sessions.search", query=f"{word[:8]}", limit=200)
    [hit] = [hit for hit in found["hits"] if hit["sessionId"] == session]
    assert (hit["kind"], hit["snippet"]) == ("prompt", f"Look at the {word} & more")
    assert await door.call("sessions.search", query="nothing-like-that") == {"hits": [], "more": False}
    assert await refused(door, "sessions.search", query="x") == "bad_request"
    assert await refused(door, "sessions.search", query="x" * 201) == "bad_request"
    assert await refused(door, "sessions.search", query="xx", limit=0) == "bad_request"


async def test_export(hub: HubProcess, door: DoorClient, session: str) -> None:
    await talk(hub, session, prompt("Clean up"), stop("Done."))
    written = await door.call("sessions.export", id=session)
    assert (written["mime"], written["name"][-3:]) == ("text/markdown", ".md")
    assert written["text"].index("> Clean up") < written["text"].index("Done.")
    assert (await door.call("sessions.export", id=session, format="json"))["mime"] == "application/json"
    assert await refused(door, "sessions.export", id=session, format="pdf") == "bad_request"


async def test_usage_and_its_budget(door: DoorClient) -> None:
    await door.call("settings.update", values={"budget_day_usd": 5})
    summary = await door.call("usage.summary", days=7)
    assert summary["budget"] == {"dayUsd": 5.0}
    assert summary["today"] == {"inputTokens": 0, "outputTokens": 0, "cacheTokens": 0, "costUsd": 0.0}
    assert await refused(door, "usage.summary", days=367) == "bad_request"
    for value in (-1, "NaN", "much", 1e9):
        assert await refused(door, "settings.update", values={"budget_day_usd": value}) == "bad_request"


async def test_folders_are_opened_as_projects(door: DoorClient, tmp_path: Path) -> None:
    folder = tmp_path.resolve() / "some api"
    folder.mkdir()
    project = await door.call("projects.open", directory=f"{folder}/../some api")
    assert (project["name"], project["directory"]) == ("some api", str(folder))
    assert await door.call("projects.open", directory=str(folder)) == project
    assert project in (await door.call("snapshot"))["projects"]
    assert await refused(door, "projects.open", directory=str(folder / "nothing")) == "not_found"
    assert await refused(door, "projects.open", directory="some api") == "bad_request"


async def test_a_canarys_session_is_gone_with_it(hub: HubProcess, door: DoorClient, session: str) -> None:
    folder = f"/home/dev/canary-{door.kind}"
    canary = await door.call("canaries.begin", directory=folder)
    asking = {"session_id": session, "hook_event_name": "UserPromptSubmit", "cwd": folder, "prompt": "Ask"}
    await hub.hook("UserPromptSubmit", asking)
    assert await refused(door, "canaries.end", id=canary["id"]) == "conflict"
    await hub.hook("Stop", {"session_id": session, "hook_event_name": "Stop", "cwd": folder})
    assert await door.call("canaries.end", id=canary["id"]) == {}
    state = await door.call("snapshot")
    assert folder not in [one["directory"] for one in (*state["sessions"], *state["projects"])]
    assert await door.call("canaries.end", id=canary["id"]) == {}
    await hub.hook("UserPromptSubmit", {**asking, "session_id": f"{session}-real", "cwd": f"{folder}-real"})
    assert await refused(door, "canaries.begin", directory=f"{folder}-real") == "bad_request"

"""The API table's cases, each through both doors of a real hub."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from fakes.hub_process import HubProcess
from pilot_sidecar.transport.api import CALLS
from sidecar.doors.clients import PATHS, CallError, DoorClient, open_door

COMMAND = "rm -rf build && make"


@pytest.fixture(params=["http", "rpc"])
async def door(request: pytest.FixtureRequest, hub: HubProcess) -> AsyncIterator[DoorClient]:
    async with open_door(request.param, hub) as client:
        yield client


@pytest.fixture
def session(request: pytest.FixtureRequest) -> str:
    """A session of this test's own: the hub is shared."""
    return request.node.name


def _permission() -> dict[str, object]:
    return {
        "session_id": "asking", "hook_event_name": "PermissionRequest", "cwd": "/home/dev/api", "tool_name": "Bash",
        "tool_input": {"command": COMMAND},
    }  # fmt: skip


class Blocked:
    """A hook that waits for an answer."""

    def __init__(self, hub: HubProcess, door: DoorClient) -> None:
        self._door = door
        self._task = asyncio.get_running_loop().create_task(hub.hook("PermissionRequest", _permission()))

    async def ask(self) -> dict[str, Any]:
        async with asyncio.timeout(5):
            while not (asks := (await self._door.call("asks.list"))["asks"]):
                await asyncio.sleep(0.01)
        return dict(asks[0])

    async def answer(self) -> Any:
        return await asyncio.wait_for(self._task, 5)


def test_the_paths_used_here_are_those_of_the_table() -> None:
    table = {call.name: (call.method, call.path) for call in CALLS}
    assert {name: table[name] for name in PATHS} == PATHS


async def test_snapshot(door: DoorClient) -> None:
    state = await door.call("snapshot")
    assert state["hub"]["protocol"] == 1
    assert state["asks"] == []
    assert state["viewer"]["scope"] == "admin"
    assert state["viewer"]["kind"] == door.kind
    epoch, _, seq = state["cursor"].rpartition("-")
    assert epoch
    assert seq.isdigit()


async def test_sessions_and_their_messages(hub: HubProcess, door: DoorClient, session: str) -> None:
    await hub.hook("SessionStart", {"session_id": session, "hook_event_name": "SessionStart", "cwd": "/home/dev/api"})
    prompt = {
        "session_id": session,
        "hook_event_name": "UserPromptSubmit",
        "cwd": "/home/dev/api",
        "prompt": "Grüße 👋",
    }
    await hub.hook("UserPromptSubmit", prompt)
    (found,) = [found for found in (await door.call("sessions.list"))["sessions"] if found["id"] == session]
    assert (found["agent"], found["directory"]) == ("codex", "/home/dev/api")
    assert await door.call("sessions.get", id=session) == found
    page = await door.call("sessions.messages", id=session, limit=10)
    assert [(item["kind"], item["text"]) for item in page["items"]] == [("prompt", "Grüße 👋")]


async def test_an_ask_is_listed_whole_and_allowed(hub: HubProcess, door: DoorClient) -> None:
    blocked = Blocked(hub, door)
    ask = await blocked.ask()
    assert (ask["state"], ask["kind"], ask["agent"]) == ("pending", "permission", "codex")
    assert ask["command"] == COMMAND
    decided = await door.call("asks.decide", id=ask["id"], kind="allow_once", digest=ask["digest"])
    assert (decided["state"], decided["resolution"]["by"]["kind"]) == ("resolved", door.kind)
    status, body = await blocked.answer()
    assert (status, body["hookSpecificOutput"]["decision"]) == (200, {"behavior": "allow"})
    assert (await door.call("asks.list"))["asks"] == []
    assert (await door.call("asks.get", id=ask["id"]))["state"] == "resolved"


async def test_what_became_of_a_sessions_asks_is_listed(hub: HubProcess, door: DoorClient) -> None:
    blocked = Blocked(hub, door)
    ask = await blocked.ask()
    assert [found["id"] for found in (await door.call("asks.list", session="asking"))["asks"]] == [ask["id"]]
    assert (await door.call("asks.list", session="another"))["asks"] == []
    await door.call("asks.decide", id=ask["id"], kind="deny")
    await blocked.answer()
    ended = (await door.call("asks.list", session="asking", state="ended"))["asks"][-1]
    assert (ended["id"], ended["resolution"]["choice"], ended["command"]) == (ask["id"], "deny", COMMAND)
    assert ended["input"] == {}
    assert (await door.call("asks.get", id=ask["id"]))["input"] == {"command": COMMAND}
    with pytest.raises(CallError) as caught:
        await door.call("asks.list", state="ended")
    assert caught.value.code == "bad_request"


async def test_deny_carries_its_message_and_needs_no_digest(hub: HubProcess, door: DoorClient) -> None:
    blocked = Blocked(hub, door)
    ask = await blocked.ask()
    await door.call("asks.decide", id=ask["id"], kind="deny", message="Use make clean")
    _, body = await blocked.answer()
    assert body["hookSpecificOutput"]["decision"] == {"behavior": "deny", "message": "Use make clean"}


async def test_release_gives_the_question_back_to_the_terminal(hub: HubProcess, door: DoorClient) -> None:
    blocked = Blocked(hub, door)
    ask = await blocked.ask()
    await door.call("asks.decide", id=ask["id"], kind="release")
    assert await blocked.answer() == (204, None)


async def test_the_first_answer_wins(hub: HubProcess, door: DoorClient) -> None:
    blocked = Blocked(hub, door)
    ask = await blocked.ask()
    answers = await asyncio.gather(
        *(door.call("asks.decide", id=ask["id"], kind="deny", message=str(number)) for number in range(8)),
        return_exceptions=True,
    )
    refused = [answer for answer in answers if isinstance(answer, CallError)]
    assert {error.code for error in refused} == {"already_answered"}
    assert len(refused) == 7
    await blocked.answer()


async def test_the_same_key_repeats_the_first_answer(hub: HubProcess, door: DoorClient) -> None:
    blocked = Blocked(hub, door)
    ask = await blocked.ask()
    decision = {"id": ask["id"], "kind": "allow_once", "digest": ask["digest"], "idempotencyKey": "one"}
    first = await door.call("asks.decide", **decision)
    assert await door.call("asks.decide", **decision) == first
    with pytest.raises(CallError) as caught:
        await door.call("asks.decide", **(decision | {"idempotencyKey": "two"}))
    assert caught.value.code == "already_answered"
    await blocked.answer()


async def test_the_same_key_on_another_ask_is_another_decision(hub: HubProcess, door: DoorClient) -> None:
    for _ in range(2):
        blocked = Blocked(hub, door)
        ask = await blocked.ask()
        decided = await door.call("asks.decide", id=ask["id"], kind="deny", idempotencyKey="always the same")
        assert decided["id"] == ask["id"]
        await blocked.answer()


@pytest.mark.parametrize(
    ("decision", "code"),
    [
        ({"kind": "allow_once"}, "digest_required"),
        ({"kind": "allow_once", "digest": "0" * 64}, "stale_digest"),
        ({"kind": "perhaps"}, "bad_request"),
        ({}, "bad_request"),
        ({"kind": "answer", "digest": "0" * 64}, "stale_digest"),
    ],
)
async def test_decisions_that_do_not_fit_change_nothing(
    hub: HubProcess, door: DoorClient, decision: dict[str, str], code: str
) -> None:
    blocked = Blocked(hub, door)
    ask = await blocked.ask()
    with pytest.raises(CallError) as caught:
        await door.call("asks.decide", id=ask["id"], **decision)
    assert caught.value.code == code
    assert (await door.call("asks.get", id=ask["id"]))["state"] == "pending"
    await door.call("asks.decide", id=ask["id"], kind="deny")
    await blocked.answer()


@pytest.mark.parametrize("name", ["asks.get", "sessions.get", "sessions.messages"])
async def test_what_is_not_there(door: DoorClient, name: str) -> None:
    with pytest.raises(CallError) as caught:
        await door.call(name, id="nope")
    assert caught.value.code == "not_found"


async def test_what_an_agent_cannot_do_is_said_so(hub: HubProcess, door: DoorClient, session: str) -> None:
    await hub.hook("SessionStart", {"session_id": session, "hook_event_name": "SessionStart", "cwd": "/home/dev/api"})
    with pytest.raises(CallError) as caught:
        await door.call("sessions.abort", id=session)
    assert caught.value.code == "unsupported"


async def test_what_a_session_can_be_started_with(door: DoorClient) -> None:
    assert await door.call("agents.options", id="demo", directory="/home/dev/api") == {"models": [], "policies": []}
    with pytest.raises(CallError) as caught:
        await door.call("agents.options", id="constructor", directory="/home/dev/api")
    assert caught.value.code == "unsupported"


async def test_settings_are_shown_masked_and_changed_at_once(hub: HubProcess, door: DoorClient) -> None:
    secret = "telegram-secret-1234"
    changed = await door.call("settings.update", values={"telegramToken": secret, "permissionTimeout": 60000})
    found = {setting["name"]: setting for setting in changed["settings"]}
    assert (found["permission_timeout"]["value"], found["permission_timeout"]["source"]) == (60000, "saved")
    again = await door.call("settings.get")
    assert again == changed
    assert secret not in str(again)
    assert secret in (hub.home / "config.json").read_text()


async def test_a_pairing_link_is_made(door: DoorClient) -> None:
    link = await door.call("pairing.create")
    assert link["url"].endswith(f"/pair#code={link['code']}")
    assert link["scope"] == "admin"
    assert link["qr"]["size"] > 30
    assert link["qr"]["path"].startswith("M4 4h7v1h-7z")

"""Codex hooks over the wire: events, and the permission that blocks."""

import asyncio
from typing import Any

import pytest

from fakes.hub_process import HubProcess, start_hub
from pilot_sidecar.integrations.codex.payloads import EVENTS
from sidecar.http.test_events import events

BASE = {"session_id": "0199-abc", "cwd": "/home/dev/api", "model": "gpt-5.4", "turn_id": "t1"}
SHELL = {
    "tool_name": "Bash",
    "tool_input": {"command": "rm -rf build", "cwd": "."},
    "tool_use_id": "call_1",
}


def payload(event: str, **fields: object) -> dict[str, object]:
    return {**BASE, "hook_event_name": event, **fields}


async def waiting(hub: HubProcess) -> dict[str, Any]:
    async with asyncio.timeout(5):
        while True:
            _, body = await hub.call("GET", "/api/asks")
            assert isinstance(body, dict)
            if body["asks"]:
                return dict(body["asks"][0])
            await asyncio.sleep(0.01)


async def test_the_six_named_events(hub: HubProcess) -> None:
    async with events(hub) as stream:
        await stream.frame()
        for event, fields in [
            ("SessionStart", {"source": "startup"}),
            ("UserPromptSubmit", {"prompt": "Clean up"}),
            ("PreToolUse", SHELL),
            ("PostToolUse", {**SHELL, "tool_response": "done"}),
            ("Stop", {"last_assistant_message": "All clean."}),
        ]:
            assert await hub.hook(event, payload(event, **fields)) == (204, None)
        started = (await stream.until("pilot.session.started"))[1]
        assert started["sessionId"] == "0199-abc"
        assert started["agent"] == "codex"
        assert (await stream.until("pilot.prompt.received"))[1]["text"] == "Clean up"
        tool = (await stream.until("pilot.tool.started"))[1]
        assert (tool["callId"], tool["tool"], tool["title"]) == ("call_1", "Bash", "rm -rf build")
        done = (await stream.until("pilot.tool.completed"))[1]
        assert (done["callId"], done["output"], done["status"]) == ("call_1", "done", "completed")
        assert (await stream.until("pilot.message.completed"))[1]["text"] == "All clean."
        await stream.until("pilot.session.stopped")
    page = (await hub.call("GET", "/api/sessions/0199-abc/messages"))[1]
    assert isinstance(page, dict)
    assert [item["kind"] for item in page["items"]] == ["prompt", "tool", "text"]
    assert page["items"][1]["status"] == "completed"
    assert page["items"][1]["input"]["command"] == "rm -rf build"


async def test_all_fourteen_are_taken_with_nothing_but_their_name(hub: HubProcess) -> None:
    for event in sorted(EVENTS):
        status, body = await hub.hook(event, {"session_id": "s", "hook_event_name": event})
        assert (status, body) == (204, None), event


async def test_a_permission_waits_and_is_allowed(hub: HubProcess) -> None:
    async with hub.watching():
        blocked = asyncio.create_task(hub.hook("PermissionRequest", payload("PermissionRequest", **SHELL)))
        ask = await waiting(hub)
        assert ask["command"] == "rm -rf build"
        assert ask["terminal"] == "exclusive"
        assert ask["deadline"] > ask["createdAt"]
        path = f"/api/asks/{ask['id']}/decision"
        body = {"kind": "allow_once", "digest": ask["digest"]}
        status, first = await hub.call("POST", path, body, **{"Idempotency-Key": "k1"})
        assert status == 200
        assert await blocked == (
            200,
            {"hookSpecificOutput": {"hookEventName": "PermissionRequest", "decision": {"behavior": "allow"}}},
        )
        assert await hub.call("POST", path, body, **{"Idempotency-Key": "k1"}) == (200, first)
        status, late = await hub.call("POST", path, {"kind": "deny"}, **{"Idempotency-Key": "k2"})
        assert status == 409
        assert late["error"]["code"] == "already_answered"  # type: ignore[index]
        assert "Already answered from this machine at" in late["error"]["message"]  # type: ignore[index]
        status, reused = await hub.call("POST", path, {"kind": "deny"}, **{"Idempotency-Key": "k1"})
        assert (status, reused["error"]["code"]) == (409, "conflict")  # type: ignore[index]


@pytest.mark.parametrize(
    ("decision", "answer"),
    [
        ({"kind": "deny"}, {"behavior": "deny", "message": "Denied in Pilot."}),
        ({"kind": "deny", "message": "Use git clean"}, {"behavior": "deny", "message": "Use git clean"}),
        ({"kind": "release"}, None),
    ],
)
async def test_denied_or_handed_back(hub: HubProcess, decision: dict[str, str], answer: dict[str, str] | None) -> None:
    async with hub.watching():
        blocked = asyncio.create_task(hub.hook("PermissionRequest", payload("PermissionRequest", **SHELL)))
        ask = await waiting(hub)
        assert (await hub.call("POST", f"/api/asks/{ask['id']}/decision", decision))[0] == 200
        status, body = await blocked
    if answer is None:
        assert (status, body) == (204, None)
    else:
        assert body["hookSpecificOutput"]["decision"] == answer  # type: ignore[index]


@pytest.mark.parametrize(
    ("decision", "status", "code"),
    [
        ({"kind": "allow_once"}, 400, "digest_required"),
        ({"kind": "allow_once", "digest": "0" * 64}, 409, "stale_digest"),
        ({"kind": "deny", "digest": "0" * 64}, 409, "stale_digest"),
        ({"kind": "allow_always", "digest": "ASK"}, 400, "not_offered"),
        ({"kind": "allow_once", "digest": "ASK", "optionId": "always"}, 400, "not_offered"),
        ({"kind": "perhaps"}, 400, "bad_request"),
    ],
)
async def test_decisions_that_may_not_be(hub: HubProcess, decision: dict[str, str], status: int, code: str) -> None:
    async with hub.watching():
        blocked = asyncio.create_task(hub.hook("PermissionRequest", payload("PermissionRequest", **SHELL)))
        ask = await waiting(hub)
        body = {name: ask["digest"] if text == "ASK" else text for name, text in decision.items()}
        found, error = await hub.call("POST", f"/api/asks/{ask['id']}/decision", body)
        assert (found, error["error"]["code"]) == (status, code)  # type: ignore[index]
        assert (await waiting(hub))["state"] == "pending"
        assert not blocked.done()
        await hub.call("POST", f"/api/asks/{ask['id']}/decision", {"kind": "release"})
        assert (await blocked)[0] == 204


async def test_a_hook_whose_connection_closes_drops_its_ask(hub: HubProcess) -> None:
    async with hub.watching(), events(hub) as stream:
        blocked = asyncio.create_task(hub.hook("PermissionRequest", payload("PermissionRequest", **SHELL)))
        await waiting(hub)
        blocked.cancel()
        async with asyncio.timeout(1):
            resolved = (await stream.until("pilot.permission.resolved"))[1]
        assert resolved["ask"]["state"] == "cancelled"
        assert (await hub.call("GET", "/api/asks"))[1] == {"asks": []}


async def test_nobody_there_means_the_terminal_at_once(hub: HubProcess) -> None:
    async with asyncio.timeout(2):
        assert await hub.hook("PermissionRequest", payload("PermissionRequest", **SHELL)) == (204, None)


async def test_events_after_the_end_change_nothing(hub: HubProcess) -> None:
    for event in ("SessionStart", "SessionEnd"):
        await hub.hook(event, payload(event))
    assert (await hub.hook("PostToolUse", payload("PostToolUse", **SHELL))) == (204, None)
    session = (await hub.call("GET", "/api/sessions/0199-abc"))[1]
    assert isinstance(session, dict)
    assert (session["state"], session["live"]) == ("ended", False)


@pytest.mark.parametrize(("setting", "expected"), [("release", 204), ("deny", 200)])
async def test_time_is_up(tmp_path, setting: str, expected: int) -> None:
    limits = {"PILOT_CODEX_PERMISSION_TIMEOUT_MS": "1000", "PILOT_ON_TIMEOUT": setting}
    async with start_hub(tmp_path / "home", **limits) as hub, hub.watching(), events(hub) as stream:
        status, body = await hub.hook("PermissionRequest", payload("PermissionRequest", **SHELL))
        assert status == expected
        if body is not None:
            assert body["hookSpecificOutput"]["decision"]["behavior"] == "deny"  # type: ignore[index]
        resolved = (await stream.until("pilot.permission.resolved"))[1]["ask"]
        assert (resolved["state"], resolved["resolution"]["by"]["kind"]) == ("expired", "timeout")


async def test_the_hook_token_from_the_settings_works_at_once_beside_the_hubs_own(hub: HubProcess) -> None:
    body = payload("SessionStart")
    mine = {"Authorization": "Bearer my-own-hook-token"}
    assert (await hub.call("POST", "/codex/hooks/SessionStart", body, **mine))[0] == 401
    status, view = await hub.call("PATCH", "/api/settings", {"values": {"hookToken": "my-own-hook-token"}})
    assert status == 200
    assert "my-own-hook-token" not in str(view)
    assert (await hub.call("POST", "/codex/hooks/SessionStart", body, **mine))[0] == 204
    assert (await hub.hook("SessionStart", body))[0] == 204
    assert (await hub.call("GET", "/api/snapshot", **mine))[0] == 401


async def test_how_long_a_hook_is_held_and_what_then_are_settings_that_work_at_once(hub: HubProcess) -> None:
    async with hub.watching():
        values: dict[str, object] = {"codexPermissionTimeoutMs": 1_000, "onTimeout": "deny"}
        assert (await hub.call("PATCH", "/api/settings", {"values": values}))[0] == 200
        blocked = asyncio.create_task(hub.hook("PermissionRequest", payload("PermissionRequest", **SHELL)))
        ask = await waiting(hub)
        assert ask["deadline"] - ask["createdAt"] == 1_000
        async with asyncio.timeout(5):
            status, body = await blocked
        assert status == 200
        assert body["hookSpecificOutput"]["decision"]["behavior"] == "deny"  # type: ignore[index]
        assert (await hub.call("PATCH", "/api/settings", {"values": {"onTimeout": "release"}}))[0] == 200
        async with asyncio.timeout(5):
            assert (await hub.hook("PermissionRequest", payload("PermissionRequest", **SHELL)))[0] == 204

"""From an agent's question to a phone and back: a hub in a process of its own, a push service beside it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from fakes.browsers import Browser, pair
from fakes.hub_process import HubProcess, start_hub
from fakes.push_service import PushService, Reply, push_service
from fakes.push_subscriber import Subscriber

COMMAND = "cat ~/.ssh/id_ed25519"


def hook(session: str) -> dict[str, object]:
    return {
        "session_id": session, "cwd": "/home/dev/api", "model": "gpt-5.4", "turn_id": "t1", "tool_name": "Bash",
        "hook_event_name": "PermissionRequest", "tool_use_id": "c1", "tool_input": {"command": COMMAND},
    }  # fmt: skip


async def subscribe(push: PushService, phone: Browser) -> Subscriber:
    """Switch notifications on in a browser."""
    status, key = await phone.call("POST", "/api/push/key", {})
    assert status == 200, key
    subscriber = push.subscribe(key["publicKey"])
    status, body = await phone.call("PUT", "/api/push", subscriber.subscription(phone.hub.url))
    assert status == 200, body
    return subscriber


@asynccontextmanager
async def asking(hub: HubProcess, session: str = "s1") -> AsyncIterator["asyncio.Task[Any]"]:
    """An agent that waits for an answer, with nobody at a window or a page."""
    blocked = asyncio.create_task(hub.hook("PermissionRequest", hook(session)))
    try:
        yield blocked
    finally:
        blocked.cancel()
        await asyncio.gather(blocked, return_exceptions=True)


@pytest.fixture
async def push() -> AsyncIterator[PushService]:
    async with push_service() as service:
        yield service
        assert service.faults == []
        assert service.elsewhere == 0


async def test_a_phone_hears_of_an_ask_answers_it_and_hears_what_became_of_it(
    tmp_path: Path, push: PushService
) -> None:
    async with start_hub(tmp_path / "home", PILOT_PUSH_TEST_SERVICE=push.url) as hub:
        anna, ben = await pair(hub, "approve", "Anna's phone"), await pair(hub, "approve", "Ben's phone")
        first, second = await subscribe(push, anna), await subscribe(push, ben)
        async with asking(hub) as blocked:
            [asked] = await push.wait(first)
            [other] = await push.wait(second)
            notice = asked.pilot["notice"]
            assert other.pilot == asked.pilot
            assert asked.message["notification"]["tag"] == notice["id"]
            assert asked.message["notification"]["navigate"] == f"{hub.url}/#ask={notice['askId']}"
            assert COMMAND not in str(asked.message)
            assert 240 < asked.ttl <= 250, "Codex's hooks wait for 250 s"
            status, ask = await anna.call("GET", f"/api/asks/{notice['askId']}")
            assert (status, ask["digest"], ask["command"]) == (200, notice["digest"], COMMAND)
            stale = {"kind": "allow_once", "digest": "f" * len(notice["digest"])}
            path = f"/api/asks/{notice['askId']}/decision"
            assert (await anna.call("POST", path, stale))[0] == 409
            assert not blocked.done()
            assert (await anna.call("POST", path, {"kind": "allow_once", "digest": notice["digest"]}))[0] == 200
            status, answer = await blocked
            assert answer["hookSpecificOutput"]["decision"] == {"behavior": "allow"}
        for phone in (first, second):
            _, settled = await push.wait(phone, 2)
            assert settled.pilot["what"] == "outcome"
            assert "Anna's phone" in settled.pilot["outcome"]
            assert settled.message["notification"]["tag"] == notice["id"]
            assert settled.message["notification"]["silent"] is True
            assert settled.headers["Topic"] == asked.headers["Topic"]
        assert len(push.pushed) == 4
        assert "sECret" not in hub.logs()


async def test_a_subscription_outlives_the_hub_and_ends_with_the_device(tmp_path: Path, push: PushService) -> None:
    home = tmp_path / "home"
    async with start_hub(home, PILOT_PUSH_TEST_SERVICE=push.url) as hub:
        cookie = (phone := await pair(hub, "approve")).cookie
        subscriber = await subscribe(push, phone)
        assert (await hub.stop())[0] == 0
    async with start_hub(home, PILOT_PUSH_TEST_SERVICE=push.url) as hub:
        async with asking(hub, "s1") as blocked:
            [asked] = await push.wait(subscriber)
            status, _ = await Browser(hub, cookie).call(
                "POST", f"/api/asks/{asked.pilot['notice']['askId']}/decision", {"kind": "deny"}
            )
            assert status == 200
            await blocked
        await push.wait(subscriber, 2)
        [device] = (await hub.call("GET", "/api/devices"))[1]["devices"]  # type: ignore[index] # JSON
        assert device["push"] is True
        assert (await hub.call("DELETE", f"/api/devices/{device['id']}"))[0] == 200
        async with asyncio.timeout(5), asking(hub, "s2") as blocked:
            assert await blocked == (204, None), "nobody is left who could answer: the terminal asks at once"
        assert len(push.pushed) == 2


async def test_a_phone_that_is_gone_for_its_push_service_is_not_tried_again(tmp_path: Path, push: PushService) -> None:
    async with start_hub(tmp_path / "home", PILOT_PUSH_TEST_SERVICE=push.url) as hub:
        gone, stays = await pair(hub, "approve", "Old phone"), await pair(hub, "approve", "New phone")
        old, new = await subscribe(push, gone), await subscribe(push, stays)
        push.answer_always(old, 410)
        for number in range(2):
            async with asking(hub, f"s{number}") as blocked:
                asked = (await push.wait(new, 2 * number + 1))[-1]
                path = f"/api/asks/{asked.pilot['notice']['askId']}/decision"
                assert (await stays.call("POST", path, {"kind": "deny"}))[0] == 200
                await blocked
                await push.wait(new, 2 * number + 2)
        assert len(push.to(old)) == 1
        devices = (await hub.call("GET", "/api/devices"))[1]["devices"]  # type: ignore[index] # JSON
        assert {one["name"]: one["push"] for one in devices} == {"Old phone": False, "New phone": True}


async def test_a_service_that_asks_to_wait_gets_the_notice_later_and_once(tmp_path: Path, push: PushService) -> None:
    async with start_hub(tmp_path / "home", PILOT_PUSH_TEST_SERVICE=push.url) as hub:
        subscriber = await subscribe(push, await pair(hub, "approve"))
        push.answer(subscriber, Reply(429, {"Retry-After": "1"}))
        async with asking(hub):
            refused, taken = await push.wait(subscriber, 2)
            assert taken.at - refused.at >= 0.9
            assert refused.pilot == taken.pilot
            await asyncio.sleep(0.3)
            assert len(push.pushed) == 2


async def test_without_the_variable_nothing_is_ever_sent_to_this_machine(tmp_path: Path, push: PushService) -> None:
    async with start_hub(tmp_path / "home", PILOT_VAPID_SUBJECT="https://pilot.example/contact") as hub:
        phone = await pair(hub, "approve")
        status, key = await phone.call("POST", "/api/push/key", {})
        subscription = push.subscribe(key["publicKey"]).subscription(hub.url)
        status, body = await phone.call("PUT", "/api/push", subscription)
        assert (status, body["error"]["code"]) == (400, "unknown_push_service")
        settings = {"values": {"PILOT_PUSH_TEST_SERVICE": push.url}}
        assert (await hub.call("PATCH", "/api/settings", settings))[0] == 400, "it is no setting"
        assert push.pushed == []


async def test_a_test_notice_reaches_this_device_only(tmp_path: Path, push: PushService) -> None:
    async with start_hub(
        tmp_path / "home", PILOT_PUSH_TEST_SERVICE=push.url, PILOT_VAPID_SUBJECT="https://pilot.example/contact"
    ) as hub:
        anna, ben = await pair(hub, "approve", "Anna's phone"), await pair(hub, "approve", "Ben's phone")
        first, second = await subscribe(push, anna), await subscribe(push, ben)
        mine, theirs = [
            one["id"]
            for name in ("Anna's phone", "Ben's phone")
            for one in (await hub.call("GET", "/api/devices"))[1]["devices"]  # type: ignore[index] # JSON
            if one["name"] == name
        ]
        status, trial = await anna.call("POST", "/api/notifications/test", {"channel": "push", "endpoint": mine})
        assert (status, trial["ok"]) == (200, True), trial
        [pushed] = await push.wait(first)
        assert pushed.pilot["what"] == "test"
        assert pushed.claims["sub"] == "https://pilot.example/contact"
        refused = await anna.call("POST", "/api/notifications/test", {"channel": "push", "endpoint": theirs})
        assert refused[0] == 403
        push.answer(first, 403)
        _, trial = await anna.call("POST", "/api/notifications/test", {"channel": "push", "endpoint": mine})
        assert trial["ok"] is False
        assert "keys" in trial["message"]
        assert push.to(second) == []

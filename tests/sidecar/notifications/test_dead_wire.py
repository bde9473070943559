"""With a hub in a process of its own: a push service that hangs slows nobody, a hub that dies leaves nothing behind."""

import asyncio
import signal
import sqlite3
import statistics
import time
from contextlib import closing
from pathlib import Path

from fakes.browsers import Browser, pair
from fakes.couriers import until
from fakes.hub_process import HubProcess, start_hub
from fakes.push_service import PushService, Reply, push_service
from fakes.push_subscriber import Subscriber

ROUNDS = 8


def _hook(session: str) -> dict[str, object]:
    return {
        "session_id": session, "cwd": "/home/dev/api", "model": "gpt-5.4", "turn_id": "t1", "tool_name": "Bash",
        "hook_event_name": "PermissionRequest", "tool_use_id": "c1", "tool_input": {"command": "npm test"},
    }  # fmt: skip


async def _subscribe(push: PushService, phone: Browser) -> Subscriber:
    _, key = await phone.call("POST", "/api/push/key", {})
    subscriber = push.subscribe(key["publicKey"])
    status, body = await phone.call("PUT", "/api/push", subscriber.subscription(phone.hub.url))
    assert status == 200, body
    return subscriber


def _deliveries(home: Path) -> int:
    """Return how many the hub has written down."""
    with closing(sqlite3.connect(f"file:{home / 'pilot.db'}?mode=ro", uri=True)) as database:
        return int(database.execute("SELECT count(*) FROM deliveries").fetchone()[0])


async def _round(hub: HubProcess, push: PushService, phone: Browser, to: Subscriber, name: str) -> tuple[float, float]:
    """Ask, hear of it on the phone, answer there; return how long the push took, and the released agent after it."""
    before, begin = len(push.to(to)), time.perf_counter()
    blocked = asyncio.create_task(hub.hook("PermissionRequest", _hook(name)))
    asked = (await push.wait(to, before + 1))[-1]
    answered = time.perf_counter()
    path = f"/api/asks/{asked.pilot['notice']['askId']}/decision"
    assert (await phone.call("POST", path, {"kind": "deny"}))[0] == 200
    await blocked
    released = time.perf_counter()
    assert (await push.wait(to, before + 2))[-1].pilot["what"] == "outcome"
    return asked.at - begin, released - answered


async def test_a_push_service_that_hangs_slows_no_other_phone_and_not_the_agent(tmp_path: Path) -> None:
    async with push_service() as push, start_hub(tmp_path / "home", PILOT_PUSH_TEST_SERVICE=push.url) as hub:
        anna = await pair(hub, "approve", "Anna's phone")
        first = await _subscribe(push, anna)
        alive = [await _round(hub, push, anna, first, f"a{number}") for number in range(ROUNDS)]
        for number in range(3):
            dead = await _subscribe(push, await pair(hub, "approve", f"Dead {number}"))
            push.answer_always(dead, Reply(act="hang"))
        beside = [await _round(hub, push, anna, first, f"b{number}") for number in range(ROUNDS)]
        for what, before, after in (
            ("to the phone", [one[0] for one in alive], [one[0] for one in beside]),
            ("to the agent", [one[1] for one in alive], [one[1] for one in beside]),
        ):
            without, with_dead = statistics.median(before), statistics.median(after)
            assert with_dead < 4 * without + 0.02, f"{what}: {without * 1000:.0f} ms became {with_dead * 1000:.0f} ms"


async def test_a_hub_that_was_killed_takes_back_what_phones_still_show(tmp_path: Path) -> None:
    home = tmp_path / "home"
    async with push_service() as push:
        async with start_hub(home, PILOT_PUSH_TEST_SERVICE=push.url) as hub:
            phone = await _subscribe(push, await pair(hub, "approve", "Anna's phone"))
            blocked = asyncio.create_task(hub.hook("PermissionRequest", _hook("s1")))
            [asked] = await push.wait(phone)
            await until(lambda: _deliveries(home) == 1)
            await hub.stop(signal.SIGKILL)
            await asyncio.gather(blocked, return_exceptions=True)
        async with start_hub(home, PILOT_PUSH_TEST_SERVICE=push.url):
            _, settled = await push.wait(phone, 2)
            assert settled.pilot["what"] == "outcome"
            assert settled.message["notification"]["tag"] == asked.pilot["notice"]["id"]
            await asyncio.sleep(0.3)
            assert len(push.pushed) == 2

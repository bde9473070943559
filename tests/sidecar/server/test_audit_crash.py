"""A hub that is killed while people decide: whatever counts as decided is on record, once."""

import asyncio
import signal
import sqlite3
from collections import Counter
from pathlib import Path
from typing import Any

import aiohttp

from fakes.hub_process import HubProcess, start_hub
from pilot_sidecar.core.audit_verify import entries, verify

ASKS = 24


def hook(number: int) -> dict[str, Any]:
    return {
        "session_id": "s1", "hook_event_name": "PermissionRequest", "cwd": "/home/dev/api", "tool_name": "Bash",
        "tool_input": {"command": f"rm -rf {number}"},
    }  # fmt: skip


async def all_waiting(hub: HubProcess) -> list[dict[str, Any]]:
    async with asyncio.timeout(20):
        while True:
            asks: list[dict[str, Any]] = (await hub.call("GET", "/api/asks"))[1]["asks"]  # type: ignore[index,call-overload]
            if len(asks) == ASKS:
                return asks
            await asyncio.sleep(0.02)


async def decide_until_killed(hub: HubProcess, after: int) -> None:
    """Answer all at once, and kill the hub as soon as so many answers are there."""
    answered = 0

    async def decide(ask: dict[str, Any]) -> None:
        nonlocal answered
        body = {"kind": "allow_once", "digest": ask["digest"]}
        await hub.call("POST", f"/api/asks/{ask['id']}/decision", body)
        answered += 1
        if answered == after:
            hub.process.send_signal(signal.SIGKILL)

    async with hub.watching():
        hooks = [asyncio.ensure_future(hub.hook("PermissionRequest", hook(number))) for number in range(ASKS)]
        waiting = await all_waiting(hub)
        told = await asyncio.gather(*(decide(ask) for ask in waiting), return_exceptions=True)
        assert all(one is None or isinstance(one, aiohttp.ClientError | OSError) for one in told), told
        await asyncio.gather(*hooks, return_exceptions=True)


async def test_each_decision_is_on_record_once_whenever_the_hub_dies(tmp_path: Path) -> None:
    home = tmp_path / "home"
    for after in (1, 9):
        async with start_hub(home) as hub:
            await decide_until_killed(hub, after)
    async with start_hub(home) as hub:
        await hub.stop()
    with sqlite3.connect(home / "pilot.db") as database:
        ended = {row[0] for row in database.execute("SELECT id FROM asks WHERE state <> 'pending'")}
        assert database.execute("SELECT count(*) FROM audit_due").fetchone() == (0,)
    database.close()
    told = Counter(str(entry["ask"]) for entry in entries(home) if entry["action"] == "ask.ended")
    assert len(ended) == 2 * ASKS
    assert told == Counter(dict.fromkeys(ended, 1))
    assert verify(home).problems == []

"""A running hub takes in what people write into its files, and what is saved works at once."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fakes.hub_process import HubProcess, pilot, start_hub

SOON_S = 10.0


async def until(hub: HubProcess, holds: Callable[[dict[str, Any], list[str]], bool]) -> None:
    """Wait for what the hub says of its settings: values by name, problems."""
    async with asyncio.timeout(SOON_S):
        while True:
            _, view = await hub.call("GET", "/api/settings")
            assert isinstance(view, dict)
            if holds({one["name"]: one["value"] for one in view["settings"]}, view["problems"]):
                return
            await asyncio.sleep(0.05)


async def test_files_written_by_hand_are_taken_in(tmp_path: Path) -> None:
    async with start_hub(tmp_path / "home") as hub, hub.watching() as stream:
        (hub.home / ".env").write_text("PILOT_KEEP_DAYS=7\nPILOT_PROT=5000\n")
        await until(hub, lambda values, _: values["keep_days"] == 7)
        _, view = await hub.call("GET", "/api/settings")
        assert view["problems"] == ["PILOT_PROT in line 2 of .env is no setting; did you mean PILOT_PORT?"]  # type: ignore[index, call-overload]
        async with asyncio.timeout(SOON_S):
            while b"pilot.settings.changed" not in await stream.content.readline():
                pass
        (hub.home / "config.json").write_text('{"keepDays": 8, "tunnel": "custom", "tunnelCommand": "touch stolen"}')
        await until(hub, lambda values, _: values["keep_days"] == 8)
        _, view = await hub.call("GET", "/api/settings")
        assert [one["value"] for one in view["settings"] if one["name"].startswith("tunnel")] == ["", ""]  # type: ignore[index, call-overload]
        (hub.home / "config.json").write_text('{"keepDays": 9,')
        await until(hub, lambda values, problems: "config.json could not be read" in problems[0])
        await until(hub, lambda values, _: values["keep_days"] == 8)
        assert json.loads((hub.home / "hub.json").read_text())["pid"] == hub.process.pid
        code, out, _ = await pilot(hub.home, "audit", "show", "--json")
        edited = [line for line in out.splitlines() if "settings.edited" in line]
    assert code == 0
    assert len(edited) == 2
    assert "keep_days" in edited[0]
    assert "tunnel_command" in edited[1]


async def test_the_dashboard_is_read_anew_as_soon_as_that_is_wanted(hub: HubProcess) -> None:
    async def worker() -> str:
        async with hub.client.get(f"{hub.url}/sw.js") as response:
            return await response.text()

    cached = await worker()
    assert (await hub.call("PATCH", "/api/settings", {"values": {"dev": True}}))[0] == 200
    assert len(await worker()) < len(cached), "a worker that keeps nothing"
    assert (await hub.call("PATCH", "/api/settings", {"values": {"dev": False}}))[0] == 200
    assert await worker() == cached

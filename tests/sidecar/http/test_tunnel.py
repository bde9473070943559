"""Through a real forwarder, to a real hub: who comes that way is remote, and only paired devices get in."""

import asyncio
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import aiohttp
import psutil
import pytest

from fakes.browsers import exchange, invite
from fakes.hub_process import HubProcess, start_hub
from fakes.tunnel_programs import FORWARDER_NAME, forwarder

THERE = {"Host": FORWARDER_NAME, "X-Forwarded-For": "198.51.100.1, 203.0.113.9", "X-Forwarded-Proto": "https"}


@dataclass
class Forward:
    """The stand-in, as it noted itself."""

    folder: Path
    command: str = field(init=False)

    def __post_init__(self) -> None:
        self.command = forwarder(self.folder)

    def numbers(self) -> tuple[int, int, int]:
        pid, port, target = (self.folder / "running").read_text().split()
        return int(pid), int(port), int(target)

    def lives(self) -> bool:
        try:
            return psutil.Process(self.numbers()[0]).status() != psutil.STATUS_ZOMBIE
        except (OSError, psutil.NoSuchProcess):
            return False

    def of(self, hub: HubProcess) -> HubProcess:
        """Return the hub as it is seen from outside."""
        return replace(hub, hub={**hub.hub, "url": f"http://127.0.0.1:{self.numbers()[1]}"})


@pytest.fixture
def forward(tmp_path: Path) -> Forward:
    return Forward(tmp_path / "forward")


async def tunnel(hub: HubProcess, fits: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """Return the tunnel's status once it fits."""
    async with asyncio.timeout(20):
        while True:
            _, found = await hub.call("GET", "/api/reach")
            if fits(status := found["tunnel"]):  # type: ignore[index] # JSON
                return dict(status)
            await asyncio.sleep(0.02)


def up(status: dict[str, Any]) -> bool:
    return bool(status["state"] == "up")


async def test_a_phone_elsewhere_works_through_the_tunnel_and_nobody_elses_token_does(
    tmp_path: Path, forward: Forward
) -> None:
    extra = {"PILOT_TUNNEL_COMMAND": forward.command}
    async with start_hub(tmp_path / "home", **extra) as hub:
        status, refused = await hub.call("POST", "/api/tunnel/start", {"provider": "custom"})
        assert (status, refused["error"]["code"]) == (409, "no_device")  # type: ignore[index] # JSON
        status, started = await hub.call("POST", "/api/tunnel/start", {"provider": "custom", "force": True})
        assert (status, started["state"]) == (200, "starting")  # type: ignore[index] # JSON
        assert (await tunnel(hub, up))["url"] == f"https://{FORWARDER_NAME}"
        assert hub.url.rpartition(":")[2] != str(forward.numbers()[2]), "it has a door of its own"

        outside = forward.of(hub)
        assert (await outside.call("GET", "/health", **THERE))[0] == 200
        assert (await outside.call("GET", "/api/snapshot", **THERE))[0] == 401, "the owner's token is for this machine"
        assert (await outside.call("GET", "/health", **{**THERE, "Host": "evil.test"}))[0] in (403, 421)
        assert (await hub.call("GET", "/health", Host=FORWARDER_NAME))[0] == 200

        made = await invite(hub, scope="operate")
        phone = (await exchange(outside, made["code"], "Phone", **THERE)).browser(outside, **THERE)
        assert (await phone.call("GET", "/api/snapshot"))[0] == 200
        [device] = (await hub.call("GET", "/api/devices"))[1]["devices"]  # type: ignore[index] # JSON
        assert (device["reach"], device["address"]) == ("tunnel", "203.0.113.9")
        assert (await phone.call("POST", "/api/tunnel/stop"))[0] == 403

        async with phone.stream() as stream:
            await stream.until("pilot.snapshot")
            started = {"session_id": "s1", "cwd": "/home/dev/api", "hook_event_name": "SessionStart"}
            await hub.hook("SessionStart", started)
            await stream.until("pilot.session.started")
            assert (await hub.call("POST", "/api/tunnel/stop"))[1]["state"] == "off"  # type: ignore[index] # JSON
            await stream.ended(2)
        assert not forward.lives()
        assert not (hub.home / "tunnel.json").exists()
        assert (await hub.call("GET", "/health", Host=FORWARDER_NAME))[0] in (403, 421)
        with pytest.raises(aiohttp.ClientConnectionError):
            await outside.call("GET", "/health", **THERE)
        code, _, _ = await hub.stop()
        assert code == 0


async def test_it_starts_with_the_hub_once_somebody_is_paired_and_a_killed_hub_leaves_nothing_for_long(
    tmp_path: Path, forward: Forward
) -> None:
    (forward.folder / "stubborn").touch()
    home, extra = tmp_path / "home", {"PILOT_TUNNEL": "custom", "PILOT_TUNNEL_COMMAND": forward.command}
    async with start_hub(home, **extra) as hub:
        waiting = await tunnel(hub, lambda status: bool(status["provider"]))
        assert (waiting["state"], "as soon as one is" in waiting["message"]) == ("off", True)
        assert (await exchange(hub, (await invite(hub))["code"])).status == 200
        await tunnel(hub, up)
        await hub.stop(signal.SIGKILL)
    first = forward.numbers()[0]
    assert forward.lives()
    async with start_hub(home, **extra) as hub:
        await tunnel(hub, up)
        assert not psutil.pid_exists(first) or psutil.Process(first).status() == psutil.STATUS_ZOMBIE
        assert forward.numbers()[0] != first
        os.kill(forward.numbers()[0], signal.SIGKILL)
        lost = await tunnel(hub, lambda status: not up(status))
        assert (lost["state"], lost.get("url")) in (("retrying", None), ("starting", None))
        await tunnel(hub, up)
        code, _, _ = await hub.stop()
        assert code == 0
    assert not forward.lives(), "although it does not listen to SIGTERM"
    assert not (home / "tunnel.json").exists()


async def test_what_stands_in_the_way_is_said(tmp_path: Path) -> None:
    extra = {"PILOT_TUNNEL": "custom", "PILOT_TUNNEL_COMMAND": "no-such-program {port}"}
    async with start_hub(tmp_path / "home", **extra) as hub:
        assert (await exchange(hub, (await invite(hub))["code"])).status == 200
        failed = await tunnel(hub, lambda status: bool(status["state"] == "failed"))
        assert "no-such-program was not found" in failed["message"]
        status, answer = await hub.call("POST", "/api/tunnel/start")
        assert (status, answer["error"]["code"]) == (409, "conflict")  # type: ignore[index] # JSON
        assert answer["error"]["hint"]  # type: ignore[index] # JSON

"""When a tunnel starts, when it does not, and what is said about it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from fakes.clock import FakeClock
from fakes.domain import open_domain
from pilot_sidecar.core.errors import ConflictError
from pilot_sidecar.core.events import DevicesChanged, TunnelChanged
from pilot_sidecar.core.reach_model import TunnelStatus
from pilot_sidecar.core.services import Services
from pilot_sidecar.core.tunnel import Tunnel
from pilot_sidecar.core.whence import HERE
from pilot_sidecar.infra.tasks import Tasks
from pilot_sidecar.infra.tunnel.ports import Problem, Report, Tell

URL = "https://brave-tree.tunnel.test"


@dataclass
class FakePrograms:
    """Programs that do what the test says."""

    installed: str | None = "cloudflared"
    missing: set[str] = field(default_factory=set)
    runs: list[tuple[str, str, int]] = field(default_factory=list)
    going: int = 0
    most: int = 0
    hurried: bool = False
    cleared: int = 0
    tell: Tell = print
    ends: asyncio.Event = field(default_factory=asyncio.Event)

    async def first_installed(self) -> str | None:
        return self.installed

    async def problem(self, name: str, command: str) -> Problem | None:
        return Problem(f"{name} was not found.", "Install it.") if name in self.missing else None

    async def run(self, name: str, command: str, port: int, tell: Tell) -> None:
        self.runs.append((name, command, port))
        self.tell, self.going = tell, self.going + 1
        self.most = max(self.most, self.going)
        self.ends.clear()
        try:
            tell(Report("starting"))
            await self.ends.wait()
        finally:
            await asyncio.sleep(0)
            tell(Report("retrying", "a last word"))
            self.going -= 1

    async def clear_stale(self) -> None:
        self.cleared += 1

    def hurry(self) -> None:
        self.hurried = True


@dataclass
class FakeAudit:
    lines: list[tuple[str, dict[str, object]]] = field(default_factory=list)

    def record(self, action: str, _actor: object, **details: object) -> None:
        self.lines.append((action, details))


class FakeDoor:
    def __init__(self) -> None:
        self.port = 0
        self.opened = 40710

    async def open(self) -> int:
        if not self.port:
            self.opened += 1
            self.port = self.opened
        return self.port

    async def close(self) -> None:
        self.port = 0


@dataclass
class Stage:
    services: Services
    tunnel: Tunnel
    programs: FakePrograms
    door: FakeDoor
    seen: list[TunnelStatus]
    audit: FakeAudit

    async def pair(self) -> None:
        await self.services.devices.add("this browser", "admin", HERE)
        self.services.bus.publish(DevicesChanged(at=1))

    async def until(self, fits: Callable[[], object]) -> None:
        async with asyncio.timeout(2):
            while not fits():
                await asyncio.sleep(0.001)


@asynccontextmanager
async def stage(home: Path, *, paired: bool = True, **settings: str) -> AsyncIterator[Stage]:
    async with open_domain(home, FakeClock()) as services, Tasks("tunnel") as tasks:
        services.settings.update(settings)
        if paired:
            await services.devices.add("this browser", "admin", HERE)
        programs, door, audit = FakePrograms(), FakeDoor(), FakeAudit()
        tunnel = Tunnel(services.bus, services.settings, services.clock, services.devices, audit, tasks, programs)  # type: ignore[arg-type]
        tunnel.door = door
        seen: list[TunnelStatus] = []
        services.bus.listen((TunnelChanged,), lambda entry: seen.append(entry.event.tunnel))  # type: ignore[union-attr]
        yield Stage(services, tunnel, programs, door, seen, audit)
        await tunnel.close()


async def test_it_does_not_start_before_a_device_is_paired(tmp_path: Path) -> None:
    async with stage(tmp_path, paired=False) as on:
        with pytest.raises(ConflictError, match="No device is paired") as refused:
            await on.tunnel.start("ngrok")
        assert "browser on this machine" in (refused.value.hint or "")
        assert (on.programs.runs, on.door.port, on.seen) == ([], 0, [])
        assert (await on.tunnel.start("ngrok", force=True)).state == "starting"
        await on.until(lambda: on.programs.runs)


async def test_it_starts_once_is_announced_and_stops(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        first, second = await asyncio.gather(on.tunnel.start("ngrok"), on.tunnel.start("ngrok"))
        assert first == second
        await on.until(lambda: on.programs.going)
        assert on.programs.runs == [("ngrok", "", 40711)]
        on.programs.tell(Report("up", url=URL))
        up = on.tunnel.status
        assert (up.state, up.url, up.since) == ("up", URL, on.services.clock.now_ms())
        assert (await on.tunnel.start()).url == URL
        assert (await on.tunnel.stop()).state == "off"
        assert (await on.tunnel.stop()).state == "off"
        assert (on.programs.going, on.door.port) == (0, 0)
        assert [status.state for status in on.seen] == ["starting", "up", "off"]


async def test_a_stop_during_the_start_wins(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        starting = asyncio.ensure_future(on.tunnel.start("ngrok"))
        await asyncio.sleep(0)
        await on.tunnel.stop()
        await starting
        assert (on.tunnel.status.state, on.programs.going, on.door.port) == ("off", 0, 0)


async def test_another_program_takes_the_place_of_the_first(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        await on.tunnel.start("ngrok")
        await on.until(lambda: on.programs.going)
        await on.tunnel.start("cloudflared")
        await on.until(lambda: len(on.programs.runs) == 2 and on.programs.going)
        assert on.programs.most == 1
        assert [port for _, _, port in on.programs.runs] == [40711, 40712]


async def test_which_program_is_started_when_none_is_named(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        assert (await on.tunnel.start()).provider == "cloudflared"
        await on.tunnel.stop()
        on.programs.installed = None
        with pytest.raises(ConflictError, match="No program"):
            await on.tunnel.start()
        on.services.settings.update({"tunnel": "custom", "tunnelCommand": "mine {port}"})
        assert (await on.tunnel.start()).provider == "custom"
        await on.until(lambda: on.programs.runs == [("custom", "mine {port}", 40712)])


async def test_a_program_that_is_missing_is_said_to_whoever_asks(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        on.programs.missing.add("ngrok")
        with pytest.raises(ConflictError, match="ngrok was not found") as missing:
            await on.tunnel.start("ngrok")
        assert missing.value.hint == "Install it."
        assert on.tunnel.status == TunnelStatus()


async def test_a_loss_and_a_return_are_told_and_a_failure_closes_the_door(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        await on.tunnel.start("ngrok")
        await on.until(lambda: on.programs.going)
        tell = on.programs.tell
        tell(Report("up", url=URL))
        tell(Report("up", url=URL))
        tell(Report("up", "ngrok has lost its connection.", URL))
        tell(Report("retrying", "ngrok ended.", attempts=1))
        tell(Report("up", url="https://other.tunnel.test", attempts=1))
        tell(Report("failed", "ngrok needs an account."))
        on.programs.ends.set()
        await on.until(lambda: not on.door.port)
        assert [status.state for status in on.seen] == ["starting", "up", "up", "retrying", "up", "failed", "retrying"]
        names = [name for name, _ in on.audit.lines]
        assert names == ["tunnel.up", "tunnel.lost", "tunnel.up", "tunnel.lost", "tunnel.failed"]
        assert on.audit.lines[0][1] == {"provider": "ngrok", "url": URL}
        assert on.audit.lines[1][1] == {"provider": "ngrok", "reason": "ngrok ended."}


async def test_with_the_hub_it_waits_for_the_first_device(tmp_path: Path) -> None:
    async with stage(tmp_path, paired=False, tunnel="cloudflared") as on:
        await on.tunnel.begin()
        status = on.tunnel.status
        assert (status.state, status.provider, on.programs.cleared) == ("off", "cloudflared", 1)
        assert "as soon as one is" in (status.message or "")
        await on.pair()
        await on.until(lambda: on.programs.going)
        assert (on.tunnel.status.state, on.tunnel.status.message) == ("starting", None)
        await on.pair()
        assert len(on.programs.runs) == 1


async def test_a_stop_ends_the_waiting(tmp_path: Path) -> None:
    async with stage(tmp_path, paired=False, tunnel="cloudflared") as on:
        await on.tunnel.begin()
        await on.tunnel.stop()
        await on.pair()
        await asyncio.sleep(0.01)
        assert on.programs.runs == []


async def test_without_the_setting_nothing_starts_with_the_hub(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        await on.tunnel.begin()
        on.services.settings.update({"tunnel": "ngrok"})
        await asyncio.sleep(0.01)
        assert (on.programs.runs, on.programs.cleared) == ([], 1)


async def test_what_stands_in_the_way_at_the_hubs_start_is_its_state_until_the_settings_help(tmp_path: Path) -> None:
    async with stage(tmp_path, tunnel="ngrok") as on:
        on.programs.missing.add("ngrok")
        await on.tunnel.begin()
        assert (on.tunnel.status.state, on.tunnel.status.message) == ("failed", "ngrok was not found. Install it.")
        on.services.settings.update({"tunnel": "cloudflared"})
        await on.until(lambda: on.programs.going)
        assert on.programs.runs == [("cloudflared", "", 40711)]


async def test_settings_that_change_have_their_way_with_what_runs(tmp_path: Path) -> None:
    async with stage(tmp_path, tunnel="custom", tunnelCommand="mine {port}") as on:
        await on.tunnel.begin()
        await on.until(lambda: on.programs.going)
        on.services.settings.update({"tunnelCommand": "other {port}"})
        await on.until(lambda: on.programs.runs[-1][1] == "other {port}" and on.programs.going)
        on.services.settings.update({"permissionTimeout": 60_000})
        on.services.settings.update({"tunnel": "ngrok"})
        await on.until(lambda: on.programs.runs[-1][0] == "ngrok" and on.programs.going)
        on.services.settings.update({"tunnelCommand": "third {port}"})
        await asyncio.sleep(0.01)
        assert len(on.programs.runs) == 3
        on.services.settings.update({"tunnel": ""})
        await on.until(lambda: on.tunnel.status.state == "off")
        assert (on.programs.going, on.programs.most, on.door.port) == (0, 1, 0)


async def test_the_hubs_stop_ends_it_in_a_hurry_and_nothing_starts_after(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        await on.tunnel.start("ngrok")
        await on.until(lambda: on.programs.going)
        await on.tunnel.close()
        assert (on.programs.going, on.programs.hurried, on.door.port) == (0, True, 0)
        with pytest.raises(ConflictError):
            await on.tunnel.start("ngrok")


async def test_a_fault_of_ours_is_a_state_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with stage(tmp_path) as on:
        on.programs.tell = print

        async def broken(*_: object) -> None:
            raise RuntimeError("oops")

        on.programs.run = broken  # type: ignore[method-assign]
        await on.tunnel.start("ngrok")
        await on.until(lambda: on.tunnel.status.state == "failed")
        assert (on.tunnel.status.message or "").startswith("The tunnel failed.")
        await on.until(lambda: not on.door.port)

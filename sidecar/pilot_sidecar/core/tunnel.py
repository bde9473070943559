"""The tunnel: one at a time, started on purpose, watched, started again when it dies, ended with the hub."""

import asyncio
import logging
from dataclasses import dataclass
from typing import Protocol

from pilot_sidecar.core.asks_model import Actor
from pilot_sidecar.core.audit import Audit
from pilot_sidecar.core.bus import Announcement, Bus
from pilot_sidecar.core.devices import DeviceBook
from pilot_sidecar.core.errors import ConflictError, NoDeviceError
from pilot_sidecar.core.events import DevicesChanged, TunnelChanged
from pilot_sidecar.core.reach_model import TunnelStatus
from pilot_sidecar.core.settings import SettingsStore
from pilot_sidecar.core.whence import CALLING
from pilot_sidecar.infra.clock import Clock
from pilot_sidecar.infra.tasks import Tasks
from pilot_sidecar.infra.tunnel.ports import Problem, Report, Tell

logger = logging.getLogger(__name__)
END_S = 10.0
"""By when a program and all it started is gone for sure, or never."""
_NOBODY = "No device is paired yet."
_PAIR_FIRST = "Open the dashboard in a browser on this machine first: that counts."
_WAITS = f"{_NOBODY} The tunnel starts as soon as one is: open the dashboard in a browser on this machine."
_HUB = Actor(kind="hub")


class TunnelDoor(Protocol):
    """The listener that only the tunnel's program uses; who comes through it is remote, whatever is claimed."""

    async def open(self) -> int:
        """Listen on a loopback port of its own and return it; the same one if it is open already."""
        ...

    async def close(self) -> None:
        """Stop listening and end what came through."""
        ...


class Programs(Protocol):
    """The programs that open tunnels."""

    async def first_installed(self) -> str | None:
        """Return which of the known programs is on PATH, None if none is."""
        ...

    async def problem(self, name: str, command: str) -> Problem | None:
        """Return why a program cannot be started at all, as far as that can be told."""
        ...

    async def run(self, name: str, command: str, port: int, tell: Tell) -> None:
        """Keep a program running until cancelled, or until it says that it cannot work."""
        ...

    async def clear_stale(self) -> None:
        """End what a hub that was killed left running."""
        ...

    def hurry(self) -> None:
        """Give programs less time to end: the hub stops."""
        ...


@dataclass(frozen=True, slots=True)
class _Wish:
    """What is to run."""

    name: str
    command: str
    """Of a custom tunnel; empty for others."""


class Tunnel:
    """Starts and stops it, and knows how it is."""

    def __init__(
        self,
        bus: Bus,
        settings: SettingsStore,
        clock: Clock,
        devices: DeviceBook,
        audit: Audit,
        tasks: Tasks,
        programs: Programs,
    ) -> None:
        self._bus = bus
        self._settings = settings
        self._clock = clock
        self._devices = devices
        self._audit = audit
        self._tasks = tasks
        self._programs = programs
        self._lock = asyncio.Lock()
        self._wish: _Wish | None = None
        self._waiting = False
        """For a device, since the settings want a tunnel with the hub."""
        self._closed = False
        self._running: asyncio.Task[None] | None = None
        self._setting = self._wanted()
        self.status = TunnelStatus()
        self.door: TunnelDoor | None = None
        """Set by the HTTP door while it is open."""
        settings.on_change(self._on_settings)
        bus.listen((DevicesChanged,), self._on_devices)

    async def begin(self) -> None:
        """Start what the settings want with the hub, once an earlier hub's is gone; wait for a device where need be."""
        async with self._lock:
            await self._programs.clear_stale()
            if self._setting.name and self._wish is None:
                await self._start_or_wait()

    async def start(self, provider: str | None = None, *, force: bool = False) -> TunnelStatus:
        """Start it; raises NoDeviceError before a device is paired, unless forced; ConflictError where it cannot be."""
        async with self._lock:
            wish = await self._choose(provider)
            if self._runs() and (wish == self._wish or provider is None):
                return self.status
            if not force and len(self._devices) == 0:
                raise NoDeviceError(_NOBODY, f"{_PAIR_FIRST} Or start it anyway (on the command line: `--force`).")
            if (problem := await self._programs.problem(wish.name, wish.command)) is not None:
                raise ConflictError(problem.message, problem.hint)
            await self._run(wish)
            return self.status

    async def stop(self) -> TunnelStatus:
        """End it with all its processes."""
        async with self._lock:
            await self._end()
            self._show(TunnelStatus())
            return self.status

    async def close(self) -> None:
        """End it in a hurry, since the hub stops; waits for nobody who is about to start it."""
        self._closed = True
        self._programs.hurry()
        await self._end()

    def _wanted(self) -> _Wish:
        current = self._settings.current
        return _Wish(current.tunnel, current.tunnel_command)

    def _wish_for(self, name: str) -> _Wish:
        return _Wish(name, self._setting.command if name == "custom" else "")

    def _runs(self) -> bool:
        return self._running is not None and not self._running.done()

    async def _choose(self, provider: str | None) -> _Wish:
        name = provider or self._setting.name or await self._programs.first_installed()
        if name is None:
            raise ConflictError("No program for tunnels was found.", "Install cloudflared or ngrok, then start again.")
        return self._wish_for(name)

    async def _start_or_wait(self) -> None:
        """Start what the settings want, or say that it waits for a device."""
        wish = self._wish_for(self._setting.name)
        if len(self._devices) > 0:
            await self._start_by_itself(wish)
            return
        self._waiting = True
        self._show(TunnelStatus(provider=wish.name, message=_WAITS))

    async def _start_by_itself(self, wish: _Wish) -> None:
        """Start it; what stands in the way becomes its state, since nobody asked."""
        if (problem := await self._programs.problem(wish.name, wish.command)) is not None:
            await self._end()
            self._wish = wish
            self._show(TunnelStatus(state="failed", provider=wish.name, message=f"{problem.message} {problem.hint}"))
            return
        self._audit.record("tunnel.started", _HUB, provider=wish.name)
        await self._run(wish)

    async def _run(self, wish: _Wish) -> None:
        await self._end()
        if self.door is None or self._closed:
            raise ConflictError("The hub's doors are not open.", "Try again in a moment.")
        port = await self.door.open()
        self._wish = wish
        self._show(TunnelStatus(state="starting", provider=wish.name))
        self._running = self._tasks.spawn("tunnel", self._keep(wish, port))

    async def _keep(self, wish: _Wish, port: int) -> None:
        CALLING.set(None)  # what happens from here on is nobody's call
        try:
            await self._programs.run(wish.name, wish.command, port, self._tell)
        except Exception:
            logger.exception("the tunnel failed")
            self._tell(Report("failed", "The tunnel failed. `pilot logs` has the details."))
        if self.door is not None:
            await self.door.close()

    async def _end(self) -> None:
        """End what runs or waits; its door first, so that nobody is let in while the program takes its time."""
        self._waiting, self._wish = False, None
        running, self._running = self._running, None
        if running is None:
            return
        running.cancel()
        if self.door is not None:
            await self.door.close()
        await asyncio.wait([running], timeout=END_S)

    def _tell(self, report: Report) -> None:
        """Take in how the program is."""
        if self._wish is None:  # it is being ended: what it still says is no news
            return
        status = TunnelStatus(
            state=report.state,
            provider=self._wish.name,
            url=report.url,
            message=report.message,
            attempts=report.attempts,
        )
        before = self.status
        if status.url and status.url != before.url:
            self._audit.record("tunnel.up", _HUB, provider=status.provider, url=status.url)
        elif before.url and not status.url:
            self._audit.record("tunnel.lost", _HUB, provider=status.provider, reason=status.message)
        if status.state == "failed":
            self._audit.record("tunnel.failed", _HUB, provider=status.provider, reason=status.message)
        self._show(status)

    def _show(self, status: TunnelStatus) -> None:
        if status == self.status.model_copy(update={"since": None}):
            return
        same = (status.state, status.url) == (self.status.state, self.status.url)
        since = self.status.since if same else self._clock.now_ms()
        self.status = status.model_copy(update={"since": since})
        self._bus.publish(TunnelChanged(at=self._clock.now_ms(), tunnel=self.status))

    def _on_devices(self, _entry: Announcement) -> None:
        if self._waiting and len(self._devices) > 0:
            self._tasks.spawn("tunnel-start", self._device_came())

    async def _device_came(self) -> None:
        async with self._lock:
            if self._waiting:
                await self._start_or_wait()

    def _on_settings(self) -> None:
        before, self._setting = self._setting, self._wanted()
        if before != self._setting and (self._wish is not None or self._waiting):
            self._tasks.spawn("tunnel-settings", self._follow(before))

    async def _follow(self, before: _Wish) -> None:
        """Let a change of the settings have its way with what runs or waits."""
        async with self._lock:
            wish, now = self._wish, self._setting
            moved = now.name != before.name
            if (wish is None and not self._waiting) or not (moved or (wish is not None and wish.name == "custom")):
                return
            if moved and not now.name:
                await self._end()
                self._audit.record("tunnel.stopped", _HUB)
                self._show(TunnelStatus())
            elif wish is None:
                await self._start_or_wait()
            elif (wanted := self._wish_for(now.name if moved else wish.name)) != wish or not self._runs():
                await self._start_by_itself(wanted)

"""Keeps a tunnel's program running: starts it anew when it dies, ever more slowly, and gives up when that is no use."""

import asyncio
import logging
import shutil
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from pilot_sidecar.infra.clock import Clock
from pilot_sidecar.infra.tunnel.attempt import Ask, Attempt, Surroundings, absolute
from pilot_sidecar.infra.tunnel.backoff import Backoff
from pilot_sidecar.infra.tunnel.cloudflared import Cloudflared
from pilot_sidecar.infra.tunnel.custom import Custom
from pilot_sidecar.infra.tunnel.family import end
from pilot_sidecar.infra.tunnel.health import ask
from pilot_sidecar.infra.tunnel.ngrok import Ngrok
from pilot_sidecar.infra.tunnel.note import Note
from pilot_sidecar.infra.tunnel.ports import Pace, Problem, Report, Tell, TunnelProvider

logger = logging.getLogger(__name__)
PACE = Pace()
STOPPING_GRACE_S = 1.0
"""What a stopping hub has time for."""
STALE_GRACE_S = 1.0
"""Nobody uses what a killed hub left."""
Sleep = Callable[[float], Awaitable[None]]


class TunnelPrograms:
    """Knows the programs, and runs one."""

    def __init__(
        self, home: Path, environ: Mapping[str, str], clock: Clock, pace: Pace = PACE, asking: Ask = ask,
        sleep: Sleep = asyncio.sleep,
    ) -> None:  # fmt: skip
        self._environ = environ
        self._clock = clock
        self._pace = pace
        self._sleep = sleep
        self._note = Note(home)
        self._grace_s = pace.grace_s
        self._around = Surroundings(environ, self._note, pace, asking, lambda: self._grace_s)

    def hurry(self) -> None:
        """Give programs less time to end: the hub stops."""
        self._grace_s = min(self._grace_s, STOPPING_GRACE_S)

    async def first_installed(self) -> str | None:
        """Return which of the known programs is on PATH, None if none is."""
        for name in ("cloudflared", "ngrok"):
            if await asyncio.to_thread(self._find, provider(name, "")) is not None:
                return name
        return None

    async def problem(self, name: str, command: str) -> Problem | None:
        """Return why a program cannot be started at all, as far as that can be told."""
        chosen = provider(name, command)
        if (wrong := chosen.problem()) is not None:
            return wrong
        if await asyncio.to_thread(self._find, chosen) is None:
            return Problem(f"{chosen.command(0)[0]} was not found on this machine.", chosen.get_it)
        return None

    async def clear_stale(self) -> None:
        """End what a hub that was killed left running."""
        if (run := await asyncio.to_thread(self._note.read)) is None:
            return
        if await asyncio.to_thread(end, run, min(self._grace_s, STALE_GRACE_S)):
            logger.error("a tunnel of an earlier hub could not be ended; its process is %s", run.pid)
            return
        await asyncio.to_thread(self._note.clear, run)

    async def run(self, name: str, command: str, port: int, tell: Tell) -> None:
        """Keep a program running until cancelled, or until it says that it cannot work."""
        chosen = provider(name, command)
        backoff = Backoff(self._pace.first_s, self._pace.most_s)
        while True:
            tell(Report("starting", attempts=backoff.attempts))
            life = _Life(tell, backoff, self._clock)
            ended = await Attempt(chosen, port, self._around, life.up).live(await self._program(chosen))
            logger.info("tunnel: %s", ended.message)
            if ended.hopeless:
                tell(Report("failed", ended.message, attempts=backoff.attempts))
                return
            if life.lasted_s() >= self._pace.held_s:
                backoff.held()
            wait_s = backoff.next_s()
            tell(
                Report("retrying", f"{ended.message} Next try in {max(1, round(wait_s))} s.", attempts=backoff.attempts)
            )
            await self._sleep(wait_s)

    async def _program(self, chosen: TunnelProvider) -> str:
        found = await asyncio.to_thread(self._find, chosen)
        return absolute(found or chosen.command(0)[0])

    def _find(self, chosen: TunnelProvider) -> str | None:
        return shutil.which(chosen.command(0)[0], path=self._environ.get("PATH", ""))


class _Life:
    """Hands on what one attempt says, and knows for how long it was up."""

    def __init__(self, tell: Tell, backoff: Backoff, clock: Clock) -> None:
        self._tell = tell
        self._backoff = backoff
        self._clock = clock
        self._since: float | None = None

    def up(self, url: str, trouble: str | None) -> None:
        """Take in that the address is known."""
        if self._since is None:
            self._since = self._clock.monotonic_s()
        self._tell(Report("up", trouble, url, self._backoff.attempts))

    def lasted_s(self) -> float:
        """Return for how long there was an address."""
        return 0.0 if self._since is None else self._clock.monotonic_s() - self._since


def provider(name: str, command: str) -> TunnelProvider:
    """Return the provider of that name; ``command`` is the custom one's."""
    match name:
        case "cloudflared":
            return Cloudflared()
        case "ngrok":
            return Ngrok()
        case _:
            return Custom(command)

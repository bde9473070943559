"""The daemon that all plain ``codex`` terminals of one home share: found, joined, and waited for."""

import asyncio
import logging
import random
from collections.abc import Callable
from pathlib import Path

from pilot_sidecar.core.errors import PilotError
from pilot_sidecar.infra.ancestry import program
from pilot_sidecar.integrations.codex.context import Context
from pilot_sidecar.integrations.codex.link import Link
from pilot_sidecar.integrations.codex.rpc import GarbageError, RefusedError
from pilot_sidecar.integrations.codex.sessions import AGENT
from pilot_sidecar.integrations.codex.socket import open_socket

SOCKET = Path("app-server-control") / "app-server-control.sock"
POLL_S = 0.5
"""How often the folder is looked at for a daemon; Pilot itself never starts one."""
FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 15.0
STEADY_S = 10.0
"""A connection that lasted this long was a good one: the next failure starts with a short pause again."""
GRACE_S = 2.0
"""A connection that broke is back within this, if the daemon lives."""
READY_S = 1.0
logger = logging.getLogger(__name__)


class Daemon:
    """Keeps a connection to one home's daemon for as long as there is one."""

    def __init__(self, context: Context, home: Path, changed: Callable[[], None]) -> None:
        self.home = home
        self.link: Link | None = None
        self.trouble: str | None = None
        """Why there is no connection though there is a daemon, in words."""
        self._context = context
        self._services = context.services
        self._changed = changed
        self._look = asyncio.Event()
        self._settled = asyncio.Event()
        self._tried = asyncio.Event()
        """It is known by now whether somebody listens."""

    @property
    def socket(self) -> Path:
        """Where its daemon listens, when there is one."""
        return self.home / SOCKET

    @property
    def up(self) -> bool:
        """Whether it can be talked to now."""
        return self.link is not None and self.link.up and self._settled.is_set()

    async def ready(self) -> Link | None:
        """Return the connection, waiting a moment for one that is being made; None without a daemon."""
        if not self.up and self.socket.exists():
            self._tried.clear()
            self._look.set()
            try:
                async with asyncio.timeout(READY_S):
                    await self._tried.wait()
            except TimeoutError:
                return None
        return self.link if self.up else None

    async def run(self) -> None:
        """Connect again and again until cancelled."""
        pause = FIRST_PAUSE_S
        while True:
            began = self._services.clock.monotonic_s()
            if not self.socket.exists() or not await self._attempt():
                self._note(None)
                self._tried.set()
                pause = FIRST_PAUSE_S
                await self._wait(POLL_S)
                continue
            steady = self._services.clock.monotonic_s() - began > STEADY_S
            pause = FIRST_PAUSE_S if steady else min(pause * 2, LONGEST_PAUSE_S)
            await self._wait(pause * random.uniform(0.8, 1.2))  # noqa: S311 - no secret

    async def _recognise(self, pid: int | None) -> None:
        """Note an agent's process: who listens is told by the kernel, and its program is Codex's own."""
        if pid is not None and "codex" in Path(await asyncio.to_thread(program, pid)).name.lower():
            self._services.agent_processes.add(AGENT, pid)

    async def _attempt(self) -> bool:
        """Follow the daemon until the connection ends; False where nobody listens: a killed one leaves its socket."""
        try:
            async with open_socket(self.socket) as carrier:
                await self._recognise(carrier.pid)
                link = Link(self._context, carrier, "daemon", self.home, carrier.pid)
                self.link = link
                try:
                    await link.run(self._welcomed)
                    self._note(link.trouble)
                finally:
                    self._settled.clear()
                    self._services.tasks.spawn("codex-farewell", self._farewell(link))
        except OSError:  # the next daemon makes the socket anew
            return False
        except GarbageError as error:
            self._note(f"What listens at {self.socket} is no Codex that Pilot knows ({error}).")
        except RefusedError as error:
            self._note(f"Codex does not let Pilot share its sessions: {error.message}")
        except PilotError as error:
            self._note(" ".join(filter(None, (error.message, error.hint))))
        except Exception:
            logger.exception("the connection to Codex failed")
            self._note("The connection to Codex failed; `pilot logs` says why. Pilot tries again.")
        return True

    def _welcomed(self) -> None:
        self._settled.set()
        self._tried.set()
        self._note(None)
        self._services.tasks.spawn("codex-stored", self._list_stored())

    async def _list_stored(self) -> None:
        try:
            if self.link is not None:
                await self.link.list_stored()
        except (PilotError, RefusedError) as error:
            logger.info("Codex does not list its sessions: %s", error)

    async def _farewell(self, gone: Link) -> None:
        """Let its sessions rest, unless a new connection has them."""
        waited = 0.0
        while waited < GRACE_S and not self.up:
            await asyncio.sleep(0.1)
            waited += 0.1
        self._changed()
        for thread_id in gone.members.loaded():
            if not (self.link and self.link is not gone and self.link.up and self.link.members.has(thread_id)):
                gone.unloaded(thread_id)

    def _note(self, trouble: str | None) -> None:
        if trouble and trouble != self.trouble:
            logger.warning("Codex at %s: %s", self.home, trouble)
        self.trouble = trouble
        self._changed()

    async def _wait(self, limit_s: float) -> None:
        try:
            async with asyncio.timeout(limit_s):
                await self._look.wait()
        except TimeoutError:
            return
        self._look.clear()

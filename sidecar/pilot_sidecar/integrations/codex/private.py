"""An app-server of Pilot's own for one home: it runs the sessions Pilot starts, and reads the others' history."""

import asyncio
import logging
import secrets
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from pilot_sidecar.core.agent_processes import MARK
from pilot_sidecar.core.errors import AgentUnavailableError, PilotError
from pilot_sidecar.integrations.codex.context import Context
from pilot_sidecar.integrations.codex.link import Link
from pilot_sidecar.integrations.codex.owned_desk import OwnedDesk
from pilot_sidecar.integrations.codex.program import find_codex
from pilot_sidecar.integrations.codex.rpc import RefusedError
from pilot_sidecar.integrations.codex.sessions import AGENT
from pilot_sidecar.integrations.codex.stdio import start_app_server

LOOK_S = 5.0
IDLE_S = 60.0
"""It ends when nobody has needed it for this long."""
REST_S = 900.0
"""A session that rests in it is kept ready for this long; a prompt brings it back later too."""
START_S = 20.0
logger = logging.getLogger(__name__)


class PrivateServer:
    """Started when it is needed, ended when it is not, and with the hub."""

    def __init__(self, context: Context, home: Path, environ: Mapping[str, str], changed: Callable[[], None]) -> None:
        self._context = context
        self._services = context.services
        self._home = home
        self._environ = {**environ, "CODEX_HOME": str(home)}
        self._changed = changed
        self._lock = asyncio.Lock()
        self._used_s = 0.0
        self.link: Link | None = None

    @property
    def up(self) -> bool:
        """Whether it runs now."""
        return self.link is not None and self.link.up

    def touch(self) -> None:
        """Note that it is needed."""
        self._used_s = self._services.clock.monotonic_s()

    async def ready(self) -> Link:
        """Return the connection, starting the program if need be; raises AgentUnavailableError."""
        async with self._lock:
            self.touch()
            if self.link is not None and self.link.up:
                return self.link
            return await self._start()

    async def _start(self) -> Link:
        program = find_codex(self._environ)
        if program is None:
            raise AgentUnavailableError("Codex was not found on this machine.", "`npm install -g @openai/codex`")
        if not self._home.is_dir():
            raise AgentUnavailableError(f"There is no {self._home} yet.", "Start `codex` once in a terminal.")
        started: asyncio.Future[Link] = asyncio.get_running_loop().create_future()
        self._services.tasks.spawn("codex-private", self._run(program, started))
        try:
            async with asyncio.timeout(START_S):
                return await asyncio.shield(started)
        except TimeoutError:
            raise AgentUnavailableError("Codex did not start in time.", "Try again.") from None

    async def _run(self, program: str, started: "asyncio.Future[Link]") -> None:
        try:
            key = secrets.token_hex(16)
            async with start_app_server(program, {**self._environ, MARK: key}) as carrier:
                self._services.agent_processes.add(AGENT, carrier.pid, key)
                link = Link(self._context, carrier, "owned", self._home, carrier.pid)
                watching = self._services.tasks.spawn("codex-private-idle", self._end_when_idle(link))
                try:
                    await link.run(partial(self._welcomed, started, link))
                finally:
                    watching.cancel()
                    self._ended(link)
                assert isinstance(link.desk, OwnedDesk)
                await link.desk.withdraw()
        except (PilotError, RefusedError) as error:
            logger.info("Codex's app-server: %s", error)
            _fail(started, str(error))
        finally:
            _fail(started, "Codex's app-server ended at its start.")

    def _welcomed(self, started: "asyncio.Future[Link]", link: Link) -> None:
        """Take the program into use, also when whoever had it started waits no more."""
        self.link = link
        if not started.done():
            started.set_result(link)

    def _ended(self, link: Link) -> None:
        if self.link is link:
            self.link = None
        for thread_id in link.members.loaded():
            link.unloaded(thread_id)
        self._changed()

    async def _end_when_idle(self, link: Link) -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            threads = link.members.loaded()
            busy = any(link.members.of(name).status.type == "active" or link.desk.waiting(name) for name in threads)
            idle_s = self._services.clock.monotonic_s() - self._used_s
            if busy:
                self._used_s = self._services.clock.monotonic_s()
            elif idle_s > (REST_S if threads else IDLE_S):
                await link.server.close()
                return


def _fail(started: "asyncio.Future[Link]", why: str) -> None:
    if not started.done():
        started.set_exception(AgentUnavailableError(why, "Try `codex` in a terminal."))
        started.exception()  # whoever waits hears of it; nobody may be left

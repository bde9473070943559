"""The live part: the daemons of all homes, a private app-server each, hooks, and how Codex is reached altogether."""

import asyncio
import logging
from collections.abc import Mapping
from pathlib import Path

from pilot_sidecar.core.agents import AgentDriver
from pilot_sidecar.core.errors import PilotError
from pilot_sidecar.core.models import AgentStatus, Session
from pilot_sidecar.core.services import Services
from pilot_sidecar.core.session_book import SessionBook
from pilot_sidecar.infra.liveness import ProcessMark
from pilot_sidecar.infra.tasks import Tasks
from pilot_sidecar.integrations.codex.context import Context
from pilot_sidecar.integrations.codex.daemon import READY_S, Daemon
from pilot_sidecar.integrations.codex.driver import CodexDriver
from pilot_sidecar.integrations.codex.hooks import HookDesk
from pilot_sidecar.integrations.codex.link import Link
from pilot_sidecar.integrations.codex.payloads import EVENTS
from pilot_sidecar.integrations.codex.private import PrivateServer
from pilot_sidecar.integrations.codex.program import codex_home, find_codex, user_home
from pilot_sidecar.integrations.codex.record import installed_homes
from pilot_sidecar.integrations.codex.relay import remove_relay, write_relay
from pilot_sidecar.integrations.codex.rpc import RefusedError
from pilot_sidecar.integrations.codex.sessions import AGENT
from pilot_sidecar.integrations.ports import BridgeRoute, HubAddress

ORPHANS_S = 2.0
PROGRAM_EVERY = 15
"""Rounds after which the program is looked for anew: it may be installed while the hub runs."""
SETTLE_S = 3.0
"""A daemon that runs is connected within this after the hub's start."""
HOMES = 16
"""Different homes that are followed; more come from nowhere but a hostile hook."""
ENDED = "Codex's daemon ended."
logger = logging.getLogger(__name__)


class CodexConnection:
    """Knows who runs which session of Codex's."""

    def __init__(self, services: Services, environ: Mapping[str, str]) -> None:
        self._services = services
        self._environ = environ
        self._context = Context(services, SessionBook(AGENT, services.sessions, services.bus.publish))
        self._tasks = Tasks("codex", stop_timeout_s=0.8)
        self._daemons: dict[Path, Daemon] = {}
        self._private: dict[Path, PrivateServer] = {}
        self._home = codex_home(environ)
        self._found = False
        self.desk = HookDesk(services, shared=self)
        self._context.taken.append(self.desk.leave)
        self.driver: AgentDriver | None = CodexDriver(self)
        # Known events have exact addresses, which are found fastest; the pattern is for all others.
        paths = [f"/codex/hooks/{event}" for event in (*sorted(EVENTS), "{event}")]
        self.routes = [BridgeRoute("POST", path, self.desk.handle, "hook") for path in paths]

    @property
    def seq(self) -> int:
        """The bus's present place."""
        return self._services.bus.seq

    async def run(self, address: HubAddress) -> None:
        """Tell hooks where the hub is, and follow every home's daemon until cancelled."""
        self._found = find_codex(self._environ) is not None
        self._announce()  # before the hub answers: `pilot status` names all agents
        await asyncio.to_thread(write_relay, self._services.home, address.url, address.hook_token)
        usual = (user_home(self._environ) / ".codex").resolve()
        try:
            await self._follow_all(usual)
        finally:  # a hook must not hand its token to whoever has the hub's port next
            await asyncio.to_thread(remove_relay, self._services.home)

    async def _follow_all(self, usual: Path) -> None:
        async with self._tasks:
            for home in {self._home, usual, *await asyncio.to_thread(installed_homes, self._services.home)}:
                self._follow(home)
            self._tasks.spawn("hooks", self.desk.run())
            self._tasks.spawn("stored", self._list_stored())
            await self._look_after()

    async def _look_after(self) -> None:
        rounds = 0
        while True:
            try:
                if rounds % PROGRAM_EVERY == 0:
                    self._found = await asyncio.to_thread(find_codex, self._environ) is not None
                await self._clear_orphans()
                self._announce()
            except Exception:
                logger.exception("looking after Codex failed")
            rounds += 1
            await asyncio.sleep(ORPHANS_S)

    async def _list_stored(self) -> None:
        """Show what Codex remembers, also where no daemon runs that tells it."""
        await asyncio.sleep(SETTLE_S)
        if any(daemon.up for daemon in self._daemons.values()):
            return
        if await asyncio.to_thread((self._home / "sessions").is_dir):
            try:
                await (await self.private()).list_stored()
            except (PilotError, RefusedError) as error:
                logger.info("Codex does not list its sessions: %s", error)

    def running(self, session: Session) -> Link | None:
        """Return the connection that has a session loaded."""
        for server in self._private.values():
            if server.link and server.link.runs(session.id):
                server.touch()
                return server.link
        links = (daemon.link for daemon in self._daemons.values())
        return next((link for link in links if link and link.runs(session.id)), None)

    async def any_of(self, session: Session) -> Link:
        """Return a connection that can read a session, or bring it back: the shared daemon, else a private server."""
        if (link := self.running(session)) is not None:
            return link
        daemon = self._daemons.get(self._home_of(session))
        if daemon is not None and (link := await daemon.ready()) is not None:
            return link
        return await self._private_of(self._home_of(session)).ready()

    async def private(self) -> Link:
        """Return the private server of the user's own home."""
        return await self._private_of(self._home).ready()

    async def owns(self, session_id: str, transcript_path: str | None) -> bool:
        """Tell whether an app-server that Pilot listens to has a session."""
        home = _home_of_transcript(transcript_path)
        if home is not None:
            self._context.note_home(session_id, home)
            self._follow(home)
        if any(server.link and server.link.runs(session_id) for server in self._private.values()):
            return True
        for daemon in list(self._daemons.values()):
            link = await daemon.ready()
            if link is not None and (link.runs(session_id) or await _has(link, session_id)):
                return True
        return False

    def _follow(self, home: Path) -> None:
        if home not in self._daemons and len(self._daemons) < HOMES:
            daemon = self._daemons[home] = Daemon(self._context, home, self._announce)
            self._tasks.spawn("daemon", daemon.run())

    def _home_of(self, session: Session) -> Path:
        return self._context.homes.get(session.id, self._home)

    def _private_of(self, home: Path) -> PrivateServer:
        known = self._private.get(home)
        if known is None:
            known = PrivateServer(self._context, home, self._environ, self._announce)
            self._private[home] = known
        return known

    async def _clear_orphans(self) -> None:
        """Cancel what waited in a daemon that is gone, also what the last hub knew of."""
        for record in self._services.asks.pending(AGENT):
            pid, started = record.origin.get("pid"), record.origin.get("started")
            if record.ask.terminal != "race" or not isinstance(pid, int):
                continue
            if not ProcessMark(pid, started if isinstance(started, int) else None).alive():
                await self._services.asks.cancel(record.ask.id, ENDED)

    def _announce(self) -> None:
        live = [daemon.link for daemon in self._daemons.values() if daemon.up and daemon.link]
        trouble = next((daemon.trouble for daemon in self._daemons.values() if daemon.trouble), None)
        found = self._found
        sessions = sum(1 for session in self._context.book.all() if session.live and not session.parent_id)
        state = "degraded" if trouble else "connected" if live else "ready" if found else "not_installed"
        status = AgentStatus.model_validate(
            {
                "agent": AGENT,
                "state": state,
                "version": next((link.greeting.version for link in live if link.greeting), None),
                "connections": sessions,
                "starts": found,
                "message": trouble,
                "unknown_events": self._services.unknown.counts(AGENT),
            }
        )
        self._services.agents.set_status(status)


async def _has(link: Link, session_id: str) -> bool:
    """Ask the daemon itself; one that hangs must not hold a terminal outside of it up."""
    try:
        async with asyncio.timeout(READY_S):
            return session_id in await link.loaded()
    except (RefusedError, PilotError, TimeoutError):
        return False


def _home_of_transcript(path: str | None) -> Path | None:
    """Return the ``CODEX_HOME`` that a transcript lies in: ``…/sessions/2026/11/25/rollout-….jsonl``."""
    if not path:
        return None
    parents = Path(path).parents
    return next((folder.parent for folder in parents if folder.name in ("sessions", "archived_sessions")), None)

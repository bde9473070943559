"""The live part: every OpenCode process that dialled in, who runs what, and who is gone."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path

from aiohttp import WSMsgType, web
from pydantic import ValidationError

from pilot_sidecar.core.agents import AgentDriver
from pilot_sidecar.core.errors import AgentUnavailableError
from pilot_sidecar.core.manifest import Manifest, load_manifest
from pilot_sidecar.core.models import AgentStatus, Project, Session
from pilot_sidecar.core.services import Services
from pilot_sidecar.core.session_book import SessionBook
from pilot_sidecar.infra.liveness import ProcessMark
from pilot_sidecar.infra.tcp_peer import ends
from pilot_sidecar.integrations.opencode.bridge_file import PATH, approval_by_directory, write_bridge_file
from pilot_sidecar.integrations.opencode.choices import Choices
from pilot_sidecar.integrations.opencode.driver import OpenCodeDriver
from pilot_sidecar.integrations.opencode.frames import PROTOCOL, Hello, Pong, Prepare, RpcResult, parse_frame
from pilot_sidecar.integrations.opencode.link import Link, is_opencode
from pilot_sidecar.integrations.opencode.process import Claim, OpenCodeProcess
from pilot_sidecar.integrations.opencode.sessions import AGENT
from pilot_sidecar.integrations.opencode.slash import SlashDesk
from pilot_sidecar.integrations.ports import BridgeRoute, HubAddress

RECONCILE_S = 30.0
ORPHANS_S = 2.0
GRACE_S = 2.0
"""A bridge that lost its connection is back within this, if its process lives."""
HEARTBEAT_S = 20.0
MAX_FRAME = 64 * 1024 * 1024
ENDED = "OpenCode's process ended."
PROCESSES = 250
"""No person runs more; a program that goes wrong does not fill the hub's memory."""
NO_BRIDGE = "not connected yet: `pilot init opencode` does that"
logger = logging.getLogger(__name__)


class OpenCodeConnection:
    """Accepts bridges and keeps the registry of processes, by boot."""

    def __init__(self, services: Services, environ: Mapping[str, str]) -> None:
        self._services = services
        self._book = SessionBook(AGENT, services.sessions, services.bus.publish)
        self._processes: dict[str, OpenCodeProcess] = {}
        self._workers: dict[str, asyncio.Task[None]] = {}
        self._owners: dict[str, OpenCodeProcess] = {}
        self._address: HubAddress | None = None
        self._stopping = False
        self._installed = False
        self._choices = Choices(services.sessions, self._book.all, services.tasks, self._announce)
        self.driver: AgentDriver | None = OpenCodeDriver(self)
        self.routes = [BridgeRoute("GET", PATH, self._accept, "bridge"), *SlashDesk(services, environ).routes]

    @property
    def services(self) -> Services:
        """The hub's parts."""
        return self._services

    @property
    def book(self) -> SessionBook:
        """The sessions as this adapter knows them."""
        return self._book

    async def run(self, address: HubAddress) -> None:
        """Tell bridges where the hub is, then compare notes with them until cancelled."""
        self._address = address
        self._note_bridge(load_manifest(self._services.home, AGENT))  # before the hub answers: `pilot status` names all
        try:
            await self._look_after()
        finally:
            await self._hang_up()

    async def _look_after(self) -> None:
        await self._write_file()
        loop = asyncio.get_running_loop()
        next_reconcile = loop.time() + RECONCILE_S
        while True:
            await asyncio.sleep(ORPHANS_S)
            try:
                await self._clear_orphans()
                if loop.time() >= next_reconcile:
                    next_reconcile = loop.time() + RECONCILE_S
                    for process in self.connected():
                        process.reconcile_all()
                    await self._look_for_bridge()
            except Exception:
                logger.exception("looking after OpenCode failed")

    async def _look_for_bridge(self) -> None:
        self._note_bridge(await asyncio.to_thread(load_manifest, self._services.home, AGENT))

    def _note_bridge(self, manifest: Manifest) -> None:
        self._installed = bool(manifest.entries)
        self._announce()

    async def _hang_up(self) -> None:
        """End all connections, so that the door can close; bridges look for the next hub at once."""
        self._stopping = True
        for process in self.connected():
            if process.link:
                await process.link.close()

    def connected(self) -> list[OpenCodeProcess]:
        """Return the processes that can be talked to."""
        return [process for process in self._processes.values() if process.connected]

    def owner(self, session_id: str) -> OpenCodeProcess | None:
        """Return the live process that ran a session last."""
        process = self._owners.get(session_id)
        return process if process and process.connected else None

    def in_directory(self, directory: str) -> list[OpenCodeProcess]:
        """Return the live processes of a directory, those with a life of their own first."""
        found = [process for process in self.connected() if process.name_of(directory) is not None]
        return sorted(found, key=lambda process: process.mode == "run")

    async def configure(self, concerned: Sequence[OpenCodeProcess]) -> None:
        """Bring the choices to all processes; AgentUnavailableError unless those concerned keep to them from now on."""
        await self._write_file()
        await self._choices.tell(self.connected(), concerned)

    async def approval_changed(self, project: Project) -> None:
        """Bring a project's choice to its processes and sessions; AgentUnavailableError where that is in doubt."""
        try:
            await self.configure([process for process in self.connected() if process.works_in(project)])
        finally:
            for session in self._book.all():
                if session.project_id == project.id and (owner := self.owner(session.id)) and not owner.behind:
                    await self._apply(owner, session)

    async def _apply(self, owner: OpenCodeProcess, session: Session) -> None:
        """Have OpenCode's own rules say it; where they cannot, the bridge holds the calls."""
        try:
            await owner.approvals.apply(session)
        except AgentUnavailableError as error:
            logger.info("a session was not told of the approval mode: %s", error.message)

    async def _accept(self, request: web.BaseRequest) -> web.StreamResponse:
        if self._stopping:
            return web.Response(status=503)
        socket = web.WebSocketResponse(heartbeat=HEARTBEAT_S, max_msg_size=MAX_FRAME)
        await socket.prepare(request)
        link = Link(socket, ends(request.transport))
        process: OpenCodeProcess | None = None
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    process = await self._receive(message.data, link, process)
        finally:
            await link.close()
            if process and process.link is link and not self._stopping:
                self._lost(process)
        return socket

    async def _receive(self, text: str, link: Link, process: OpenCodeProcess | None) -> OpenCodeProcess | None:
        try:
            frame = parse_frame(text)
        except ValidationError as error:
            logger.warning("a frame of the OpenCode bridge was not understood: %s", error.errors()[0]["msg"])
            return process
        match frame:
            case Hello() if process is None or process.boot == frame.boot:
                return await self._welcome(frame, link)
            case Hello():  # one process, one name
                await link.close()
            case RpcResult():
                link.receive(frame)
            case Pong():
                link.pong(frame.id)
            case Prepare() if process is not None:
                self._services.tasks.spawn(f"opencode-prepare-{frame.id}", process.prepare(frame))
            case Prepare():
                pass
            case _ if process is not None:
                process.take(frame)
        return process

    async def _welcome(self, hello: Hello, link: Link) -> OpenCodeProcess | None:
        if hello.protocol != PROTOCOL:
            self._announce(f"An OpenCode bridge speaks protocol {hello.protocol}; run `pilot init opencode` again.")
            await link.close()
            return None
        peer = await asyncio.to_thread(link.find_peer)
        process = self._processes.get(hello.boot)
        if process is not None and process.is_somebody_else(peer):
            logger.warning("refused a bridge that is not the process it says it is (%s)", peer and peer.pid)
            await link.close()
            return None
        if process is None and len(self._processes) >= PROCESSES:
            logger.warning("refused a bridge: %d OpenCode processes are known already", PROCESSES)
            await link.close()
            return None
        await self._recognise(hello, peer)
        process = self._processes.get(hello.boot)
        if process is None:
            process = OpenCodeProcess(hello, self._services, self._book, self._claimer(hello.boot))
            self._processes[hello.boot] = process
            worker = self._services.tasks.spawn(f"opencode-{hello.pid}", process.work())
            self._workers[hello.boot] = worker
        old, process.link = process.link, None
        if old is not None:
            await old.close()
        process.connect(link, hello)
        process.peer = peer or process.peer
        await link.send(self._choices.config(process))
        self._announce()
        return process

    async def _recognise(self, hello: Hello, peer: ProcessMark | None) -> None:
        """Note an agent's process, if it is one: what the kernel says of the connection counts, not what it claims."""
        if peer is None or not await asyncio.to_thread(is_opencode, peer):
            logger.info("a bridge is not inside OpenCode itself, as far as this system tells")
            return
        self._services.agent_processes.add(AGENT, peer.pid, hello.boot)

    def _claimer(self, boot: str) -> Claim:
        def claim(session_id: str, take: bool) -> bool:
            owner = self.owner(session_id)
            if not take and owner is not None and owner.boot != boot:
                return False
            self._owners[session_id] = self._processes[boot]
            return True

        return claim

    def _lost(self, process: OpenCodeProcess) -> None:
        process.link = None
        self._services.tasks.spawn(f"opencode-farewell-{process.mark.pid}", self._farewell(process))

    async def _farewell(self, process: OpenCodeProcess) -> None:
        """Wait for a bridge to come back; else its sessions are no longer live, and those of a dead process end."""
        waited = 0.0
        while waited < GRACE_S and process.mark.alive():
            await asyncio.sleep(0.1)
            waited += 0.1
            if process.connected:
                return
        if process.connected:
            return
        self._announce()
        for session in self._book.all():
            if self._owners.get(session.id) is process:
                self._orphan(session.id)
        await self._clear_orphans()

    def _orphan(self, session_id: str) -> None:
        session = self._book.get(session_id)
        del self._owners[session_id]
        if session is None:
            return
        heirs = [process for process in self.in_directory(session.directory) if process.mode != "run"]
        now = self._services.clock.now_ms()
        state = "idle" if session.state in ("busy", "retrying") else session.state
        if heirs:
            self._owners[session_id] = heirs[0]
            self._book.change(session, now, state=state, process=heirs[0].agent_process)
        else:
            self._book.change(session, now, state=state, live=False, process=None)

    async def _clear_orphans(self) -> None:
        """Cancel the asks of processes that are gone, also of those the last hub knew; forget such processes."""
        for record in self._services.asks.pending(AGENT):
            pid, started = record.origin.get("pid"), record.origin.get("started")
            process = self._processes.get(str(record.origin.get("boot")))
            if process and process.connected:
                continue
            if isinstance(pid, int) and not ProcessMark(pid, started if isinstance(started, int) else None).alive():
                await self._services.asks.cancel(record.ask.id, ENDED)
        for boot, gone in list(self._processes.items()):
            if not gone.connected and not gone.mark.alive():
                del self._processes[boot]
                self._workers.pop(boot).cancel()
                self._announce()

    async def _write_file(self) -> None:
        if self._address is None:
            return
        approval = approval_by_directory(self._services.sessions.projects(), self._book.all())
        home: Path = self._services.home
        address = self._address
        await asyncio.to_thread(write_bridge_file, home, address.url, address.bridge_token, approval)

    def _announce(self, message: str | None = None) -> None:
        live = self.connected()
        missing = not live and not self._installed
        doubt = next(filter(None, map(self._choices.doubt, live)), None)
        message = message or (f"{doubt.message} {doubt.hint}" if doubt else None)
        status = AgentStatus(
            agent=AGENT,
            state="degraded" if message else "connected" if live else "not_installed" if missing else "ready",
            version=next((process.version for process in live if process.version), None),
            connections=len(live),
            message=message or (NO_BRIDGE if missing else None),
            unknown_events=self._services.unknown.counts(AGENT),
        )
        self._services.agents.set_status(status)

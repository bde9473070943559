"""One OpenCode process: what it tells, in order, and what it can be told."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial

from pilot_sidecar.core.errors import AgentUnavailableError
from pilot_sidecar.core.models import AgentProcess, Project, Session
from pilot_sidecar.core.projects import project_id, real_place
from pilot_sidecar.core.services import Services
from pilot_sidecar.core.session_book import SessionBook
from pilot_sidecar.infra.liveness import ProcessMark, mark
from pilot_sidecar.integrations.opencode.approval import Approvals
from pilot_sidecar.integrations.opencode.desk import Desk
from pilot_sidecar.integrations.opencode.frames import (
    Dispose,
    EventFrame,
    GateEnd,
    GateFrame,
    Hello,
    Instance,
    Live,
    Prepare,
)
from pilot_sidecar.integrations.opencode.gates import Gates
from pilot_sidecar.integrations.opencode.link import TIMEOUT_S, Answer, Link
from pilot_sidecar.integrations.opencode.mapping import Translator
from pilot_sidecar.integrations.opencode.native import NativeEvent, SessionInfo, Status
from pilot_sidecar.integrations.opencode.resync import reconcile, resync
from pilot_sidecar.integrations.opencode.sessions import AGENT, capabilities_of

BACKLOG = 20_000
"""Frames that may wait to be worked off; past it the connection starts over."""
Job = Callable[[], Awaitable[None]]
Claim = Callable[[str, bool], bool]
"""Note who runs a session, by force or only if nobody else does; whether that holds."""
logger = logging.getLogger(__name__)


class OpenCodeProcess:
    """Works off one process's frames, and survives the loss of its connection."""

    def __init__(self, hello: Hello, services: Services, book: SessionBook, claim: Claim) -> None:
        self.boot = hello.boot
        self.mark = mark(hello.pid)
        self.mode = hello.mode
        self.directories: set[str] = set()
        self.link: Link | None = None
        self.peer: ProcessMark | None = None
        """Who the kernel says it is, whatever it claims."""
        self.version: str | None = None
        self.guards = False
        """Whether its bridge holds what the rules of a running turn do not cover."""
        self.behind = False
        """Whether it was told of a choice of approval and has not confirmed it."""
        self.services = services
        self.book = book
        self.agent_process = AgentProcess(pid=hello.pid, mode=hello.mode)
        self.translator = Translator(
            book, self.agent_process, partial(services.unknown.note, AGENT), services.attachments.keep_url
        )
        self.desk = Desk(services, book, self)
        self.gates = Gates(services, book, self)
        self.approvals = Approvals(book, services.sessions, self)
        self._claim = claim
        self._jobs: asyncio.Queue[Job] = asyncio.Queue(BACKLOG)

    @property
    def connected(self) -> bool:
        """Whether it can be talked to now."""
        return self.link is not None and not self.link.closed

    def origin(self, directory: str) -> dict[str, object]:
        """Return what finds this process and directory again after a restart of the hub."""
        return {"boot": self.boot, "pid": self.mark.pid, "started": self.mark.started, "directory": directory}

    def connect(self, link: Link, hello: Hello) -> None:
        """Go on over a new connection."""
        self.link = link
        self.guards = hello.guards
        self.behind = False
        self.directories = {instance.directory for instance in hello.instances}

    def is_somebody_else(self, peer: ProcessMark | None) -> bool:
        """Tell whether another process speaks in its name while it runs; where nobody can tell, it does not."""
        known = self.peer
        return known is not None and peer is not None and peer != known and known.alive()

    async def rpc(
        self, method: str, path: str, directory: str, body: object = None, timeout_s: float = TIMEOUT_S
    ) -> Answer:
        """Run a request on the process's own server; AgentUnavailableError when it cannot be reached."""
        if self.link is None:
            raise AgentUnavailableError("This OpenCode process is not connected.", "Its terminal still works.")
        return await self.link.rpc(method, path, directory, body, timeout_s)

    async def send(self, frame: dict[str, object]) -> None:
        """Send a frame; AgentUnavailableError when the process cannot be reached."""
        if self.link is None:
            raise AgentUnavailableError("This OpenCode process is not connected.")
        await self.link.send(frame)

    def take(self, frame: Live | Instance | Dispose | EventFrame | GateFrame | GateEnd) -> None:
        """Queue a frame; all are worked off one after another."""
        match frame:
            case EventFrame():
                self.later(partial(self._event, frame))
            case Live():
                for directory in sorted(self.directories):
                    self.later(partial(resync, self, directory))
            case Instance():
                self.directories.add(frame.directory)
                self.approvals.forget(frame.directory)
                self.later(partial(resync, self, frame.directory))
            case Dispose():
                self.directories.discard(frame.directory)
                self.later(partial(self._disposed, frame.directory))
            case GateFrame():
                self.later(partial(self._gate, frame))
            case GateEnd():
                self.later(partial(self.gates.withdraw, frame.id))

    def later(self, job: Job) -> None:
        """Do something after everything that came before it."""
        try:
            self._jobs.put_nowait(job)
        except asyncio.QueueFull:
            logger.warning("OpenCode process %s sends faster than it can be followed; starting over", self.mark.pid)
            if self.link is not None:  # the bridge dials again, repeats what it holds, and all is compared
                self.services.tasks.spawn("opencode-start-over", self.link.close())

    def name_of(self, directory: str) -> str | None:
        """Return what the process calls a folder it works in, whichever links lead there; None for others."""
        if directory in self.directories:
            return directory
        place = real_place(directory)
        return next((name for name in sorted(self.directories) if real_place(name) == place), None)

    def works_in(self, project: Project) -> bool:
        """Tell whether one of its folders is a project's."""
        return any(project_id(name) == project.id for name in self.directories)

    def reconcile_all(self) -> None:
        """Compare what waits here with what the process says."""
        for directory in sorted(self.directories):
            self.reconcile(directory)

    def reconcile(self, directory: str) -> None:
        """Compare what waits in a directory with what the process says."""

        async def job() -> None:
            await reconcile(self, directory)

        self.later(job)

    async def work(self) -> None:
        """Work off frames until cancelled; one that fails is logged and the next is taken."""
        while True:
            job = await self._jobs.get()
            try:
                await job()
            except AgentUnavailableError as error:
                logger.info("OpenCode process %s: %s", self.mark.pid, error.message)
            except Exception:
                logger.exception("a frame of OpenCode process %s failed", self.mark.pid)

    async def learn(self, session_id: str, directory: str) -> Session | None:
        """Return a session, asking the process about one Pilot does not know; parents first."""
        known = self.book.get(session_id)
        if known is None:
            answer = await self.rpc("GET", f"/session/{session_id}", directory)
            if not answer.ok or not isinstance(answer.body, dict):
                return None
            info = SessionInfo.model_validate(answer.body)
            if info.parent_id:
                await self.learn(info.parent_id, directory)
            self.publish_session(info)
            known = self.book.get(session_id)
        if known:
            self.own(known)
        return known

    def publish_session(self, info: SessionInfo) -> None:
        """Announce how a session is."""
        for event in self.translator.session(info, self.services.clock.now_ms()):
            self.book.publish(event)

    def own(self, session: Session) -> None:
        """Note that this process runs a session."""
        self._claim(session.id, True)
        capabilities = capabilities_of(self.mode)
        now = self.services.clock.now_ms()
        self.book.change(session, now, live=True, process=self.agent_process, capabilities=capabilities)

    def runs(self, session: Session) -> bool:
        """Tell whether a session is known as busy, here or from before the hub's restart."""
        return self.translator.busy(session.id) or (session.state == "busy" and session.process == self.agent_process)

    def set_status(self, session_id: str, status: Status) -> None:
        """Announce what the process said a session does."""
        for event in self.translator.status(session_id, status, self.services.clock.now_ms()):
            self.book.publish(event)

    def adopt(self, info: SessionInfo) -> None:
        """Take in a session from the list, unless another live process runs it."""
        if self._claim(info.id, False):
            self.publish_session(info)

    async def _event(self, frame: EventFrame) -> None:
        event = frame.event
        session_id = session_in(event)
        if session_id and event.type not in ("session.created", "session.deleted"):
            await self.learn(session_id, frame.directory)
        for translated in self.translator.translate(event, self.services.clock.now_ms()):
            self.book.publish(translated)
        await self._ask(event, session_id, frame.directory)
        if session_id:
            await self._follow(event, session_id, frame.directory)

    async def _ask(self, event: NativeEvent, session_id: str | None, directory: str) -> None:
        if event.type in ("permission.replied", "question.replied", "question.rejected"):
            await self.desk.ended(event)
        elif event.type in ("permission.asked", "question.asked") and self.mode != "run" and session_id:
            if not self.translator.busy(session_id):
                self.reconcile(directory)
            elif event.type == "permission.asked":
                await self.desk.open_permission(event.properties, directory)
            else:
                await self.desk.open_question(event.properties, directory)

    async def _follow(self, event: NativeEvent, session_id: str, directory: str) -> None:
        """Do what an event calls for beyond being told."""
        if event.type == "session.idle":
            if self.desk.pending(directory, {session_id}):
                await self.desk.clear(directory, {session_id}, "The turn was stopped.")
        elif event.type in ("session.created", "session.updated", "session.status"):
            session = self.book.get(session_id)
            if session and (event.type == "session.created" or self.translator.busy(session_id)):
                if event.type == "session.created":
                    self.own(session)
                await self.approvals.apply(session)

    async def prepare(self, frame: Prepare) -> None:
        """Bring a session to its approval mode before its turn starts, and let the turn go."""
        try:
            session = await self.learn(frame.session_id, frame.directory)
            if session:
                await self.approvals.prepare(session.model_copy(update={"mode": frame.agent or session.mode}))
        finally:
            await self.send({"type": "prepared", "id": frame.id})

    async def _gate(self, frame: GateFrame) -> None:
        await self.learn(frame.session_id, frame.directory)
        await self.gates.open(frame)

    async def _disposed(self, directory: str) -> None:
        for record in self.desk.pending(directory):
            await self.services.asks.cancel(record.ask.id, "OpenCode closed the project.")


def session_in(event: NativeEvent) -> str | None:
    """Return which session an event is about."""
    properties = event.properties
    for holder, name in ((properties, "sessionID"), (properties.get("part"), "sessionID")):
        if isinstance(holder, dict) and isinstance(found := holder.get(name), str):
            return found
    info = properties.get("info")
    if isinstance(info, dict):
        found = info.get("sessionID") or info.get("id")
        return found if isinstance(found, str) and event.type.startswith(("session.", "message.")) else None
    return None

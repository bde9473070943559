"""One connection to an app-server of Codex's: what its threads say, and what they can be told."""

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from pydantic import ValidationError

from pilot_sidecar.core.errors import AgentUnavailableError
from pilot_sidecar.core.events import Event, SessionStarted, SessionUpdated
from pilot_sidecar.core.models import Session
from pilot_sidecar.infra.liveness import mark
from pilot_sidecar.integrations.codex.backfill import Backfill
from pilot_sidecar.integrations.codex.context import Context
from pilot_sidecar.integrations.codex.desk import Desk
from pilot_sidecar.integrations.codex.greeting import Greeting, greet
from pilot_sidecar.integrations.codex.members import Members
from pilot_sidecar.integrations.codex.native import Item, Thread, ThreadStatus, Turn
from pilot_sidecar.integrations.codex.owned_desk import OwnedDesk
from pilot_sidecar.integrations.codex.pictures import with_pictures
from pilot_sidecar.integrations.codex.rpc import AppServer, Carrier, GarbageError, Json, RefusedError, Said
from pilot_sidecar.integrations.codex.sessions import AGENT, Kind, capabilities_of, session_of
from pilot_sidecar.integrations.codex.translator import Translator

LOOK_S = 5.0
RECONCILE_EVERY = 6
STORED = 50
"""Threads that nothing runs, shown beside the live ones; newest first."""
logger = logging.getLogger(__name__)


class Link:
    """From the greeting to the end of one connection."""

    def __init__(
        self, context: Context, carrier: Carrier, kind: Kind, home: Path, pid: int | None, look_s: float = LOOK_S
    ) -> None:
        self.services = services = context.services
        self.book = context.book
        self._context = context
        self.kind = kind
        self.home = home
        self.greeting: Greeting | None = None
        self.trouble: str | None = None
        """Why the connection ended, where it did not end by itself."""
        self._pid = pid
        self._look_s = look_s
        self._mark = mark(pid) if pid else None
        self.server = AppServer(carrier, self._take)
        self.translator = Translator(
            lambda name, raw: services.unknown.note(AGENT, name, raw), services.attachments.keep_url
        )
        self._inherited = {record.ask.id for record in services.asks.pending(AGENT)}
        """What waited before this connection: Codex repeats what still does."""
        self.members = Members(self.server, self._learned, self._joined, self._release)
        self.backfill = Backfill(services, self.server)
        desk = OwnedDesk if kind == "owned" else Desk
        self.desk = desk(services, self, self.origin)

    @property
    def up(self) -> bool:
        """Whether it can be talked to now."""
        return self.greeting is not None and not self.server.closed

    def runs(self, thread_id: str) -> bool:
        """Tell whether a thread is loaded here."""
        return self.up and thread_id in self.members.loaded()

    def origin(self) -> dict[str, object]:
        """Return what finds this server again after a restart of the hub."""
        started = self._mark.started if self._mark else None
        return {"home": str(self.home), "pid": self._pid, "started": started}

    async def run(self, welcomed: Callable[[], None]) -> None:
        """Greet, look around, and follow what is said until the connection ends; raises TooOldError."""
        listening = self.services.tasks.spawn("codex-listen", self._listen())
        looking: asyncio.Task[None] | None = None
        try:
            self.greeting = await greet(self.server)
            await self.reconcile()
            welcomed()
            looking = self.services.tasks.spawn("codex-look-after", self._look_after())
            await self.services.tasks.outlive(listening)
        except AgentUnavailableError:
            if self.trouble is None:  # else it went away since it was not understood, which says more
                raise
        finally:
            for task in (listening, looking):
                if task is not None:
                    task.cancel()
            await self.server.close()

    async def call(self, method: str, params: Json) -> Json:
        """Return a request's result, or say in Codex's words why there is none."""
        try:
            return await self.server.call(method, params)
        except RefusedError as error:
            raise AgentUnavailableError(f"Codex refused: {error.message}") from error

    async def answer(self, request_id: int | str, result: Json) -> None:
        """Answer a request of the server's."""
        await self.server.answer(request_id, result)

    async def say(self, session: Session, text: str) -> None:
        """Hand words to a thread: a running turn takes them in, else they begin one."""
        await self.call("turn/start", {"threadId": session.id, "input": [{"type": "text", "text": text}]})

    def session(self, thread_id: str) -> Session | None:
        """Return a thread's session."""
        return self.book.get(thread_id)

    def item(self, thread_id: str, item_id: str) -> Item | None:
        """Return an item that runs."""
        return self.translator.started.get((thread_id, item_id))

    async def reconcile(self) -> None:
        """Compare what is known with what the server says, in both directions."""
        before = {record.ask.id for record in self.services.asks.pending(AGENT)}
        loaded = await self.loaded()
        for thread_id in loaded:
            try:
                await self._review(thread_id, before)
            except (RefusedError, ValidationError) as error:  # the others are looked at all the same
                logger.info("a Codex thread could not be reviewed: %s", error)
        for thread_id in set(self.members.loaded()) - loaded:
            self.unloaded(thread_id)
        for record in self.services.asks.pending(AGENT):
            if record.origin == self.origin() and record.ask.id in before and record.ask.session_id not in loaded:
                await self.desk.missing(record.ask.session_id, before, busy=False)

    async def list_stored(self) -> None:
        """Show the threads that nothing runs."""
        params: Json = {"limit": STORED, "sortKey": "updated_at", "sourceKinds": ["cli", "vscode", "exec", "appServer"]}
        answer = await self.server.call("thread/list", params)
        data = answer.get("data")
        for raw in data if isinstance(data, list) else []:
            try:
                thread = Thread.model_validate(raw)
            except ValidationError:
                continue
            if not thread.helper and thread.status.type == "notLoaded" and not self._lives(thread.id):
                self.book.forget(thread.id)  # its hooks may have told of it since
                await self._show(thread, "stored")

    def _lives(self, thread_id: str) -> bool:
        """Tell whether anything runs a thread, be it a terminal of which only hooks tell."""
        known = (self.book.get(thread_id), self.services.sessions.get(thread_id))
        return any(session is not None and session.live for session in known)

    async def _listen(self) -> None:
        try:
            await self.server.listen()
        except GarbageError as error:
            self.trouble = f"It says something that Pilot does not understand ({error})."

    async def _look_after(self) -> None:
        rounds = 0
        while True:
            await asyncio.sleep(self._look_s)
            rounds += 1
            try:
                await self.members.let_go(self.services.clock.monotonic_s(), lambda id_: bool(self.desk.waiting(id_)))
                if rounds % RECONCILE_EVERY == 1:  # soon after the start, and then every 30 s
                    await self.reconcile()
            except (AgentUnavailableError, RefusedError) as error:
                logger.info("looking after Codex: %s", error)
            except Exception:
                logger.exception("looking after Codex failed")

    async def loaded(self) -> set[str]:
        """Return the threads that the server has loaded."""
        found: set[str] = set()
        cursor: object = None
        while True:
            answer = await self.server.call("thread/loaded/list", {"cursor": cursor} if cursor else {})
            data = answer.get("data")
            found |= {name for name in (data if isinstance(data, list) else []) if isinstance(name, str)}
            cursor = answer.get("nextCursor")
            if not cursor:
                return found

    async def _review(self, thread_id: str, before: set[str]) -> None:
        member = self.members.of(thread_id)
        if member.helper:
            return
        if not member.known:
            self.look(thread_id)
            return
        busy_since = self._busy_since(thread_id)
        answer = await self.server.call("thread/read", {"threadId": thread_id})
        member.status = status = Thread.model_validate(answer.get("thread")).status
        if status.type == "idle" and busy_since is not None and busy_since == self._busy_since(thread_id):
            self._rests(thread_id)  # the end of its turn was not understood
        if status.type == "active" and not member.joined:
            self.look(thread_id)
        elif status.waits and not self.desk.waiting(thread_id):
            await self.members.load(thread_id)
        else:
            waiting = set(self.desk.waiting(thread_id)) if status.waits else set()
            await self.desk.missing(thread_id, before - waiting, busy=status.type == "active")

    def _rests(self, thread_id: str) -> None:
        if (session := self.book.get(thread_id)) is not None:
            self.book.change(session, self.services.clock.now_ms(), state="idle")

    def _busy_since(self, thread_id: str) -> int | None:
        """Return when a busy session was last heard of; None for one that rests."""
        session = self.book.get(thread_id)
        return session.updated_at if session and session.state in ("busy", "retrying") else None

    def look(self, thread_id: str) -> None:
        """Look at a thread soon; what it says from now on is kept back until then."""
        if self.members.claim(thread_id):
            self.services.tasks.spawn("codex-look", self.members.look(thread_id))

    async def _take(self, said: Said) -> None:
        if said.method == "thread/started":
            await self._told_of(said)
            return
        thread_id = said.params.get("threadId")
        if not isinstance(thread_id, str):
            self.translator.note_global(said)
            return
        member = self.members.of(thread_id)
        if member.helper:
            return
        if said.method == "thread/status/changed" and (status := _status(said)) is not None:
            member.status = status
            if not member.known or (status.type == "active" and not member.joined):
                self.look(thread_id)
        elif not member.known:
            self.look(thread_id)
        if not self.members.hold(thread_id, said):
            await self._release(said)

    async def _told_of(self, said: Said) -> None:
        try:
            thread = Thread.model_validate(said.params.get("thread"))
        except ValidationError:
            self.services.unknown.note(AGENT, "thread/started", str(said.params).encode("utf-8", "replace"))
            return
        if self.book.get(thread.id) is None:
            await self.members.take_in(thread)
        else:  # what it said meanwhile is asked for, and whoever reads the answers must not wait for one
            self.look(thread.id)

    async def _release(self, said: Said) -> None:
        """Do what a message calls for; one that fails costs neither the next ones nor the connection."""
        try:
            await self._apply(said)
        except Exception:
            logger.exception("a message of Codex's failed: %s", said.method)

    async def _apply(self, said: Said) -> None:
        """Do what a message calls for; its thread is known."""
        thread_id = str(said.params["threadId"])
        session = self.book.get(thread_id)
        if session is None:
            return
        if said.id is not None:
            await self.desk.asked(said)
            return
        match said.method:
            case "serverRequest/resolved":
                self.desk.ended(said)
            case "thread/status/changed":
                self._status_changed(session)
            case "thread/closed" | "thread/archived" | "thread/deleted":
                self.unloaded(thread_id, state="idle" if said.method == "thread/closed" else "ended")
                waiting = {record.ask.id for record in self.services.asks.pending(AGENT)}
                self.services.tasks.spawn("codex-closed", self.desk.missing(thread_id, waiting, busy=False))
            case _:
                if said.method == "item/completed":
                    said.params["item"] = await with_pictures(said.params.get("item"), [session.directory])
                await self._publish(self.translator.translate(said, session, self.services.clock.now_ms()))
                self.desk.observe(said)

    def _status_changed(self, session: Session) -> None:
        """Tell how a thread does that is not listened to; the turns of the others tell it themselves."""
        member = self.members.of(session.id)
        if member.joined or member.status.type not in ("idle", "systemError"):
            return
        state = "idle" if member.status.type == "idle" else "error"
        if session.state in ("busy", "retrying"):
            self.book.change(session, self.services.clock.now_ms(), state=state)

    async def _learned(self, thread: Thread) -> None:
        if thread.parent_thread_id and self.book.get(thread.parent_thread_id) is None:
            self.look(thread.parent_thread_id)
        self._context.take(thread.id)
        await self._show(thread, self.kind)
        if not thread.status.waits:
            await self.desk.missing(thread.id, self._inherited, busy=thread.status.type == "active")

    async def _joined(self, thread: Thread, turns: list[Turn]) -> None:
        for turn in turns:
            if turn.status == "inProgress":
                self.translator.turns[thread.id] = turn.id
                self.translator.keep_started(thread.id, turn)
        if not self._tells_of(thread.id):
            self._context.take(thread.id)
        session = self._announce(thread, self.kind)
        await self._bring(thread, self.kind, await self.backfill.running(session, turns))

    def _tells_of(self, thread_id: str) -> bool:
        session = self.book.get(thread_id)
        return session is not None and session.process is not None and session.process.mode == self.kind

    async def _show(self, thread: Thread, kind: Kind) -> None:
        """Announce a thread, with what it said while Pilot was not listening."""
        known = self.book.get(thread.id)
        seconds = known.updated_at // 1000 if known else None
        gone_on = seconds is not None and (thread.updated_at >= seconds or thread.status.type == "active")
        session = self._announce(thread, kind)
        if gone_on:
            await self._bring(thread, kind, await self.backfill.gap(session))

    async def _bring(self, thread: Thread, kind: Kind, events: Sequence[Event]) -> None:
        if events:
            await self._publish(events)
            self._announce(thread, kind)  # what was brought in is over, whatever it says

    def _announce(self, thread: Thread, kind: Kind) -> Session:
        known = self.book.get(thread.id)
        parents = self.book.parents(thread.id) if known else []
        root = parents[-1] if parents else self._root_of(thread.parent_thread_id)
        session = session_of(thread, known, kind, self._pid, root)
        self._context.note_home(session.id, self.home)
        event = SessionUpdated if known else SessionStarted
        now = self.services.clock.now_ms()
        self.book.publish(event(at=now, session_id=session.id, agent=AGENT, session=session))
        return session

    def _root_of(self, parent_id: str | None) -> str | None:
        parent = self.book.get(parent_id) if parent_id else None
        return (parent.root_id or parent.id) if parent else parent_id

    def unloaded(self, thread_id: str, state: str = "idle") -> None:
        """Tell that nothing runs a thread any more."""
        self.members.forget(thread_id)
        self.translator.forget(thread_id)
        session = self.book.get(thread_id)
        if session is not None and session.live:
            stored = {"live": False, "process": None, "capabilities": capabilities_of("stored"), "state": state}
            self.book.change(session, self.services.clock.now_ms(), **stored)

    async def _publish(self, events: Iterable[Event]) -> None:
        for event in events:
            self.book.publish(event)
        await self.services.store.room()


def _status(said: Said) -> ThreadStatus | None:
    try:
        return ThreadStatus.model_validate(said.params.get("status"))
    except ValidationError:
        return None

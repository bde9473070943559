"""Which threads an app-server has loaded, and which of them Pilot listens to."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from pydantic import ValidationError

from pilot_sidecar.core.errors import AgentUnavailableError
from pilot_sidecar.integrations.codex.backfill import turns_in
from pilot_sidecar.integrations.codex.native import Thread, ThreadStatus, Turn
from pilot_sidecar.integrations.codex.rpc import AppServer, GarbageError, Json, RefusedError, Said

IDLE_S = 30.0
"""An idle thread is let go of after this: Codex unloads only threads that nobody listens to."""
HELD = 20_000
"""Messages kept back for a thread that is being joined; with more the connection starts over, and nothing is lost."""
TRIES = 40
PAUSE_S = 0.02
LONGEST_PAUSE_S = 0.5
logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Member:
    """One loaded thread."""

    status: ThreadStatus = field(default_factory=lambda: ThreadStatus(type="idle"))
    known: bool = False
    """It has a session."""
    helper: bool = False
    joined: bool = False
    held: deque[Said] | None = None
    """What came while it was being looked at, in order."""
    idle_since_s: float | None = None


Learned = Callable[[Thread], Awaitable[None]]
Joined = Callable[[Thread, list[Turn]], Awaitable[None]]
Release = Callable[[Said], Awaitable[None]]


class Members:
    """Learns of threads, listens to those that work, and lets go of those that rest."""

    def __init__(self, server: AppServer, learned: Learned, joined: Joined, release: Release) -> None:
        self._server = server
        self._learned = learned
        self._joined = joined
        self._release = release
        self._members: dict[str, Member] = {}

    def of(self, thread_id: str) -> Member:
        """Return what is known of a thread."""
        return self._members.setdefault(thread_id, Member())

    def loaded(self) -> list[str]:
        """Return the threads that are somebody's sessions."""
        return [thread_id for thread_id, member in self._members.items() if member.known]

    def has(self, thread_id: str) -> bool:
        """Tell whether a thread is somebody's session, or is being looked at to find that out."""
        member = self._members.get(thread_id)
        return member is not None and (member.known or member.held is not None)

    def forget(self, thread_id: str) -> None:
        """Forget a thread that was unloaded."""
        self._members.pop(thread_id, None)

    def hold(self, thread_id: str, said: Said) -> bool:
        """Keep a message back while its thread is being looked at; False when it may be read now.

        Raises GarbageError when there is too much of it.
        """
        member = self.of(thread_id)
        if member.held is None:
            return False
        if len(member.held) >= HELD:
            raise GarbageError("too much at once")
        member.held.append(said)
        return True

    async def take_in(self, thread: Thread) -> None:
        """Note a thread that the server told of; one that was just unloaded is nobody's session any more."""
        member = self.of(thread.id)
        member.helper, member.status = thread.helper, thread.status
        if not thread.helper and not member.known and thread.status.type != "notLoaded":
            await self._learned(thread)
            member.known = True

    def claim(self, thread_id: str) -> bool:
        """Keep back from now on what a thread says, for ``look``; False when there is nothing to look at."""
        member = self.of(thread_id)
        if member.helper or member.held is not None:
            return False
        member.held = deque()
        return True

    async def look(self, thread_id: str) -> None:
        """Find out about a claimed thread, and listen to it if it works."""
        member = self.of(thread_id)
        try:
            if not member.known:
                await self.take_in(await self._read(thread_id))
            if member.known and not member.joined and member.status.type == "active":
                await self._join(thread_id, member)
        except (RefusedError, AgentUnavailableError, ValidationError) as error:
            logger.info("a Codex thread could not be looked at: %s", error)
        finally:
            await self._let_through(member)

    async def listen(self, thread_id: str) -> None:
        """Listen to a thread that rests, since something is about to be sent to it."""
        member = self.of(thread_id)
        if not member.joined and self.claim(thread_id):
            try:
                await self._resume(thread_id, member)
            except RefusedError:
                return  # not one turn yet: its first one makes it joinable
            finally:
                await self._let_through(member)

    async def load(self, thread_id: str) -> None:
        """Load a thread, or join it again: the server then says once more what waits in it."""
        await self._resume(thread_id, self.of(thread_id))

    async def let_go(self, now_s: float, busy: Callable[[str], bool]) -> None:
        """Stop listening to threads that have rested for a while."""
        for thread_id, member in list(self._members.items()):
            if member.status.type == "active" or busy(thread_id):
                member.idle_since_s = None
            elif member.idle_since_s is None:
                member.idle_since_s = now_s
            elif member.joined and now_s - member.idle_since_s >= IDLE_S:
                member.joined = False
                await self._server.call("thread/unsubscribe", {"threadId": thread_id})

    async def _read(self, thread_id: str) -> Thread:
        answer = await self._server.call("thread/read", {"threadId": thread_id})
        return Thread.model_validate(answer.get("thread"))

    async def _join(self, thread_id: str, member: Member) -> None:
        """Join a thread that works; its first turn can be joined a moment after it has begun."""
        pause = PAUSE_S
        for _ in range(TRIES):
            try:
                return await self._resume(thread_id, member)
            except RefusedError as error:
                if member.status.type != "active":
                    return None
                logger.debug("not yet: %s", error)
            await asyncio.sleep(pause)
            pause = min(pause * 1.3, LONGEST_PAUSE_S)
        logger.warning("a Codex thread that works could not be joined")
        return None

    async def _resume(self, thread_id: str, member: Member) -> None:
        page = {"limit": 1, "itemsView": "full"}
        params: Json = {"threadId": thread_id, "excludeTurns": True, "initialTurnsPage": page}
        answer = await self._server.call("thread/resume", params)
        member.joined, member.idle_since_s = True, None
        thread = Thread.model_validate(answer.get("thread"))
        model, provider = answer.get("model"), answer.get("modelProvider")
        named = {"model": model or thread.model, "model_provider": provider or thread.model_provider}
        member.status, member.known = thread.status, True
        await self._joined(thread.model_copy(update=named), turns_in(answer.get("initialTurnsPage")))

    async def _let_through(self, member: Member) -> None:
        while member.held:
            await self._release(member.held.popleft())
        member.held = None

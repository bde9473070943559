"""One session outside the shared daemon: what its hooks and its rollout say, told as one."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pilot_sidecar.core.events import (
    DiffUpdated,
    ErrorRaised,
    Event,
    SessionStarted,
    SessionStopped,
    ToolCompleted,
    ToolUpdated,
)
from pilot_sidecar.core.models import AgentProcess, NoteItem, Session
from pilot_sidecar.core.services import Services
from pilot_sidecar.infra.liveness import ProcessMark, mark
from pilot_sidecar.integrations.codex import hook_mapping
from pilot_sidecar.integrations.codex.diffs import merge, without_patches
from pilot_sidecar.integrations.codex.follower import Follower
from pilot_sidecar.integrations.codex.items import noted
from pilot_sidecar.integrations.codex.ledger import Ledger
from pilot_sidecar.integrations.codex.payloads import HookPayload
from pilot_sidecar.integrations.codex.present import Present
from pilot_sidecar.integrations.codex.sessions import AGENT, capabilities_of
from pilot_sidecar.integrations.codex.told import About, Began, Named, Output, Over, Runs, Said, Told

PROMPT_S = 1.5
"""A prompt waits this long for the rollout, which knows its id."""
STARTS = 20
"""Calls in which a permission request looks for its own, and as many ends that wait for a start."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A hook whose turn comes once the rollout was read up to it."""

    event: str
    payload: HookPayload
    at: int
    until_s: float


class Outsider:
    """Tells each thing once, in its order, whichever source brought it."""

    def __init__(self, services: Services, payload: HookPayload, over: Callable[["Outsider"], None]) -> None:
        self.id = payload.thread_id
        self.ending = False
        self.news_s = services.clock.monotonic_s()
        self.mark: ProcessMark | None = None
        self.follower: Follower | None = None
        self._services = services
        self._over = over
        self._present = Present(services, payload.thread_id)
        self._ledger = Ledger()
        self._queue: deque[Heard] = deque()
        self._starts: deque[HookPayload] = deque(maxlen=STARTS)
        self._ends: dict[str, ToolCompleted] = {}

    @property
    def session(self) -> Session:
        """The session as of the last event told."""
        session = self._present.get()
        assert session is not None, "it was greeted"
        return session

    @property
    def rollout(self) -> str | None:
        """The file it is read from."""
        return str(self.follower.path) if self.follower else None

    def greet(self, payload: HookPayload, at: int) -> None:
        """Announce the session as live."""
        session = hook_mapping.session_of(payload, at, self._present.get())
        self._present.publish(SessionStarted(at=at, session_id=self.id, agent=AGENT, session=session))

    def follow(self, path: Path, *, present: bool) -> None:
        """Read along in the session's rollout."""
        self.follower = Follower(self._services, self, path, present=present)
        self._services.tasks.spawn("codex-rollout", self.follower.run())

    def hear(self, event: str, payload: HookPayload, at: int) -> None:
        """Take in a hook; with a rollout at hand it is told once that was read so far."""
        if self.ending:
            return
        self.ending = event == "SessionEnd"
        self.news_s = self._services.clock.monotonic_s()
        if event == "SessionStart":
            self._forget_process()
            self.greet(payload, at)
        if self.follower is None:
            self._tell(event, payload, at)
            return
        if self.follower.present or self._queue or self.ending:
            self._queue.append(Heard(event, payload, at, self.news_s + PROMPT_S))
        else:
            self._tell(event, payload, at)
        self.follower.wake()

    def call_of(self, request: HookPayload) -> str | None:
        """Return the running call that a permission request is about, as far as that can be told."""
        for start in reversed(self._starts):
            call_id = hook_mapping.call_id_of(start)
            if hook_mapping.asks_about(request, start) and self._ledger.runs(call_id):
                return call_id
        return None

    def queued(self) -> int:
        """Return how many hooks wait."""
        return len(self._queue)

    def prompt_waits(self) -> bool:
        """Tell whether a prompt waits for its id."""
        return bool(self._queue) and self._queue[0].event == "UserPromptSubmit"

    def drain(self, count: int, *, present: bool) -> None:
        """Tell the first ``count`` hooks that wait: the rollout was read since they came."""
        while count and self._queue and not (present and count == 1 and self._holds_back(self._queue[0])):
            heard = self._queue.popleft()
            self._tell(heard.event, heard.payload, heard.at)
            count -= 1

    def take(self, told: Told, at: int) -> None:
        """Tell what a line of the rollout says, unless a hook did."""
        self.news_s = self._services.clock.monotonic_s()
        match told:
            case Began():
                self.change(at, state="busy")
            case Over():
                self._take_end(told, at)
            case Runs(model=model):
                self._take_model(model, at)
            case Said():
                self.tell(told.event, told.turn_id)
            case Output(event=event):
                self._take_output(event)
            case _:
                self.learn(told, at)

    def learn(self, told: About | Runs | Named, at: int) -> None:
        """Take in what is known of the session now."""
        match told:
            case About(kind=kind, created_at=created_at):
                process = AgentProcess(pid=self.mark.pid if self.mark else None, mode=kind)
                parent = told.parent_id or self.session.parent_id
                fields = {"process": process, "capabilities": capabilities_of(kind), "parent_id": parent}
                self.change(at, created_at=created_at, **fields)
            case Runs(model=model):
                self.change(at, model=model)
            case Named(title=title, chosen=chosen):
                if chosen or self.session.title in ("", hook_mapping.UNTITLED):
                    self.change(at, title=title)

    def tell(self, event: Event, turn_id: str) -> None:
        """Announce what the rollout says, unless it was told."""
        if not self._ledger.reads(event, turn_id):
            return
        self._present.publish(event)
        if isinstance(event, ToolCompleted) and event.files and event.status == "completed":
            files = merge(self.session.files, without_patches(event.files))
            if files != self.session.files:
                self._present.publish(DiffUpdated(at=event.at, session_id=self.id, agent=AGENT, files=files))

    def skip(self, event: Event, turn_id: str) -> None:
        """Note that something was told before the hub's start."""
        self._ledger.reads(event, turn_id)

    def change(self, at: int, **fields: object) -> None:
        """Announce the session with some fields changed, if they are."""
        self._present.change(self.session, at, **fields)

    def runs_in(self, pid: int) -> None:
        """Note the session's process, unless it ended while it was looked for."""
        found = mark(pid)
        if not found.alive():
            return
        self.mark = found
        process = self.session.process
        self.change(self._services.clock.now_ms(), process=AgentProcess(pid=pid, mode=process.mode if process else ""))

    async def goes_on(self) -> bool:
        """Tell whether its process lives, or another one that has resumed it."""
        if self.mark is not None and not self.mark.alive() and self.follower is not None and self.follower.present:
            await self.follower.look()
        return self.mark is None or self.mark.alive()

    def end(self, at: int) -> None:
        """Announce that the session is over."""
        self._leave(at, state="ended")

    def rest(self, at: int) -> None:
        """Announce that nothing is known to run the session; its next hook brings it back."""
        self._leave(at, state="idle" if self.session.state == "busy" else self.session.state)

    def close(self) -> None:
        """Say no more."""
        self.ending = True
        self._queue.clear()
        if self.follower is not None:
            self.follower.close()

    def _leave(self, at: int, **fields: object) -> None:
        self.change(at, live=False, process=None, capabilities=capabilities_of("stored"), **fields)
        self.close()
        self._over(self)

    def _forget_process(self) -> None:
        """Look for another process, if the one that ran the session is gone."""
        if self.mark is not None and not self.mark.alive():
            self.mark = None
            if self.follower is not None:
                self.follower.look_again()

    def _holds_back(self, heard: Heard) -> bool:
        """Tell whether a prompt's own id may still come."""
        if heard.event != "UserPromptSubmit" or heard.payload.turn_id is None:
            return False
        return not self._ledger.has_read(heard.payload.turn_id) and self._services.clock.monotonic_s() < heard.until_s

    def _tell(self, event: str, payload: HookPayload, at: int) -> None:
        if event == "PreToolUse":
            self._tell_start(payload, at)
            return
        prompt_id = self._prompt_id(payload.turn_id, at) if event == "UserPromptSubmit" else ""
        for told in hook_mapping.events_of(payload, event, at, prompt_id):
            if self._ledger.hears(told, payload.turn_id):
                self._present.publish(told)
        if event == "SessionEnd":
            self.end(at)

    def _tell_start(self, payload: HookPayload, at: int) -> None:
        self._starts.append(payload)
        started = hook_mapping.tool_started(payload, at)
        if self._ends and (end := self._ends.pop(started.call_id, None)) is not None:
            end.assign(tool=started.tool, tool_kind=started.tool_kind, title=started.title, input=started.input)
            self.tell(end, "")
        elif self._ledger.hears_start(started, payload.turn_id):
            self._present.publish(started)

    def _prompt_id(self, turn_id: str | None, at: int) -> str:
        number = self._ledger.turn(turn_id).prompts + 1 if turn_id else 1
        return hook_mapping.prompt_id(turn_id, number, at)

    def _take_output(self, event: ToolCompleted | ToolUpdated) -> None:
        if self._ledger.runs(event.call_id):
            self.tell(event, "")
        elif isinstance(event, ToolCompleted):  # the hook of its start is on its way, or there is none
            self._ends[event.call_id] = event
            if len(self._ends) > STARTS:
                del self._ends[next(iter(self._ends))]

    def _take_model(self, model: str, at: int) -> None:
        before = self.session.model
        if before and before != model and self.session.last_line:
            note = NoteItem(id=f"{self.id}-model-{at}", at=at, note="model", text=model)
            self._present.publish(noted(note, self.id))
        self.change(at, model=model)

    def _take_end(self, told: Over, at: int) -> None:
        if told.error is not None:
            raised = ErrorRaised(at=at, session_id=self.id, agent=AGENT, code="turn_failed", message=told.error)
            self._present.publish(raised)
        self.tell(SessionStopped(at=at, session_id=self.id, agent=AGENT, reason=told.reason), told.turn_id)

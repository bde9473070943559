"""The ask queue: every question of every agent, answered exactly once."""

import asyncio
from collections.abc import Callable
from uuid import uuid4

from pilot_sidecar.core import ask_rows
from pilot_sidecar.core.ask_records import AnsweredElsewhere, AskDraft, AskRecord, Deliver, Delivered
from pilot_sidecar.core.ask_rules import already_answered, check_decision
from pilot_sidecar.core.asks_model import Actor, Ask, AskKind, AskState, DecisionKind, DecisionRequest, Resolution
from pilot_sidecar.core.bus import Announcement, Bus
from pilot_sidecar.core.digest import ask_digest
from pilot_sidecar.core.errors import AgentUnavailableError, BadRequestError, ConflictError, NotFoundError
from pilot_sidecar.core.events import (
    AnyAskEvent,
    PermissionPending,
    PermissionResolved,
    PlanPending,
    PlanResolved,
    QuestionPending,
    QuestionResolved,
)
from pilot_sidecar.core.projects import project_id
from pilot_sidecar.core.sessions import Sessions
from pilot_sidecar.core.store import Store
from pilot_sidecar.infra.clock import Clock

TERMINAL_WINS_S = 1.0
"""How long to wait for the agent to say what its own terminal chose, once it said that it did."""
ENDED_SHOWN = 50
"""Ended asks that a session's history names."""
RECONNECT_S = 4.0
"""How long a decision waits for its agent to be connected again, right after a start of the hub."""
KEPT_ENDED = 500
"""Ended asks kept in memory, so that a late decision learns who answered."""


class AskQueue:
    """Opens, decides and ends asks. Each change is on disk before anybody hears of it."""

    def __init__(self, bus: Bus, store: Store, sessions: Sessions, clock: Clock, machine: str) -> None:
        self._bus = bus
        self._store = store
        self._sessions = sessions
        self._clock = clock
        self._machine = machine
        self._records: dict[str, AskRecord] = {}
        self._pending: dict[str, AskRecord] = {}
        self._deadline_changed = asyncio.Event()
        for record in ask_rows.load(store):
            self._pending[record.ask.id] = self._records[record.ask.id] = record
        bus.subscribe(self._on_announced)

    def pending(self, agent: str | None = None) -> list[AskRecord]:
        """Return what waits, oldest first."""
        waiting = [record for record in self._pending.values() if agent is None or record.ask.agent == agent]
        return sorted(waiting, key=lambda record: record.ask.created_at)

    async def get(self, ask_id: str) -> Ask:
        """Return an ask, waiting or ended."""
        if record := self._records.get(ask_id):
            return record.ask
        if ask := await ask_rows.find(self._store, ask_id):
            return ask
        raise NotFoundError(f"There is no ask {ask_id}.")

    def waiting(self, ask_id: str) -> Ask | None:
        """Return an ask that waits, or None."""
        record = self._pending.get(ask_id)
        return record.ask if record else None

    def session_of(self, ask_id: str) -> str | None:
        """Return the session of an ask that is held in memory."""
        record = self._records.get(ask_id)
        return record.ask.session_id if record else None

    async def ended(self, session_id: str) -> list[Ask]:
        """Return the newest asks of a session and its sub-agents that wait no more, oldest first."""
        return await ask_rows.ended(self._store, self._sessions.family(session_id), ENDED_SHOWN)

    def forget(self, session_id: str) -> None:
        """Let go of what ended in a session that is forgotten for good."""
        for ask_id, record in list(self._records.items()):
            if record.ask.session_id == session_id and ask_id not in self._pending:
                del self._records[ask_id]

    async def open(self, draft: AskDraft, deliver: Deliver | None = None) -> Ask:
        """Make an ask visible everywhere; the same one again only renews how its decision is delivered.

        Without ``deliver`` the caller waits with ``wait`` and carries out the outcome itself.
        """
        ask = self._make(draft)
        known = self._records.get(ask.id)
        if known is None and draft.id is not None and (old := await ask_rows.find(self._store, ask.id)):
            return old
        known = self._records.get(ask.id)
        if known is not None:
            return await self._reopen(known, ask, draft, deliver)
        record = AskRecord(ask, dict(draft.origin), draft.fallback, draft.timeout_denies, deliver, held=deliver is None)
        self._records[ask.id] = record
        try:
            async with record.lock:
                await self._bus.publish_durably(_pending_event(ask), [ask_rows.insert(record)])
                self._pending[ask.id] = record
        except Exception:  # not a cancellation: the ask is announced all the same
            del self._records[ask.id]
            record.ended.set()
            raise
        self._deadline_changed.set()
        return ask

    async def settle_restart(self) -> None:
        """End the asks whose blocked call died with the last hub; the others wait for their agent to come back."""
        for record in self.pending():
            if record.held:
                await self._end_if_pending(
                    record.ask.id, "cancelled", ask_rows.restart_resolution(self._clock.now_ms())
                )

    async def wait(self, ask_id: str) -> Ask:
        """Return the ask once it has ended."""
        record = self._records[ask_id]
        await record.ended.wait()
        return record.ask

    async def decide(self, ask_id: str, request: DecisionRequest, actor: Actor, key: str | None = None) -> Ask:
        """Carry a person's decision to the agent, unless somebody was faster.

        ``key`` makes a retry return the first result. Raises NotFoundError, AlreadyAnsweredError, StaleDigestError,
        DigestRequiredError, NotOfferedError, AgentUnavailableError.
        """
        key = _key_of(ask_id, key)
        record = self._records.get(ask_id)
        if record is None:
            ask = await self.get(ask_id)
            if await self._repeat(ask, request, key):
                return ask
            raise already_answered(ask)
        await _reached(record)
        async with record.lock:
            if key and await self._repeat(record.ask, request, key):
                return record.ask
            check_decision(record.ask, request)
            resolution = Resolution(
                by=actor, at=self._clock.now_ms(), choice=request.kind, option_id=request.option_id,
                message=request.message, answers=request.answers,
            )  # fmt: skip
            if record.held or await self._deliver(record, request, resolution):
                await self._end(record, "resolved", resolution, key, request)
                return record.ask
        try:
            async with asyncio.timeout(TERMINAL_WINS_S):
                await record.ended.wait()
        except TimeoutError:
            await self.resolve_elsewhere(ask_id, Actor(kind="terminal"))
        raise already_answered(record.ask)

    async def resolve_elsewhere(
        self,
        ask_id: str,
        actor: Actor,
        choice: DecisionKind | None = None,
        *,
        message: str | None = None,
        answers: list[list[str]] | None = None,
        reason: str | None = None,
    ) -> bool:
        """Record an answer given without us (in the terminal, or together with another); False if it had ended."""
        resolution = Resolution(
            by=actor, at=self._clock.now_ms(), choice=choice, message=message, answers=answers, reason=reason
        )
        return await self._end_if_pending(ask_id, "resolved", resolution)

    async def cancel(self, ask_id: str, reason: str) -> bool:
        """Withdraw an ask that the agent no longer waits for; False if it had ended."""
        resolution = Resolution(by=Actor(kind="agent"), at=self._clock.now_ms(), reason=reason)
        return await self._end_if_pending(ask_id, "cancelled", resolution)

    async def supersede(self, ask_id: str, reason: str) -> bool:
        """End an ask whose place another one took; False if it had ended."""
        resolution = Resolution(by=Actor(kind="agent"), at=self._clock.now_ms(), reason=reason)
        return await self._end_if_pending(ask_id, "superseded", resolution)

    async def hand_back(self, reason: str, unless: Callable[[Ask], bool] = lambda _ask: False) -> None:
        """Release at once every held ask that the agent's terminal could show instead."""
        for record in self.pending():
            if record.fallback == "terminal" and not unless(record.ask):
                by = Actor(kind="hub")
                resolution = Resolution(by=by, at=self._clock.now_ms(), choice="release", reason=reason)
                await self._end_if_pending(record.ask.id, "resolved", resolution)

    def next_deadline(self) -> int | None:
        """Return when the first ask expires (ms since 1970)."""
        return min((record.ask.deadline for record in self._pending.values() if record.ask.deadline), default=None)

    async def expire_due(self) -> None:
        """End the asks whose time is up; silence never allows."""
        now = self._clock.now_ms()
        for record in self.pending():
            if record.ask.deadline is not None and record.ask.deadline <= now:
                denies = record.timeout_denies or record.fallback == "deny"
                choice: DecisionKind = "deny" if denies else "release"
                resolution = Resolution(
                    by=Actor(kind="timeout"), at=now, choice=choice, reason="Nobody answered in time."
                )
                await self._end_if_pending(record.ask.id, "expired", resolution)

    async def deadline_changed(self, timeout_s: float | None) -> None:
        """Return when an ask was opened, or after ``timeout_s``."""
        self._deadline_changed.clear()
        try:
            async with asyncio.timeout(timeout_s):  # wait_for may swallow a cancellation (Python before 3.12)
                await self._deadline_changed.wait()
        except TimeoutError:
            return

    def _on_announced(self, entry: Announcement) -> None:
        """Keep what waits in step with the order of events: a snapshot must not fall between the two."""
        event = entry.event
        if isinstance(event, AnyAskEvent) and (record := self._records.get(event.ask.id)) is not None:
            record.ask = event.ask
            if event.ask.state == "pending":
                self._pending[event.ask.id] = record
            else:
                self._pending.pop(event.ask.id, None)
                record.ended.set()

    async def _deliver(self, record: AskRecord, request: DecisionRequest, resolution: Resolution) -> bool:
        if record.deliver is None:
            raise AgentUnavailableError(
                "The agent that asked is not connected at the moment.", "Its terminal still shows the question."
            )
        record.claim = resolution
        await self._store.commit([ask_rows.claim(record)])
        if isinstance(await record.deliver(record.ask, request), Delivered):
            return True
        record.claim = None
        return False

    async def _end_if_pending(self, ask_id: str, state: AskState, resolution: Resolution) -> bool:
        record = self._records.get(ask_id)
        if record is None:
            return False
        async with record.lock:
            if record.ask.state != "pending":
                return False
            if record.claim is not None and resolution.by.kind == "terminal" and _agree(resolution, record.claim):
                # Our decision was on its way when the connection broke: the answer the agent reports is that one.
                resolution = record.claim
            await self._end(record, state, resolution)
            return True

    async def _reopen(self, record: AskRecord, ask: Ask, draft: AskDraft, deliver: Deliver | None) -> Ask:
        async with record.lock:
            if record.ask.state != "pending":
                return record.ask
            record.deliver, record.origin = deliver, dict(draft.origin)
            record.reached.set()
            if record.ask.digest != ask.digest:
                await self._bus.publish_durably(_pending_event(ask), [ask_rows.replace(ask)])
                record.ask = ask
            return record.ask

    async def _end(
        self,
        record: AskRecord,
        state: AskState,
        resolution: Resolution,
        key: str | None = None,
        request: DecisionRequest | None = None,
    ) -> None:
        ended = record.ask.model_copy(update={"state": state, "resolution": resolution})
        writes = [ask_rows.end(ended), ask_rows.audit_due(ended)]
        if key and request:
            writes.append(ask_rows.remember_key(key, ended, request))
        await self._bus.publish_durably(_resolved_event(ended), writes)
        record.ask = ended
        self._pending.pop(ended.id, None)
        record.ended.set()
        self._forget_oldest()

    async def _repeat(self, ask: Ask, request: DecisionRequest, key: str | None) -> bool:
        if not key:
            return False
        if ask.state == "pending":
            return False
        first = await ask_rows.decision_of(self._store, key)
        if first is None:
            return False
        if first != (ask.id, request.encode().decode()):
            raise ConflictError("This Idempotency-Key was used for another decision.", "Make a new key per decision.")
        return True

    def _make(self, draft: AskDraft) -> Ask:
        now = self._clock.now_ms()
        parents = draft.parents if draft.parents is not None else self._sessions.parents(draft.session_id)
        return Ask(
            id=draft.id or f"ask_{uuid4().hex}",
            kind=draft.kind,
            digest=ask_digest(draft.tool, draft.input, draft.directory, draft.session_id),
            agent=draft.agent,
            session_id=draft.session_id,
            parents=list(parents),
            project_id=project_id(draft.directory),
            directory=draft.directory,
            machine=self._machine,
            created_at=now,
            tool=draft.tool,
            title=draft.title,
            summary=draft.summary,
            reason=draft.reason,
            command=draft.command,
            files=list(draft.files),
            input=dict(draft.input),
            call_id=draft.call_id,
            questions=list(draft.questions),
            options=list(draft.options),
            decisions=list(draft.decisions),
            always=draft.always,
            deadline=now + draft.timeout_ms if draft.timeout_ms is not None else None,
            terminal=draft.terminal,
        )

    def _forget_oldest(self) -> None:
        if len(self._records) - len(self._pending) > KEPT_ENDED:
            oldest = next(key for key in self._records if key not in self._pending)
            del self._records[oldest]


_EVENTS: dict[AskKind, tuple[type[AnyAskEvent], type[AnyAskEvent]]] = {
    "permission": (PermissionPending, PermissionResolved),
    "question": (QuestionPending, QuestionResolved),
    "plan": (PlanPending, PlanResolved),
}


async def _reached(record: AskRecord) -> None:
    """Give an agent a moment to come back after a restart of the hub: a person's click must not be lost to that."""
    if record.held or record.ask.state != "pending":
        return
    try:
        async with asyncio.timeout(RECONNECT_S):
            await record.reached.wait()
    except TimeoutError:
        return


def _key_of(ask_id: str, key: str | None) -> str | None:
    """Return a client's key as it is stored: one per ask, so that two asks cannot collide on it."""
    if key and len(key) > 200:
        raise BadRequestError("The Idempotency-Key is over 200 characters.")
    return f"{ask_id} {key}" if key else None


def _agree(reported: Resolution, ours: Resolution) -> bool:
    """Tell whether what the agent reports may be what we sent it; it does not always say what was chosen."""
    return reported.choice in (None, ours.choice) and reported.answers in (None, ours.answers)


def _pending_event(ask: Ask) -> AnyAskEvent:
    return _EVENTS[ask.kind][0](at=ask.created_at, session_id=ask.session_id, agent=ask.agent, ask=ask)


def _resolved_event(ask: Ask) -> AnyAskEvent:
    assert ask.resolution is not None
    return _EVENTS[ask.kind][1](at=ask.resolution.at, session_id=ask.session_id, agent=ask.agent, ask=ask)


__all__ = ["AnsweredElsewhere", "AskDraft", "AskQueue", "AskRecord", "Deliver", "Delivered"]

"""The asks of one OpenCode process: opened, answered, and kept true to what the process itself says."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from pydantic import ValidationError

from pilot_sidecar.core.ask_records import AnsweredElsewhere, AskDraft, AskRecord, Delivered
from pilot_sidecar.core.asks_model import Actor, Ask, DecisionKind, DecisionRequest
from pilot_sidecar.core.errors import AgentUnavailableError, NotFoundError
from pilot_sidecar.core.services import Services
from pilot_sidecar.core.session_book import SessionBook
from pilot_sidecar.integrations.opencode.drafts import permission_draft, question_draft, reply_of
from pilot_sidecar.integrations.opencode.link import Answer
from pilot_sidecar.integrations.opencode.native import Native, NativeEvent, PermissionRequest, QuestionRequest, Reply
from pilot_sidecar.integrations.opencode.sessions import AGENT

TOGETHER_S = 0.25
"""OpenCode announces what one answer settled besides right after it."""
MOVED_ON = "The turn was over."
logger = logging.getLogger(__name__)
N = TypeVar("N", bound=Native)
_CHOICES: dict[str | None, DecisionKind] = {"once": "allow_once", "always": "allow_always", "reject": "deny"}


class Host(Protocol):
    """The process whose asks these are."""

    def origin(self, directory: str) -> dict[str, object]:
        """Return what finds this process and directory again after a restart of the hub."""
        ...

    async def rpc(self, method: str, path: str, directory: str, body: object = None) -> Answer:
        """Run a request on the process's own server."""
        ...


@dataclass(frozen=True, slots=True)
class Group:
    """An answer that may have settled others too."""

    ask_id: str
    reply: str | None
    actor: Actor
    about: str
    at_s: float


class Desk:
    """Opens what waits, tells who answered it, and clears away what nobody can answer any more."""

    def __init__(self, services: Services, book: SessionBook, host: Host) -> None:
        self._services = services
        self._asks = services.asks
        self._book = book
        self._host = host
        self._groups: dict[str, Group] = {}
        self._cancelling: dict[str, str] = {}
        """Asks that are being rejected on the way to something else, and the reason for people."""

    def pending(self, directory: str | None = None, sessions: Iterable[str] | None = None) -> list[AskRecord]:
        """Return what waits in this process, gated calls not included."""
        mine = self._host.origin("")["boot"]
        within = None if sessions is None else set(sessions)
        return [
            record
            for record in self._asks.pending(AGENT)
            if record.origin.get("boot") == mine
            and record.ask.terminal == "race"
            and (directory is None or record.origin.get("directory") == directory)
            and (within is None or record.ask.session_id in within)
        ]

    async def open_permission(self, raw: object, directory: str) -> None:
        """Make a permission visible."""
        if request := _parsed(PermissionRequest, raw):
            origin, parents = self._host.origin(directory), self._parents(request.session_id)
            await self._open(permission_draft(request, directory, origin, parents))

    async def open_question(self, raw: object, directory: str) -> None:
        """Make a question visible."""
        if request := _parsed(QuestionRequest, raw):
            origin, parents = self._host.origin(directory), self._parents(request.session_id)
            await self._open(question_draft(request, directory, origin, parents))

    async def ended(self, event: NativeEvent) -> None:
        """Note that OpenCode has its answer, and from whom."""
        if (reply := _parsed(Reply, event.properties)) is None:
            return
        choice = "answer" if event.type == "question.replied" else _CHOICES.get(reply.reply, "deny")
        actor, reason = await self._attribute(reply)
        if why := self._cancelling.pop(reply.request_id, None):
            await self._asks.cancel(reply.request_id, why)
        else:
            await self._asks.resolve_elsewhere(reply.request_id, actor, choice, answers=reply.answers, reason=reason)

    async def deliver(self, ask: Ask, decision: DecisionRequest) -> Delivered | AnsweredElsewhere:
        """Carry a decision to OpenCode, which knows whether it still waits for it."""
        record = next(record for record in self._asks.pending(AGENT) if record.ask.id == ask.id)
        directory = str(record.origin.get("directory"))
        if ask.kind == "question":
            answer = await self._answer_question(ask, decision, directory)
        else:
            answer = await self._host.rpc("POST", f"/permission/{ask.id}/reply", directory, reply_of(decision))
        if answer.status == 404:
            return AnsweredElsewhere()
        if not answer.ok:
            raise AgentUnavailableError(f"OpenCode refused the answer ({answer.status}).", "Answer in its terminal.")
        return Delivered()

    async def clear(self, directory: str, sessions: set[str], reason: str) -> None:
        """Reject at the agent, and cancel here, what waits in some sessions: else OpenCode keeps it for ever."""
        waiting = self.pending(directory, sessions)
        for record in waiting:
            self._cancelling[record.ask.id] = reason
        for record in waiting:
            await self.reject(record.ask.id, record.ask.kind == "question", directory)
            await self._asks.cancel(record.ask.id, reason)
            self._cancelling.pop(record.ask.id, None)

    async def reject(self, ask_id: str, question: bool, directory: str) -> None:
        """Reject something at the agent; no matter if it is gone already."""
        path = f"/question/{ask_id}/reject" if question else f"/permission/{ask_id}/reply"
        await self._host.rpc("POST", path, directory, None if question else {"reply": "reject"})

    async def missing(self, ask_ids: Iterable[str], busy: set[str]) -> None:
        """End asks that OpenCode no longer lists and did not tell about."""
        for record in self.pending():
            if record.ask.id not in ask_ids:
                continue
            if record.ask.session_id in busy:
                reason = "Answered while Pilot was not listening."
                await self._asks.resolve_elsewhere(record.ask.id, Actor(kind="terminal"), reason=reason)
            else:
                await self._asks.cancel(record.ask.id, MOVED_ON)

    async def _open(self, draft: AskDraft) -> None:
        await self._asks.open(draft, self.deliver)

    def _parents(self, session_id: str) -> tuple[str, ...]:
        return tuple(self._book.parents(session_id))

    async def _answer_question(self, ask: Ask, decision: DecisionRequest, directory: str) -> Answer:
        if decision.kind == "answer":
            body = {"answers": decision.answers}
            return await self._host.rpc("POST", f"/question/{ask.id}/reply", directory, body)
        return await self._host.rpc("POST", f"/question/{ask.id}/reject", directory)

    async def _attribute(self, reply: Reply) -> tuple[Actor, str | None]:
        """Return who settled an ask; one settled along with another has the other's author."""
        now = self._services.clock.monotonic_s()
        first = self._groups.get(reply.session_id)
        if first and first.ask_id != reply.request_id and first.reply == reply.reply and now - first.at_s < TOGETHER_S:
            verb = "Rejected" if reply.reply == "reject" else "Allowed"
            return first.actor, f"{verb} together with “{first.about}”."
        actor, about = await self._author(reply.request_id)
        if reply.reply in ("always", "reject"):
            self._groups[reply.session_id] = Group(reply.request_id, reply.reply, actor, about, now)
        return actor, None

    async def _author(self, ask_id: str) -> tuple[Actor, str]:
        terminal = Actor(kind="terminal")
        for record in self._asks.pending(AGENT):
            if record.ask.id == ask_id:
                return (record.claim.by if record.claim else terminal), record.ask.summary
        try:
            ask = await self._asks.get(ask_id)
        except NotFoundError:
            return terminal, ""
        return (ask.resolution.by if ask.resolution else terminal), ask.summary


def _parsed(kind: type[N], raw: object) -> N | None:
    try:
        return kind.model_validate(raw)
    except ValidationError:
        logger.warning("an ask of OpenCode's has an unknown shape", exc_info=True)
        return None

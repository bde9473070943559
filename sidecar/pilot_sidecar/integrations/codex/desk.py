"""The asks of one connection: opened, answered, and kept true to what Codex says."""

import asyncio
import hashlib
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, Protocol

from pilot_sidecar.core.ask_records import AnsweredElsewhere, AskDraft, Delivered
from pilot_sidecar.core.asks_model import Actor, Ask, DecisionKind, DecisionRequest
from pilot_sidecar.core.errors import AgentUnavailableError, PilotError
from pilot_sidecar.core.models import Session
from pilot_sidecar.core.services import Services
from pilot_sidecar.integrations.codex import drafts
from pilot_sidecar.integrations.codex.native import Item
from pilot_sidecar.integrations.codex.replies import reply_of
from pilot_sidecar.integrations.codex.rpc import Json, Said
from pilot_sidecar.integrations.codex.sessions import AGENT

RESOLVED_S = 5.0
"""Codex says at once that a request has its answer."""
OUTCOME_S = 0.15
"""What came of an answer shows within this; a refusal at once."""
REFUSED_S = 2.0
"""A command that was denied is told as refused within this, also by a busy machine; else somebody had allowed it."""
AGAIN_S = 1.0
"""An end that is on its way arrives within this."""
AGAIN_MOST = 10
STOPPED = "The turn was stopped."
Outcome = Literal["allowed", "denied", "stopped"]
_CHOICES: dict[Outcome | None, DecisionKind] = {"allowed": "allow_once", "denied": "deny"}
logger = logging.getLogger(__name__)


class Host(Protocol):
    """The connection whose asks these are."""

    async def answer(self, request_id: int | str, result: Json) -> None:
        """Answer a request of the server's."""
        ...

    async def say(self, session: Session, text: str) -> None:
        """Hand a note to the running turn."""
        ...

    def session(self, thread_id: str) -> Session | None:
        """Return a thread's session."""
        ...

    def item(self, thread_id: str, item_id: str) -> Item | None:
        """Return an item that runs."""
        ...


@dataclass(slots=True)
class Request:
    """A request that waits at Codex."""

    said: Said
    ask_id: str
    thread_id: str
    turn_id: str | None
    item_id: str | None
    resolved: asyncio.Event = field(default_factory=asyncio.Event)
    known: asyncio.Event = field(default_factory=asyncio.Event)
    outcome: Outcome | None = None
    delivering: bool = False

    def learn(self, outcome: Outcome) -> None:
        """Note what came of it; the first sign counts."""
        if self.outcome is None:
            self.outcome = outcome
            self.known.set()


class Desk:
    """Asks that stay open in Codex's own terminal too: the first answer wins, and Codex says when there was one."""

    def __init__(self, services: Services, host: Host, origin: Callable[[], Mapping[str, object]]) -> None:
        self._services = services
        self._host = host
        self._origin = origin
        self._requests: dict[int | str, Request] = {}
        self._settling: list[Request] = []
        """Answered requests whose outcome is still looked for."""

    def waiting(self, thread_id: str) -> list[str]:
        """Return the asks that wait in a thread, as far as this connection knows."""
        return [request.ask_id for request in self._requests.values() if request.thread_id == thread_id]

    async def asked(self, said: Said) -> None:
        """Make a request visible; the same one again (Codex repeats what waits) changes nothing."""
        assert said.id is not None
        request = _request_of(said)
        session = self._host.session(request.thread_id)
        if session is None:
            return
        if said.method not in drafts.ASKING:
            self._services.unknown.note(AGENT, said.method, str(said.params).encode("utf-8", "replace"))
            return
        if (known := self._requests.get(said.id)) is not None and known.said == said:
            return  # a decision may be on its way: waiting for it here would keep its outcome from being read
        self._requests[said.id] = request
        try:
            await self._open(request, self._draft(request, session))
        except BaseException:  # Codex is asked again what waits
            self._requests.pop(said.id, None)
            raise

    def ended(self, said: Said) -> None:
        """Note that Codex has its answer."""
        number = said.params.get("requestId")
        request = self._requests.pop(number, None) if isinstance(number, int | str) else None
        if request is None:
            return
        request.resolved.set()
        if not request.delivering:
            self._settling.append(request)
            self._services.tasks.spawn("codex-answered", self._settle(request))

    def observe(self, said: Said) -> None:
        """Read from what happens next what an answer was; Codex does not say."""
        turn = said.params.get("turn")
        turn_id = turn.get("id") if isinstance(turn, dict) else said.params.get("turnId")
        for request in [*self._requests.values(), *self._settling]:
            if request.turn_id == turn_id and (outcome := _outcome_of(said, request)) is not None:
                request.learn(outcome)

    async def deliver(self, ask: Ask, decision: DecisionRequest) -> Delivered | AnsweredElsewhere:
        """Carry a decision to Codex, and see whether it was the first."""
        request = next((request for request in self._requests.values() if request.ask_id == ask.id), None)
        if request is None:
            return AnsweredElsewhere()
        result = reply_of(
            request.said.method, request.said.params, ask, decision.kind, decision.option_id, decision.answers
        )
        request.delivering = True
        self._settling.append(request)
        try:
            assert request.said.id is not None
            await self._host.answer(request.said.id, result)
            return await self._first(request, decision)
        finally:
            request.delivering = False
            self._settling.remove(request)

    async def missing(self, thread_id: str, before: set[str], *, busy: bool) -> None:
        """End those asks of a thread that waited before Codex said that it waits for nothing."""
        for record in self._services.asks.pending(AGENT):
            ask = record.ask
            if ask.session_id != thread_id or ask.terminal != "race" or ask.id not in before:
                continue
            self._forget(ask.id)
            if busy:
                reason = "Answered while Pilot was not listening."
                await self._services.asks.resolve_elsewhere(ask.id, Actor(kind="terminal"), reason=reason)
            else:
                await self._services.asks.cancel(ask.id, "The turn was over.")

    async def _first(self, request: Request, decision: DecisionRequest) -> Delivered | AnsweredElsewhere:
        try:
            async with asyncio.timeout(RESOLVED_S):
                await request.resolved.wait()
        except TimeoutError:
            raise AgentUnavailableError("Codex did not take the answer.", "Answer in its terminal.") from None
        shows = decision.kind == "deny" and _tells_refusals(request.said)
        await _wait(request.known, REFUSED_S if shows else OUTCOME_S)
        if _contradicts(request.outcome, decision.kind) or (shows and request.outcome is None):
            self._services.tasks.spawn("codex-answered", self._answered_elsewhere(request))
            return AnsweredElsewhere()
        if decision.kind == "deny" and decision.message:
            self._services.tasks.spawn("codex-note", self._note(request, decision.message))
        return Delivered()

    async def _settle(self, request: Request) -> None:
        """Find out what somebody else answered, and say so."""
        await _wait(request.known, OUTCOME_S)
        self._settling.remove(request)
        await self._answered_elsewhere(request)

    async def _answered_elsewhere(self, request: Request) -> None:
        if request.outcome == "stopped":
            await self._services.asks.cancel(request.ask_id, STOPPED)
            return
        choice = _CHOICES.get(request.outcome)
        await self._services.asks.resolve_elsewhere(request.ask_id, Actor(kind="terminal"), choice)

    async def _note(self, request: Request, text: str) -> None:
        session = self._host.session(request.thread_id)
        try:
            if session is not None:
                await self._host.say(session, text)
        except PilotError as error:
            logger.warning("a note to a denial did not reach Codex: %s", error)

    async def _open(self, request: Request, draft: AskDraft) -> None:
        ask = await self._services.asks.open(draft, self.deliver)
        if ask.state != "pending":
            self._services.tasks.spawn("codex-again", self._again(request, draft))

    async def _again(self, request: Request, draft: AskDraft) -> None:
        """Ask under another name what ended here but still waits at Codex, unless its end is on its way."""
        await _wait(request.resolved, AGAIN_S)
        for number in range(2, AGAIN_MOST):
            if request not in self._requests.values():
                return
            request.ask_id = f"{draft.id}-{number}"
            ask = await self._services.asks.open(replace(draft, id=request.ask_id), self.deliver)
            if ask.state == "pending":
                return

    def _forget(self, ask_id: str) -> None:
        for number, request in list(self._requests.items()):
            if request.ask_id == ask_id:
                del self._requests[number]

    def _draft(self, request: Request, session: Session) -> AskDraft:
        item = self._host.item(request.thread_id, request.item_id) if request.item_id else None
        content = drafts.content_of(request.said.method, request.said.params, item)
        return AskDraft(
            id=request.ask_id, kind=content.kind, agent=AGENT, session_id=session.id, directory=session.directory,
            tool=content.tool, title=content.title, summary=content.summary, reason=content.reason,
            command=content.command, input=content.input, files=tuple(content.files), options=tuple(content.options),
            questions=tuple(content.questions), decisions=content.decisions, always=content.always,
            call_id=request.item_id, terminal="race", origin=self._origin(),
        )  # fmt: skip


def _request_of(said: Said) -> Request:
    params = said.params
    thread, turn, item = (params.get(name) for name in ("threadId", "turnId", "itemId"))
    key = "\0".join(str(part) for part in (said.method, thread, turn, item, said.id))
    return Request(
        said=said,
        ask_id="cdx_" + hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:24],
        thread_id=str(thread),
        turn_id=turn if isinstance(turn, str) else None,
        item_id=item if isinstance(item, str) else None,
    )


def _outcome_of(said: Said, request: Request) -> Outcome | None:
    match said.method:
        case "turn/completed":
            return "stopped"
        case "item/commandExecution/outputDelta" if said.params.get("itemId") == request.item_id:
            return "allowed"
        case "item/completed":
            item = said.params.get("item")
            if isinstance(item, dict) and request.item_id in (item.get("id"), None):
                return _outcome_of_item(item, request)
    return None


def _outcome_of_item(item: Json, request: Request) -> Outcome | None:
    error = item.get("error")
    refused = isinstance(error, dict) and "user rejected" in str(error.get("message"))
    if request.item_id is None and item.get("type") != "mcpToolCall":
        return None
    return "denied" if refused or item.get("status") == "declined" else "allowed"


def _contradicts(outcome: Outcome | None, kind: DecisionKind) -> bool:
    """Tell whether what happened cannot have come of this decision: somebody was a moment faster."""
    if kind == "answer":
        return False
    return outcome == ("allowed" if kind == "deny" else "denied")


def _tells_refusals(said: Said) -> bool:
    """Tell whether a denial ends the item that was asked about; a denied host or input does not."""
    special = said.params.get("networkApprovalContext") or said.params.get("kind") not in (None, "command")
    return said.method == drafts.FILES or (said.method == drafts.COMMAND and not special)


async def _wait(event: asyncio.Event, limit_s: float) -> None:
    try:
        async with asyncio.timeout(limit_s):
            await event.wait()
    except TimeoutError:
        return

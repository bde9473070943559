"""What an app-server tells of a thread, as Pilot's events."""

from collections.abc import Callable, Sequence
from typing import Literal

from pilot_sidecar.core.attachments import Keep, only_named
from pilot_sidecar.core.events import (
    DiffUpdated,
    ErrorRaised,
    Event,
    SessionStopped,
    SessionUpdated,
    TodoUpdated,
    UsageUpdated,
)
from pilot_sidecar.core.models import NoteItem, Session, Todo, Usage
from pilot_sidecar.integrations.codex import items
from pilot_sidecar.integrations.codex.advice import advice
from pilot_sidecar.integrations.codex.backfill import items_in
from pilot_sidecar.integrations.codex.diffs import merge, split_diff, without_patches
from pilot_sidecar.integrations.codex.native import Item, PlanStep, ThreadSettings, TokenUsage, Turn, TurnError
from pilot_sidecar.integrations.codex.rpc import Json, Said
from pilot_sidecar.integrations.codex.sessions import AGENT, model_name
from pilot_sidecar.integrations.codex.stream import Stream

Handler = Callable[[Json, Session, int], Sequence[Event]]
_STOPS: dict[str, Literal["completed", "aborted", "error"]] = {"interrupted": "aborted", "failed": "error"}
SILENT = frozenset(
    {
        "hook/started", "hook/completed", "thread/readState/changed", "thread/goal/updated", "thread/goal/cleared",
        "thread/queue/changed", "thread/section/changed", "thread/attachment/updated", "thread/prediction/updated",
        "thread/project/updated", "thread/environment/connected", "thread/environment/disconnected", "warning",
        "thread/compacted", "thread/reverted", "thread/unarchived", "guardianWarning", "model/verification",
        "model/safetyBuffering/updated", "modelProvider/authRecoveryStarted", "modelProvider/authRecoveryCompleted",
        "turn/moderationMetadata", "item/reasoning/summaryPartAdded", "item/commandExecution/terminalInteraction",
        "item/fileChange/outputDelta", "item/mcpToolCall/progress", "mcpServer/startupStatus/updated",
        "item/autoApprovalReview/started", "item/autoApprovalReview/completed",
        "autoApprovalReview/strictReviewRequired", "serverRequest/resolved", "thread/status/changed",
    }
)  # fmt: skip
"""What says nothing here, or is understood elsewhere."""


_ELSEWHERE = (
    "account/", "app/", "skills/", "project/", "remoteControl/", "externalAgentConfig/", "fs/", "command/", "process/",
    "fuzzyFileSearch/", "windows", "mcpServer/", "configWarning", "deprecationNotice", "warning", "rawResponse",
    "thread/realtime/", "modelProvider/",
)  # fmt: skip
"""What an app-server tells about itself, not about a conversation."""


class Translator:
    """Keeps what is needed between two messages: growing texts, running turns, changed files."""

    def __init__(self, note: Callable[[str, bytes], None], keep: Keep = only_named) -> None:
        self._keep = keep
        self._ran: dict[str, tuple[str, str | None]] = {}
        """Mode and model of each thread's last prompt."""
        self.stream = Stream()
        self.turns: dict[str, str] = {}
        """The running turn of each thread."""
        self.started: dict[tuple[str, str], Item] = {}
        """Items that run, by thread and id: an id comes from the model, and another thread may have the same."""
        self._note = note
        self._handlers: dict[str, Handler] = {
            "turn/started": self._turn_started,
            "turn/completed": self._turn_completed,
            "turn/plan/updated": self._plan,
            "turn/diff/updated": self._diff,
            "item/started": self._item_started,
            "item/completed": self._item_completed,
            "item/agentMessage/delta": self._text,
            "item/plan/delta": self._text,
            "item/reasoning/summaryTextDelta": self._thought,
            "item/reasoning/textDelta": self._thought,
            "item/commandExecution/outputDelta": self._output,
            "item/fileChange/patchUpdated": self._patch_updated,
            "thread/tokenUsage/updated": self._usage,
            "thread/name/updated": self._name,
            "thread/settings/updated": self._settings,
            "model/rerouted": self._rerouted,
            "error": self._error,
        }

    def translate(self, said: Said, session: Session, now: int) -> Sequence[Event]:
        """Return what a notification means; what nobody knows is noted."""
        handler = self._handlers.get(said.method)
        if handler is None:
            if said.method not in SILENT:
                self._note(said.method, str(said.params).encode("utf-8", "replace"))
            return ()
        try:
            return handler(said.params, session, now)
        except (ValueError, KeyError, TypeError, AssertionError):
            self._note(said.method, str(said.params).encode("utf-8", "replace"))
            return ()

    def note_global(self, said: Said) -> None:
        """Note what is about no thread, unless it is known to be of no interest here."""
        if not said.method.startswith(_ELSEWHERE):
            self._note(said.method, str(said.params).encode("utf-8", "replace"))

    def keep_started(self, thread_id: str, turn: Turn) -> None:
        """Remember the items that run in a turn that is joined late."""
        for item in items_in(turn):
            if item.status == "inProgress":
                self.started[thread_id, item.id] = item

    def forget(self, thread_id: str) -> None:
        """Forget a thread that is gone."""
        self.turns.pop(thread_id, None)
        self._ran.pop(thread_id, None)

    def _turn_started(self, params: Json, session: Session, now: int) -> Sequence[Event]:
        turn = Turn.model_validate(params["turn"])
        self.turns[session.id] = turn.id
        return () if session.state == "busy" else [_changed(session, now, state="busy")]

    def _turn_completed(self, params: Json, session: Session, now: int) -> Sequence[Event]:
        turn = Turn.model_validate(params["turn"])
        self.turns.pop(session.id, None)
        reason = _STOPS.get(turn.status, "completed")
        stopped = SessionStopped(at=now, session_id=session.id, agent=AGENT, reason=reason)
        if turn.status != "failed":
            return [stopped]
        words = turn.error.message if turn.error else "The turn failed."
        hint = advice(turn.error) if turn.error else None
        owner = {"session_id": session.id, "agent": AGENT}
        return [ErrorRaised(at=now, code="turn_failed", message=words, hint=hint, **owner), stopped]

    def _plan(self, params: Json, session: Session, now: int) -> Sequence[Event]:
        todos = [_todo(PlanStep.model_validate(step)) for step in _list(params["plan"])]
        return [TodoUpdated(at=now, session_id=session.id, agent=AGENT, todos=todos)]

    def _diff(self, params: Json, session: Session, now: int) -> Sequence[Event]:
        files = merge(session.files, without_patches(split_diff(_str(params["diff"]))))
        if files == session.files:
            return ()
        return [DiffUpdated(at=now, session_id=session.id, agent=AGENT, files=files)]

    def _item_started(self, params: Json, session: Session, now: int) -> Sequence[Event]:
        item = Item.model_validate(params["item"])
        self.started[session.id, item.id] = item
        if len(self.started) > 1000:
            del self.started[next(iter(self.started))]
        again = [_changed(session, now, state="busy", last_error=None)] if session.state == "retrying" else []
        return [*again, *items.started(item, session.id, _str(params["turnId"]), now)]

    def _item_completed(self, params: Json, session: Session, now: int) -> Sequence[Event]:
        item = Item.model_validate(params["item"])
        self.started.pop((session.id, item.id), None)
        self.stream.end(session.id, item.id)
        if item.type not in items.KNOWN:
            self._note(f"item {item.type}", str(params["item"]).encode("utf-8", "replace"))
        told = items.completed(item, session.id, _str(params["turnId"]), now, self._keep)
        return [*self._switches(item, session, now), *told] if item.type == "userMessage" else told

    def _switches(self, item: Item, session: Session, now: int) -> list[Event]:
        """Return what changed since the last prompt; nothing before the first."""
        before, after = self._ran.get(session.id), _setting(session)
        self._ran[session.id] = after
        if before is None:
            return []
        at = item.started_at_ms or now
        pairs: list[tuple[Literal["mode", "model"], str | None, str | None]] = [
            ("mode", before[0], after[0]),
            ("model", before[1], after[1]),
        ]
        return [
            items.noted(NoteItem(id=f"{item.id}-{note}", at=at, note=note, text=new), session.id)
            for note, old, new in pairs
            if old and new and old != new
        ]

    def _remember(self, session: Session) -> None:
        """Keep what a thread that was prompted before ran with, now that it changes."""
        if session.last_line:
            self._ran.setdefault(session.id, _setting(session))

    def _text(self, params: Json, session: Session, now: int) -> Sequence[Event]:
        place = (session.id, _str(params["turnId"]), _str(params["itemId"]))
        return [self.stream.text(*place, _str(params["delta"]), now)]

    def _thought(self, params: Json, session: Session, now: int) -> Sequence[Event]:
        place = (session.id, _str(params["turnId"]), _str(params["itemId"]))
        section = params.get("summaryIndex", params.get("contentIndex"))
        number = section if isinstance(section, int) else None
        return [self.stream.thought(*place, _str(params["delta"]), now, number)]

    def _output(self, params: Json, session: Session, now: int) -> Sequence[Event]:
        told = self.stream.output(session.id, _str(params["itemId"]), _str(params["delta"]), now)
        return () if told is None else [told]

    def _patch_updated(self, params: Json, session: Session, now: int) -> Sequence[Event]:
        if (item := self.started.get((session.id, _str(params["itemId"])))) is not None:
            known = item.model_dump() | {"changes": params["changes"]}
            self.started[session.id, item.id] = Item.model_validate(known)
        return ()

    def _usage(self, params: Json, session: Session, now: int) -> Sequence[Event]:
        told = TokenUsage.model_validate(params["tokenUsage"])
        return [UsageUpdated(at=now, session_id=session.id, agent=AGENT, usage=usage_of(told))]

    def _name(self, params: Json, session: Session, now: int) -> Sequence[Event]:
        name = params.get("threadName")
        return [_changed(session, now, title=name[:200])] if isinstance(name, str) and name else ()

    def _settings(self, params: Json, session: Session, now: int) -> Sequence[Event]:
        told = ThreadSettings.model_validate(params["threadSettings"])
        mode = told.collaboration_mode.mode if told.collaboration_mode else None
        model = model_name(told.model_provider, told.model)
        self._remember(session)
        return [_changed(session, now, model=model or session.model, mode=mode or session.mode)]

    def _rerouted(self, params: Json, session: Session, now: int) -> Sequence[Event]:
        self._remember(session)
        provider = session.model.partition("/")[0] if session.model and "/" in session.model else None
        return [_changed(session, now, model=model_name(provider, _str(params["toModel"])))]

    def _error(self, params: Json, session: Session, now: int) -> Sequence[Event]:
        """Show that Codex tries again; an error that ends the turn is told by the turn's own end."""
        if not params.get("willRetry"):
            return ()
        error = TurnError.model_validate(params.get("error") or {})
        return [_changed(session, now, state="retrying", last_error=error.message or session.last_error)]


def usage_of(told: TokenUsage) -> Usage:
    """Return tokens in Pilot's form; Codex counts cached tokens into its input, and knows no money."""
    total = told.total
    return Usage(
        input_tokens=max(0, total.input_tokens - total.cached_input_tokens),
        output_tokens=max(0, total.output_tokens - total.reasoning_output_tokens),
        reasoning_tokens=total.reasoning_output_tokens,
        cache_read_tokens=total.cached_input_tokens,
        cache_write_tokens=total.cache_write_input_tokens,
        context_tokens=told.last.total_tokens or None,
        context_limit=told.model_context_window,
    )


def _changed(session: Session, now: int, **fields: object) -> SessionUpdated:
    changed = session.model_copy(update=fields, deep=True)
    return SessionUpdated(at=now, session_id=session.id, agent=AGENT, session=changed)


def _todo(step: PlanStep) -> Todo:
    return Todo(text=step.step, status="in_progress" if step.status == "inProgress" else step.status)


def _setting(session: Session) -> tuple[str, str | None]:
    return session.mode or "default", session.model


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _str(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("no text")
    return value

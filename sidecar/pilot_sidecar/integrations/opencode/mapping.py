"""OpenCode's events in Pilot's words: pure, one process at a time. Asks are in ``drafts`` and ``desk``."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from pydantic import ValidationError

from pilot_sidecar.core.attachments import Keep
from pilot_sidecar.core.events import (
    DiffUpdated,
    ErrorRaised,
    Event,
    SessionStarted,
    SessionStopped,
    SessionUpdated,
    TodoUpdated,
    UsageUpdated,
)
from pilot_sidecar.core.models import AgentProcess, FileDiff, Session, Todo
from pilot_sidecar.core.session_book import SessionBook
from pilot_sidecar.integrations.opencode.advice import advice
from pilot_sidecar.integrations.opencode.native import (
    Delta,
    ErrorInfo,
    MessageInfo,
    NativeEvent,
    Part,
    SessionInfo,
    Status,
    StoredMessage,
    Summary,
)
from pilot_sidecar.integrations.opencode.notes import Setting, setting_of
from pilot_sidecar.integrations.opencode.parts import Parts
from pilot_sidecar.integrations.opencode.sessions import AGENT, after, session_of
from pilot_sidecar.integrations.opencode.tools import file_diff

IGNORED = re.compile(
    r"permission\.|question\.|session\.(compacted|diff)|message\.(removed|part\.removed)|file\.|vcs\.|command\.|"
    r"server\.|installation\.|tui\.|pty\.|mcp\.|lsp\.|project\.|workspace\.|worktree\.|ide\.|account\.|provider\."
)
"""Known, and nothing the dashboard shows; the ``desk`` sees permissions and questions."""

Reason = Literal["completed", "aborted", "error"]


@dataclass(slots=True)
class Turn:
    """Where one session stands."""

    parts: Parts
    running: bool = False
    reason: Reason = "completed"
    files: dict[str, list[FileDiff]] = field(default_factory=dict)
    """Changed files by the user message that led to them."""
    context: int | None = None


class Translator:
    """Turns what one OpenCode process says into events; holds only what the present turns need."""

    def __init__(
        self, book: SessionBook, process: AgentProcess, note: Callable[[str, bytes], None], keep: Keep
    ) -> None:
        self._book = book
        self._note = note
        """Takes in what is not known: a name, and the event as it came."""
        self._keep = keep
        """Takes in the pictures that messages carry."""
        self._process = process
        self._turns: dict[str, Turn] = {}
        self.context_limits: dict[str, int] = {}
        """Window of each model, by ``provider/model``."""

    def busy(self, session_id: str) -> bool:
        """Tell whether a turn runs."""
        return session_id in self._turns and self._turns[session_id].running

    def translate(self, event: NativeEvent, at: int) -> list[Event]:
        """Return what an event means; one of an unknown kind or shape is counted and means nothing."""
        handler = _HANDLERS.get(event.type)
        if handler is None:
            if not IGNORED.match(event.type):
                self._note(event.type, event.model_dump_json().encode())
            return []
        try:
            return handler(self, event.properties, at)
        except ValidationError:
            self._note(f"{event.type} (shape)", event.model_dump_json().encode())
            return []

    def session(self, info: SessionInfo, at: int) -> list[Event]:
        """Return how a session is now."""
        if (known := self._book.get(info.id)) is not None:
            self._turn(info.id)  # what it ran with until now is what a later prompt is compared with
        return self._session(info, known, at)

    def _session(self, info: SessionInfo, known: Session | None, at: int) -> list[Event]:
        parent = self._book.get(info.parent_id) if info.parent_id else None
        root = (parent.root_id or parent.id) if parent else info.parent_id
        session = session_of(info, known, self._process, root)
        kind = SessionUpdated if known else SessionStarted
        return [kind(at=at, session_id=session.id, agent=AGENT, session=session)]

    def status(self, session_id: str, status: Status, at: int) -> list[Event]:
        """Return what a session's status means."""
        turn = self._turn(session_id)
        events = turn.parts.take_prompt(session_id)
        if status.type == "idle":
            return [*events, *self._stop(session_id, turn, at)]
        if not turn.running:
            turn.running, turn.reason = True, "completed"
            turn.parts.forget()
        state = "retrying" if status.type == "retry" else "busy"
        error = status.message if status.type == "retry" else None
        if session := after(self._book.get(session_id), events):
            changed = session.model_copy(update={"state": state, "last_error": error})
            events.append(SessionUpdated(at=at, session_id=session_id, agent=AGENT, session=changed))
        return events

    def stored(self, message: StoredMessage, at: int) -> list[Event]:
        """Return a message of the history, as far as it was not told already."""
        turn = self._turn(message.info.session_id)
        events = self._message(message.info.model_dump(by_alias=True), at)
        for part in message.parts:
            when = part.time.start or message.info.time.created or at
            events += turn.parts.update(part, when, snapshot=True)
        return [*events, *turn.parts.take_prompt(message.info.session_id)]

    def _turn(self, session_id: str) -> Turn:
        if (turn := self._turns.get(session_id)) is None:
            turn = self._turns[session_id] = Turn(Parts(self._keep))
            known = self._book.get(session_id)
            if known is not None and known.last_line:  # it was prompted before: what it ran with then is known
                turn.parts.setting, turn.parts.setting_at = Setting(known.mode, known.model), known.updated_at
        return turn

    def _stop(self, session_id: str, turn: Turn, at: int) -> list[Event]:
        if not turn.running:
            return []
        turn.running = False
        return [SessionStopped(at=at, session_id=session_id, agent=AGENT, reason=turn.reason)]

    def _session_changed(self, properties: dict[str, object], at: int) -> list[Event]:
        info = SessionInfo.model_validate(properties.get("info"))
        known = self._book.get(info.id)
        events = self._turn(info.id).parts.take_prompt(info.id) if known else []
        return [*events, *self._session(info, after(known, events), at)]

    def _session_deleted(self, properties: dict[str, object], at: int) -> list[Event]:
        info = SessionInfo.model_validate(properties.get("info"))
        self._turns.pop(info.id, None)
        if (session := self._book.get(info.id)) is None:
            return []
        ended = session.model_copy(update={"state": "ended", "live": False, "process": None}, deep=True)
        return [SessionUpdated(at=at, session_id=info.id, agent=AGENT, session=ended)]

    def _status(self, properties: dict[str, object], at: int) -> list[Event]:
        return self.status(str(properties.get("sessionID")), Status.model_validate(properties.get("status")), at)

    def _idle(self, properties: dict[str, object], at: int) -> list[Event]:
        return self.status(str(properties.get("sessionID")), Status(type="idle"), at)

    def _message_changed(self, properties: dict[str, object], at: int) -> list[Event]:
        info = properties.get("info")
        return self._message(info if isinstance(info, dict) else {}, at)

    def _message(self, raw: dict[str, object], at: int) -> list[Event]:
        info = MessageInfo.model_validate(raw)
        turn = self._turn(info.session_id)
        told = info.id != turn.parts.prompt_id
        events = turn.parts.take_prompt(info.session_id) if told else []
        if info.role == "user" and info.id in turn.parts.roles and told:
            turn.parts.ended.add(info.id)
        turn.parts.roles[info.id] = info.role
        if info.role == "user":
            turn.parts.settings[info.id] = setting_of(info)
        if info.role == "user" and info.time.created:
            turn.parts.sent[info.id] = info.time.created
        if info.role == "user" and isinstance(info.summary, Summary):
            events += self._files(info, turn, at)
        if info.role == "assistant":
            events += self._usage(info, turn, at)
        return events

    def _files(self, info: MessageInfo, turn: Turn, at: int) -> list[Event]:
        assert isinstance(info.summary, Summary)
        files = [file_diff(diff).model_copy(update={"patch": None}) for diff in info.summary.diffs if diff.file]
        if turn.files.get(info.id, []) == files:
            return []
        turn.files[info.id] = files
        merged = merge_files(list(turn.files.values()))
        return [DiffUpdated(at=at, session_id=info.session_id, agent=AGENT, files=merged)]

    def _usage(self, info: MessageInfo, turn: Turn, at: int) -> list[Event]:
        session = self._book.get(info.session_id)
        tokens = info.tokens
        context = tokens.window() if tokens else 0
        if session is None or not context or context == turn.context:
            return []
        turn.context = context
        limit = self.context_limits.get(f"{info.provider_id}/{info.model_id}")
        usage = session.usage.model_copy(update={"context_tokens": context, "context_limit": limit})
        return [UsageUpdated(at=at, session_id=info.session_id, agent=AGENT, usage=usage)]

    def _part(self, properties: dict[str, object], at: int) -> list[Event]:
        part = Part.model_validate(properties.get("part"))
        parts = self._turn(part.session_id).parts
        events = parts.take_prompt(part.session_id) if part.message_id != parts.prompt_id else []
        return [*events, *parts.update(part, at)]

    def _delta(self, properties: dict[str, object], at: int) -> list[Event]:
        delta = Delta.model_validate(properties)
        return self._turn(delta.session_id).parts.delta(delta, at)

    def _todos(self, properties: dict[str, object], at: int) -> list[Event]:
        raw = properties.get("todos")
        todos = [_todo(entry) for entry in raw if isinstance(entry, dict)] if isinstance(raw, list) else []
        return [TodoUpdated(at=at, session_id=str(properties.get("sessionID")), agent=AGENT, todos=todos)]

    def _error(self, properties: dict[str, object], at: int) -> list[Event]:
        session_id = properties.get("sessionID")
        error = ErrorInfo.model_validate(properties.get("error") or {})
        if not isinstance(session_id, str) or self._book.get(session_id) is None:
            return []
        turn = self._turn(session_id)
        events = turn.parts.take_prompt(session_id)
        if error.name == "MessageAbortedError":
            turn.reason = "aborted"
            return events
        turn.reason = "error"
        code, words = snake(error.name), error.data.message or error.name
        raised = ErrorRaised(at=at, session_id=session_id, agent=AGENT, code=code, message=words, hint=advice(error))
        events.append(raised)
        if not turn.running:  # an error before the first step is followed by no idle
            events.append(SessionStopped(at=at, session_id=session_id, agent=AGENT, reason="error"))
        return events


Handler = Callable[[Translator, dict[str, object], int], list[Event]]
_HANDLERS: dict[str, Handler] = {
    "session.created": Translator._session_changed,
    "session.updated": Translator._session_changed,
    "session.deleted": Translator._session_deleted,
    "session.status": Translator._status,
    "session.idle": Translator._idle,
    "session.error": Translator._error,
    "message.updated": Translator._message_changed,
    "message.part.updated": Translator._part,
    "message.part.delta": Translator._delta,
    "todo.updated": Translator._todos,
}


def merge_files(sets: list[list[FileDiff]]) -> list[FileDiff]:
    """Return one entry a file over several messages: counts add up, a file made and removed again is gone."""
    merged: dict[str, FileDiff] = {}
    for file in (file for files in sets for file in files):
        if (known := merged.get(file.path)) is None:
            merged[file.path] = file.model_copy()
        elif known.status == "added" and file.status == "deleted":
            del merged[file.path]
        else:
            patches = [patch for patch in (known.patch, file.patch) if patch]
            merged[file.path] = FileDiff(
                path=file.path,
                patch="".join(patches) or None,
                additions=known.additions + file.additions,
                deletions=known.deletions + file.deletions,
                status="added" if known.status == "added" else file.status,
            )
    return list(merged.values())


def snake(name: str) -> str:
    """Return ``APIError`` as ``api_error``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


def _todo(entry: dict[str, object]) -> Todo:
    status, priority = entry.get("status"), entry.get("priority")
    known = status if status in ("pending", "in_progress", "completed", "cancelled") else "pending"
    return Todo(text=str(entry.get("content", "")), status=known, priority=str(priority) if priority else None)

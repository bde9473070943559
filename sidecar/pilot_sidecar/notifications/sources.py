"""From what happens to what people should hear of it."""

import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath

from pilot_sidecar.core.asks_model import Ask
from pilot_sidecar.core.bus import Announcement
from pilot_sidecar.core.events import (
    AnyAskEvent,
    BudgetReached,
    DiffUpdated,
    ErrorRaised,
    Event,
    MessageCompleted,
    MessageDelta,
    PermissionPending,
    PermissionResolved,
    PlanPending,
    PlanResolved,
    PromptReceived,
    QuestionPending,
    QuestionResolved,
    SessionNoted,
    SessionRemoved,
    SessionStarted,
    SessionStopped,
    SessionUpdated,
    TodoUpdated,
    ToolCompleted,
    ToolStarted,
    ToolUpdated,
    UsageUpdated,
)
from pilot_sidecar.core.models import Session
from pilot_sidecar.core.notices_model import Notice
from pilot_sidecar.core.services import Services
from pilot_sidecar.notifications import session_notices
from pilot_sidecar.notifications.ask_notices import ask_notice, outcome_of
from pilot_sidecar.notifications.failures import Failures
from pilot_sidecar.notifications.ladder import Ladder
from pilot_sidecar.notifications.turns import WORKING, Turn, Turns

logger = logging.getLogger(__name__)
OLD_MS = 60_000
"""What happened longer ago than this was brought in from the past, and is no news."""
LOOKS = 10
"""How often a session is looked at while it may become stuck."""
LOOK_MAX_S, LOOK_MIN_S = 30.0, 1.0
REMEMBERED = 1_000
WENT_ON = "It goes on"

_ASKS = (PermissionPending, PermissionResolved, QuestionPending, QuestionResolved, PlanPending, PlanResolved)
_TURNS = (SessionStarted, SessionUpdated, SessionStopped, PromptReceived, SessionRemoved, ErrorRaised, BudgetReached)
_NEW = (
    MessageDelta, MessageCompleted, PromptReceived, ToolStarted, ToolUpdated, ToolCompleted, SessionNoted, TodoUpdated,
    DiffUpdated, UsageUpdated, *_ASKS,
)  # fmt: skip


@dataclass(slots=True)
class Told:
    """What people were told of an ask that waits."""

    notice_id: str
    digest: str
    names: set[str]
    """Ids of all its notices: what was taken back is never sent again, so nothing else may have such an id."""


class Sources:
    """Listens, and tells the ladder. Listening only takes notes; ``work`` does the work, on no publisher's turn."""

    def __init__(self, services: Services, ladder: Ladder, wake: Callable[[], None]) -> None:
        self._services = services
        self._ladder = ladder
        self._wake = wake
        self._inbox: deque[Event] = deque()
        self._turns = Turns(services)
        self._failures = Failures(services.clock)
        self._asks: dict[str, Told] = {}
        self._standing: dict[str, list[str]] = {}
        """Notices of sessions that are taken away from surfaces when their session goes on."""
        self._looked_s = 0.0
        services.bus.listen(_NEW, self._on_something_new)
        services.bus.listen((*_ASKS, *_TURNS), self._on_event)

    def resume(self) -> None:
        """Go on with the asks that waited before the hub was started again, and take in what works."""
        for record in self._services.asks.pending():
            try:
                self._resume_ask(record.ask)
            except Exception:
                logger.exception("nobody is told anew of the ask %s", record.ask.id)
        now = self._services.clock.now_ms()
        for session in self._services.sessions.all():
            if session.live and session.state in WORKING:
                self._turns.begin(session, now)

    def _resume_ask(self, ask: Ask) -> None:
        notice = self._notice_of(ask)
        self._asks[ask.id] = Told(notice.id, ask.digest, {notice.id})
        self._ladder.resume(notice, desk_only=self._is_demo(ask.session_id))

    def work(self) -> float | None:
        """Take in what happened; return in how many seconds to look for stuck sessions again, None if none works."""
        while self._inbox:
            event = self._inbox.popleft()
            try:
                self._take(event)
            except Exception:
                logger.exception("nobody is told of %s", event.type)
        return self._look_for_stuck()

    def _on_something_new(self, entry: Announcement) -> None:
        self._turns.note(str(entry.event.session_id))
        if self._turns.any_stuck:
            self._wake()

    def _on_event(self, entry: Announcement) -> None:
        self._inbox.append(entry.event)
        self._wake()

    def _take(self, event: Event) -> None:
        match event:
            case SessionStarted() | SessionUpdated():
                self._take_session(event.session, event.at)
            case PromptReceived():
                if self._is_new(event.at) and (session := self._services.sessions.get(event.session_id)) is not None:
                    self._begin(session, event.at)
            case SessionStopped():
                self._take_stop(event)
            case SessionRemoved():
                self._take_removal(event.session_id)
            case ErrorRaised():
                self._take_error(event)
            case BudgetReached():
                self._take_budget(event)
            case _ if isinstance(event, AnyAskEvent):
                self._take_ask(event.ask)
            case _:
                return

    def _take_ask(self, ask: Ask) -> None:
        before = self._asks.get(ask.id)
        if ask.state != "pending":
            if before is not None:
                del self._asks[ask.id]
                self._ladder.withdraw(before.notice_id, outcome_of(ask))
            return
        waiting = self._services.asks.waiting(ask.id)
        if (before is not None and before.digest == ask.digest) or waiting is None or waiting.digest != ask.digest:
            return  # told already, or over before anybody could be told
        if self._services.canaries.has(ask.project_id):
            return
        names: set[str] = set()
        if before is not None:
            self._ladder.withdraw(before.notice_id, "The agent asks for something else now")
            names = before.names
        notice = self._notice_of(ask)
        if notice.id in names:  # as it was before it changed
            notice.id = f"{notice.id}.{len(names)}"
        self._asks[ask.id] = Told(notice.id, ask.digest, names | {notice.id})
        self._ladder.begin(notice, desk_only=self._is_demo(ask.session_id))

    def _take_session(self, session: Session, at: int) -> None:
        if session.live and session.state in WORKING:
            self._begin(session, at)
        elif (turn := self._turns.rest(session.id)) is not None:
            self._end_stuck(turn)

    def _begin(self, session: Session, at: int) -> None:
        if self._turns.begin(session, at):
            for notice_id in self._standing.pop(session.id, ()):
                self._ladder.clear(notice_id)

    def _take_stop(self, event: SessionStopped) -> None:
        turn = self._turns.end(event.session_id)
        if turn is not None:
            self._end_stuck(turn)
        session = self._services.sessions.visible(event.session_id)
        if session is None or not self._is_new(event.at):
            return
        if event.reason == "error":
            self._fail(session, event.at, session.last_error or "The turn failed.")
        elif event.reason == "completed" and turn is not None and session.parent_id is None:
            self._finish(session, turn, event.at)

    def _finish(self, session: Session, turn: Turn, at: int) -> None:
        took = at - turn.began_ms
        if took < self._services.settings.current.notify_finished_after_s * 1000:
            return
        files, cost = self._turns.files_changed(turn, session), self._turns.cost_usd(turn, session)
        self._tell(session_notices.finished(session, self._project(session.project_id), at, took, files, cost), session)

    def _take_error(self, event: ErrorRaised) -> None:
        if not self._is_new(event.at):
            return
        if event.session_id is None:
            if self._failures.is_news("", event.message):
                self._ladder.begin(session_notices.trouble(event))
            return
        if (session := self._services.sessions.visible(event.session_id)) is not None:
            self._fail(session, event.at, event.message)

    def _fail(self, session: Session, at: int, words: str) -> None:
        if session.parent_id is None and self._failures.is_news(session.id, words):  # else its parent deals with it
            self._tell(session_notices.failed(session, self._project(session.project_id), at, words), session)

    def _take_budget(self, event: BudgetReached) -> None:
        session = self._services.sessions.visible(event.session_id) if event.session_id else None
        project = self._project(session.project_id) if session else ""
        self._ladder.begin(session_notices.budget(event, session, project))

    def _take_removal(self, session_id: str) -> None:
        if (turn := self._turns.end(session_id)) is not None:
            self._end_stuck(turn)
        for notice_id in self._standing.pop(session_id, ()):
            self._ladder.withdraw(notice_id, "")

    def _look_for_stuck(self) -> float | None:
        after = self._services.settings.current.notify_stuck_after_s
        if self._turns.any_stuck:
            self._note_progress()
        if not after or not len(self._turns):
            self._turns.forget_notes()
            return None
        now, every = self._services.clock.monotonic_s(), max(LOOK_MIN_S, min(LOOK_MAX_S, after / LOOKS))
        if now - self._looked_s >= every:
            self._looked_s = now
            self._note_progress()
            for turn, session in list(self._turns.stuck(after)):
                at, project = self._services.clock.now_ms(), self._project(session.project_id)
                notice = session_notices.stuck(session, project, at, after)
                self._turns.call_stuck(turn, notice.id)
                self._ladder.begin(notice)
        return max(0.01, self._looked_s + every - now)

    def _note_progress(self) -> None:
        for notice_id in self._turns.went_on():
            self._ladder.withdraw(notice_id, WENT_ON)

    def _end_stuck(self, turn: Turn) -> None:
        if turn.stuck is not None:
            self._ladder.withdraw(turn.stuck, WENT_ON)
            turn.stuck = None

    def _tell(self, notice: Notice, session: Session) -> None:
        if self._services.canaries.has(session.project_id):
            return
        self._standing.setdefault(session.id, []).append(notice.id)
        if len(self._standing) > REMEMBERED:
            del self._standing[next(iter(self._standing))]
        self._ladder.begin(notice, desk_only=session.demo)

    def _notice_of(self, ask: Ask) -> Notice:
        return ask_notice(ask, self._project(ask.project_id, ask.directory))

    def _project(self, project_id: str, directory: str = "") -> str:
        project = self._services.sessions.project(project_id)
        return project.name if project is not None else PurePath(directory).name

    def _is_demo(self, session_id: str) -> bool:
        session = self._services.sessions.get(session_id)
        return session is not None and session.demo

    def _is_new(self, at: int) -> bool:
        return self._services.clock.now_ms() - at <= OLD_MS

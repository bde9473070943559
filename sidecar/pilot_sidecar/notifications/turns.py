"""Turns of root sessions: since when each works, what it cost and changed, and whether it still shows anything new."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pilot_sidecar.core.models import FileDiff, Session
from pilot_sidecar.core.services import Services

WORKING = ("busy", "retrying")
RESTS_S = 10.0
MAX_RESTING = 100


@dataclass(slots=True)
class Turn:
    """One turn, from its first busy moment."""

    began_ms: int
    cost_usd: float
    files: frozenset[tuple[str, int, int]]
    new_s: float
    """When something new was seen last, on the clock's monotonic time."""
    stuck: str | None = None
    """The notice that says so."""


class Turns:
    """Knows the turns that run."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._turns: dict[str, Turn] = {}
        self._resting: dict[str, Turn] = {}
        self._fresh: set[str] = set()
        self.any_stuck = False
        """Something new may end what was said of a session."""

    def __len__(self) -> int:
        return len(self._turns)

    def begin(self, session: Session, at: int) -> bool:
        """Count a root session as working since a time; False when it was already, or is another's part."""
        if session.parent_id is not None or session.id in self._turns:
            return False
        services = self._services
        self._resting.pop(session.id, None)
        self._turns[session.id] = Turn(
            min(at, services.clock.now_ms()),
            services.spending.money_in(session.id),
            _changed_files(session.files),
            services.clock.monotonic_s(),
        )
        return True

    def rest(self, session_id: str) -> Turn | None:
        """Take a session as idle; how its turn ended may be told a moment later. Return the turn."""
        turn = self._turns.pop(session_id, None)
        if turn is not None:
            turn.new_s = self._services.clock.monotonic_s()
            self._resting = {session_id: turn, **self._resting}
            while len(self._resting) > MAX_RESTING:
                self._resting.popitem()
        return turn

    def end(self, session_id: str) -> Turn | None:
        """Return the turn that is over."""
        resting, now = self._resting.pop(session_id, None), self._services.clock.monotonic_s()
        if resting is not None and now - resting.new_s > RESTS_S:
            resting = None
        return self._turns.pop(session_id, None) or resting

    def files_changed(self, turn: Turn, session: Session) -> int:
        """Return how many files are otherwise than when the turn began."""
        return len({path for path, *_ in _changed_files(session.files) ^ turn.files})

    def cost_usd(self, turn: Turn, session: Session) -> float:
        """Return what the turn cost, its sub-agents included."""
        return self._services.spending.money_in(session.id) - turn.cost_usd

    def note(self, session_id: str) -> None:
        """Note that a session, or a part of one, shows something new; cheap, for each event calls it."""
        if self._turns:
            self._fresh.add(session_id)

    def forget_notes(self) -> None:
        """Nobody looks for what is stuck."""
        self._fresh.clear()

    def call_stuck(self, turn: Turn, notice_id: str) -> None:
        """Remember what was said of a turn, until it goes on."""
        turn.stuck, self.any_stuck = notice_id, True

    def went_on(self) -> list[str]:
        """Take in what was noted; return the notices of sessions that were stuck and go on."""
        roots, self._fresh = self._roots(self._fresh), set()
        now, ended = self._services.clock.monotonic_s(), []
        for root in roots & self._turns.keys():
            turn = self._turns[root]
            turn.new_s = now
            if turn.stuck is not None:
                ended.append(turn.stuck)
                turn.stuck = None
        self.any_stuck = any(turn.stuck is not None for turn in self._turns.values())
        return ended

    def stuck(self, after_s: float) -> Iterator[tuple[Turn, Session]]:
        """Yield the turns that showed nothing new for a while although nobody is asked, each once."""
        now, sessions = self._services.clock.monotonic_s(), self._services.sessions
        asked = self._roots(record.ask.session_id for record in self._services.asks.pending())
        for session_id, turn in self._turns.items():
            session = sessions.visible(session_id)
            if session_id in asked:
                turn.new_s = now  # it is people who are slow
            elif turn.stuck is None and now - turn.new_s >= after_s and session is not None and _works(session):
                yield turn, session

    def _roots(self, session_ids: Iterable[str]) -> set[str]:
        sessions = self._services.sessions
        return {[one, *sessions.parents(one)][-1] for one in session_ids}


def _works(session: Session) -> bool:
    return session.live and session.state in WORKING and not session.demo


def _changed_files(files: Iterable[FileDiff]) -> frozenset[tuple[str, int, int]]:
    return frozenset((one.path, one.additions, one.deletions) for one in files)

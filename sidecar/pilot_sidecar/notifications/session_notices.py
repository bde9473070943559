"""Sessions as people hear of them outside the page: done, failed, stuck, too dear. Pure."""

from pilot_sidecar.core.agent_names import agent_name
from pilot_sidecar.core.events import BudgetReached, ErrorRaised
from pilot_sidecar.core.models import Session
from pilot_sidecar.core.notices_model import Notice, NoticeKind
from pilot_sidecar.notifications.ask_notices import shortened

_PERIODS = {"session": "This session's", "day": "Today's", "week": "This week's"}


def finished(session: Session, project: str, at: int, took_ms: int, files: int, cost_usd: float) -> Notice:
    """Return what a person is told of work that is done."""
    facts = [f"after {duration(took_ms)}"]
    if files:
        facts.append(f"{files} {'file' if files == 1 else 'files'} changed")
    if cost_usd >= 0.005:
        facts.append(f"${cost_usd:.2f}")
    return _about(session, project, "finished", at, f"{agent_name(session.agent)} is done {', '.join(facts)}")


def failed(session: Session, project: str, at: int, words: str) -> Notice:
    """Return what a person is told of a turn that failed."""
    notice = _about(session, project, "error", at, f"{agent_name(session.agent)} stopped with an error")
    return notice.model_copy(update={"body": shortened(words)})


def trouble(event: ErrorRaised) -> Notice:
    """Return what a person is told of an error of the hub's own."""
    return Notice(
        id=f"error:hub:{event.at}", kind="error", at=event.at, title="Pilot has a problem",
        body=shortened(event.message), agent=event.agent,
    )  # fmt: skip


def stuck(session: Session, project: str, at: int, quiet_s: float) -> Notice:
    """Return what a person is told of a session that shows nothing new."""
    title = f"{agent_name(session.agent)} has shown nothing new for {duration(round(quiet_s * 1000))}"
    return _about(session, project, "stuck", at, title)


def budget(event: BudgetReached, session: Session | None, project: str) -> Notice:
    """Return what a person is told of a budget that is used up."""
    title = f"{_PERIODS[event.period]} budget is used up: ${event.spent_usd:.2f} of ${event.limit_usd:.2f}"
    name = f"budget:{event.period}:{event.session_id or event.at}:{event.limit_usd:g}"
    if session is None:
        return Notice(id=name, kind="budget", at=event.at, title=title, session_id=event.session_id, agent=event.agent)
    return _about(session, project, "budget", event.at, title).model_copy(update={"id": name})


def duration(milliseconds: int) -> str:
    """Return a time for people: ``40 s``, ``4 min``, ``2 h 5 min``."""
    seconds = round(milliseconds / 1000)
    if seconds < 60:
        return f"{seconds} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest} min" if rest else f"{hours} h"


def _about(session: Session, project: str, kind: NoticeKind, at: int, title: str) -> Notice:
    return Notice(
        id=f"{kind}:{session.id}:{at}", kind=kind, at=at, title=title, body=shortened(session.last_line),
        session_id=session.id, agent=session.agent, project_id=session.project_id, project=project,
    )  # fmt: skip

"""What goes on, in messages: the answers to commands."""

from collections.abc import Sequence

from pilot_sidecar.core.agent_names import agent_name
from pilot_sidecar.core.asks_model import Ask
from pilot_sidecar.core.models import Session
from pilot_sidecar.core.plain_text import one_line
from pilot_sidecar.core.risk import shown_text
from pilot_sidecar.core.services import Services
from pilot_sidecar.notifications.telegram.markup import Piece, fit, prose, render

MOST_LINES = 15
COMMANDS = (
    ("sessions", "What agents work on"),
    ("asks", "What waits for an answer"),
    ("status", "How Pilot is"),
    ("help", "What you can do here"),
)
_UNTITLED = "Untitled"
_STATES = {
    "busy": "working",
    "retrying": "trying again",
    "idle": "idle",
    "error": "stopped by an error",
    "ended": "ended",
}


def session_name(services: Services, session: Session) -> str:
    """Return what people call a session."""
    return prose(services.marks.of(session.id).name or session.title or _UNTITLED, 120)


def help_text(services: Services) -> str:
    """Return what can be done in the chat."""
    on = services.settings.current.telegram_prompts
    prompts = (
        "Reply to a message about a session to give its agent more work."
        if on
        else "To give agents work by replying, switch on “Replies are prompts” in Pilot's settings."
    )
    lines = "\n".join(f"/{name}: {words}" for name, words in COMMANDS)
    return render(
        [
            Piece("Answer what agents ask with the buttons, and questions also by replying."),
            Piece(f"\n{prompts}\n\n{lines}"),
        ]
    )


def status_text(services: Services) -> str:
    """Return how the hub and its agents are."""
    working, waiting = len(_working(services)), len(_asks(services))
    info = services.info
    head = [Piece("Pilot is up", "b"), Piece(f" on {prose(info.machine, 80)} (version {info.version}).")]
    counts = f"\nSessions at work: {working}. Questions waiting: {waiting}."
    agents = [
        Piece(f"\n• {agent_name(status.agent)}: {status.state.replace('_', ' ')}")
        for status in services.agents.statuses()
    ]
    return fit([*head, Piece(counts)], agents, []).html


def sessions_text(services: Services) -> str:
    """Return the sessions that work or wait for somebody."""
    waiting = _waiting(services)
    shown = [one for one in services.sessions.all() if _is_root(one) and (one.id in waiting or _works(one))]
    if not shown:
        return render([Piece("No agent works at the moment, and nothing waits.")])
    return _list("At work", [_session_line(services, one, one.id in waiting) for one in shown])


def asks_text(services: Services) -> str:
    """Return what waits for an answer, oldest first."""
    asks = _asks(services)
    if not asks:
        return render([Piece("Nothing waits for an answer.")])
    lines = []
    for ask in asks:
        minutes = (services.clock.now_ms() - ask.created_at) // 60_000
        since = f"for {minutes} min" if minutes else "just now"
        lines.append([Piece(f"\n• {prose(ask.title, 100)} ({agent_name(ask.agent)}, {since})")])
        if summary := prose(one_line(shown_text(ask)), 160):
            lines[-1].append(Piece(f"\n{summary}", "code"))
    return _list("Waiting for an answer", lines)


def _session_line(services: Services, session: Session, waits: bool) -> list[Piece]:
    project = services.sessions.project(session.project_id)
    state = "waits for you" if waits else _STATES[session.state]
    name = prose(project.name, 80) if project is not None else session.directory
    return [
        Piece("\n• "),
        Piece(session_name(services, session), "b"),
        Piece(f" in {name} ({agent_name(session.agent)}): {state}"),
    ]


def _list(title: str, lines: Sequence[Sequence[Piece]]) -> str:
    shown = [piece for line in lines[:MOST_LINES] for piece in line]
    more = len(lines) - MOST_LINES
    tail = [Piece(f"\n… and {more} more", "i")] if more > 0 else []
    return fit([Piece(title, "b")], shown, tail).html


def _working(services: Services) -> list[Session]:
    return [one for one in services.sessions.all() if _is_root(one) and _works(one)]


def _waiting(services: Services) -> set[str]:
    """Return the roots of the sessions that wait for somebody."""
    return {([record.ask.session_id, *record.ask.parents])[-1] for record in services.asks.pending()}


def _asks(services: Services) -> list[Ask]:
    return [record.ask for record in services.asks.pending() if not _is_demo(services, record.ask.session_id)]


def _is_demo(services: Services, session_id: str) -> bool:
    session = services.sessions.get(session_id)
    return session is not None and session.demo


def _works(session: Session) -> bool:
    return session.live and session.state in ("busy", "retrying")


def _is_root(session: Session) -> bool:
    return session.parent_id is None and not session.demo

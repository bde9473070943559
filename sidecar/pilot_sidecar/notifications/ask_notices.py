"""Asks as people hear of them outside the page: what is asked, and how it ended. Pure."""

from pilot_sidecar.core.agent_names import agent_name
from pilot_sidecar.core.asks_model import Actor, Ask, DecisionKind
from pilot_sidecar.core.notices_model import Notice
from pilot_sidecar.core.plain_text import one_line
from pilot_sidecar.core.risk import NOTICE_LONGEST, quick_decisions, shown_text

LOOKED_AT = 20 * NOTICE_LONGEST
"""Characters of a text: agents write files of megabytes, and everybody would wait."""
_ENDS: dict[DecisionKind, str] = {
    "allow_once": "Allowed",
    "allow_always": "Always allowed",
    "deny": "Denied",
    "answer": "Answered",
}
_ACTORS = {"owner": "this machine", "vscode": "VS Code", "device": "a device", "telegram": "Telegram", "rule": "a rule"}


def ask_notice_id(ask: Ask) -> str:
    """Return the id of an ask's notice: another one when the agent changed what it asks."""
    return f"ask:{ask.id}:{ask.digest[:8]}"


def ask_notice(ask: Ask, project: str) -> Notice:
    """Return what a person is told of an ask."""
    return Notice(
        id=ask_notice_id(ask),
        kind="ask",
        at=ask.created_at,
        title=f"{agent_name(ask.agent)} {_wants(ask)}",
        body=shortened(shown_text(ask)),
        session_id=ask.session_id,
        agent=ask.agent,
        project_id=ask.project_id,
        project=project,
        ask_id=ask.id,
        digest=ask.digest,
        quick=quick_decisions(ask),
        expires_at=ask.deadline,
        urgent=True,
    )


def outcome_of(ask: Ask) -> str:
    """Return how an ask ended, for people: ``Allowed by Anna's phone``."""
    end = ask.resolution
    if end is None:
        return ""
    if ask.state == "expired":
        return "Denied: nobody answered in time" if end.choice == "deny" else "Nobody answered in time"
    if ask.state == "cancelled":
        return "Withdrawn: the agent no longer waits"
    if ask.state == "superseded":
        return "Replaced by another question"
    if end.choice == "release":
        return "Handed back to the terminal"
    done = _ENDS[end.choice] if end.choice else "Answered"
    return f"{done} in the terminal" if end.by.kind == "terminal" else f"{done} by {_actor(end.by)}"


def shortened(text: str) -> str:
    """Return a text on one line, cut where a notice ends."""
    beginning = text[:LOOKED_AT]
    line = one_line(beginning)
    whole = len(line) <= NOTICE_LONGEST and len(beginning) == len(text)
    return line if whole else f"{line[: NOTICE_LONGEST - 1]}…"


def _wants(ask: Ask) -> str:
    if ask.kind == "question":
        return "has a question"
    if ask.kind == "plan":
        return "has a plan to approve"
    if ask.command is not None:
        return "asks to run a command"
    return "asks to change files" if ask.files else "asks for permission"


def _actor(by: Actor) -> str:
    place = _ACTORS[by.kind] if by.kind in ("vscode", "telegram") else ""
    if by.name and place and by.name != place:
        return f"{by.name} {'in' if by.kind == 'vscode' else 'on'} {place}"
    return by.name or _ACTORS.get(by.kind, by.kind)

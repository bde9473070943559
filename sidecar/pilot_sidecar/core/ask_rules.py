"""What a decision must satisfy before it may touch an ask."""

import hmac
import math
from datetime import datetime

from pilot_sidecar.core.asks_model import ALLOWING, Actor, Ask, DecisionRequest, Question
from pilot_sidecar.core.errors import (
    AlreadyAnsweredError,
    BadRequestError,
    DigestRequiredError,
    NotOfferedError,
    StaleDigestError,
)

_WHO = {
    "owner": "from this machine",
    "vscode": "in VS Code",
    "device": "in a browser",
    "telegram": "in Telegram",
    "rule": "by a rule",
    "terminal": "in the terminal",
    "timeout": "by the time-out",
    "agent": "by the agent, which moved on",
    "hub": "by the hub",
}


def describe(actor: Actor) -> str:
    """Return who it was, to follow “answered”."""
    if actor.name and actor.kind in ("device", "vscode", "telegram", "rule"):
        return f"by {actor.name}"
    return _WHO[actor.kind]


def already_answered(ask: Ask) -> AlreadyAnsweredError:
    """Return the error that says who was first, and when."""
    if ask.resolution is None:
        return AlreadyAnsweredError("Already answered.")
    when = datetime.fromtimestamp(ask.resolution.at / 1000).astimezone().strftime("%H:%M:%S")
    return AlreadyAnsweredError(f"Already answered {describe(ask.resolution.by)} at {when}.", ask.resolution.reason)


def check_decision(ask: Ask, request: DecisionRequest) -> None:
    """Refuse a decision that is late, was made on something else, or is not offered."""
    if ask.state != "pending":
        raise already_answered(ask)
    if request.digest is not None and not hmac.compare_digest(request.digest.encode(), ask.digest.encode()):
        raise StaleDigestError(
            "This decision was made on something else than what is asked now.", "Look again, then decide."
        )
    if request.digest is None and request.kind in ALLOWING:
        raise DigestRequiredError("A decision that allows something must name the digest it was made on.")
    if request.kind not in ask.decisions:
        raise NotOfferedError(f"“{request.kind}” is not possible here.", f"Possible: {', '.join(ask.decisions)}.")
    _check_option(ask, request)
    if request.kind == "answer":
        _check_answers(ask, request)


def _check_option(ask: Ask, request: DecisionRequest) -> None:
    if request.option_id is None:
        return
    option = next((option for option in ask.options if option.id == request.option_id), None)
    if option is None:
        raise NotOfferedError(f"The agent offers no option “{request.option_id}”.")
    if option.kind != request.kind:
        raise NotOfferedError(f"Option “{option.label}” means {option.kind}, not {request.kind}.")


def _check_answers(ask: Ask, request: DecisionRequest) -> None:
    answers = request.answers
    if answers is None or len(answers) != len(ask.questions):
        raise BadRequestError(f"There are {len(ask.questions)} questions; give one list of answers for each.")
    for question, chosen in zip(ask.questions, answers, strict=True):
        if not chosen or any(not text.strip() for text in chosen):
            raise BadRequestError(f"“{question.question}” has no answer.")
        if len(chosen) > 1 and not question.multiple:
            raise BadRequestError(f"“{question.question}” takes one answer.")
        labels = {option.label for option in question.options}
        if not question.custom and not labels.issuperset(chosen):
            raise BadRequestError(f"“{question.question}” takes only the given answers.")
        if not all(_fits(text, question) for text in set(chosen) - labels):
            raise BadRequestError(f"“{question.question}” takes a number.")


def _fits(text: str, question: Question) -> bool:
    try:
        return question.format == "text" or math.isfinite(int(text) if question.format == "integer" else float(text))
    except (ValueError, OverflowError):
        return False

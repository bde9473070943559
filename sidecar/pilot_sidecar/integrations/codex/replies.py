"""A person's decision in the form a request of Codex's wants: pure."""

from pilot_sidecar.core.asks_model import Ask, DecisionKind
from pilot_sidecar.integrations.codex import drafts, forms
from pilot_sidecar.integrations.codex.rpc import Json


def reply_of(
    method: str, params: Json, ask: Ask, kind: DecisionKind, option_id: str | None, answers: list[list[str]] | None
) -> Json:
    """Return the result to send."""
    option = option_id or _option_for(ask, kind)
    match method:
        case drafts.COMMAND:
            return {"decision": _command(params, option)}
        case drafts.FILES:
            return {"decision": option}
        case drafts.PERMISSIONS:
            granted = params.get("permissions") if kind != "deny" else {}
            return {"permissions": granted, "scope": "session" if option == "session" else "turn"}
        case drafts.USER_INPUT:
            return {"answers": _answers(params, answers or [])}  # none: the questions are skipped
        case _:
            return _elicitation(params, kind, option, answers)


def _option_for(ask: Ask, kind: DecisionKind) -> str:
    """Return Codex's own answer of this kind; of several the one that reaches least far."""
    ids = [option.id for option in ask.options if option.kind == kind]
    narrow = [name for name in ids if name in ("acceptForSession", "session", "decline")]
    return (narrow or ids or ["decline"])[0]


def _command(params: Json, option: str) -> object:
    offered = params.get("availableDecisions")
    given = [one for one in (offered if isinstance(offered, list) else []) if drafts.option_id(one) == option]
    return given[0] if given else option


def _answers(params: Json, answers: list[list[str]]) -> Json:
    questions = params.get("questions")
    ids = [str(raw.get("id")) for raw in (questions if isinstance(questions, list) else []) if isinstance(raw, dict)]
    return {name: {"answers": chosen} for name, chosen in zip(ids, answers, strict=False)}


def _elicitation(params: Json, kind: DecisionKind, option: str, answers: list[list[str]] | None) -> Json:
    if kind == "deny":
        return {"action": "cancel" if option == "cancel" else "decline"}
    content = forms.content_of(params, answers) if answers is not None else {}
    reply: Json = {"action": "accept", "content": content}
    return reply | ({"_meta": {"persist": option}} if option in ("session", "always") else {})

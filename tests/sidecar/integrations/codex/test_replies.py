"""A decision as Codex takes it: a wrong shape would reject what was allowed, or allow more than was meant."""

import json

import pytest

from pilot_sidecar.core.ask_rules import check_decision
from pilot_sidecar.core.asks_model import DecisionKind, DecisionRequest
from pilot_sidecar.core.errors import BadRequestError
from pilot_sidecar.integrations.codex import drafts
from pilot_sidecar.integrations.codex.replies import reply_of
from sidecar.integrations.codex.asking import (
    ALLOW_HOST,
    AMENDMENT,
    BLOCK_HOST,
    COMMAND,
    FILES,
    FORM,
    INPUT,
    NETWORK,
    PAGE,
    PERMISSIONS,
    TOOL,
    Json,
    ask_of,
)

SESSION: Json = {**COMMAND, "availableDecisions": ["accept", AMENDMENT, "acceptForSession", "cancel"]}
TURNED: Json = {**COMMAND, "availableDecisions": ["cancel", "accept", "decline"]}
NONE: Json = {name: value for name, value in COMMAND.items() if name != "availableDecisions"}
GRANTED = PERMISSIONS["permissions"]

CASES: list[tuple[str, Json, DecisionKind, str | None, Json]] = [
    (drafts.COMMAND, COMMAND, "allow_once", None, {"decision": "accept"}),
    (drafts.COMMAND, COMMAND, "allow_once", "accept", {"decision": "accept"}),
    (drafts.COMMAND, COMMAND, "deny", None, {"decision": "decline"}),
    (drafts.COMMAND, COMMAND, "deny", "decline", {"decision": "decline"}),
    (drafts.COMMAND, COMMAND, "deny", "cancel", {"decision": "cancel"}),
    (drafts.COMMAND, COMMAND, "allow_always", None, {"decision": AMENDMENT}),
    (drafts.COMMAND, COMMAND, "allow_always", "acceptWithExecpolicyAmendment", {"decision": AMENDMENT}),
    (drafts.COMMAND, SESSION, "allow_always", None, {"decision": "acceptForSession"}),
    (drafts.COMMAND, SESSION, "allow_always", "acceptWithExecpolicyAmendment", {"decision": AMENDMENT}),
    (drafts.COMMAND, TURNED, "deny", None, {"decision": "decline"}),
    (drafts.COMMAND, NONE, "allow_once", None, {"decision": "accept"}),
    (drafts.COMMAND, NONE, "deny", None, {"decision": "decline"}),
    (drafts.COMMAND, NETWORK, "allow_once", None, {"decision": "accept"}),
    (drafts.COMMAND, NETWORK, "allow_always", None, {"decision": "acceptForSession"}),
    (drafts.COMMAND, NETWORK, "allow_always", "applyNetworkPolicyAmendment:allow", {"decision": ALLOW_HOST}),
    (drafts.COMMAND, NETWORK, "deny", "applyNetworkPolicyAmendment:deny", {"decision": BLOCK_HOST}),
    (drafts.COMMAND, NETWORK, "deny", None, {"decision": "decline"}),
    (drafts.FILES, FILES, "allow_once", None, {"decision": "accept"}),
    (drafts.FILES, FILES, "allow_always", None, {"decision": "acceptForSession"}),
    (drafts.FILES, FILES, "deny", None, {"decision": "decline"}),
    (drafts.FILES, FILES, "deny", "cancel", {"decision": "cancel"}),
    (drafts.PERMISSIONS, PERMISSIONS, "allow_once", None, {"permissions": GRANTED, "scope": "turn"}),
    (drafts.PERMISSIONS, PERMISSIONS, "allow_always", None, {"permissions": GRANTED, "scope": "session"}),
    (drafts.PERMISSIONS, PERMISSIONS, "deny", None, {"permissions": {}, "scope": "turn"}),
    (drafts.ELICITATION, TOOL, "allow_once", None, {"action": "accept", "content": {}}),
    (
        drafts.ELICITATION, TOOL, "allow_always", None,
        {"action": "accept", "content": {}, "_meta": {"persist": "session"}},
    ),
    (
        drafts.ELICITATION, TOOL, "allow_always", "always",
        {"action": "accept", "content": {}, "_meta": {"persist": "always"}},
    ),
    (drafts.ELICITATION, TOOL, "deny", None, {"action": "decline"}),
    (drafts.ELICITATION, TOOL, "deny", "cancel", {"action": "cancel"}),
    (drafts.ELICITATION, PAGE, "allow_once", None, {"action": "accept", "content": {}}),
    (drafts.ELICITATION, FORM, "deny", None, {"action": "decline"}),
    (drafts.ELICITATION, FORM, "deny", "cancel", {"action": "cancel"}),
    (drafts.USER_INPUT, INPUT, "deny", None, {"answers": {}}),
]  # fmt: skip


@pytest.mark.parametrize(("method", "params", "kind", "option", "native"), CASES)
def test_each_decision_is_exactly_what_codex_takes(
    method: str, params: Json, kind: DecisionKind, option: str | None, native: Json
) -> None:
    ask = ask_of(method, params)
    check_decision(ask, DecisionRequest(kind=kind, option_id=option, digest=ask.digest))
    assert reply_of(method, params, ask, kind, option, None) == native


def test_a_plain_no_never_blocks_a_host_for_ever() -> None:
    """A phone's “Deny”, or a time-out, names no option: a rule that stays is nobody's wish."""
    for offered in ([BLOCK_HOST, "accept", "cancel"], ["accept", BLOCK_HOST], [BLOCK_HOST, "cancel"]):
        params = {**NETWORK, "availableDecisions": offered}
        assert reply_of(drafts.COMMAND, params, ask_of(drafts.COMMAND, params), "deny", None, None) == {
            "decision": "decline"
        }


def test_a_plain_always_never_becomes_a_rule_where_the_session_is_offered() -> None:
    for offered in ([AMENDMENT, ALLOW_HOST, "acceptForSession"], [ALLOW_HOST, "acceptForSession", AMENDMENT]):
        params = {**NETWORK, "availableDecisions": offered}
        ask = ask_of(drafts.COMMAND, params)
        assert reply_of(drafts.COMMAND, params, ask, "allow_always", None, None) == {"decision": "acceptForSession"}


def test_an_amendment_goes_back_exactly_as_it_was_offered() -> None:
    """Unknown parts too: Codex would reject what it does not recognise as its own."""
    odd = {"acceptWithExecpolicyAmendment": {"execpolicy_amendment": ["a", "ü", ""], "brandNew": [1, None]}}
    params = {**COMMAND, "availableDecisions": ["accept", odd]}
    reply = reply_of(drafts.COMMAND, params, ask_of(drafts.COMMAND, params), "allow_always", None, None)
    assert json.dumps(reply) == json.dumps({"decision": odd})


def test_answers_go_by_the_questions_names() -> None:
    ask = ask_of(drafts.USER_INPUT, INPUT)
    answers = [["Blue"], ["because"]]
    check_decision(ask, DecisionRequest(kind="answer", answers=answers, digest=ask.digest))
    assert reply_of(drafts.USER_INPUT, INPUT, ask, "answer", None, answers) == {
        "answers": {"color": {"answers": ["Blue"]}, "why": {"answers": ["because"]}}
    }


def test_a_form_is_sent_by_its_fields() -> None:
    ask = ask_of(drafts.ELICITATION, FORM)
    answers = [["3"], ["prod"]]
    check_decision(ask, DecisionRequest(kind="answer", answers=answers, digest=ask.digest))
    assert reply_of(drafts.ELICITATION, FORM, ask, "answer", None, answers) == {
        "action": "accept",
        "content": {"count": 3, "env": "p"},
    }


@pytest.mark.parametrize("text", ["nan", "inf", "-Infinity", "1e999", "three", ""])
def test_a_number_that_json_cannot_say_is_refused(text: str) -> None:
    """It would be sent as ``NaN``, which is no JSON: Codex would not understand the whole answer."""
    params = {**FORM, "requestedSchema": {"properties": {"f": {"type": "number"}}, "required": ["f"]}}
    ask = ask_of(drafts.ELICITATION, params)
    with pytest.raises(BadRequestError):
        check_decision(ask, DecisionRequest(kind="answer", answers=[[text]], digest=ask.digest))

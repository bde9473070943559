"""What Codex asks, in the words of its own dialogs."""

import pytest

from pilot_sidecar.core.asks_model import DecisionRequest
from pilot_sidecar.integrations.codex import drafts
from pilot_sidecar.integrations.codex.native import Item
from pilot_sidecar.integrations.codex.replies import reply_of
from sidecar.integrations.codex.asking import (
    ALLOW_HOST,
    AMENDMENT,
    COMMAND,
    FILES,
    FORM,
    INPUT,
    NETWORK,
    PAGE,
    PERMISSIONS,
    REQUESTS,
    TOOL,
    Json,
    ask_of,
    content,
    options,
    twisted,
)

NO = ("decline", "No, continue without running it", "deny")
TELL = ("cancel", "No, and tell Codex what to do differently", "deny")


def test_a_command_is_complete_and_offers_what_the_terminal_offers() -> None:
    found = content(drafts.COMMAND, COMMAND)
    assert (found.title, found.command, found.summary) == ("Run a command", "npm test", "npm test")
    assert options(found) == [
        ("accept", "Yes, proceed", "allow_once"),
        (
            "acceptWithExecpolicyAmendment",
            "Yes, and don't ask again for commands that start with `/bin/bash -lc npm test`",
            "allow_always",
        ),
        NO,
        TELL,
    ]
    assert found.decisions == ("allow_once", "allow_always", "deny")
    assert found.always == found.options[1].label
    assert found.input == {
        "kind": "command", "command": "/bin/bash -lc 'npm test'", "cwd": "/home/dev/project", "reason": "to test",
        "environmentId": "local",
    }  # fmt: skip


def test_a_long_command_is_whole_and_its_first_line_sums_it_up() -> None:
    found = content(drafts.COMMAND, {**COMMAND, "command": "one\ntwo\nthree", "commandActions": None})
    assert (found.command, found.summary) == ("one\ntwo\nthree", "one")


@pytest.mark.parametrize(
    ("command", "understood", "shown"),
    [
        ("/bin/bash -lc 'cd /etc && cat shadow'", "cat shadow", "cd /etc && cat shadow"),
        ("/bin/bash -lc 'cat notes | head -5'", "cat notes", "cat notes | head -5"),
        ("rm -rf / # ls", "ls", "rm -rf / # ls"),
        ("/usr/bin/env bash -lc ls", "ls", "/usr/bin/env bash -lc ls"),
        ("/bin/zsh -c \"echo 'a b'\"", "echo 'a b'", "echo 'a b'"),
    ],
)
def test_a_person_sees_all_that_would_run(command: str, understood: str, shown: str) -> None:
    """Codex leaves out of what it understood what it holds to be harmless: ``cd``, ``head`` and the like."""
    params = {**COMMAND, "command": command, "commandActions": [{"type": "read", "command": understood}]}
    assert content(drafts.COMMAND, params).command == shown


def test_a_no_is_offered_where_the_terminal_lists_none() -> None:
    found = content(drafts.COMMAND, {**COMMAND, "availableDecisions": ["accept"]})
    assert options(found) == [("accept", "Yes, proceed", "allow_once"), NO]
    found = content(drafts.COMMAND, {**COMMAND, "availableDecisions": ["accept", "decline", "cancel"]})
    assert [option.id for option in found.options] == ["accept", "decline", "cancel"], "and not twice"


@pytest.mark.parametrize("offered", [None, [], "accept", 5])
def test_an_older_codex_that_lists_no_answers_takes_yes_and_no(offered: object) -> None:
    found = content(drafts.COMMAND, {**COMMAND, "availableDecisions": offered})
    assert options(found) == [("accept", "Yes, proceed", "allow_once"), NO, TELL]
    assert found.always is None


def test_answers_that_nobody_knows_are_not_offered() -> None:
    found = content(
        drafts.COMMAND, {**COMMAND, "availableDecisions": ["accept", "brandNew", {"brandNew": {}}, None, 5]}
    )
    assert [option.id for option in found.options] == ["accept", "decline"]
    found = content(drafts.COMMAND, {**COMMAND, "availableDecisions": ["brandNew"]})
    assert (options(found), found.decisions) == ([NO], ("deny",)), "what cannot be allowed is not"


def test_the_same_answer_twice_is_offered_once() -> None:
    given = ["accept", "accept", ALLOW_HOST, ALLOW_HOST, "cancel"]
    found = content(drafts.COMMAND, {**COMMAND, "availableDecisions": given})
    assert [option.id for option in found.options] == [
        "accept",
        "applyNetworkPolicyAmendment:allow",
        "decline",
        "cancel",
    ]


def test_always_for_this_session() -> None:
    found = content(drafts.COMMAND, {**COMMAND, "availableDecisions": ["accept", "acceptForSession", "cancel"]})
    assert found.always == "Yes, and don't ask again for this command in this session"


def test_a_network_host_is_named() -> None:
    found = content(drafts.COMMAND, NETWORK)
    assert (found.title, found.summary, found.command) == (
        "Reach a network host", "example.org", "curl https://example.org",
    )  # fmt: skip
    assert options(found) == [
        ("accept", "Yes, just this once", "allow_once"),
        ("acceptForSession", "Yes, and allow this host for this conversation", "allow_always"),
        ("applyNetworkPolicyAmendment:allow", "Yes, and allow this host in the future", "allow_always"),
        ("applyNetworkPolicyAmendment:deny", "No, and block this host in the future", "deny"),
        NO,
        TELL,
    ]
    assert found.input["networkApprovalContext"] == NETWORK["networkApprovalContext"]
    assert "Network host: example.org" in (found.reason or "")


def test_additional_permissions_are_shown_and_always_is_about_them() -> None:
    extra = {"network": {"enabled": True}}
    given = {**COMMAND, "additionalPermissions": extra, "availableDecisions": ["accept", "acceptForSession"]}
    found = content(drafts.COMMAND, given)
    assert found.input["additionalPermissions"] == extra
    assert 'Permissions it asks for: {"network": {"enabled": true}}' in (found.reason or "")
    assert found.always == "Yes, and allow these permissions for this session"


def test_typing_into_a_running_command_says_so() -> None:
    found = content(drafts.COMMAND, {**COMMAND, "kind": "writeStdin", "approvalId": "u"})
    assert (found.title, found.input["approvalId"]) == ("Send input to a running command", "u")


def test_a_command_that_codex_does_not_name_has_its_reason() -> None:
    found = content(drafts.COMMAND, {**PERMISSIONS, "reason": "to look around", "command": None})
    assert (found.command, found.summary) == (None, "to look around")


PATCH = Item.model_validate(
    {
        "type": "fileChange", "id": "call", "status": "inProgress",
        "changes": [{"path": "/p/a", "kind": {"type": "add"}, "diff": "one\n"}],
    }
)  # fmt: skip


def test_an_edit_shows_its_whole_diff() -> None:
    found = content(drafts.FILES, FILES, PATCH)
    assert (found.tool, found.title, found.summary) == ("apply_patch", "Make these edits", "/p/a")
    (file,) = found.files
    assert (file.path, file.status, file.patch) == ("/p/a", "added", "--- /dev/null\n+++ /p/a\n@@ -0,0 +1,1 @@\n+one\n")
    assert found.input["changes"] == [{"path": "/p/a", "patch": file.patch}], "what is allowed is in the digest"
    assert options(found) == [
        ("accept", "Yes, proceed", "allow_once"),
        ("acceptForSession", "Yes, and don't ask again for these files", "allow_always"),
        ("decline", "No, continue without these edits", "deny"),
        TELL,
    ]


def test_another_edit_has_another_digest() -> None:
    other = PATCH.model_copy(deep=True)
    other.changes[0].diff = "two\n"
    assert ask_of(drafts.FILES, FILES, PATCH).digest != ask_of(drafts.FILES, FILES, other).digest


def test_an_edit_that_nobody_saw_says_so() -> None:
    assert content(drafts.FILES, {**FILES, "reason": None}).summary == "Codex did not say which files."
    found = content(drafts.FILES, {**FILES, "grantRoot": "/opt"})
    assert (found.title, found.summary, found.files) == ("Make edits", "Codex did not say which files.", [])
    assert found.reason == "outside the folder\nFor the rest of the session, all of /opt may be written."
    assert found.input["grantRoot"] == "/opt"


def test_permissions_are_for_a_turn_or_the_session() -> None:
    found = content(drafts.PERMISSIONS, PERMISSIONS)
    assert (found.title, found.summary) == ("Grant permissions", "to build")
    assert found.input["permissions"] == PERMISSIONS["permissions"]
    assert options(found) == [
        ("turn", "Yes, grant these permissions for this turn", "allow_once"),
        ("session", "Yes, grant these permissions for this session", "allow_always"),
        ("none", "No, continue without permissions", "deny"),
    ]


@pytest.mark.parametrize(
    ("persist", "offered"),
    [
        (["session", "always"], ["accept", "session", "always", "decline", "cancel"]),
        ("session", ["accept", "session", "decline", "cancel"]),
        (["always"], ["accept", "always", "decline", "cancel"]),
        (None, ["accept", "decline", "cancel"]),
        ({"session": True}, ["accept", "decline", "cancel"]),
    ],
)
def test_a_tool_of_an_mcp_server_is_remembered_as_far_as_codex_offers(persist: object, offered: list[str]) -> None:
    found = content(drafts.ELICITATION, {**TOOL, "_meta": {**TOOL["_meta"], "persist": persist}})
    assert (found.tool, found.title, found.summary) == ("lab.wipe", "Use a tool of lab", "Run “wipe”?")
    assert found.input == {"arguments": {"what": "all"}, "description": "Wipes."}
    assert [option.id for option in found.options] == offered
    assert found.questions == ()


def test_a_form_is_questions() -> None:
    found = content(drafts.ELICITATION, FORM)
    assert (found.kind, found.title, found.summary, found.decisions) == (
        "question", "lab asks", "Where to?", ("answer", "deny"),
    )  # fmt: skip
    assert [(question.question, question.format) for question in found.questions] == [
        ("How many", "integer"),
        ("env", "text"),
    ]
    assert [option.id for option in found.options] == ["decline", "cancel"]


def test_a_page_to_visit_is_shown_and_agreed_to() -> None:
    found = content(drafts.ELICITATION, PAGE)
    assert (found.kind, found.decisions) == ("permission", ("allow_once", "deny"))
    assert found.input["url"] == "https://example.org/in"
    assert [option.id for option in found.options] == ["accept", "decline", "cancel"]


def test_a_proof_of_who_you_are_is_left_to_codex() -> None:
    """Only a device that Codex knows can give it: an empty “yes” would be a wrong one."""
    params = {
        "threadId": "t", "serverName": "lab", "mode": "openai/userVerification", "challenge": "c",
        "title": "Confirm it", "description": "Prove that it is you.",
    }  # fmt: skip
    found = content(drafts.ELICITATION, params)
    assert found.decisions == ("deny",)
    assert [option.id for option in found.options] == ["decline", "cancel"]
    assert (found.title, "terminal" in found.summary) == ("Confirm it", True)


def test_questions_keep_their_choices() -> None:
    found = content(drafts.USER_INPUT, INPUT)
    assert (found.kind, found.title, found.summary) == ("question", "Colour", "Which colour?")
    first, second = found.questions
    assert [(option.label, option.description) for option in first.options] == [("Blue", "like the sea"), ("Red", None)]
    assert (first.custom, second.custom, second.options) == (True, True, [])
    assert options(found) == [("skip", "Skip", "deny")]
    closed = {**INPUT, "questions": [{**INPUT["questions"][0], "isOther": False}]}
    assert not content(drafts.USER_INPUT, closed).questions[0].custom


def test_a_secret_cannot_be_answered_here_and_is_not_kept() -> None:
    questions = [*INPUT["questions"], {"id": "pw", "header": "P", "question": "Password?", "isSecret": True}]
    found = content(drafts.USER_INPUT, {**INPUT, "questions": questions})
    assert (found.decisions, found.questions, found.title) == (("deny",), [], "A secret, to be typed in the terminal")


@pytest.mark.parametrize("questions", [None, [], 5, [None]])
def test_no_questions_at_all(questions: object) -> None:
    ask = ask_of(drafts.USER_INPUT, {**INPUT, "questions": questions})
    assert (ask.title, ask.questions) == ("A question", [])


@pytest.mark.parametrize(("method", "params"), REQUESTS, ids=lambda value: value if isinstance(value, str) else "")
def test_whatever_is_odd_in_a_request_it_can_be_shown_and_answered(method: str, params: Json) -> None:
    for odd in twisted(params):
        ask = ask_of(method, odd)
        assert ask.encode()
        assert "deny" in ask.decisions
        assert len({option.id for option in ask.options}) == len(ask.options)
        for kind in ask.decisions:
            answers = [["1"] for _ in ask.questions] if kind == "answer" else None
            decision = DecisionRequest(kind=kind, answers=answers)
            assert isinstance(reply_of(method, odd, ask, decision.kind, None, decision.answers), dict)


def test_the_amendment_is_shown_as_it_is() -> None:
    words = ["rm", "-rf", 5, None]
    odd = {"acceptWithExecpolicyAmendment": {"execpolicy_amendment": words}}
    found = content(drafts.COMMAND, {**COMMAND, "availableDecisions": [odd]})
    assert found.options[0].label == "Yes, and don't ask again for commands that start with `rm -rf 5 None`"
    assert drafts.option_id(AMENDMENT) == "acceptWithExecpolicyAmendment"
    assert drafts.option_id({"acceptWithExecpolicyAmendment": None}) == ""

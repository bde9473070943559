from pilot_sidecar.core.asks_model import DecisionRequest
from pilot_sidecar.integrations.opencode.drafts import gate_draft, permission_draft, question_draft, reply_of
from pilot_sidecar.integrations.opencode.frames import GateFrame
from pilot_sidecar.integrations.opencode.native import PermissionRequest, QuestionRequest

BASH = PermissionRequest.model_validate(
    {
        "id": "per_1",
        "sessionID": "ses_1",
        "permission": "bash",
        "patterns": ["rm -rf a\nb"],
        "metadata": {"command": "rm -rf a\nb"},
        "always": ["rm *"],
        "tool": {"messageID": "msg_1", "callID": "call_1"},
    }
)


def test_a_command_is_complete() -> None:
    draft = permission_draft(BASH, "/home/dev", {"boot": "b"}, ("ses_0",))
    assert (draft.title, draft.command, draft.summary) == ("Run a command", "rm -rf a\nb", "rm -rf a")
    assert draft.always == "This will allow the following patterns until OpenCode is restarted.\n- rm *"
    assert [option.id for option in draft.options] == ["once", "always", "reject"]
    assert (draft.call_id, draft.parents, draft.terminal, draft.timeout_ms) == ("call_1", ("ses_0",), "race", None)


def test_an_edit_shows_its_whole_diff() -> None:
    patch = "--- /home/dev/a\n+++ /home/dev/a\n@@ -1,2 +1,2 @@\n one\n-two\n+--- three\n"
    request = BASH.model_copy(update={"permission": "edit", "metadata": {"filepath": "a", "diff": patch}})
    draft = permission_draft(request, "/home/dev", {}, ())
    assert draft.command is None
    assert [(file.path, file.patch, file.additions, file.deletions) for file in draft.files] == [("a", patch, 1, 1)]


def test_always_for_everything_is_said_in_opencodes_words() -> None:
    request = BASH.model_copy(update={"permission": "webfetch", "always": ["*"]})
    assert (
        permission_draft(request, "/home/dev", {}, ()).always == "This will allow webfetch until OpenCode is restarted."
    )


def test_a_question_keeps_its_choices() -> None:
    raw = {
        "id": "que_1",
        "sessionID": "s",
        "questions": [{"question": "Which?", "options": [{"label": "npm"}], "multiple": True}],
    }
    draft = question_draft(QuestionRequest.model_validate(raw), "/home/dev", {}, ())
    assert draft.questions[0].multiple
    assert draft.questions[0].custom
    assert [option.label for option in draft.questions[0].options] == ["npm"]
    assert draft.decisions == ("answer", "deny")


def test_a_held_call_can_be_allowed_or_denied_only() -> None:
    gate = GateFrame.model_validate(
        {
            "type": "gate",
            "id": "g",
            "directory": "/w",
            "tool": "write",
            "sessionID": "s",
            "callID": "c",
            "args": {"filePath": "/w/a"},
        }
    )
    draft = gate_draft(gate, {}, (), 5000)
    assert (draft.decisions, draft.fallback, draft.terminal) == (("allow_once", "deny"), "deny", "exclusive")
    assert (draft.title, draft.summary, draft.timeout_ms) == ("Write a file", "/w/a", 5000)


def test_replies() -> None:
    assert reply_of(DecisionRequest(kind="allow_once")) == {"reply": "once"}
    assert reply_of(DecisionRequest(kind="allow_always")) == {"reply": "always"}
    assert reply_of(DecisionRequest(kind="deny")) == {"reply": "reject"}
    assert reply_of(DecisionRequest(kind="deny", message="no")) == {"reply": "reject", "message": "no"}

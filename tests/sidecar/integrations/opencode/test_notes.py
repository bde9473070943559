"""What changes about an OpenCode conversation itself, and what its servers and commands are."""

from pilot_sidecar.integrations.opencode.advice import advice
from pilot_sidecar.integrations.opencode.native import ErrorInfo, MessageInfo, Part
from pilot_sidecar.integrations.opencode.notes import Setting, after_setting, compaction, setting_of, switches
from pilot_sidecar.integrations.opencode.servers import lsp_in, mcp_in


def test_only_what_was_known_before_can_change() -> None:
    plan = Setting("plan", "p/m2")
    assert switches("m", 1, Setting(), plan) == []
    assert switches("m", 1, plan, Setting()) == []
    assert switches("m", 1, plan, plan) == []
    notes = switches("m", 1, Setting("build", "p/m1"), plan)
    assert [(note.id, note.note, note.text) for note in notes] == [
        ("m-mode", "mode", "plan"), ("m-model", "model", "p/m2"),
    ]  # fmt: skip
    assert after_setting(plan, Setting("build", None)) == Setting("build", "p/m2")


def test_a_prompt_says_who_is_to_answer() -> None:
    raw = {"id": "m", "sessionID": "s", "role": "user", "agent": "plan", "model": {"providerID": "p", "modelID": "m"}}
    assert setting_of(MessageInfo.model_validate(raw)) == Setting("plan", "p/m")
    assert setting_of(MessageInfo.model_validate({"id": "m", "sessionID": "s", "role": "user"})) == Setting()


def test_a_compaction_says_whether_somebody_asked_for_it() -> None:
    raw = {"id": "p", "sessionID": "s", "messageID": "m", "type": "compaction"}
    asked, full = (compaction(Part.model_validate(raw | {"auto": auto}), 5) for auto in (False, True))
    assert (asked.id, asked.at, asked.note) == ("p", 5, "compaction")
    assert "full" in full.text
    assert "full" not in asked.text


def test_servers_in_each_state_and_none_of_an_unknown_shape() -> None:
    body = {
        "a": {"status": "connected"}, "b": {"status": "failed", "error": "ENOENT"}, "c": {"status": "needs_auth"},
        "d": {"status": "something new"}, "e": "odd",
    }  # fmt: skip
    assert [(server.name, server.state, server.message) for server in mcp_in(body)] == [
        ("a", "connected", None), ("b", "failed", "ENOENT"), ("c", "needs_auth", None), ("d", "starting", None),
    ]  # fmt: skip
    lsp = [{"id": "ts", "name": "typescript", "root": "/x", "status": "connected"}, {"id": "py", "status": "error"}, 5]
    assert [(server.kind, server.name, server.state) for server in lsp_in(lsp)] == [
        ("lsp", "typescript", "connected"), ("lsp", "py", "failed"),
    ]  # fmt: skip
    assert mcp_in(None) == lsp_in({"no": "list"}) == []


def test_errors_say_what_to_do_where_something_helps() -> None:
    limited = ErrorInfo.model_validate({"name": "APIError", "data": {"message": "x", "statusCode": 429}})
    assert "wait a little" in str(advice(limited))
    assert "opencode auth login" in str(advice(ErrorInfo(name="ProviderAuthError")))
    assert advice(ErrorInfo(name="UnknownError")) is None

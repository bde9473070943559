"""Hooks alone, as events and asks."""

import json

import pytest

from pilot_sidecar.core.events import MessageCompleted, SessionStopped, ToolCompleted, ToolStarted
from pilot_sidecar.integrations.codex import hook_mapping
from pilot_sidecar.integrations.codex.payloads import EVENTS, HookPayload, parse
from sidecar.integrations.codex.recorded import payloads


def payload(event: str, **fields: object) -> HookPayload:
    return HookPayload.model_validate({"session_id": "s", "hook_event_name": event, "turn_id": "t", **fields})


def recorded(event: str, tool: str | None = None) -> HookPayload:
    found = (raw for raw in payloads() if raw["hook_event_name"] == event and (not tool or raw["tool_name"] == tool))
    return parse(json.dumps(next(found)).encode())


def draft(request: HookPayload):  # type: ignore[no-untyped-def] # of the ask's own types
    session = hook_mapping.session_of(request, 5, None)
    return hook_mapping.draft_of(request, session, 1000, denies=False, call_id=None)


def test_a_command_is_asked_about_in_codexs_words() -> None:
    ask = draft(recorded("PermissionRequest", "Bash"))
    assert (ask.title, ask.command) == ("Run a command", "echo tui-daemon-record")
    assert (ask.summary, ask.reason) == ("echo tui-daemon-record", "the test asks to leave the sandbox")
    assert ask.input["description"] == "the test asks to leave the sandbox"
    assert (ask.terminal, ask.fallback, ask.timeout_ms, ask.parents) == ("exclusive", "terminal", 1000, ())


def test_edits_are_asked_about_with_their_diff() -> None:
    ask = draft(recorded("PermissionRequest", "apply_patch"))
    assert (ask.title, ask.summary, ask.command) == ("Make these edits", "added-by-patch.txt", None)
    (file,) = ask.files
    assert (file.path, file.status) == ("/home/dev/project/added-by-patch.txt", "added")
    assert "+hello from the patch" in (file.patch or "")


def test_edits_that_cannot_be_read_are_shown_as_they_came() -> None:
    ask = draft(payload("PermissionRequest", tool_name="apply_patch", tool_input={"command": "*** Begin\n???"}))
    assert (ask.command, ask.files) == ("*** Begin\n???", ())


def test_a_tool_of_an_mcp_server() -> None:
    ask = draft(recorded("PermissionRequest", "mcp__demo__echo"))
    assert (ask.title, ask.input) == ("Use a tool of demo", {"text": "abc"})
    assert ask.summary == 'Allow the demo MCP server to run tool "echo"?'


def test_a_sub_agents_ask_hangs_below_the_session_it_works_for() -> None:
    ask = draft(payload("PermissionRequest", agent_id="child", tool_name="Bash", tool_input={"command": "ls"}))
    assert (ask.session_id, ask.parents) == ("child", ("s",))


@pytest.mark.parametrize("given", [None, [], ["a"], "text", {"command": ["a"]}, {"command": 4}])
def test_arguments_of_any_form(given: object) -> None:
    ask = draft(payload("PermissionRequest", tool_name="Bash", tool_input=given))
    assert (ask.command, ask.summary) == (None, "Bash")
    (started,) = hook_mapping.events_of(payload("PreToolUse", tool_name="Bash", tool_input=given), "PreToolUse", 1, "")
    assert isinstance(started, ToolStarted)
    assert started.title == "Bash"


def test_a_decision_as_codex_reads_it() -> None:
    def said(choice: str | None, message: str | None = None) -> object:
        answer = hook_mapping.answer_of(choice, message)
        return json.loads(answer)["hookSpecificOutput"]["decision"] if answer else None

    assert said("allow_once") == {"behavior": "allow"}
    assert said("deny", "use git") == {"behavior": "deny", "message": "use git"}
    assert said("deny") == {"behavior": "deny", "message": "Denied in Pilot."}
    assert said("release") is said(None) is said("allow_always") is None


def test_the_start_and_the_end_of_a_patch() -> None:
    (started,) = hook_mapping.events_of(recorded("PreToolUse", "apply_patch"), "PreToolUse", 1, "")
    (ended,) = hook_mapping.events_of(recorded("PostToolUse", "apply_patch"), "PostToolUse", 2, "")
    assert isinstance(started, ToolStarted)
    assert isinstance(ended, ToolCompleted)
    assert (started.tool_kind, started.title) == ("edit", "added-by-patch.txt")
    assert started.call_id == ended.call_id
    assert [file.additions for file in ended.files] == [1]


def test_what_an_mcp_tool_gave_back_is_text() -> None:
    (ended,) = hook_mapping.events_of(recorded("PostToolUse", "mcp__demo__echo"), "PostToolUse", 2, "")
    assert isinstance(ended, ToolCompleted)
    assert (ended.output, ended.tool_kind) == ("echo:abc", "mcp")


def test_a_turns_end_brings_the_last_message() -> None:
    message, stopped = hook_mapping.events_of(recorded("Stop"), "Stop", 3, "")
    assert isinstance(message, MessageCompleted)
    assert message.text.startswith("Done.")
    assert isinstance(stopped, SessionStopped)
    (aborted,) = hook_mapping.events_of(recorded("Interrupt"), "Interrupt", 3, "")
    assert isinstance(aborted, SessionStopped)
    assert aborted.reason == "aborted"


def test_ids_for_what_comes_without_one() -> None:
    assert hook_mapping.prompt_id("t", 1, 9) == "t-prompt"
    assert hook_mapping.prompt_id("t", 2, 9) == "t-prompt-2"
    assert hook_mapping.prompt_id(None, 1, 9) == "9-prompt"
    one, two = (payload("PreToolUse", tool_name="Bash", tool_input={"command": text}) for text in "ab")
    assert hook_mapping.call_id_of(one) == hook_mapping.call_id_of(one) != hook_mapping.call_id_of(two)


def test_which_call_a_request_is_about() -> None:
    request = payload("PermissionRequest", tool_name="Bash", tool_input={"command": "a", "description": "why"})
    start = payload("PreToolUse", tool_name="Bash", tool_input={"command": "a"})
    assert hook_mapping.asks_about(request, start)
    assert not hook_mapping.asks_about(request, start.model_copy(update={"tool_name": "Other"}))
    assert not hook_mapping.asks_about(request, start.model_copy(update={"tool_input": {"command": "b"}}))


def test_every_recorded_payload_maps() -> None:
    for raw in payloads():
        found = parse(json.dumps(raw).encode())
        events = hook_mapping.events_of(found, raw["hook_event_name"], 1, "p")
        assert all(event.session_id == raw.get("agent_id", raw["session_id"]) for event in events)
    assert EVENTS

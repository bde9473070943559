"""The rollouts that the real Codex wrote, as events."""

import json
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilot_sidecar.core.events import (
    MessageCompleted,
    PromptReceived,
    TodoUpdated,
    ToolCompleted,
    ToolUpdated,
    UsageUpdated,
)
from pilot_sidecar.integrations.codex.rollout import Rollout
from pilot_sidecar.integrations.codex.told import About, Began, Line, Named, Output, Over, Runs, Said, Told, parse_line
from sidecar.integrations.codex.recorded import Json, lines, rollout

notes: list[str] = []


def read(raws: Sequence[bytes]) -> list[Told]:
    notes.clear()
    reader = Rollout("s", lambda name, _raw: notes.append(name))
    return [told for raw in raws if (line := parse_line(raw)) for told in reader.take(line)]


def recorded(name: str) -> list[Told]:
    return read(rollout(name).splitlines())


def said(told: Sequence[Told], kind: type) -> list:  # type: ignore[type-arg] # of that kind
    return [one.event for one in told if isinstance(one, Said) and isinstance(one.event, kind)]


def line(kind: str, **payload: object) -> bytes:
    return json.dumps({"timestamp": "2026-11-25T13:36:43.037Z", "type": kind, "payload": payload}).encode()


def event(kind: str, **payload: object) -> bytes:
    return line("event_msg", type=kind, **payload)


@pytest.mark.parametrize("name", ["tui", "exec", "parent", "child", "mcp"])
def test_nothing_in_the_recordings_is_unknown(name: str) -> None:
    assert recorded(name)
    assert notes == []


def test_a_one_shot_run() -> None:
    told = recorded("exec")
    assert told[0] == About("exec", 1795613803000)
    assert Runs("fake/gpt-5.5") in told
    assert Named("run: echo hi; exit 3", chosen=False) in told
    (prompt,) = said(told, PromptReceived)
    assert prompt.text == "run: echo hi; exit 3"
    thought, first, last = said(told, MessageCompleted)
    assert (thought.part, thought.text) == ("reasoning", "**Planning** I should run the command the user gave.")
    assert (first.part, first.text, first.started_at) == (
        "text",
        "I will run `echo hi; exit 3` now, step 1.",
        1795613803180,
    )
    assert last.text.startswith("Done.")
    (call,) = said(told, ToolCompleted)
    assert (call.title, call.output, call.status, call.error) == ("echo hi; exit 3", "hi\n", "failed", "Exit code 3")
    assert call.tool_kind == "shell"
    usage = said(told, UsageUpdated)[-1].usage
    assert (usage.input_tokens, usage.cache_read_tokens, usage.output_tokens, usage.reasoning_tokens) == (
        1203,
        800,
        86,
        14,
    )
    assert (usage.context_tokens, usage.context_limit) == (1052, 258400)
    assert not [one for one in told if isinstance(one, Output)], "the item said it all"
    turns = [one for one in told if isinstance(one, Began | Over)]
    assert turns == [Began(turns[0].turn_id), Over(turns[0].turn_id, "completed")]


def test_a_terminal_is_embedded_and_its_turns_end_each_in_its_way() -> None:
    told = recorded("tui")
    assert isinstance(told[0], About)
    assert told[0].kind == "embedded"
    ends = [one for one in told if isinstance(one, Over)]
    assert [end.reason for end in ends].count("aborted") == 3
    (failed,) = [end for end in ends if end.reason == "error"]
    assert failed.error == "scripted failure"
    assert len([one for one in told if isinstance(one, Began)]) == len(ends)


def test_edits_with_their_diffs() -> None:
    calls = [call for call in said(recorded("tui"), ToolCompleted) if call.files]
    files = calls[0].files
    assert [(file.path, file.status, file.additions, file.deletions) for file in files] == [
        ("/home/dev/project/sub/c.txt", "added", 2, 0),
        ("/home/dev/project/b.txt", "modified", 2, 1),
        ("/home/dev/project/a.txt", "deleted", 0, 1),
    ]
    assert "@@ -2,3 +2,4 @@" in (files[1].patch or "")
    assert calls[1].files[0].path == "/home/dev/project/moved.txt"


def test_the_plan_becomes_todos() -> None:
    (todos,) = said(recorded("tui"), TodoUpdated)
    assert [(todo.text, todo.status) for todo in todos.todos] == [
        ("one", "completed"), ("two", "in_progress"), ("three", "pending"),
    ]  # fmt: skip


def test_a_steered_turn_has_two_prompts() -> None:
    prompts = [one for one in recorded("tui") if isinstance(one, Said) and isinstance(one.event, PromptReceived)]
    steered = next(one for one in prompts if one.event.text == "steer me please")  # type: ignore[union-attr] # a prompt
    before = prompts[prompts.index(steered) - 1]
    assert (before.turn_id, before.number, steered.number) == (steered.turn_id, 1, 2)


def test_calls_that_end_without_an_item() -> None:
    outputs = {one.event.call_id: one.event for one in recorded("tui") if isinstance(one, Output)}
    denied = [one for one in outputs.values() if isinstance(one, ToolCompleted) and one.status == "denied"]
    assert [one.error for one in denied] == ["Use git clean"]
    aborted = [one for one in outputs.values() if isinstance(one, ToolCompleted) and one.error == "Aborted."]
    assert len(aborted) == 2
    plan = [one for one in outputs.values() if isinstance(one, ToolCompleted) and one.tool == "update_plan"]
    assert [one.output for one in plan] == ["unsupported call: update_plan"]


def test_a_command_that_runs_on_ends_after_its_turn() -> None:
    told = recorded("mcp")
    running = next(one for one in told if isinstance(one, Output) and isinstance(one.event, ToolUpdated))
    assert running.event.output == "start\n"
    call = next(call for call in said(told, ToolCompleted) if call.call_id == running.event.call_id)
    assert (call.output, call.status) == ("start\nend\n", "completed")


def test_a_tool_of_an_mcp_server() -> None:
    call = said(recorded("mcp"), ToolCompleted)[0]
    assert (call.tool, call.tool_kind, call.input, call.output) == ("demo.echo", "mcp", {"text": "abc"}, "echo:abc")


def test_a_sub_agent_knows_its_parent_and_the_parent_its_sub_agent() -> None:
    parent, child = lines("parent")[0]["payload"]["id"], lines("child")[0]["payload"]["id"]
    about = recorded("child")[0]
    assert isinstance(about, About)
    assert about.parent_id == parent
    assert [call.child_session_id for call in said(recorded("parent"), ToolCompleted)] == [child, child]


def test_only_the_first_description_counts_since_a_fork_repeats_its_origins() -> None:
    again = line("session_meta", id="other", timestamp="2020-01-01T00:00:00Z", source="cli")
    assert read([rollout("exec").splitlines()[0], again]) == [About("exec", 1795613803000)]


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        (line("brand_new"), "rollout brand_new"),
        (event("item_completed", turn_id="t", item={"type": "Novelty", "id": "i"}), "rollout item novelty"),
        (event("item_completed", turn_id="t", item=[]), "rollout damaged"),
        (event("item_completed", turn_id="t"), "rollout damaged"),
        (event("item_completed", item={"type": "AgentMessage"}), "rollout damaged"),
        (event("task_started"), "rollout damaged"),
        (event("token_count", info={"total_token_usage": {"input_tokens": "many"}}), "rollout damaged"),
        (
            line("response_item", type="function_call", name="update_plan", call_id="c", arguments="{"),
            "rollout damaged",
        ),
        (
            line("response_item", type="function_call", name="update_plan", call_id="c", arguments="[]"),
            "rollout damaged",
        ),
        (line("session_meta", timestamp="soon"), "rollout damaged"),
    ],
)
def test_what_nobody_knows_is_noted_and_never_fatal(raw: bytes, name: str) -> None:
    assert read([raw]) == []
    assert notes == [name]


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"garbage", b"[]", b"3", b"{}", b'{"timestamp": 3}', b"\xff", b"[" * 100_000,
        b'{"timestamp": "x", "type": "a", "payload": {}}',
        b'{"timestamp": "2026-11-25T13:36:43Z", "type": 1, "payload": {}}',
        b'{"timestamp": "2026-11-25T13:36:43Z", "type": "a", "payload": []}',
    ],
    ids=range(11),
)  # fmt: skip
def test_garbage_is_no_line(raw: bytes) -> None:
    assert parse_line(raw) is None


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(st.integers(min_value=0), st.lists(st.tuples(st.integers(min_value=0), ANY), max_size=3))
def test_any_field_may_be_anything(which: int, changes: list[tuple[int, object]]) -> None:
    every: list[Json] = [*lines("tui"), *lines("mcp"), *lines("child")]
    payload = dict(every[which % len(every)]["payload"])
    for place, value in changes:
        keys = list(payload)
        inner = payload.get("item")
        if isinstance(inner, dict) and place % 2:
            payload["item"] = {**inner, list(inner)[place % len(inner)]: value}
        elif keys:
            payload[keys[place % len(keys)]] = value
    reader = Rollout("s", lambda _name, _raw: None)
    reader.take(Line(1, every[which % len(every)]["type"], payload))

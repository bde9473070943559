"""What counts as a hook's payload."""

import json

import pytest

from pilot_sidecar.core.errors import BadRequestError
from pilot_sidecar.integrations.codex.payloads import EVENTS, HookPayload, parse
from sidecar.integrations.codex.recorded import payloads

LEAST = {"session_id": "s", "hook_event_name": "Stop"}


def test_every_recorded_payload_keeps_its_fields() -> None:
    seen = set()
    for raw in payloads():
        found = parse(json.dumps(raw).encode()).model_dump()
        known = {name: value for name, value in raw.items() if name in HookPayload.model_fields}
        assert {name: found[name] for name in known} == known
        seen.add(raw["hook_event_name"])
    assert seen == EVENTS


@pytest.mark.parametrize("name", sorted(set(HookPayload.model_fields) - {*LEAST, "tool_response"}))
@pytest.mark.parametrize("value", [7, True, 1.5, {"a": 1}, ["b"], None], ids=repr)
def test_an_optional_field_of_a_wrong_type_is_as_good_as_absent(name: str, value: object) -> None:
    found = parse(json.dumps({**LEAST, name: value}).encode())
    expected = value if name == "tool_input" and isinstance(value, dict | list) else None
    assert getattr(found, name) == expected
    assert found.session_id == "s"


@pytest.mark.parametrize("value", ["a\0b", "a\nb", "x" * 5000])
def test_names_that_cannot_be_are_absent_and_a_session_that_cannot_be_is_refused(value: str) -> None:
    found = parse(json.dumps({**LEAST, "cwd": value, "turn_id": value, "agent_id": value}).encode())
    assert (found.cwd, found.turn_id, found.thread_id) == (None, None, "s")
    with pytest.raises(BadRequestError, match="session_id"):
        parse(json.dumps({**LEAST, "session_id": value}).encode())


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "empty"), (b"{", "Invalid JSON"), (b"[]", "an object"), (b"3", "an object"),
        (b"{}", "session_id"), (b'{"session_id": "s"}', "hook_event_name"), (b'{"session_id": 4}', "session_id"),
        (b'{"prompt": 4, "session_id": ""}', "session_id"), (b"\xff", "Invalid JSON"),
        (b'{"session_id": "s", "hook_event_name": 1, "prompt": 4}', "hook_event_name"),
    ],
)  # fmt: skip
def test_what_is_no_payload_is_said_clearly(raw: bytes, says: str) -> None:
    with pytest.raises(BadRequestError) as error:
        parse(raw)
    assert says in error.value.message


def test_half_a_character_costs_only_itself() -> None:
    found = parse(json.dumps({**LEAST, "prompt": "a \ud83d b", "tool_input": {"\udc00": 1}, "cwd": 5}).encode())
    assert (found.prompt, found.tool_input, found.cwd) == ("a ? b", {"?": 1}, None)

"""Whatever a hook brings: a clear answer, never a fault of ours, and never a word for the model."""

import http.client
import json
import string
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from fakes.hub_process import shared_hub as one_hub
from pilot_sidecar.integrations.codex.payloads import EVENTS, HookPayload
from sidecar.integrations.codex.recorded import payloads

LEAST = {"session_id": "fuzzed", "hook_event_name": "any"}
FIELDS = [*sorted(HookPayload.model_fields), "source", "constructor", "__proto__", "é"]


class Door:
    """One connection to a hub, with the token of its hooks."""

    def __init__(self, home: Path, found: dict[str, str]) -> None:
        self.home = home
        self.owner = found["token"]
        self.hook = json.loads((home / "tokens.json").read_text())["hook"]
        place = urlsplit(found["url"])
        self._connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=20)

    def post(self, event: str, body: bytes, token: str | None = None) -> tuple[int, bytes]:
        headers = {"Authorization": f"Bearer {token or self.hook}", "Content-Type": "application/json"}
        return self._answer("POST", f"/codex/hooks/{event}", body, headers)

    def get(self, path: str) -> dict[str, object]:
        status, body = self._answer("GET", path, None, {"Authorization": f"Bearer {self.owner}"})
        assert status == 200, body
        return dict(json.loads(body))

    def close(self) -> None:
        self._connection.close()

    def _answer(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> tuple[int, bytes]:
        self._connection.request(method, path, body, headers)
        response = self._connection.getresponse()
        return response.status, response.read()


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    home = tmp_path_factory.mktemp("hub") / "home"
    with one_hub(home) as found:
        door = Door(home, found)
        yield door
        door.close()
    assert " ERROR " not in (home / "logs/hub.log").read_text()


def code_of(body: bytes) -> str:
    return str(json.loads(body)["error"]["code"])


def test_every_recorded_payload_is_taken_and_answered_with_nothing(door: Door) -> None:
    for payload in payloads():
        answer = door.post(str(payload["hook_event_name"]), json.dumps(payload).encode())
        assert answer == (204, b""), payload
    sessions = {session["id"]: session for session in door.get("/api/sessions")["sessions"]}  # type: ignore[attr-defined] # a list
    for payload in payloads():
        assert payload["session_id"] in sessions
        assert payload.get("agent_id") in {None, *sessions}
    assert all(sessions[child]["parentId"] for child in {p["agent_id"] for p in payloads() if "agent_id" in p})


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    event=st.sampled_from(sorted(EVENTS)),
    given_fields=st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=8),
    thread=st.sampled_from(["fuzzed", "other", "fuzzed-child"]),
)
@example(
    event="PermissionRequest", given_fields={"tool_name": "apply_patch", "tool_input": {"command": "***"}}, thread="s"
)
@example(event="PreToolUse", given_fields={"tool_input": {"a": "\ud800"}}, thread="s")
def test_any_values_in_any_field(door: Door, event: str, given_fields: dict[str, object], thread: str) -> None:
    body = json.dumps({**LEAST, "session_id": thread, **given_fields}).encode()
    status, answer = door.post(event, body)
    assert status in (204, 400), answer
    if status == 204:
        assert answer == b"", "nobody is there to decide, and anything else becomes the model's context"
    else:
        assert code_of(answer) == "bad_request"
        assert {"session_id", "hook_event_name"} & set(given_fields)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(event=st.sampled_from(sorted(EVENTS)), body=st.binary(max_size=200))
@example(event="Stop", body=b"\x00")
@example(event="Stop", body=b'{"session_id": "\\u0000", "hook_event_name": "Stop"}')
def test_any_bytes(door: Door, event: str, body: bytes) -> None:
    status, answer = door.post(event, body)
    assert (status, code_of(answer)) == (400, "bad_request")


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.text(string.ascii_letters + string.digits + "%_-.~", min_size=1, max_size=100).filter(
        lambda n: n not in EVENTS and n.strip(".")
    )
)
@example(name="constructor")
@example(name="__proto__")
@example(name="%5F%5Fproto%5F%5F")
@example(name="Sto%70")
@example(name="stop")
@example(name="PreToolUse%00")
@example(name="%F0%9F%9A%80")
@example(name="x" * 5000)
def test_any_name_that_is_none_of_codexs(door: Door, name: str) -> None:
    status, answer = door.post(name, json.dumps(LEAST).encode())
    assert (status, code_of(answer)) == (404, "unknown_event")


@pytest.mark.parametrize("wrong", [["a"], 7, "text", True, None, {"command": 5}])
def test_arguments_of_a_wrong_type_lose_nothing_else(door: Door, wrong: object) -> None:
    call = f"call-{wrong!r}"[:40]
    fields = {"tool_name": "Bash", "tool_input": wrong, "tool_use_id": call, "prompt": 9, "turn_id": {}}
    body = json.dumps({"session_id": "types", "hook_event_name": "PreToolUse", **fields}).encode()
    assert door.post("PreToolUse", body)[0] == 204
    items = door.get("/api/sessions/types/messages")["items"]
    assert call in [item["id"] for item in items]  # type: ignore[attr-defined] # a list


@pytest.mark.parametrize("text", ["nul \0 inside", "\u2028 \u202e ‮", "x" * 2_000_000, "🚀" * 1000, ""], ids=range(5))
def test_a_prompt_is_shown_as_it_was_typed(door: Door, text: str) -> None:
    turn = f"turn-{len(text)}"
    body = json.dumps({**LEAST, "session_id": turn, "turn_id": turn, "prompt": text}).encode()
    assert door.post("UserPromptSubmit", body)[0] == 204
    (item,) = door.get(f"/api/sessions/{turn}/messages")["items"]  # type: ignore[misc] # a list of one
    assert item["text"] == text  # type: ignore[index] # a dict


def test_half_a_character_is_replaced(door: Door) -> None:
    body = {**LEAST, "session_id": "half", "turn_id": "t", "prompt": "a \ud83d b"}
    assert door.post("UserPromptSubmit", json.dumps(body).encode())[0] == 204
    (item,) = door.get("/api/sessions/half/messages")["items"]  # type: ignore[misc] # a list of one
    assert item["text"] == "a ? b"  # type: ignore[index] # a dict


def test_the_address_wins_over_what_the_body_calls_itself(door: Door) -> None:
    body = {"session_id": "address", "hook_event_name": "SessionEnd", "turn_id": "t", "prompt": "hello"}
    assert door.post("UserPromptSubmit", json.dumps(body).encode()) == (204, b"")
    assert door.get("/api/sessions/address")["state"] == "busy"


def test_who_may_post(door: Door) -> None:
    body = json.dumps({**LEAST, "session_id": "tokens"}).encode()
    assert door.post("SessionStart", body, token=door.owner)[0] == 204
    status, answer = door.post("SessionStart", body, token="wrong")
    assert (status, code_of(answer)) == (401, "unauthorized")
    status, _ = door._answer("GET", "/api/snapshot", None, {"Authorization": f"Bearer {door.hook}"})
    assert status == 401

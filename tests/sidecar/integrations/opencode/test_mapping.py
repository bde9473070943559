"""Recorded turns of the real OpenCode, and what they mean. ``UPDATE_GOLDEN=1`` writes the expectations anew."""

import json
import os
from pathlib import Path

import pytest

from pilot_sidecar.core.events import Event
from pilot_sidecar.core.models import AgentProcess, Attachment
from pilot_sidecar.core.session_book import SessionBook
from pilot_sidecar.integrations.opencode.mapping import Translator, merge_files, snake
from pilot_sidecar.integrations.opencode.native import Diff, NativeEvent
from pilot_sidecar.integrations.opencode.tools import file_diff

RECORDINGS = Path(__file__).parent / "recordings"
SCENES = sorted(path.stem for path in RECORDINGS.glob("*.jsonl"))


class Nobody:
    """No session is known from before."""

    def get(self, session_id: str) -> None:
        return None


def named(_session_id: str, name: str, mime: str, _url: str) -> Attachment:
    """Keep nothing."""
    return Attachment(name=name, mime=mime)


def translator() -> tuple[Translator, SessionBook, list[Event], list[str]]:
    told: list[Event] = []
    unknown: list[str] = []
    book = SessionBook("opencode", Nobody(), told.append)
    one = Translator(book, AgentProcess(pid=1, mode="serve"), lambda name, _raw: unknown.append(name), named)
    return one, book, told, unknown


def play(name: str) -> list[Event]:
    """Return everything a recording means, in order."""
    one, book, told, unknown = translator()
    for line in (RECORDINGS / f"{name}.jsonl").read_text().splitlines():
        for event in one.translate(NativeEvent.model_validate_json(line), 1):
            book.publish(event)
    assert unknown == []
    return told


def brief(event: Event) -> dict[str, object]:
    """Return an event without what differs between recordings."""
    body = json.loads(event.encode())
    session = body.pop("session", None)
    if session:
        kept = ("state", "mode", "model", "title", "parentId", "rootId", "lastError")
        body["session"] = {key: session[key] for key in kept if session.get(key)}
    for name in ("seq", "epoch", "at", "agent", "startedAt"):
        body.pop(name, None)
    return body


@pytest.mark.parametrize("name", SCENES)
def test_recordings_mean_what_they_meant(name: str) -> None:
    found = [brief(event) for event in play(name)]
    golden = RECORDINGS / f"{name}.golden.json"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    assert found == json.loads(golden.read_text())


@pytest.mark.parametrize("name", SCENES)
def test_each_turn_stops_once(name: str) -> None:
    stops = [event.session_id for event in play(name) if event.type == "pilot.session.stopped"]
    sessions = {event.session_id for event in play(name) if event.type == "pilot.session.started"}
    assert sorted(stops) == sorted(sessions)


def test_streamed_text_adds_up_to_the_completed_one() -> None:
    events = play("speak")
    text = "".join(event.delta for event in events if event.type == "pilot.message.delta")
    assert text == next(event.text for event in events if event.type == "pilot.message.completed")


def test_a_refused_tool_is_denied_and_not_failed() -> None:
    assert [event.status for event in play("rejected") if event.type == "pilot.tool.completed"] == ["denied"]


def test_stopping_is_no_error() -> None:
    events = play("aborted")
    assert [event.reason for event in events if event.type == "pilot.session.stopped"] == ["aborted"]
    assert [event for event in events if event.type == "pilot.error"] == []


def test_a_sub_agent_names_its_root() -> None:
    child = next(
        event.session for event in play("delegate") if event.type == "pilot.session.started" and event.session.parent_id
    )
    assert child.root_id == child.parent_id


def test_what_is_unknown_is_counted_and_harmless() -> None:
    one, _, _, unknown = translator()
    for event in (
        NativeEvent(type="brand.new", properties={"x": 1}),
        NativeEvent(type="message.part.updated", properties={"part": "no part"}),
        NativeEvent(type="session.updated", properties={}),
        NativeEvent(type="permission.asked", properties={}),
    ):
        assert one.translate(event, 1) == []
    assert unknown == ["brand.new", "message.part.updated (shape)", "session.updated (shape)"]


def test_an_error_before_the_first_step_ends_the_turn() -> None:
    """A plugin that throws in ``chat.message`` gives ``session.error`` and no idle."""
    one, book, told, _ = translator()
    info = {"id": "ses_1", "directory": "/home/dev", "time": {"created": 1, "updated": 1}}
    error = {"sessionID": "ses_1", "error": {"name": "UnknownError", "data": {"message": "plugin threw"}}}
    for event in (
        NativeEvent(type="session.created", properties={"info": info}),
        NativeEvent(type="session.error", properties=error),
    ):
        for said in one.translate(event, 1):
            book.publish(said)
    assert [event.type for event in told] == ["pilot.session.started", "pilot.error", "pilot.session.stopped"]


def test_changes_of_several_messages_add_up() -> None:
    made = file_diff(Diff(file="a", patch="1", additions=2, status="added"))
    more = file_diff(Diff(file="a", patch="2", additions=1, deletions=1))
    gone = file_diff(Diff(file="a", deletions=2, status="deleted"))
    assert merge_files([[made], [more]]) == [made.model_copy(update={"patch": "12", "additions": 3, "deletions": 1})]
    assert merge_files([[made], [gone]]) == []


def test_names_of_errors() -> None:
    assert [snake(name) for name in ("APIError", "ProviderAuthError", "MessageOutputLengthError")] == [
        "api_error",
        "provider_auth_error",
        "message_output_length_error",
    ]

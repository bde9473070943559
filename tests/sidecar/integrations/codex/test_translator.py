"""Recorded turns of the real Codex, and what they mean. ``UPDATE_GOLDEN=1`` writes the expectations anew."""

import json
import os
from collections.abc import Iterator
from typing import Any

import pytest

from pilot_sidecar.core.events import Event, MessageDelta, SessionStarted
from pilot_sidecar.core.models import Session
from pilot_sidecar.core.session_book import SessionBook
from pilot_sidecar.integrations.codex import drafts
from pilot_sidecar.integrations.codex.native import Thread
from pilot_sidecar.integrations.codex.rpc import Said
from pilot_sidecar.integrations.codex.sessions import AGENT, session_of
from pilot_sidecar.integrations.codex.translator import SILENT, Translator
from sidecar.integrations.codex.recorded import RECORDINGS

TURNS = RECORDINGS / "turns"
SCENES = sorted(path.stem for path in TURNS.glob("*.jsonl"))
Json = dict[str, Any]


class Nobody:
    """No session is known from before."""

    def get(self, session_id: str) -> None:
        return None


class Scene:
    """A translator with the sessions it speaks of, and everything it announced."""

    def __init__(self) -> None:
        self.told: list[Event] = []
        self.asked: list[Json] = []
        self.unknown: list[str] = []
        self.book = SessionBook(AGENT, Nobody(), self.told.append)
        self.translator = Translator(lambda name, _raw: self.unknown.append(name))

    def begin(self, **fields: object) -> Session:
        """Announce a thread."""
        thread = Thread.model_validate({"id": "t", "cwd": "/home/dev/project", "status": {"type": "idle"}, **fields})
        session = session_of(thread, None, "daemon", 1)
        self.book.publish(SessionStarted(at=1, session_id=session.id, agent=AGENT, session=session))
        return self.session(session.id)

    def session(self, thread_id: str = "t") -> Session:
        session = self.book.get(thread_id)
        assert session is not None
        return session

    def say(self, method: str, now: int = 1, **params: object) -> list[Event]:
        """Translate one notification about the thread ``t``; return what it meant."""
        said = Said(method, {"threadId": "t", "turnId": "turn", **params})
        events = list(self.translator.translate(said, self.session(str(said.params["threadId"])), now))
        for event in events:
            self.book.publish(event)
        return events

    def play(self, name: str) -> None:
        """Translate a recording; helper threads are left out, as the connection leaves them out."""
        for message in messages(name):
            params = message["params"]
            if message["method"] == "thread/started":
                thread = Thread.model_validate(params["thread"])
                if not thread.helper:
                    self.begin(**params["thread"])
            elif (session := self.book.get(str(params.get("threadId")))) is not None:
                self._take(message, session)

    def _take(self, message: Json, session: Session) -> None:
        if "id" in message:
            item = self.translator.started.get((message["params"]["threadId"], message["params"]["itemId"]))
            content = drafts.content_of(message["method"], message["params"], item)
            self.asked.append(
                {
                    "type": "(ask)", "tool": content.tool, "title": content.title, "summary": content.summary,
                    "options": [option.id for option in content.options],
                    "files": [[file.path, file.patch] for file in content.files],
                }
            )  # fmt: skip
            return
        for event in self.translator.translate(Said(message["method"], message["params"]), session, 1):
            self.book.publish(event)


def messages(name: str) -> Iterator[Json]:
    for line in (TURNS / f"{name}.jsonl").read_text().splitlines():
        yield json.loads(line)


def brief(event: Event) -> Json:
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
    scene = Scene()
    scene.play(name)
    found = [*map(brief, scene.told), *scene.asked]
    golden = TURNS / f"{name}.golden.json"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    assert found == json.loads(golden.read_text())
    assert set(scene.unknown) <= {"thread/archived"}, "the connection itself reads that one"


@pytest.mark.parametrize("name", SCENES)
def test_each_turn_stops_once_and_after_all_it_said(name: str) -> None:
    scene = Scene()
    scene.play(name)
    stops = [event for event in scene.told if event.type == "pilot.session.stopped"]
    assert len(stops) == sum(message["method"] == "turn/completed" for message in messages(name))
    assert scene.translator.turns == {}
    assert scene.translator.stream._texts == {} or name == "interrupted"
    assert scene.translator.started == {} or name == "interrupted"


@pytest.mark.parametrize("name", SCENES)
def test_streamed_words_add_up_to_the_completed_ones(name: str) -> None:
    scene = Scene()
    scene.play(name)
    for whole in scene.told:
        if whole.type != "pilot.message.completed":
            continue
        parts = [e for e in scene.told if e.type == "pilot.message.delta" and e.part_id == whole.part_id]
        text = ""
        for part in parts:
            assert part.offset == len(text), "none is missing and none is doubled"
            text += part.delta
        assert text == whole.text


def test_what_is_refused_is_denied_and_not_failed() -> None:
    for name in ("declined", "edit-declined"):
        scene = Scene()
        scene.play(name)
        assert [event.status for event in scene.told if event.type == "pilot.tool.completed"] == ["denied"]


def test_stopping_is_no_error() -> None:
    scene = Scene()
    scene.play("interrupted")
    assert [event.reason for event in scene.told if event.type == "pilot.session.stopped"] == ["aborted"]
    assert [event for event in scene.told if event.type == "pilot.error"] == []


def test_the_helper_that_names_a_session_is_none() -> None:
    scene = Scene()
    scene.play("terminal")
    assert len(scene.book.all()) == 1
    assert sum(message["method"] == "thread/started" for message in messages("terminal")) == 3


@pytest.mark.parametrize("method", sorted(SILENT))
def test_what_says_nothing_here_is_not_counted_as_unknown(method: str) -> None:
    scene = Scene()
    scene.begin()
    assert scene.say(method) == []
    assert scene.unknown == []


def test_what_is_unknown_is_counted_and_harmless() -> None:
    scene = Scene()
    scene.begin()
    assert scene.say("brand/new", x=1) == []
    assert scene.unknown == ["brand/new"]


def test_an_unknown_item_is_counted_by_its_type() -> None:
    scene = Scene()
    scene.begin()
    assert scene.say("item/completed", item={"type": "hologram", "id": "x"}) == []
    assert scene.unknown == ["item hologram"]


HANDLED = {
    "turn/started": {"turn": {"id": "turn"}},
    "turn/completed": {"turn": {"id": "turn", "status": "completed"}},
    "turn/plan/updated": {"plan": []},
    "turn/diff/updated": {"diff": ""},
    "item/started": {"item": {"type": "plan", "id": "x"}},
    "item/completed": {"item": {"type": "plan", "id": "x"}},
    "item/agentMessage/delta": {"itemId": "x", "delta": "a"},
    "item/plan/delta": {"itemId": "x", "delta": "a"},
    "item/reasoning/summaryTextDelta": {"itemId": "x", "delta": "a", "summaryIndex": 0},
    "item/reasoning/textDelta": {"itemId": "x", "delta": "a", "contentIndex": 0},
    "item/commandExecution/outputDelta": {"itemId": "x", "delta": "a"},
    "item/fileChange/patchUpdated": {"itemId": "x", "changes": []},
    "thread/tokenUsage/updated": {"tokenUsage": {}},
    "thread/name/updated": {"threadName": "A name"},
    "thread/settings/updated": {"threadSettings": {}},
    "model/rerouted": {"toModel": "other"},
    "error": {"willRetry": False, "error": {"message": "x"}},
}
ODD: list[object] = [None, 5, -1.5, True, "text", [], [1, None, "x", {}], {}, {"id": 5, "type": []}]


def test_every_handler_is_tried() -> None:
    assert set(HANDLED) == set(Translator(lambda *_: None)._handlers)


@pytest.mark.parametrize("method", sorted(HANDLED))
def test_a_malformed_message_is_counted_and_never_fatal(method: str) -> None:
    good = HANDLED[method]
    for name in (*good, "turnId"):
        for value in ODD:
            scene = Scene()
            scene.begin()
            scene.say("item/started", item={"type": "fileChange", "id": "x", "status": "inProgress", "changes": []})
            for event in scene.say(method, **{**good, name: value}):
                assert json.loads(event.encode())
            assert json.loads(scene.session().model_dump_json())
    scene = Scene()
    scene.begin()
    scene.say(method)
    assert scene.unknown in ([], [method])
    scene.say("turn/started", turn={"id": "turn"})
    assert scene.session().state == "busy", "it goes on"


@pytest.mark.parametrize("name", ["model", "modelProvider", "collaborationMode", "mode"])
def test_odd_settings_change_nothing_that_is_odd(name: str) -> None:
    for value in ODD:
        scene = Scene()
        scene.begin(model="gpt-5.5", modelProvider="openai")
        settings = {"collaborationMode": {"mode": value}} if name == "mode" else {name: value}
        for event in scene.say("thread/settings/updated", threadSettings=settings):
            assert json.loads(event.encode())


@pytest.mark.parametrize("method", sorted(HANDLED))
def test_a_well_formed_message_is_known(method: str) -> None:
    scene = Scene()
    scene.begin()
    scene.say(method, **HANDLED[method])
    assert scene.unknown == []


def test_a_retry_shows_and_ends_with_the_next_sign_of_life() -> None:
    scene = Scene()
    scene.begin()
    scene.say("turn/started", turn={"id": "turn"})
    scene.say("error", willRetry=True, error={"message": "stream disconnected"})
    assert scene.session().state == "retrying"
    assert [event.type for event in scene.told if event.type == "pilot.error"] == [], "it is not lost yet"
    scene.say("item/started", item={"type": "agentMessage", "id": "m", "text": ""})
    assert scene.session().state == "busy"


def test_a_retry_that_fails_for_good_stops_with_its_reason() -> None:
    scene = Scene()
    scene.begin()
    scene.say("turn/started", turn={"id": "turn"})
    scene.say("error", willRetry=True, error={"message": "stream disconnected"})
    assert scene.say("error", willRetry=False, error={"message": "gone"}) == [], "the turn's own end tells it"
    events = scene.say("turn/completed", turn={"id": "turn", "status": "failed", "error": {"message": "gone"}})
    assert [event.type for event in events] == ["pilot.error", "pilot.session.stopped"]
    error, stopped = events
    assert error.type == "pilot.error"
    assert (error.code, error.message) == ("turn_failed", "gone")
    assert stopped.type == "pilot.session.stopped"
    assert stopped.reason == "error"
    session = scene.session()
    assert (session.state, session.last_error) == ("error", "gone")


def test_a_failed_turn_without_a_reason_is_said_to_have_failed() -> None:
    scene = Scene()
    scene.begin()
    error, _ = scene.say("turn/completed", turn={"id": "turn", "status": "failed", "error": None})
    assert error.type == "pilot.error"
    assert error.message == "The turn failed."


def test_the_plan_is_a_list_of_to_dos() -> None:
    scene = Scene()
    scene.begin()
    plan = [{"step": name, "status": name} for name in ("completed", "inProgress", "pending")]
    scene.say("turn/plan/updated", plan=plan)
    todos = [(todo.text, todo.status) for todo in scene.session().todos]
    assert todos == [("completed", "completed"), ("inProgress", "in_progress"), ("pending", "pending")]


def test_a_turn_without_changes_any_more_is_no_trouble() -> None:
    """What was changed and changed back leaves an empty diff."""
    scene = Scene()
    scene.begin()
    scene.say("turn/diff/updated", diff="diff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -1 +1 @@\n-1\n+2\n")
    (file,) = scene.session().files
    assert (file.path, file.additions, file.patch) == ("a", 1, None)
    assert scene.say("turn/diff/updated", diff="") == []
    assert scene.unknown == []


def test_tokens_from_the_cache_are_not_counted_twice() -> None:
    scene = Scene()
    scene.begin()
    total = {
        "totalTokens": 130,
        "inputTokens": 100,
        "cachedInputTokens": 60,
        "outputTokens": 30,
        "reasoningOutputTokens": 10,
    }
    usage = {"total": total, "last": {"totalTokens": 40}, "modelContextWindow": 1000}
    scene.say("thread/tokenUsage/updated", tokenUsage=usage)
    found = scene.session().usage
    assert found is not None
    assert (found.input_tokens, found.cache_read_tokens, found.output_tokens, found.reasoning_tokens) == (
        40,
        60,
        20,
        10,
    )
    assert (found.context_tokens, found.context_limit) == (40, 1000)


def test_the_model_and_mode_follow_the_settings() -> None:
    scene = Scene()
    scene.begin(model="gpt-5.5", modelProvider="openai")
    settings = {"model": "gpt-6", "modelProvider": "openai", "collaborationMode": {"mode": "plan", "settings": {}}}
    scene.say("thread/settings/updated", threadSettings=settings)
    assert (scene.session().model, scene.session().mode) == ("openai/gpt-6", "plan")
    scene.say("model/rerouted", fromModel="gpt-6", toModel="gpt-5-mini")
    assert scene.session().model == "openai/gpt-5-mini"


def test_a_patch_that_grows_is_asked_about_as_it_is_now() -> None:
    scene = Scene()
    scene.begin()
    scene.say("item/started", item={"type": "fileChange", "id": "p", "status": "inProgress", "changes": []})
    change = {"path": "/p/a", "kind": {"type": "add"}, "diff": "one\n"}
    assert scene.say("item/fileChange/patchUpdated", itemId="p", changes=[change]) == []
    content = drafts.content_of(drafts.FILES, {"itemId": "p"}, scene.translator.started["t", "p"])
    assert [(file.path, file.additions) for file in content.files] == [("/p/a", 1)]


def test_items_that_never_end_do_not_fill_the_memory() -> None:
    scene = Scene()
    scene.begin()
    for number in range(1500):
        scene.say("item/started", item={"type": "plan", "id": f"i{number}"})
    assert len(scene.translator.started) == 1000
    assert ("t", "i1499") in scene.translator.started


def test_two_threads_whose_models_number_their_calls_alike_are_told_apart() -> None:
    """An ask of one must not show the edits of the other."""
    scene = Scene()
    for thread in ("t", "u"):
        scene.begin(id=thread)
        change = {"path": f"/{thread}", "kind": {"type": "add"}, "diff": "one\n"}
        item = {"type": "fileChange", "id": "call_1", "status": "inProgress", "changes": [change]}
        scene.say("item/started", threadId=thread, item=item)
        scene.say("item/agentMessage/delta", threadId=thread, itemId="msg_1", delta="Hello")
    scene.say("item/completed", threadId="u", item={"type": "agentMessage", "id": "msg_1", "text": "Hello"})
    content = drafts.content_of(drafts.FILES, {"itemId": "call_1"}, scene.translator.started["t", "call_1"])
    assert [file.path for file in content.files] == ["/t"]
    (delta,) = scene.say("item/agentMessage/delta", itemId="msg_1", delta="!")
    assert isinstance(delta, MessageDelta)
    assert delta.offset == 5

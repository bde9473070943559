"""How asks and their ends are put into words."""

import pytest

from pilot_sidecar.core.asks_model import Actor, Ask, AskState, DecisionKind, Resolution
from pilot_sidecar.notifications.ask_notices import ask_notice, outcome_of
from pilot_sidecar.notifications.session_notices import duration


def make_ask(**fields: object) -> Ask:
    values = {
        "id": "a1", "kind": "permission", "digest": "0123456789", "agent": "codex", "session_id": "s1",
        "project_id": "p", "directory": "/home/dev/api", "machine": "m", "created_at": 1, "tool": "bash",
        "title": "Use a tool of evil-server", **fields,
    }  # fmt: skip
    return Ask.model_validate(values)


ANNA = Actor(kind="device", name="Anna's phone")


@pytest.mark.parametrize(
    ("state", "by", "choice", "words"),
    [
        ("resolved", ANNA, "allow_once", "Allowed by Anna's phone"),
        ("resolved", ANNA, "allow_always", "Always allowed by Anna's phone"),
        ("resolved", Actor(kind="vscode", name="VS Code"), "deny", "Denied by VS Code"),
        ("resolved", Actor(kind="vscode", name="api"), "answer", "Answered by api in VS Code"),
        ("resolved", Actor(kind="telegram", name="Anna"), "deny", "Denied by Anna on Telegram"),
        ("resolved", Actor(kind="terminal"), None, "Answered in the terminal"),
        ("resolved", Actor(kind="terminal"), "allow_once", "Allowed in the terminal"),
        ("resolved", Actor(kind="rule"), "allow_once", "Allowed by a rule"),
        ("resolved", Actor(kind="hub"), "release", "Handed back to the terminal"),
        ("expired", Actor(kind="timeout"), "release", "Nobody answered in time"),
        ("expired", Actor(kind="timeout"), "deny", "Denied: nobody answered in time"),
        ("cancelled", Actor(kind="agent"), None, "Withdrawn: the agent no longer waits"),
        ("superseded", Actor(kind="agent"), None, "Replaced by another question"),
    ],
)
def test_an_end_says_what_and_who(state: AskState, by: Actor, choice: DecisionKind | None, words: str) -> None:
    assert outcome_of(make_ask(state=state, resolution=Resolution(by=by, at=2, choice=choice))) == words


@pytest.mark.parametrize(
    ("fields", "title"),
    [
        ({"command": "ls"}, "Codex asks to run a command"),
        ({"files": [{"path": "a.py"}]}, "Codex asks to change files"),
        ({"kind": "question"}, "Codex has a question"),
        ({"kind": "plan"}, "Codex has a plan to approve"),
        ({}, "Codex asks for permission"),
    ],
)
def test_a_title_has_no_word_of_the_agents(fields: dict[str, object], title: str) -> None:
    assert ask_notice(make_ask(**fields), "api").title == title


def test_times_are_short() -> None:
    shown = [duration(seconds * 1000) for seconds in (0, 59, 61, 3599, 3600, 7500)]
    assert shown == ["0 s", "59 s", "1 min", "1 h", "1 h", "2 h 5 min"]


@pytest.mark.parametrize("text", ["x" * 10_000, " " * 10_000 + "rm -rf /", "ls" + " " * 10_000 + "; rm -rf /"])
def test_of_a_long_text_the_beginning_is_shown_and_said_to_be_that(text: str) -> None:
    notice = ask_notice(make_ask(command=text, decisions=["allow_once", "deny"]), "api")
    assert notice.body.endswith("…")
    assert len(notice.body) <= 240
    assert notice.quick == ["deny"]

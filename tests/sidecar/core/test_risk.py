"""What an ask may touch, told from its words, as the page tells it; and what of it may be decided in a notice."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from pilot_sidecar.core.asks_model import Ask
from pilot_sidecar.core.risk import quick_decisions, risks_of
from pilot_sidecar.core.risk_rules import LONGEST

CASES = json.loads((Path(__file__).parents[2] / "golden/risks.json").read_text("utf-8"))
"""``tests/webview/asks/risk.test.js`` reads them too."""


def ask(**fields: Any) -> Ask:
    command = fields.get("command")
    given = {
        "id": "a1", "kind": "permission", "digest": "d", "agent": "opencode", "sessionId": "s1", "projectId": "p",
        "directory": "/home/dev/shop", "machine": "m", "createdAt": 1, "tool": "bash", "title": "Run a command",
        "summary": command or "", "input": {"command": command} if command else {},
        "decisions": ["allow_once", "allow_always", "deny"], **fields,
    }  # fmt: skip
    return Ask.model_validate(given)


def case(entry: dict[str, Any]) -> Ask:
    return ask(**{name: value for name, value in entry.items() if name not in {"risks", "quick"}})


@pytest.mark.parametrize("entry", CASES, ids=lambda entry: ascii(entry.get("command") or entry.get("summary"))[:60])
def test_the_hub_tells_what_the_page_tells(entry: dict[str, Any]) -> None:
    asked = case(entry)
    assert [rule.id for rule in risks_of(asked)] == entry["risks"]
    assert ("allow_once" in quick_decisions(asked)) == entry["quick"]


def test_denying_is_possible_wherever_the_ask_offers_it_and_nothing_else_is() -> None:
    assert quick_decisions(ask(command="rm -rf /")) == ["deny"]
    assert quick_decisions(ask(command="npm test")) == ["allow_once", "deny"]
    assert quick_decisions(ask(kind="question", decisions=["answer", "deny"])) == ["deny"]
    assert quick_decisions(ask(kind="plan", decisions=["allow_once", "allow_always"])) == []
    assert quick_decisions(ask(command="npm test", decisions=["allow_always", "release"])) == []


@pytest.mark.parametrize(
    "part",
    ["a ", "-", "\n", "(", "find ", "sudo -a ", "git -a ", "| ", "../", "rsync a", "/a", "'", ". $", "dd ", "curl ",
     "curl -a", "git push ", "git reset", " -exec ", "sudo sudo ", "(\t", "-a -b ", "npm ", "$(", "(/", "'a/",
     "base64 -" + "d" * LONGEST, "sudo -" + "x" * LONGEST, "sudo " + " " * LONGEST, "git -a" + " " * 900, "fly y y y ",
     "A_", "base64 -d", "A" * LONGEST, ";" + " " * 99, "-enc " + "a" * LONGEST, "rsync " * 60 + "a" * LONGEST,
     "sudo -a b " * 7, "sudo -a" + " " * LONGEST, "sudo" + " " * 200],
)  # fmt: skip
def test_hostile_words_do_not_hold_up_the_hub(part: str) -> None:
    hostile = ask(command=(part * LONGEST)[:LONGEST])
    begin = time.thread_time()
    risks_of(hostile)
    told = time.thread_time()
    quick_decisions(hostile)
    assert time.thread_time() - told < 0.1, "what does not fit a notice is not looked at"
    assert told - begin < 3

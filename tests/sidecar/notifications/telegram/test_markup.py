"""Whatever an agent writes, Telegram takes the message and shows just that."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.telegram_html import parsed, utf16
from pilot_sidecar.core.asks_model import Ask, Question, QuestionOption
from pilot_sidecar.core.models import FileDiff
from pilot_sidecar.core.notices_model import Notice
from pilot_sidecar.notifications.telegram.compose import compose
from pilot_sidecar.notifications.telegram.markup import (
    LONGEST,
    LOOKED_AT,
    ROOM_FOR_OUTCOME,
    Piece,
    cut,
    fit,
    prose,
    units,
    visible,
)

TEXTS = st.text(st.characters(), max_size=60) | st.text(st.sampled_from("<b>&amp;</pre>😀\u202e\n a"), max_size=9_000)
KINDS = st.sampled_from(["permission", "question", "plan"])


@given(TEXTS, TEXTS, TEXTS, KINDS, st.booleans())
def test_every_ask_is_a_message_that_telegram_takes(
    command: str, title: str, reason: str, kind: str, linked: bool
) -> None:
    question = Question(question=reason, options=[QuestionOption(label=title, description=command)])
    ask = Ask.model_validate(
        {
            "id": "a", "kind": kind, "digest": "d", "agent": "codex", "session_id": "s", "project_id": "p",
            "directory": title, "machine": "m", "created_at": 1, "tool": "t", "title": title, "reason": reason,
            "command": command, "decisions": ["allow_once", "deny", "answer"], "questions": [question],
            "files": [FileDiff(path=title, patch=reason)],
        }
    )  # fmt: skip
    notice = Notice(id="n", kind="ask", at=1, title="Codex asks", project=title, quick=["allow_once", "deny"])
    made = compose(notice, ask, reason, linked=linked)
    plain, tags = parsed(made.html)
    assert plain.strip()
    assert utf16(plain) <= LONGEST - ROOM_FOR_OUTCOME
    plain.encode()
    allows = [one for row in made.rows for one in row if one.decision.kind == "allow_once"]
    if allows and command:
        assert ("pre", visible(command)) in tags, "what is allowed is there, whole"
    assert all(one.decision.digest == "d" for row in made.rows for one in row)
    assert all(one.label.strip() and units(one.label) <= 40 for row in made.rows for one in row)


@given(TEXTS, TEXTS)
def test_every_notice_is_a_message_that_telegram_takes(title: str, body: str) -> None:
    made = compose(Notice(id="n", kind="error", at=1, title="!" + title, body=body), None, body, linked=False)
    plain, _ = parsed(made.html)
    assert utf16(plain) <= LONGEST - ROOM_FOR_OUTCOME
    assert list(made.rows) == []


@given(TEXTS, st.integers(0, 50))
def test_cutting_keeps_letters_whole(text: str, most: int) -> None:
    short = cut(text, most)
    assert text.startswith(short)
    assert units(short) <= most
    assert units(text) > most or short == text


def test_prose_loses_what_turns_text_around_and_keeps_the_rest() -> None:
    assert prose("  a\u202eb\x00 👩\u200d💻\nc  ") == "ab 👩\u200d💻\nc"
    assert prose("x" * 50, 10) == "x" * 10 + "…"


def test_tabs_and_line_ends_are_shown_as_such() -> None:
    assert visible("a\tb\r\nc\rd") == "a   b\nc\\u000dd"


@pytest.mark.parametrize("unit", ["x", "\r\n", "\t", "😀", " "])
def test_what_is_too_long_to_be_looked_at_is_never_whole(unit: str) -> None:
    """Agents write files of megabytes: a message costs no more for that, and never leaves out anything unsaid."""
    text = unit * (LOOKED_AT // len(unit) + 1)
    assert len(visible(text)) <= 7 * LOOKED_AT
    assert not fit([], [Piece(visible(text), "pre")], []).whole
    assert prose(f"a{text}", LONGEST).endswith("…")

"""Two sources, each thing told once."""

from pilot_sidecar.core.events import (
    Event,
    MessageCompleted,
    PromptReceived,
    SessionStopped,
    ToolCompleted,
    ToolStarted,
)
from pilot_sidecar.integrations.codex.ledger import REMEMBERED, Ledger

ABOUT = {"at": 1, "session_id": "s", "agent": "codex"}
PROMPT = PromptReceived(**ABOUT, message_id="m", text="hi")
STOP = SessionStopped(**ABOUT)


def message(text: str) -> Event:
    return MessageCompleted(**ABOUT, message_id="m", part_id="p", text=text)


def start(tool: str = "Bash") -> Event:
    return ToolStarted(**ABOUT, call_id="c", tool=tool, tool_kind="shell")


def end(tool: str = "Bash") -> ToolCompleted:
    return ToolCompleted(**ABOUT, call_id="c", tool=tool)


def test_a_prompt_is_told_by_whoever_comes_first() -> None:
    book = Ledger()
    assert book.hears(PROMPT, "t")
    assert not book.reads(PROMPT, "t")
    assert book.reads(PROMPT, "t"), "a second one of the same turn"
    assert book.has_read("t")
    assert not book.hears(PROMPT, "t")
    assert not book.has_read("t")
    assert book.hears(PROMPT, "t")
    assert book.hears(PROMPT, "t2"), "turns do not mix"
    assert book.hears(PROMPT, None)
    assert book.hears(PROMPT, None), "without a turn there is nothing to compare"


def test_the_rollout_has_the_last_word_on_a_call_and_keeps_its_name() -> None:
    book = Ledger()
    assert book.hears(start(), "t")
    assert book.runs("c")
    assert book.hears(end(), "t")
    assert not book.runs("c")
    told = end("shell")
    assert book.reads(told, "t"), "it knows the exit code"
    assert (told.tool, told.tool_kind) == ("Bash", "shell")
    assert not book.reads(end(), "t")
    assert not book.hears(end(), "t")
    assert not book.hears(start(), "t"), "an asynchronous hook that comes late"


def test_a_start_that_comes_after_its_end_or_its_turn_is_not_told() -> None:
    book = Ledger()
    assert book.hears(end(), "t")
    assert not book.hears(start(), "t")
    assert book.reads(STOP, "t9")
    assert not book.hears(ToolStarted(**ABOUT, call_id="d", tool="Bash"), "t9")


def test_the_last_message_of_a_turn() -> None:
    book = Ledger()
    assert book.reads(message("one"), "t")
    assert book.reads(message("two"), "t")
    assert not book.hears(message("two"), "t")
    assert book.hears(message("three"), "t")
    assert not book.reads(message("three"), "t")


def test_the_end_of_a_turn_may_be_heard_again_when_another_hook_sent_the_agent_on() -> None:
    book = Ledger()
    assert book.hears(STOP, "t")
    assert book.hears(STOP, "t")
    assert not book.reads(STOP, "t")
    assert book.reads(STOP, "u")
    assert not book.hears(STOP, "u")


def test_memory_is_bounded() -> None:
    book = Ledger()
    for number in range(REMEMBERED + 50):
        book.hears(PROMPT, f"t{number}")
        book.hears(ToolStarted(**ABOUT, call_id=f"c{number}", tool="Bash"), None)
        book.hears(ToolCompleted(**ABOUT, call_id=f"c{number}", tool="Bash"), None)
    assert len(book.turns) == len(book.names) == len(book.ends) == REMEMBERED

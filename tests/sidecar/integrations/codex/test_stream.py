"""Words and output as they grow: their places, their pace, and how much of them is kept."""

from pilot_sidecar.core.events import MessageDelta
from pilot_sidecar.integrations.codex import stream
from pilot_sidecar.integrations.codex.stream import Stream

PLACE = ("t", "turn", "item")


def spoken(events: list[MessageDelta]) -> str:
    """Put a text together as a browser does: by UTF-16 offsets."""
    text = b""
    for event in events:
        text = text[: event.offset * 2] + event.delta.encode("utf-16-le")
    return text.decode("utf-16-le")


def test_offsets_count_as_a_browser_counts() -> None:
    growing = Stream()
    events = [growing.text(*PLACE, piece, 1) for piece in ("Hi ", "👩‍👩‍👧", " ä", "漢", "", "!")]
    assert [event.offset for event in events] == [0, 3, 11, 13, 14, 14]
    assert spoken(events) == "Hi 👩‍👩‍👧 ä漢!"
    assert {(event.part, event.session_id, event.message_id, event.part_id) for event in events} == {("text", *PLACE)}


def test_each_item_has_a_place_of_its_own() -> None:
    growing = Stream()
    growing.text("t", "turn", "a", "12345", 1)
    assert growing.text("t", "turn", "b", "x", 1).offset == 0
    assert growing.text("t", "turn", "a", "x", 1).offset == 5


def test_a_new_section_of_a_reasoning_is_a_new_paragraph() -> None:
    growing = Stream()
    pieces = [("One", 0), (" more", 0), ("Two", 1), ("Three", 2)]
    events = [growing.thought(*PLACE, text, 1, section) for text, section in pieces]
    assert spoken(events) == "One more\n\nTwo\n\nThree"
    assert [event.offset for event in events] == [0, 3, 8, 13]
    assert {event.part for event in events} == {"reasoning"}


def test_a_reasoning_that_begins_late_or_without_sections_begins_with_its_words() -> None:
    growing = Stream()
    assert growing.thought(*PLACE, "late", 1, 4).delta == "late"
    assert growing.thought("t", "turn", "other", "a", 1, None).delta == "a"
    assert growing.thought("t", "turn", "other", "b", 1, None).delta == "b"


def test_an_item_that_ended_begins_anew() -> None:
    growing = Stream()
    growing.text(*PLACE, "12345", 1)
    growing.end("t", "item")
    assert growing.text(*PLACE, "x", 1).offset == 0
    growing.clear()
    assert growing.text(*PLACE, "x", 1).offset == 0


def test_output_is_told_at_a_pace_and_always_whole() -> None:
    growing = Stream()
    told = [growing.output("t", "call", f"{at}\n", at) for at in range(1000, 1300, 25)]
    assert [event.at for event in told if event is not None] == [1000, 1100, 1200]
    last = growing.output("t", "call", "end", 1400)
    assert last is not None
    assert last.output == "".join(f"{at}\n" for at in range(1000, 1300, 25)) + "end"
    assert (last.session_id, last.call_id) == ("t", "call")


def test_the_first_output_comes_at_once_for_each_command() -> None:
    growing = Stream()
    assert growing.output("t", "one", "a", 5_000) is not None
    assert growing.output("t", "two", "b", 5_001) is not None


def test_of_endless_output_the_end_is_kept() -> None:
    growing = Stream()
    for number in range(50):
        growing.output("t", "call", f"{number:04}" * 5_000, 1_000)
    event = growing.output("t", "call", "END", 2_000)
    assert event is not None
    assert event.output is not None
    assert len(event.output) == stream.OUTPUT_TAIL
    assert event.output.endswith("0049END")


def test_items_that_never_end_do_not_fill_the_memory() -> None:
    growing = Stream()
    for number in range(stream.ITEMS * 3):
        growing.text("t", "turn", f"text {number}", "x", 1)
        growing.thought("t", "turn", f"thought {number}", "x", 1, 0)
        growing.output("t", f"call {number}", "x", 1_000)
    assert len(growing._texts) <= stream.ITEMS
    assert len(growing._outputs) <= stream.ITEMS
    assert growing.text("t", "turn", f"text {stream.ITEMS * 3 - 1}", "x", 1).offset == 1, "the newest are kept"

"""What the documents say to type is typed: in a fresh home, with a real hub, real OpenCode and real Codex."""

from pathlib import Path

import pytest

from agents.harness.codex import codex_binary
from agents.harness.opencode import binary as opencode_binary
from docs.harness.documents import Block, Document, Step, documents
from docs.harness.reader import Reader, reading


def _to_run(document: Document) -> list[Block]:
    return [block for block in document.blocks if block.language in ("sh", "console") and not block.flags & {"no-run"}]


@pytest.mark.parametrize(
    "document", [document for document in documents() if _to_run(document)], ids=lambda document: document.name
)
def test_what_a_document_says_to_type_works(document: Document, tmp_path: Path) -> None:
    _need_the_agents()
    with reading(tmp_path) as reader:
        for block in _to_run(document):
            reader.read(block)


def _need_the_agents() -> None:
    if opencode_binary() is None or codex_binary() is None:
        pytest.skip("opencode or codex not found: run `npm ci`")


UNUSUAL = {
    "audit-000001.jsonl",
    "logs/service.txt",
    "pilot.db.search",
    "pilot.db.v3.bak",
    "project-state.json",
    "tunnel.json",
}
"""Files that a short, plain run does not leave: of an update, a service, many words, a tunnel, an accident."""


def test_the_files_that_documents_name_are_there(tmp_path: Path) -> None:
    """After a run with what the documents speak of: agents, HTTPS, settings by hand and from the page."""
    _need_the_agents()
    with reading(tmp_path) as reader:
        (reader.home / ".config/opencode").mkdir(parents=True)
        (reader.home / ".config/opencode/tui.json").write_text("{}\n")
        assert reader.type("pilot init --yes").code == 0
        (reader.pilot_home / ".env").write_text("PILOT_TLS=true\nPILOT_HOST=0.0.0.0\n")
        reader.need_hub()
        reader.call("PATCH", "/api/settings", {"values": {"keep_days": 30}})
        named = {name for document in documents() for name in _in_the_home(document)} - UNUSUAL
        assert len(named) > 12
        assert sorted(name for name in named if not (reader.pilot_home / name).exists()) == []


def _in_the_home(document: Document) -> set[str]:
    spans = [span.removeprefix("~/.pilot/") for span in document.spans if span.startswith("~/.pilot/")]
    rows = document.text.partition("## Files in Pilot's home")[2]
    cells = [cell for row in rows.splitlines() if row.startswith("| `") for cell in row.split("|")[1].split(",")]
    return {name.strip(" `") for name in [*spans, *cells] if "…" not in name}


def _block(text: str, language: str = "console") -> Block:
    return Block("made-up.md", 1, language, frozenset(), text)


def test_another_outcome_than_the_shown_one_is_found(tmp_path: Path) -> None:
    reader = Reader(tmp_path)
    reader.need_hub = lambda: None  # type: ignore[method-assign] # these need none
    reader.read(_block("$ echo one; echo two\n…\ntwo\n$ false\n\n$ true\n"))
    reader.read(_block("echo fine\n", "sh"))
    with pytest.raises(AssertionError, match="is said to print"):
        reader.read(_block("$ echo one\ntwo\n"))
    with pytest.raises(AssertionError, match="ends with 1"):
        reader.read(_block("$ false\n"))
    with pytest.raises(AssertionError, match="exit code 3"):
        reader.read(_block("(exit 3)\necho never\n", "sh"))


def test_three_dots_stand_for_anything_within_a_line_and_alone_for_any_lines() -> None:
    step = Step("x", ["Pilot … is running", "…", "end"])
    assert step.met_by("Pilot 0.1 is running\nend\n")
    assert step.met_by("Pilot 0.1 is running\na\nb\nend\n")
    assert not step.met_by("Pilot 0.1 is running\nend\nmore\n")
    assert not step.met_by("Pilot 0.1\n is running\nend\n")

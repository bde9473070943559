"""The documents name nothing that does not exist: commands, options, settings, files, pictures, other documents."""

import argparse
import contextlib
import io
import json
import re
from functools import cache
from pathlib import Path

import pytest

from docs.harness.documents import DOCS, ROOT, Document, documents, pilot_commands
from pilot_sidecar.cli.help import everything
from pilot_sidecar.cli.usage import UsageError
from pilot_sidecar.core.settings import SettingsStore, env_name
from pilot_sidecar.core.settings_model import Settings

ALL = documents()
LANGUAGES = {"sh", "console", "json", "jsonc", "toml", "text", "python", "js", "markdown"}
SHELL = ("sh", "console")
FLAGS = {"no-run", "watched", ".env"}
NOT_RUN = 14
"""So many blocks may need what a test does not have: a phone, root, another machine. Think before you raise it."""

each = pytest.mark.parametrize("document", ALL, ids=lambda document: document.name)


@each
def test_every_block_says_what_it_is(document: Document) -> None:
    assert document.indented == [], "fence it: ```sh, ```console, ```text"
    for block in document.blocks:
        assert block.language in LANGUAGES, f"{block.place}: {block.language!r} is none of {sorted(LANGUAGES)}"
        assert block.flags <= FLAGS, f"{block.place}: {block.flags - FLAGS}"


def test_few_blocks_are_not_run() -> None:
    skipped = [block.place for document in ALL for block in document.blocks if "no-run" in block.flags]
    assert len(skipped) <= NOT_RUN, skipped


@each
def test_every_command_is_one_that_pilot_knows(document: Document) -> None:
    unknown = [f"{place}: pilot {' '.join(words)}: {why}" for place, words, why in _refused(document)]
    assert unknown == []


def _refused(document: Document) -> list[tuple[str, list[str], str]]:
    blocks = [(block.place, block.typed, _complaint) for block in document.blocks if block.language in SHELL]
    spans = [
        (document.name, span, _of_a_mention)
        for span in document.spans
        if re.match(r"(\S*=\S* )*(\S*/)?pilot( |$)", span)
    ]
    commands = [(place, words, judge) for place, text, judge in [*blocks, *spans] for words in pilot_commands(text)]
    judged = [(place, words, judge(words)) for place, words, judge in commands]
    return [(place, words, why) for place, words, why in judged if why]


def _of_a_mention(words: list[str]) -> str:
    """Return what is wrong with a command in running text, which need not be whole: parts and options must exist."""
    parser, options = _parser(), set[str]()
    for word in words:
        options |= set(parser._option_string_actions)
        parts = next((action.choices for action in parser._actions if action.nargs == argparse.PARSER), None)
        if word.startswith("-") and word.partition("=")[0] not in options:
            return f"no option {word}"
        if parts and word in parts:
            parser = dict(parts)[word]
        elif parts and re.fullmatch("[a-z]+", word):
            return f"no part {word}"
    return ""


def _complaint(words: list[str]) -> str:
    """Return why the command line refuses this, or nothing."""
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            _parser().parse_args(words)
    except UsageError as error:
        return error.message
    except SystemExit as end:
        return "" if end.code in (0, None) else f"exit code {end.code}"
    return ""


@cache
def _parser() -> argparse.ArgumentParser:
    return everything()


def test_a_command_that_is_none_is_found() -> None:
    assert _complaint(["sings"])
    assert _complaint(["up", "--loudly"])
    assert _of_a_mention(["asks", "sing"])
    assert _of_a_mention(["devices", "revoke", "--loudly"])
    assert not _of_a_mention(["pair", "--for"])
    assert pilot_commands("A=1 pilot up --detach && echo x | .venv/bin/pilot asks show ID 2>/dev/null") == [
        ["up", "--detach"],
        ["asks", "show", "ID"],
    ]


@each
def test_links_lead_somewhere(document: Document) -> None:
    broken = [link for link in document.links if not _leads(document, link)]
    assert broken == []


def _leads(document: Document, link: str) -> bool:
    if link.startswith(("https://", "http://", "mailto:")):
        return True
    name, _, anchor = link.partition("#")
    target = (document.path.parent / name).resolve() if name else document.path
    if not target.exists():
        return False
    return not anchor or anchor in Document(target).anchors


@each
def test_pictures_are_there_and_said_in_words(document: Document) -> None:
    for picture in document.pictures:
        assert (document.path.parent / picture).is_file(), picture
    assert "![](" not in document.text, "a picture needs words for those who do not see it"


def test_every_picture_is_shown() -> None:
    shown = {(document.path.parent / picture).resolve() for document in ALL for picture in document.pictures}
    assert sorted(path.name for path in (DOCS / "img").iterdir() if path not in shown) == []


def test_every_document_can_be_found_from_the_index() -> None:
    index = next(document for document in ALL if document.name == "docs/README.md")
    linked = {(DOCS / link.partition("#")[0]).resolve() for link in index.links}
    assert sorted(path.name for path in DOCS.glob("*.md") if path not in linked and path.name != "README.md") == []


@each
def test_settings_exist(document: Document) -> None:
    known = {env_name(name) for name in Settings.model_fields} | _names_in_the_code()
    named = set(re.findall(r"\bPILOT_[A-Z0-9_]*[A-Z0-9]\b(?!_?…)", document.text))
    groups = {name.removesuffix("_…") for name in re.findall(r"\bPILOT_[A-Z_]+_…", document.text)}
    assert sorted(named - known - groups) == []
    assert sorted(group for group in groups if not any(name.startswith(group) for name in known)) == []


def test_samples_of_settings_are_understood(tmp_path: Path) -> None:
    samples = [block for document in ALL for block in document.blocks if ".env" in block.flags]
    assert len(samples) >= 5
    for block in samples:
        (tmp_path / ".env").write_text(block.text)
        view = SettingsStore(tmp_path, {}).view()
        assert view.problems == [], block.place
        given = {line.partition("=")[0] for line in block.text.splitlines()}
        assert {setting.env for setting in view.settings if setting.source == "env_file"} == given, block.place


@cache
def _names_in_the_code() -> set[str]:
    """Return the names that are read from the environment, settings or not."""
    folders = [ROOT / "sidecar", ROOT / "tests/agents", ROOT / "extension/src"]
    paths = [path for folder in folders for kind in ("py", "ts") for path in folder.rglob(f"*.{kind}")]
    return {name for path in paths for name in re.findall(r"\"(PILOT_[A-Z0-9_]+)\"", path.read_text("utf-8"))}


@each
def test_commands_and_settings_of_the_editor_exist(document: Document) -> None:
    manifest = json.loads((ROOT / "extension/package.json").read_text())
    words = json.loads((ROOT / "extension/package.nls.json").read_text())
    titles = {words[command["title"].strip("%")] for command in manifest["contributes"]["commands"]}
    named = {text.removeprefix("Pilot: ") for text in document.emphasised if text.startswith("Pilot: ")}
    assert sorted(named - titles) == []
    settings = set(manifest["contributes"]["configuration"]["properties"])
    spans = {
        span for span in document.spans if re.fullmatch(r"pilot\.(hub|notifications|sidecar|python|home)[\w.]*", span)
    }
    assert sorted(spans - settings - {"pilot.hub.stopping"}) == []


@each
def test_targets_of_make_exist(document: Document) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    texts = [*document.spans, *(block.typed for block in document.blocks if block.language == "sh")]
    named = {name for text in texts for name in re.findall(r"^\s*make ([a-z-]+)", text, re.MULTILINE)}
    assert sorted(named - targets) == []


@each
def test_files_of_this_repository_exist(document: Document) -> None:
    tops = "sidecar|webview|extension|tests|scripts|docs|changes"
    parts = "core|infra|integrations|notifications|transport|server|cli"
    file = re.compile(rf"(?:{tops}|{parts})/[\w./-]+\.(?:py|js|ts|md|css|json|mjs|sh)")
    named = [span for span in document.spans if file.fullmatch(span)]
    sidecar = ROOT / "sidecar/pilot_sidecar"
    assert [name for name in named if not any((base / name).exists() for base in (ROOT, sidecar))] == []


def test_nothing_of_the_machine_it_was_written_on_is_named() -> None:
    here = [re.escape(f"{folder}/") for folder in (ROOT, Path.home()) if len(folder.parts) > 1]
    pattern = re.compile("|".join([*here, r"/home/(?!you|anna|dev)\w+"]))
    odd = [f"{document.name}: {found[0]}" for document in ALL for found in pattern.finditer(document.text)]
    assert odd == []

"""The files of an ask: as they were when it was asked, and as they would become."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from fakes.clock import FakeClock
from fakes.domain import make_draft, open_domain
from pilot_sidecar.core import ask_files, base_texts
from pilot_sidecar.core.ask_records import Delivered
from pilot_sidecar.core.asks_model import Actor, Ask, AskFile, DecisionRequest
from pilot_sidecar.core.errors import NotFoundError
from pilot_sidecar.core.models import FileDiff
from pilot_sidecar.core.services import Services

LOOK = "Look at the patch in the dashboard."


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "pilot"
    folder.mkdir()
    return folder


@pytest.fixture
async def services(home: Path) -> AsyncIterator[Services]:
    async with open_domain(home) as services:
        yield services


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "a.txt").write_text("one\ntwo\n")
    return folder


async def deliver(_ask: Ask, _request: DecisionRequest) -> Delivered:
    return Delivered()


async def asked(services: Services, project: Path, *files: FileDiff, **fields: object) -> Ask:
    draft = make_draft(agent="codex", directory=str(project), files=files, tool="apply_patch", **fields)
    return await services.asks.open(draft, deliver)


def change(path: str, old: str = "two", new: str = "2") -> FileDiff:
    return FileDiff(path=path, patch=f"--- a/{path}\n+++ b/{path}\n@@ -2 +2 @@\n-{old}\n+{new}\n")


async def only(services: Services, ask: Ask) -> AskFile:
    [file] = await services.files.of(ask.id)
    return file


async def problem(services: Services, ask: Ask) -> str:
    """Return why a file is not shown; then nothing of it is."""
    file = await only(services, ask)
    assert (file.base, file.proposed) == (None, None)
    assert file.problem is not None
    return file.problem


async def test_several_files_are_shown_whole(services: Services, project: Path) -> None:
    (project / "b.txt").write_text("gone\n")
    (project / "old.txt").write_text("x\n")
    ask = await asked(
        services, project, change("a.txt"), change(str(project / "a.txt")),
        FileDiff(path="sub/new.txt", status="added", patch="--- /dev/null\n+++ sub/new.txt\n@@ -0,0 +1 @@\n+hello\n"),
        FileDiff(path="b.txt", status="deleted"),
        FileDiff(path="new.txt", patch="--- old.txt\n+++ new.txt\n@@ -1 +1 @@\n-x\n+y\n"),
        FileDiff(path="a.txt", status="added", patch="--- /dev/null\n+++ b/a.txt\n@@ -0,0 +1 @@\n+all new\n"),
    )  # fmt: skip
    shown = [(file.path, file.status, file.base, file.proposed) for file in await services.files.of(ask.id)]
    assert shown == [
        ("a.txt", "modified", "one\ntwo\n", "one\n2\n"),
        (str(project / "a.txt"), "modified", "one\ntwo\n", "one\n2\n"),
        ("sub/new.txt", "added", None, "hello\n"),
        ("b.txt", "deleted", "gone\n", None),
        ("new.txt", "modified", "x\n", "y\n"),
        ("a.txt", "modified", "one\ntwo\n", "all new\n"),
    ]


async def test_an_ask_without_files_has_none_and_an_unknown_one_is_refused(services: Services, project: Path) -> None:
    assert await services.files.of((await asked(services, project)).id) == []
    with pytest.raises(NotFoundError):
        await services.files.of("nope")


async def test_the_base_is_what_was_there_when_the_agent_asked(services: Services, project: Path) -> None:
    ask = await asked(services, project, change("a.txt"))
    await only(services, ask)
    (project / "a.txt").write_text("something else\n")
    assert (await only(services, ask)).base == "one\ntwo\n"
    await services.asks.resolve_elsewhere(ask.id, Actor(kind="terminal"))
    assert (await only(services, ask)).proposed == "one\n2\n", "also a while after it ended"


async def test_a_patch_that_does_not_fit_is_no_guess(services: Services, project: Path) -> None:
    ask = await asked(services, project, change("a.txt", old="three"))
    assert await problem(services, ask) == (
        f"The file changed since the agent read it; its patch no longer fits. {LOOK}"
    )
    for patch in (None, "nonsense", "Binary files differ\n", "@@\n*** what"):
        ask = await asked(services, project, FileDiff(path="a.txt", patch=patch))
        assert "did not say what it would change" in await problem(services, ask)
    ask = await asked(services, project, change("missing.txt"))
    assert "not there any more" in await problem(services, ask)


async def test_files_outside_of_the_project_are_never_read(services: Services, project: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("one\ntwo\n")
    (project / "link.txt").symlink_to(secret)
    (project / "folder").symlink_to(tmp_path)
    for path in (str(secret), "../secret.txt", "link.txt", "folder/secret.txt", "..", ".", "/etc/hostname"):
        ask = await asked(services, project, change(path))
        assert "outside of the session's folder" in await problem(services, ask), path
    moved = FileDiff(path="new.txt", patch="--- ../secret.txt\n+++ new.txt\n@@ -2 +2 @@\n-two\n+2\n")
    assert "outside" in await problem(services, await asked(services, project, moved))


async def test_a_link_inside_the_project_is_followed(services: Services, project: Path) -> None:
    (project / "link.txt").symlink_to("a.txt")
    assert (await only(services, await asked(services, project, change("link.txt")))).base == "one\ntwo\n"


async def test_a_project_behind_a_link_is_the_project(services: Services, project: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(project)
    ask = await asked(services, tmp_path / "link", change(str(project / "a.txt")))
    assert (await only(services, ask)).base == "one\ntwo\n"


async def test_pilots_own_files_are_not_shown(services: Services, tmp_path: Path) -> None:
    (tmp_path / "pilot/tokens.json").write_text("one\ntwo\n")
    ask = await asked(services, tmp_path, change("pilot/tokens.json"))
    assert "secrets" in await problem(services, ask)


@pytest.mark.parametrize(
    ("name", "words"),
    [("pipe", "no regular file"), ("folder", "no regular file"), ("binary", "no text"), ("latin", "no text"),
     ("large", "too large"), ("na\0me", "its name is not valid")],
)  # fmt: skip
async def test_what_is_no_text_of_a_sensible_size_is_not_shown(
    services: Services, project: Path, name: str, words: str
) -> None:
    os.mkfifo(project / "pipe")
    (project / "folder").mkdir()
    (project / "binary").write_bytes(b"one\ntwo\n\0")
    (project / "latin").write_bytes("one\ntwö\n".encode("latin-1"))
    (project / "large").write_bytes(b"x" * (base_texts.FILE_BYTES + 1))
    assert words in await problem(services, await asked(services, project, change(name)))


async def test_a_file_that_cannot_be_read_says_so(services: Services, project: Path) -> None:
    (project / "loop").symlink_to("loop")
    said = await problem(services, await asked(services, project, change("loop")))
    assert said.startswith("The file could not be read: Too many levels of symbolic links.")


async def test_line_ends_and_a_byte_order_mark_stay_apart_from_the_text(services: Services, project: Path) -> None:
    (project / "a.txt").write_bytes("\ufeffone\r\ntwo\r\n".encode())
    file = await only(services, await asked(services, project, change("a.txt")))
    assert (file.base, file.proposed) == ("one\r\ntwo\r\n", "one\r\n2\r\n")


async def test_only_so_many_files_are_read(services: Services, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base_texts, "ASK_FILES", 2)
    for name in "bcd":
        (project / name).write_text("one\ntwo\n")
    files = await services.files.of((await asked(services, project, *map(change, "bcd"))).id)
    assert [file.problem is None for file in files] == [True, True, False]
    monkeypatch.setattr(base_texts, "ASK_BYTES", 8)
    files = await services.files.of((await asked(services, project, *map(change, "bcd"))).id)
    assert [file.problem is None for file in files] == [True, False, False]
    assert "too many files" in (files[2].problem or "")


async def test_texts_are_let_go_after_a_while(home: Path, project: Path) -> None:
    clock = FakeClock()
    async with open_domain(home, clock) as services:
        ask = await asked(services, project, change("a.txt"))
        await services.asks.resolve_elsewhere(ask.id, Actor(kind="terminal"))
        assert (await only(services, ask)).base == "one\ntwo\n"
        clock.advance(ask_files.KEPT_S + 1)
        await asked(services, project, change("a.txt"))
        assert "has ended" in await problem(services, ask)


async def test_not_more_text_is_kept_than_fits(
    services: Services, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = await asked(services, project, change("a.txt"))
    await services.asks.resolve_elsewhere(ended.id, Actor(kind="terminal"))
    waiting = await asked(services, project, change("a.txt"))
    assert (await only(services, ended)).base == (await only(services, waiting)).base == "one\ntwo\n"
    monkeypatch.setattr(ask_files, "KEPT_BYTES", 10)
    await asked(services, project, change("a.txt"))
    assert "has ended" in await problem(services, ended), "those that ended go first"
    assert (await only(services, waiting)).base == "one\ntwo\n"


async def test_after_a_restart_files_are_read_anew_if_nobody_touched_them(home: Path, project: Path) -> None:
    async with open_domain(home) as services:
        first = await asked(services, project, change("a.txt"), id="ask_1")
        second = await asked(services, project, change("b.txt"), id="ask_2")
    (project / "b.txt").write_text("one\ntwo\n")
    for name, seconds in (("a.txt", first.created_at / 1000 - 60), ("b.txt", first.created_at / 1000 + 60)):
        os.utime(project / name, (seconds, seconds))
    async with open_domain(home) as services:
        assert (await only(services, first)).proposed == "one\n2\n"
        assert "changed since the agent read it" in await problem(services, second)

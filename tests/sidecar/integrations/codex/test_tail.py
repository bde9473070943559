"""Following a file that grows."""

import os
from pathlib import Path

import pytest

from pilot_sidecar.integrations.codex import tail as tails
from pilot_sidecar.integrations.codex.tail import Tail


def everything(tail: Tail) -> list[bytes]:
    lines: list[bytes] = []
    while (piece := tail.read()).more:
        lines += piece.lines
    return lines + piece.lines


def test_only_what_is_new_and_only_whole_lines(tmp_path: Path) -> None:
    path = tmp_path / "rollout.jsonl"
    tail = Tail(path)
    assert not tail.read().present, "it may come later"
    path.write_bytes(b"one\ntw")
    assert tail.read().lines == [b"one"]
    assert tail.read().lines == []
    with path.open("ab") as file:
        file.write(b"o\n\n\xff\xfe\nthree")
    assert tail.read().lines == [b"two", b"\xff\xfe"]
    with path.open("ab") as file:
        file.write(b"\n")
    assert tail.read().lines == [b"three"]


def test_a_file_that_was_cut_or_replaced_is_read_from_its_start(tmp_path: Path) -> None:
    path = tmp_path / "rollout.jsonl"
    tail = Tail(path)
    path.write_bytes(b"one\ntwo\npart")
    assert not tail.read().restarted
    path.write_bytes(b"1\n")
    cut = tail.read()
    assert (cut.restarted, cut.lines) == (True, [b"1"])
    (tmp_path / "other").write_bytes(b"a\nb\nc\nd\n")
    (tmp_path / "other").rename(path)
    replaced = tail.read()
    assert (replaced.restarted, replaced.lines) == (True, [b"a", b"b", b"c", b"d"])
    path.unlink()
    assert not tail.read().present


def test_a_long_file_comes_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tails, "CHUNK", 10)
    path = tmp_path / "rollout.jsonl"
    path.write_bytes(b"".join(b"%d\n" % number for number in range(100)))
    tail = Tail(path)
    first = tail.read()
    assert first.more
    assert first.lines + everything(tail) == [b"%d" % number for number in range(100)]


def test_a_line_without_end_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tails, "CHUNK", 10)
    monkeypatch.setattr(tails, "LONGEST", 30)
    path = tmp_path / "rollout.jsonl"
    path.write_bytes(b"a\n" + b"x" * 500)
    tail = Tail(path)
    assert everything(tail) == [b"a"]
    assert len(tail._rest) <= 40
    with path.open("ab") as file:
        file.write(b"x\nb\n")
    piece = tail.read()
    assert (piece.lines, piece.skipped) == ([b"b"], 1)


def test_what_is_no_file_never_blocks(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "pipe", tmp_path / "a" / "b", Path("/home/\0"), Path("/dev/zero")):
        assert not Tail(path).read().present

"""Texts on a terminal: pictures made of letters, tables, letters that are not there."""

import io
import os
import pty
import struct
import sys
import termios
from fcntl import ioctl

import pytest

from pilot_sidecar.cli.banner import Ways, terminal_banner
from pilot_sidecar.cli.plain import PLAIN, use_plain_letters
from pilot_sidecar.cli.text import fits, letter, paint, table, width
from pilot_sidecar.infra.qr import terminal_qr

LINK = "http://192.0.2.7:4097/pair#code=AAAAAAAAAAAAAAAAAAAAAA"
PICTURE = terminal_qr(LINK)


@pytest.mark.parametrize(("columns", "seen"), [(80, True), (33, True), (32, False), (0, True)])
def test_a_code_that_a_narrow_terminal_would_break_into_pieces(
    columns: int, seen: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    main, side = pty.openpty()
    ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    with os.fdopen(main, "rb"), os.fdopen(side, "w", encoding="utf-8") as screen:
        monkeypatch.setattr(sys, "stdout", screen)
        assert fits(PICTURE) is seen


@pytest.mark.parametrize(("encoding", "seen"), [("utf-8", True), ("cp437", True), ("latin-1", False), ("ascii", False)])
def test_a_code_in_letters_that_the_output_does_not_have(
    encoding: str, seen: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding, errors="backslashreplace"))
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert fits(PICTURE) is seen
    shown = terminal_banner(Ways("http://127.0.0.1:4097", LINK, LINK), [], demo=False)
    assert ("▄" in shown) is seen
    assert f"Pair a phone: \x1b[1m{LINK}" in shown


def test_a_table_on_a_terminal_is_cut_at_its_edge(monkeypatch: pytest.MonkeyPatch) -> None:
    main, side = pty.openpty()
    ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 20, 0, 0))
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.delenv("NO_COLOR", raising=False)
    rows = [("id", "state", "title"), ("修復建置", "idle", "short"), ("a", paint("waits", "red"), "a longer title")]
    with os.fdopen(main, "rb"), os.fdopen(side, "w", encoding="utf-8") as screen:
        monkeypatch.setattr(sys, "stdout", screen)
        lines = table(rows).split("\n")
    assert lines == [
        "id        state  ti…",
        "修復建置  idle   sh…",
        "a         \x1b[31mwaits\x1b[0m  a …",
    ]
    assert [width(line) for line in lines] == [20, 20, 20]


def test_a_colour_ends_where_its_text_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setattr("pilot_sidecar.cli.text.columns", lambda: 6)
    assert table([(paint("a long title", "green"),)]) == "\x1b[32ma lon…\x1b[0m"


def test_a_table_elsewhere_is_whole() -> None:
    assert table([("a", "b" * 500), ("long", "c")]) == f"a     {'b' * 500}\nlong  c"


@pytest.mark.parametrize(
    ("encoding", "mark", "written"), [("utf-8", "✓", "“x” → ✓ é"), ("ascii", "ok", '"x" -> ok \\xe9')]
)
def test_letters_that_the_output_does_not_have(encoding: str, mark: str, written: str) -> None:
    use_plain_letters()
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding, errors=PLAIN)
    assert letter("✓", "ok", stream) == mark
    stream.write("“x” → ✓ é")
    stream.flush()
    assert raw.getvalue().decode(encoding) == written

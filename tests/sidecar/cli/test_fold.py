"""Sentences on terminals of several widths."""

import io
import os
import pty
import struct
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import ioctl

import pytest

from pilot_sidecar.cli.fold import folded
from pilot_sidecar.cli.help import overview
from pilot_sidecar.cli.text import width

TEXT = "Run `mv ~/.pilot/a.db ~/.pilot/a.db.old`, and then 漢字の長い題名 is made anew, with paired devices."


@contextmanager
def screen(columns: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    main, side = pty.openpty()
    ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    with os.fdopen(main, "rb"), os.fdopen(side, "w", encoding="utf-8") as output:
        monkeypatch.setattr(sys, "stdout", output)
        yield


def test_a_sentence_is_broken_between_words_and_a_command_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    with screen(44, monkeypatch):
        lines = folded(TEXT, "    ", "  \x1b[31m✗\x1b[0m ").split("\n")
    assert lines == [
        "  \x1b[31m✗\x1b[0m Run",
        "    `mv ~/.pilot/a.db ~/.pilot/a.db.old`,",
        "    and then 漢字の長い題名 is made anew,",
        "    with paired devices.",
    ]


@pytest.mark.parametrize("columns", [10, 200, 0])
def test_a_line_that_fits_or_a_terminal_too_narrow_for_lines(columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    with screen(columns, monkeypatch):
        assert folded(TEXT, "  ") == f"  {TEXT}"


def test_a_pipe_gets_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    assert folded(TEXT, "  ") == f"  {TEXT}"


def test_the_list_of_commands_keeps_its_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    with screen(60, monkeypatch):
        told = overview().partition("\nOptions:")[0].splitlines()
    assert max(map(width, told)) <= 60
    assert all(line.startswith(" " * 14) for line in told if line.startswith("   "))

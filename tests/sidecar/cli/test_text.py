"""Pictures made of letters are printed where they can be seen."""

import io
import os
import pty
import struct
import sys
import termios
from fcntl import ioctl

import pytest

from pilot_sidecar.cli.banner import Ways, terminal_banner
from pilot_sidecar.cli.text import fits
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
    assert fits(PICTURE) is seen
    shown = terminal_banner(Ways("http://127.0.0.1:4097", LINK, LINK), [], demo=False)
    assert ("▄" in shown) is seen
    assert f"Pair a phone: \x1b[1m{LINK}" in shown

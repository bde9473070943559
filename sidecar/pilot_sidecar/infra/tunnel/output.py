"""What a program prints, cut into lines: in whatever pieces it comes, bounded, without colours."""

import re

LINE_BYTES = 16 * 1024
OVERLAP_BYTES = 512
"""Kept of a line that is too long, so that an address across the cut is found in the next piece."""
MANY = 1_000
"""Lines at once, past which only those are looked at that may say something, and the last."""
LAST = 100
_TELLING = (b"://", b"ERR", b"metrics")
_CONTROLS = re.compile(
    r"\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b\[[0-?]*[ -/]*[@-~]|\x1b[@-Z\\-_]|[\x00-\x08\x0b-\x1f\x7f]"
)
_ENDS = re.compile(rb"[\r\n]+")


class Lines:
    """Cuts one stream."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[str]:
        """Return the lines that are whole now."""
        *whole, rest = _ENDS.split(self._rest + data)
        while len(rest) > LINE_BYTES:
            whole.append(rest[:LINE_BYTES])
            rest = rest[LINE_BYTES - OVERLAP_BYTES :]
        self._rest = rest
        return [plain(line) for line in _worth_a_look(whole) if line]

    def unfinished(self) -> list[str]:
        """Return what stands there without an end; it stays, since more may come."""
        return [plain(self._rest)] if self._rest else []


def _worth_a_look(lines: list[bytes]) -> list[bytes]:
    """Return the lines; of a flood only some, so that it does not keep the hub busy."""
    if len(lines) <= MANY:
        return lines
    telling = [line for line in lines[:-LAST] if any(word in line for word in _TELLING)]
    return [*telling[:MANY], *lines[-LAST:]]


def plain(line: bytes) -> str:
    """Return text without colours, links and control characters."""
    return _CONTROLS.sub("", line.decode("utf-8", "replace"))

"""What a program prints, cut into lines: in whatever pieces it comes, bounded, without colours."""

import re

LINE_BYTES = 16 * 1024
OVERLAP_BYTES = 512
"""Kept of a line that is too long, so that an address across the cut is found in the next piece."""
MANY = 500
"""Lines at once, past which only those are looked at that may say something, and the last ones."""
LAST = 100
_TELLING = re.compile(rb"://|ERR|metrics")
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
        data = self._rest + data
        *whole, rest = _ENDS.split(_thinned(data) if data.count(b"\n") > MANY else data)
        while len(rest) > LINE_BYTES:
            if _TELLING.search(rest, 0, LINE_BYTES):
                whole.append(rest[:LINE_BYTES])
            rest = rest[LINE_BYTES - OVERLAP_BYTES :]
        self._rest = rest
        return [plain(line) for line in whole if line]

    def unfinished(self) -> list[str]:
        """Return what stands there without an end; it stays, since more may come."""
        return [plain(self._rest)] if self._rest else []


def _thinned(data: bytes) -> bytes:
    """Return of a flood only lines that may say something, and the last: it shall not keep the hub busy."""
    end = len(data)
    for _ in range(LAST):
        end = data.rfind(b"\n", 0, end)
    kept: list[bytes] = []
    at = 0
    for found in _TELLING.finditer(data, 0, end):
        if found.start() >= at:
            at = data.find(b"\n", found.start()) + 1
            kept.append(data[data.rfind(b"\n", 0, found.start()) + 1 : at])
            if len(kept) == MANY:
                break
    return b"".join(kept) + data[end + 1 :]


def plain(line: bytes) -> str:
    """Return text without colours, links and control characters."""
    text = line.decode("utf-8", "replace")
    return text if text.isprintable() else _CONTROLS.sub("", text)

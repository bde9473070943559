"""QR codes for terminals and pages."""

from itertools import groupby

_BLOCKS = {(False, False): "█", (False, True): "▀", (True, False): "▄", (True, True): " "}
MARGIN = 4
"""Light modules around a code, as cameras want them."""
_WHITE_ON_BLACK, _RESET = "\x1b[97;40m", "\x1b[0m"


def terminal_qr(text: str) -> str:
    """Return a QR code in half blocks; the colours are set, so that it reads on light and dark terminals."""
    return "\n".join(f"{_WHITE_ON_BLACK}{line}{_RESET}" for line in block_qr(text))


def block_qr(text: str) -> list[str]:
    """Return the lines of a QR code in half blocks, right where letters are lighter than what is behind them."""
    rows = _matrix(text, 2)
    if len(rows) % 2:
        rows.append([False] * len(rows[0]))
    return [
        "".join(_BLOCKS[pair] for pair in zip(upper, lower, strict=True))
        for upper, lower in zip(rows[::2], rows[1::2], strict=True)
    ]


def svg_qr(text: str) -> tuple[int, str]:
    """Return a QR code's size in modules, margin included, and its dark modules as an SVG path."""
    rows = _matrix(text, MARGIN)
    return len(rows), "".join(_runs(y, row) for y, row in enumerate(rows))


def _matrix(text: str, border: int) -> list[list[bool]]:
    """Return a QR code's modules; the library is loaded with the first: a hub's start does not wait for it."""
    from qrcode.constants import ERROR_CORRECT_L
    from qrcode.main import QRCode

    code = QRCode(error_correction=ERROR_CORRECT_L, border=border)
    code.add_data(text)
    return [list(map(bool, row)) for row in code.get_matrix()]


def _runs(y: int, row: list[bool]) -> str:
    """Return a row's dark stretches, each as one rectangle."""
    path, x = "", 0
    for dark, modules in groupby(row):
        length = len(list(modules))
        if dark:
            path += f"M{x} {y}h{length}v1h-{length}z"
        x += length
    return path

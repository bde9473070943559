"""QR codes for terminals."""

from qrcode.constants import ERROR_CORRECT_L
from qrcode.main import QRCode

_BLOCKS = {(False, False): "█", (False, True): "▀", (True, False): "▄", (True, True): " "}
_WHITE_ON_BLACK, _RESET = "\x1b[97;40m", "\x1b[0m"


def terminal_qr(text: str) -> str:
    """Return a QR code in half blocks; the colours are set, so that it reads on light and dark terminals."""
    code = QRCode(error_correction=ERROR_CORRECT_L, border=2)
    code.add_data(text)
    rows = [list(map(bool, row)) for row in code.get_matrix()]
    if len(rows) % 2:
        rows.append([False] * len(rows[0]))
    lines = (
        "".join(_BLOCKS[pair] for pair in zip(upper, lower, strict=True))
        for upper, lower in zip(rows[::2], rows[1::2], strict=True)
    )
    return "\n".join(f"{_WHITE_ON_BLACK}{line}{_RESET}" for line in lines)

"""QR codes for terminals."""

import re

from qrcode.main import QRCode

from pilot_sidecar.infra.qr import terminal_qr

LINK = "http://127.0.0.1:4097/pair#code=0vAFL5iFvCHdqKe3LATj0w"


def test_the_blocks_are_the_code() -> None:
    """Light modules are drawn: read them back and compare with the code itself."""
    lines = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in terminal_qr(LINK).splitlines()]
    rows = []
    for line in lines:
        rows.append([char in " ▄" for char in line])
        rows.append([char in " ▀" for char in line])
    code = QRCode(error_correction=1, border=2)
    code.add_data(LINK)
    matrix = [list(map(bool, row)) for row in code.get_matrix()]
    assert rows[: len(matrix)] == matrix
    assert len({len(line) for line in lines}) == 1

"""QR codes for terminals."""

import re

from qrcode.main import QRCode

from pilot_sidecar.infra.qr import svg_qr, terminal_qr

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


def test_the_path_is_the_code() -> None:
    """Draw the path module by module and compare with the code itself."""
    size, path = svg_qr(LINK)
    drawn = [[False] * size for _ in range(size)]
    pieces = re.findall(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z", path)
    assert "".join(f"M{x} {y}h{length}v1h-{back}z" for x, y, length, back in pieces) == path
    for x, y, length, back in pieces:
        assert length == back
        for column in range(int(x), int(x) + int(length)):
            drawn[int(y)][column] = True
    code = QRCode(error_correction=1, border=4)
    code.add_data(LINK)
    assert drawn == [list(map(bool, row)) for row in code.get_matrix()]

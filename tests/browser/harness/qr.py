"""Reads a QR code from a picture of it, as a phone's camera app does."""

import io

import zxingcpp
from PIL import Image


def read_qr(png: bytes) -> str:
    """Return what the one code in a screenshot says."""
    with Image.open(io.BytesIO(png)) as picture:
        found = zxingcpp.read_barcodes(picture.convert("L"))
    assert len(found) == 1, f"{len(found)} codes in the picture"
    return str(found[0].text)

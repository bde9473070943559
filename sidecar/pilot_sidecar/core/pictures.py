"""Which bytes are pictures that a page may show: told by what they begin with, never by a name; pure."""

import base64
import binascii
from typing import Literal

from pilot_sidecar.core.errors import BadRequestError

MAX_PICTURE = 4 * 1024 * 1024
PictureType = Literal["image/png", "image/jpeg", "image/gif", "image/webp"]
"""No SVG and no HTML: those can carry code."""


def picture_type(raw: bytes) -> PictureType | None:
    """Return the type of a picture; None for everything else."""
    if raw.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if raw.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if raw.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if raw[:4] == b"RIFF" and raw[8:12] == b"WEBP":
        return "image/webp"
    return None


def decoded(text: str) -> bytes | None:
    """Return base64 as bytes; None for what is none, or too much."""
    if len(text) > MAX_PICTURE * 4 // 3 + 1024:
        return None
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


def checked_picture(name: str, data: str) -> tuple[PictureType, bytes]:
    """Return a picture that somebody sends, by what is in it; raises BadRequestError for anything else."""
    raw = decoded(data)
    if raw is None:
        raise BadRequestError(f"“{name[:80]}” did not arrive whole.", "It has to be base64, of at most 4 MiB.")
    if len(raw) > MAX_PICTURE:
        raise BadRequestError(f"“{name[:80]}” is larger than 4 MiB.", "Send a smaller picture.")
    if (found := picture_type(raw)) is None:
        raise BadRequestError(f"“{name[:80]}” is no picture.", "PNG, JPEG, GIF and WebP can be sent.")
    return found, raw


def in_data_url(url: str) -> bytes | None:
    """Return what a ``data:`` address carries in base64; None for every other address."""
    head, comma, data = url.partition(",")
    if not comma or not head.startswith("data:") or not head.endswith(";base64"):
        return None
    return decoded(data)


def data_url(raw: bytes, mime: str) -> str:
    """Return bytes as a ``data:`` address."""
    return f"data:{mime};base64,{base64.b64encode(raw).decode()}"

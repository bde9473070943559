"""Letters for terminals that have few: what cannot be written there gets the nearest that can."""

import codecs

PLAIN = "pilot-plain"
_NEAREST = {
    "“": '"', "”": '"', "\u2018": "'", "\u2019": "'", "…": "...", "→": "->", "\u2013": "-", "—": "-", "·": "*",
    "•": "*", "\u00d7": "x", "✓": "ok", "✗": "x", "✔": "ok", "✘": "x", "≤": "<=", "≥": ">=", "\u00a0": " ",
}  # fmt: skip


def use_plain_letters() -> None:
    """Make ``errors="pilot-plain"`` known to text streams."""
    codecs.register_error(PLAIN, _plain)


def _plain(error: UnicodeError) -> tuple[str | bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    letter = error.object[error.start]
    if (nearest := _NEAREST.get(letter)) is not None:
        return nearest, error.start + 1
    spelt, _ = codecs.backslashreplace_errors(UnicodeEncodeError(error.encoding, letter, 0, 1, error.reason))
    return spelt, error.start + 1

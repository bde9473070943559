"""Texts as Telegram takes them: its HTML, its way of counting, nothing unseen. Pure."""

import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

Tag = Literal["", "b", "i", "code", "pre"]
LONGEST = 4096
"""What Telegram takes, in UTF-16 units, tags not counted."""
LOOKED_AT = 2 * LONGEST + 2
"""Characters of a text: even if each second one is left out, this is more than a message takes."""
ROOM_FOR_OUTCOME = 300
"""Left free, so that a message can still be edited."""
CUT = "\n… cut here"


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a message, in one style."""

    text: str
    tag: Tag = ""


@dataclass(frozen=True, slots=True)
class Fitted:
    """A message that Telegram takes."""

    html: str
    whole: bool
    """Nothing of it was cut."""


def units(text: str) -> int:
    """Return how long Telegram thinks a text is."""
    return len(text) + sum(letter > "\uffff" for letter in text)


def cut(text: str, most: int) -> str:
    """Return the beginning of a text, at most so many units of it and never half a letter."""
    if units(text) <= most:
        return text
    used = 0
    for index, letter in enumerate(text):
        used += 2 if letter > "\uffff" else 1
        if used > most:
            return text[:index]
    return text


def visible(text: str) -> str:
    """Return what an agent wrote with all that is not seen spelt out: what is allowed is what is read.

    What no message has room for is left out, and the message is cut where it would be.
    """
    text = text[:LOOKED_AT].replace("\r\n", "\n").expandtabs(4)
    return "".join(_shown(letter) for letter in text)


def prose(text: str, most: int = 600) -> str:
    """Return words of an agent for reading: without what cannot be seen or turns text around, not too long."""
    kept = "".join(letter for letter in text[:LOOKED_AT].replace("\r\n", "\n") if _is_plain(letter)).strip()
    short = cut(kept, most)
    return short if len(short) == len(kept) and len(text) <= LOOKED_AT else f"{short.rstrip()}…"


def render(pieces: Sequence[Piece]) -> str:
    """Return Telegram's HTML; every text is escaped."""
    return "".join(_tagged(piece) for piece in pieces)


def fit(head: Sequence[Piece], main: Iterable[Piece], tail: Sequence[Piece]) -> Fitted:
    """Return a message with as much of ``main`` as there is room for, and a word where it is cut."""
    room = LONGEST - ROOM_FOR_OUTCOME - sum(units(piece.text) for piece in (*head, *tail))
    kept: list[Piece] = []
    for piece in main:
        if units(piece.text) > room:
            kept += [Piece(cut(piece.text, max(0, room - units(CUT))), piece.tag), Piece(CUT, "i")]
            return Fitted(render([*head, *kept, *tail]), whole=False)
        kept.append(piece)
        room -= units(piece.text)
    return Fitted(render([*head, *kept, *tail]), whole=True)


def _tagged(piece: Piece) -> str:
    if not piece.text:
        return ""
    text = html.escape(piece.text, quote=False)
    return f"<{piece.tag}>{text}</{piece.tag}>" if piece.tag else text


def _shown(letter: str) -> str:
    if letter == "\n" or letter.isprintable():
        return letter
    number = ord(letter)
    return f"\\u{number:04x}" if number <= 0xFFFF else f"\\U{number:08x}"


def _is_plain(letter: str) -> bool:
    return letter in "\n\u200d" or letter.isprintable()

"""Characters that a person does not see, or takes for others; as ``webview/js/asks/unseen.js`` knows them. Pure."""

import re
import unicodedata
from itertools import pairwise

_UNSEEN = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u00a0\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2000-\u200f"
    "\u2028-\u202f\u205f-\u206f\u3000\u3164\ufe00-\ufe0e\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e01ef]"
)
_ALPHABETS = {"LATIN": "latin", "CYRILLIC": "other", "GREEK": "other"}


def has_unseen(text: str) -> bool:
    """Tell whether there are control, zero-width, bidirectional, tag or odd space characters; line breaks are none."""
    return _UNSEEN.search(text.replace("\r\n", "\n")) is not None


def has_look_alikes(text: str) -> bool:
    """Tell whether letters of Greek or Cyrillic stand beside Latin ones: they look alike and are not."""
    if text.isascii():
        return False
    kinds = [_alphabet(letter) for letter in text]
    return any({before, after} == {"latin", "other"} for before, after in pairwise(kinds))


def is_plain(text: str) -> bool:
    """Tell whether nothing in a text can be taken for something else: ASCII and the letters of western Europe."""
    return all(" " <= letter <= "~" or "\u00c0" <= letter <= "\u00ff" for letter in text)


def _alphabet(letter: str) -> str | None:
    return _ALPHABETS.get(unicodedata.name(letter, "").partition(" ")[0])

"""Codes that people type: eight characters of Crockford's base32, shown as ``ABCD-EFGH``. Pure but for the dice."""

import re
import secrets

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH = 8
_MEANT = str.maketrans({"O": "0", "I": "1", "L": "1"})
_CODE = re.compile(f"[{_ALPHABET}]{{{_LENGTH}}}")


def make_short_code() -> str:
    """Return a fresh code of 40 bits, as it is shown."""
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
    return f"{letters[:4]}-{letters[4:]}"


def short_code(text: str) -> str | None:
    """Return the code that somebody typed, as it is shown, or None for anything else."""
    letters = re.sub(r"[\s\-\u2010-\u2015]", "", text).upper().translate(_MEANT)
    return f"{letters[:4]}-{letters[4:]}" if _CODE.fullmatch(letters) else None

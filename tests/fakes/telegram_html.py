"""Telegram's HTML, read as strictly as Telegram does, and a little more: what it refuses is a bug of ours."""

import html
import re

TAGS = {"b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "code", "pre", "blockquote", "tg-spoiler"}
_PART = re.compile(r"<(?P<close>/?)(?P<tag>[^<>]*)>|&(?P<entity>[a-z]+|#\d+);|(?P<odd>[<>&])|(?P<text>[^<>&]+)")


class NotParsedError(Exception):
    """Telegram cannot make sense of a text."""


def parsed(text: str) -> tuple[str, list[tuple[str, str]]]:
    """Return what is read, and each tag with the text in it; raises NotParsedError."""
    plain: list[str] = []
    open_tags: list[tuple[str, int]] = []
    found: list[tuple[str, str]] = []
    for part in _PART.finditer(text):
        if part["odd"]:
            raise NotParsedError(f"Unescaped {part['odd']} at {part.start()}")
        if part["text"]:
            plain.append(part["text"])
        elif part["entity"]:
            if part["entity"] not in ("lt", "gt", "amp", "quot") and not part["entity"].startswith("#"):
                raise NotParsedError(f"Unsupported entity {part['entity']}")
            plain.append(html.unescape(part[0]))
        elif part["close"]:
            if not open_tags or open_tags[-1][0] != part["tag"]:
                raise NotParsedError(f"Unmatched end tag at {part.start()}")
            tag, start = open_tags.pop()
            found.append((tag, "".join(plain)[start:]))
        else:
            if part["tag"] not in TAGS:
                raise NotParsedError(f'Unsupported start tag "{part["tag"]}" at {part.start()}')
            open_tags.append((part["tag"], len("".join(plain))))
    if open_tags:
        raise NotParsedError(f"Can't find end tag of {open_tags[-1][0]}")
    return "".join(plain), found


def utf16(text: str) -> int:
    """Return how many units Telegram counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2

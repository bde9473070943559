"""Texts as people may see them anywhere: pure."""


def one_line(text: str) -> str:
    """Return a text on one line, trimmed, without characters that nobody can see."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())

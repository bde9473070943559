"""What devices are called: pure."""

from collections.abc import Container

from pilot_sidecar.core.plain_text import one_line

LONGEST = 80


def clean_name(text: str, fallback: str = "Browser") -> str:
    """Return a name that shows what it is: one line, nothing unseen in it, nothing that turns text around."""
    return one_line(text)[:LONGEST].strip() or fallback


def told_apart(name: str, taken: Container[str]) -> str:
    """Return the name, with a number where another device has it already."""
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name[: LONGEST - 6].rstrip()} ({number})"
    return free

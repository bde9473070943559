"""Versions, for comparing."""

import re


def numbers(version: str) -> tuple[int, ...]:
    """Return a version's numbers: ``1.2.10`` is later than ``1.2.9``."""
    return tuple(int(number) for number in re.findall(r"\d+", version)[:3])

"""Which of many paths somebody means: patterns like ``**/*.py``, or part of a name; pure."""

import fnmatch
import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

_SPECIAL = re.compile(r"[*?\[{]")
Tired = Callable[[], bool]
"""Tells that a search has taken long enough."""
LOOK = 100
"""Paths between two looks at the time."""
MOST_BRANCHES = 32
"""Alternatives that braces may open."""


def best(paths: Iterable[str], wanted: str, limit: int, tired: Tired) -> tuple[list[str], bool]:
    """Return the paths that fit, best first, and whether some may be missing; ``tired`` ends the search."""
    rank = _glob_rank(wanted) if _SPECIAL.search(wanted) else _name_rank(wanted)
    found: list[tuple[int, int, str]] = []
    cut = False
    for number, path in enumerate(paths):
        if number % LOOK == LOOK - 1 and tired():
            cut = True
            break
        if (place := rank(path)) is not None:
            found.append((place, len(path), path))
    found.sort()
    return [path for *_, path in found[:limit]], cut or len(found) > limit


def with_folders(paths: Iterable[str]) -> list[str]:
    """Return the paths and the folders they are in, those with a slash at the end."""
    folders: dict[str, None] = {}
    kept = list(paths)
    for path in kept:
        end = path.rfind("/")
        while end > 0 and path[: end + 1] not in folders:
            folders[path[: end + 1]] = None
            end = path.rfind("/", 0, end)
    return [*kept, *folders]


def _name_rank(wanted: str) -> Callable[[str], int | None]:
    """Rank by part of a name: the name itself, its beginning, within it, within the path, scattered letters."""
    text = wanted.strip().lstrip("/").casefold()

    def rank(path: str) -> int | None:
        whole = path.casefold()
        name = whole.rstrip("/").rpartition("/")[2]
        if name == text:
            return 0
        if name.startswith(text):
            return 1
        if text in name:
            return 2
        if text in whole:
            return 3
        if _scattered(text, name):
            return 4
        return 5 if _scattered(text, whole) else None

    return rank


def _scattered(text: str, name: str) -> bool:
    at = 0
    for letter in text:
        at = name.find(letter, at) + 1
        if not at:
            return False
    return True


def _glob_rank(pattern: str) -> Callable[[str], int | None]:
    pattern = pattern.strip().removeprefix("./").lstrip("/")
    branches = [_segments(branch) for branch in _opened(pattern)]

    def rank(path: str) -> int | None:
        names = path.rstrip("/").split("/")
        return path.count("/") if any(_fits(branch, names) for branch in branches) else None

    return rank


def _segments(pattern: str) -> list[str]:
    """Return the parts of a pattern; one without a slash fits at any depth."""
    parts = [part for part in (pattern if "/" in pattern else f"**/{pattern}").split("/") if part]
    return [part for at, part in enumerate(parts) if part != "**" or at == 0 or parts[at - 1] != "**"]


def _fits(segments: Sequence[str], names: Sequence[str]) -> bool:
    """Match part by part; what each prefix of the pattern can reach is kept, so that no pattern takes for ever."""
    reached = {0}
    for segment in segments:
        if segment == "**":
            reached = set(range(min(reached), len(names) + 1))
        else:
            fits = _matcher(segment)
            reached = {at + 1 for at in reached if at < len(names) and fits(names[at])}
        if not reached:
            return False
    return len(names) in reached


@lru_cache(maxsize=512)
def _matcher(segment: str) -> Callable[[str], object]:
    return re.compile(fnmatch.translate(segment)).match


def _opened(pattern: str) -> list[str]:
    """Return a pattern once for each alternative of its braces."""
    done: list[str] = []
    waiting = [pattern]
    while waiting and len(done) + len(waiting) <= MOST_BRANCHES:
        text = waiting.pop()
        if (found := re.search(r"\{([^{}]*)\}", text)) is None:
            done.append(text)
        else:
            waiting += [text[: found.start()] + choice + text[found.end() :] for choice in found[1].split(",")]
    return done[:MOST_BRANCHES] or [pattern]

"""Patches, applied: what a text becomes, or that it does not fit. Pure; never a guess."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from pilot_sidecar.core.begin_patch import AT_END

NOWHERE = "/dev/null"
_HUNK = re.compile(r"@@ -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@")
_NO_NEWLINE = "\\ No newline"


class DoesNotFitError(Exception):
    """The text is not the one that the patch was made for, or more than one place would do."""


@dataclass(slots=True)
class Hunk:
    """One place of a patch: lines with their ends, old ones and new ones."""

    start: int | None
    """Where the old lines begin, from 0; None: only their text says."""
    new_start: int = 0
    context: str = ""
    """A line that stands before an unnumbered hunk."""
    old: list[str] = field(default_factory=list)
    new: list[str] = field(default_factory=list)
    at_end: bool = False
    sizes: tuple[int, int] | None = None
    """How many old and new lines there are, where the patch says so."""
    _sign: str = " "

    @property
    def complete(self) -> bool:
        """Tell whether all lines that the patch announced are there."""
        return self.sizes in (None, (len(self.old), len(self.new)))

    def add(self, line: str) -> None:
        """Take in a line of the patch's body."""
        self._sign, text = line[:1] or " ", line[1:] + "\n"
        if self._sign in " -":
            self.old.append(text)
        if self._sign in " +":
            self.new.append(text)

    def end_without_newline(self) -> None:
        """Note that the line taken in last is not ended."""
        for side, signs in ((self.old, " -"), (self.new, " +")):
            if side and self._sign in signs:
                side[-1] = side[-1].removesuffix("\n")


@dataclass(frozen=True, slots=True)
class Patch:
    """One file's patch."""

    source: str
    """The file's old name as the patch writes it; empty if it does not."""
    target: str
    hunks: Sequence[Hunk]

    @property
    def creates(self) -> bool:
        """Tell whether there is no text before."""
        return self.source == NOWHERE

    @property
    def deletes(self) -> bool:
        """Tell whether there is no text after."""
        return self.target == NOWHERE


def parse(patch: str) -> Patch:
    """Return a file's patch; raises DoesNotFitError for what is none."""
    lines = patch.removesuffix("\n").split("\n") if patch else []
    first = next((at for at, line in enumerate(lines) if line.startswith("@@")), len(lines))
    head = lines[:first]
    return Patch(_name(head, "--- "), _name(head, "+++ "), _hunks(lines[first:]))


def apply(patch: Patch, text: str) -> str:
    """Return what a patch makes of a text; raises DoesNotFitError."""
    lines = split_lines(text)
    if patch.creates:
        return "".join(line for hunk in patch.hunks for line in hunk.new)
    if any(hunk.start is None for hunk in patch.hunks):
        return _replaced(_ended(lines), list(_found(patch.hunks, _ended(lines))))
    return _replaced(lines, list(_placed(patch.hunks, lines)))


def fits_exactly(patch: Patch, text: str) -> bool:
    """Tell whether each old line with something in it stands where the patch's numbers say, and there is one."""
    lines = split_lines(text)
    seen = False
    for hunk in patch.hunks:
        if hunk.start is None or hunk.old != lines[hunk.start : hunk.start + len(hunk.old)]:
            return False
        seen = seen or any(line.strip() and not line.startswith("--") for line in hunk.old)
    return seen


def agrees(patch: Patch, before: str, after: str) -> bool:
    """Tell whether a numbered patch is about these two texts, white space at the lines' ends aside."""
    old, new = ([line.strip() for line in split_lines(text)] for text in (before, after))
    return all(
        hunk.start is not None
        and _stands(old, hunk.start, [line.strip() for line in hunk.old])
        and _stands(new, hunk.new_start, [line.strip() for line in hunk.new])
        for hunk in patch.hunks
    )


def split_lines(text: str) -> list[str]:
    """Return lines with their ends; only line feeds end a line, as in diffs."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)


Replacement = tuple[int, int, list[str]]
"""From where, how many lines, and what takes their place."""


def _name(head: Sequence[str], mark: str) -> str:
    line = next((line for line in head if line.startswith(mark)), "")
    name = line.removeprefix(mark).partition("\t")[0].rstrip("\r")
    return name.removeprefix("a/" if mark == "--- " else "b/")


def _hunks(lines: Sequence[str]) -> list[Hunk]:
    hunks: list[Hunk] = []
    for line in lines:
        if line.startswith("@@") and (not hunks or hunks[-1].sizes is None or hunks[-1].complete):
            hunks.append(_opened(line))
        else:
            _take(line, hunks[-1])
    if not all(hunk.complete for hunk in hunks):
        raise DoesNotFitError("the patch is not whole")
    return hunks


def _take(line: str, hunk: Hunk) -> None:
    if line.startswith(_NO_NEWLINE):
        hunk.end_without_newline()
    elif line.startswith(AT_END):
        hunk.at_end = True
    elif hunk.sizes is not None and hunk.complete:
        if line.strip():
            raise DoesNotFitError("the patch goes on after its end")
    elif line[:1] in ("", " ", "+", "-"):
        hunk.add(line)
    elif not line.startswith("\\"):
        raise DoesNotFitError("this is not a unified diff")


def _opened(line: str) -> Hunk:
    if (found := _HUNK.match(line)) is None:
        return Hunk(start=None, context=line[2:].removeprefix(" ").rstrip())
    start, size, new_start, new_size = (1 if part is None else int(part) for part in found.groups())
    return Hunk(start=_index(start, size), new_start=_index(new_start, new_size), sizes=(size, new_size))


def _index(start: int, size: int) -> int:
    """Return where lines begin, from 0; of no lines a diff names the one before."""
    return start if size == 0 else max(start - 1, 0)


def _placed(hunks: Sequence[Hunk], lines: list[str]) -> Iterator[Replacement]:
    """Yield where numbered hunks go: where they say, else where their lines are, nearest to that."""
    drift = after = 0
    for hunk in hunks:
        assert hunk.start is not None
        at, new = _nearest(hunk, lines, hunk.start + drift, after)
        drift, after = at - hunk.start, at + len(hunk.old)
        yield at, len(hunk.old), new


def _nearest(hunk: Hunk, lines: list[str], expected: int, after: int) -> tuple[int, list[str]]:
    if after <= expected <= len(lines) and _stands(lines, expected, hunk.old):
        return expected, hunk.new
    if not hunk.old:
        raise DoesNotFitError("the text is shorter than the patch says")
    for old, new, among in _forms(hunk, lines):
        places = sorted((abs(at - expected), at) for at in _places(among, old, after))
        if len(places) > 1 and places[0][0] == places[1][0]:
            raise DoesNotFitError("two places are equally near")
        if places:
            return places[0][1], new
    raise DoesNotFitError("the old lines are not there")


def _found(hunks: Sequence[Hunk], lines: list[str]) -> Iterator[Replacement]:
    """Yield where hunks without numbers go, as the agents that write them look for their lines: in order."""
    after = 0
    for hunk in hunks:
        if hunk.context:
            after = _line_after(lines, hunk.context, after)
        if hunk.old:
            at, new = _first(hunk, lines, after)
            after = at + len(hunk.old)
            yield at, len(hunk.old), new
        elif hunk.new:
            yield len(lines), 0, hunk.new


def _line_after(lines: list[str], context: str, after: int) -> int:
    for strip in (str.rstrip, str.strip):
        for at in range(after, len(lines)):
            if strip(lines[at]) == strip(context):
                return at + 1
    raise DoesNotFitError(f"there is no line {context!r}")


def _first(hunk: Hunk, lines: list[str], after: int) -> tuple[int, list[str]]:
    start = max(after, len(lines) - len(hunk.old)) if hunk.at_end else after
    for old, new, among in _forms(hunk, lines):
        if (at := next(_places(among, old, start), None)) is not None:
            return at, new
    raise DoesNotFitError("the old lines are not there")


def _forms(hunk: Hunk, lines: list[str]) -> Iterator[tuple[list[str], list[str], list[str]]]:
    """Yield old lines, new lines, and what to look in: as they are, then without the file's carriage returns.

    Agents often leave those out of a patch for a file that has them at each line, and keep them in the file.
    """
    yield hunk.old, hunk.new, lines
    whole = [line for line in lines if line.endswith("\n")]
    if whole and all(line.endswith("\r\n") for line in whole) and "\r" not in "".join(hunk.old + hunk.new):
        yield (
            hunk.old,
            [line.replace("\n", "\r\n") for line in hunk.new],
            [line.replace("\r\n", "\n") for line in lines],
        )


def _places(lines: list[str], old: list[str], after: int) -> Iterator[int]:
    return (at for at in range(after, len(lines) - len(old) + 1) if _stands(lines, at, old))


def _stands(lines: list[str], at: int, wanted: list[str]) -> bool:
    return lines[at : at + 1] == wanted[:1] and lines[at : at + len(wanted)] == wanted if wanted else at <= len(lines)


def _ended(lines: list[str]) -> list[str]:
    """End the last line too: patches without numbers do not know of files without a newline at their end."""
    if not lines or lines[-1].endswith("\n"):
        return lines
    return [*lines[:-1], lines[-1] + ("\r\n" if lines[0].endswith("\r\n") else "\n")]


def _replaced(lines: list[str], replacements: list[Replacement]) -> str:
    replacements.sort(key=lambda each: each[:2])
    if any(at + size > following for (at, size, _), (following, _, _) in pairwise(replacements)):
        raise DoesNotFitError("two hunks are about the same lines")
    result: list[str] = []
    done = 0
    for at, size, new in replacements:
        result += [*lines[done:at], *new]
        done = at + size
    return "".join([*result, *lines[done:]])

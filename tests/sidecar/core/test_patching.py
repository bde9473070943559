"""Patches, applied: exactly, or not at all."""

import difflib
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilot_sidecar.core.begin_patch import files_in_patch
from pilot_sidecar.core.patching import DoesNotFitError, agrees, apply, fits_exactly, parse, split_lines

LINE = st.text(st.sampled_from(" abc\t-+@\\\f\u2028é🚀"), max_size=4)
END = st.sampled_from(["\n", "\n", "\n", "\r\n"])
TEXT = st.builds(
    lambda lines, last: "".join(text + end for text, end in lines) + last, st.lists(st.tuples(LINE, END)), LINE
)
FILE = "one\ntwo\nthree\nfour\nfive\n"


def unified(before: str, after: str, context: int = 3) -> str:
    """Return a diff as git writes it: difflib leaves out that a last line is not ended."""
    lines = difflib.unified_diff(split_lines(before), split_lines(after), "old", "new", n=context)
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def applied(patch: str, text: str = FILE) -> str:
    return apply(parse(patch), text)


@given(TEXT, TEXT, st.integers(0, 4))
def test_a_diff_of_two_texts_makes_the_second_of_the_first(before: str, after: str, context: int) -> None:
    patch = unified(before, after, context)
    assert applied(patch, before) == after
    assert agrees(parse(patch), before, after)


@given(st.lists(LINE, min_size=1), st.lists(LINE, min_size=1), st.integers(1, 40))
def test_lines_that_came_before_meanwhile_move_the_place(before: list[str], after: list[str], moved: int) -> None:
    """The old text is found lower down, where nothing else looks like it."""
    texts = ["".join(f"{line}\n" for line in ["[", *lines, "]"]) for lines in (before, after)]
    patch = unified(texts[0], texts[1], context=1000)
    if patch:
        head = "".join(f"new {number}\n" for number in range(moved))
        assert applied(patch, head + texts[0]) == head + texts[1]


@given(st.text(st.sampled_from("@-+ \\*\n,0123ab/"), max_size=80), TEXT)
def test_nonsense_never_ends_in_anything_but_a_refusal(patch: str, text: str) -> None:
    for form in (patch, f"--- a\n+++ b\n@@ -1,2 +1 @@\n{patch}", f"@@\n{patch}"):
        try:
            apply(parse(form), text)
        except DoesNotFitError:
            continue


def codex(*lines: str) -> str:
    [file] = files_in_patch("\n".join(["*** Begin Patch", "*** Update File: f", *lines, "*** End Patch"]), "/p")
    assert file.patch is not None
    return file.patch


REPEATED = "class A:\n    def run(self):\n        pass\n\nclass B:\n    def run(self):\n        pass\n"


@pytest.mark.parametrize(
    ("lines", "before", "after"),
    [
        (["@@", " two", "-three", "+3"], FILE, "one\ntwo\n3\nfour\nfive\n"),
        (["@@", "-one", "+1", "@@", "-five", "+5", "+6"], FILE, "1\ntwo\nthree\nfour\n5\n6\n"),
        (["@@ class B:", "     def run(self):", "-        pass", "+        go()"], REPEATED,
         REPEATED[:-5] + "go()\n"),
        (["@@", "-        pass", "+        go()"], REPEATED, REPEATED.replace("pass", "go()", 1)),
        (["@@", "-        pass", "+        go()", "*** End of File"], REPEATED, REPEATED[:-5] + "go()\n"),
        (["@@", "+six"], FILE, FILE + "six\n"),
        (["@@", "-five", "+5"], FILE[:-1], "one\ntwo\nthree\nfour\n5\n"),
        (["@@", "-two", "+2"], FILE.replace("\n", "\r\n"), FILE.replace("two", "2").replace("\n", "\r\n")),
        (["@@", " one", "", "-x", "+y"], "one\n\nx\n", "one\n\ny\n"),
    ],
    ids=["context", "several", "named place", "first place", "end of file", "appended", "no newline", "crlf", "blank"],
)  # fmt: skip
def test_hunks_without_numbers_are_found_by_their_lines(lines: list[str], before: str, after: str) -> None:
    assert applied(codex(*lines), before) == after


@pytest.mark.parametrize(
    "lines",
    [
        ["@@", "-six", "+6"],
        ["@@ def six():", "-one", "+1"],
        ["@@", "-five", "+5", "@@", "-one", "+1"],
        ["@@", "-one", "+1", "*** End of File"],
        ["@@", "-one ", "+1"],
    ],
    ids=["not there", "no such place", "out of order", "not at the end", "white space"],
)
def test_hunks_without_numbers_that_are_not_there_are_refused(lines: list[str]) -> None:
    with pytest.raises(DoesNotFitError):
        applied(codex(*lines))


@pytest.mark.parametrize(
    ("patch", "before", "after"),
    [
        ("--- /dev/null\n+++ b/f\n@@ -0,0 +1,2 @@\n+a\n+b\n", "", "a\nb\n"),
        ("--- /dev/null\n+++ b/f\n@@ -0,0 +1 @@\n+a\n\\ No newline at end of file\n", "", "a"),
        ("--- a/f\n+++ b/f\n@@ -1 +0,0 @@\n-a\n", "a\n", ""),
        ("--- f\n+++ f\n@@ -0,0 +1 @@\n+a\n", "", "a\n"),
        ("diff --git a/f b/g\nsimilarity index 100%\nrename from f\nrename to g\n", "a\n", "a\n"),
        ("@@ -1,2 +1,2 @@\n a\n-b\n+c\n", "a\nb\n", "a\nc\n"),
        ("@@ -1 +1 @@\n-b\n+c\n", "b\r\n", "c\r\n"),
        ("@@ -1 +1 @@\n-b\r\n+c\n", "b\r\n", "c\n"),
        ("@@ -1 +1 @@\n-b\n\\ No newline at end of file\n+b\n", "b", "b\n"),
        ("@@ -1,2 +1 @@\n--- a comment\n-b\n+@@ c\n", "-- a comment\nb\n", "@@ c\n"),
        ("@@ -1 +1 @@\n-b\n+c\n\n", "b\n", "c\n"),
    ],
)
def test_forms_of_patches(patch: str, before: str, after: str) -> None:
    assert applied(patch, before) == after


@pytest.mark.parametrize(
    "patch",
    [
        "@@ -1 +1 @@\n-six\n+6\n",
        "@@ -9,0 +10 @@\n+x\n",
        "@@ -1,2 +1 @@\n-one\n+1\n",
        "@@ -1 +1 @@\n-one\n+1\nGIT binary patch\n",
        "@@ -1 +1 @@\nGIT binary patch\n",
        "@@ -1 +1 @@\n-one\n\\ No newline at end of file\n+1\n",
        "@@ -1 +1 @@\n-one\n+1\n@@ -1 +1 @@\n-one\n+2\n",
    ],
    ids=["other text", "past the end", "cut off", "more after it", "no diff", "its end", "twice"],
)
def test_patches_that_do_not_fit_are_refused(patch: str) -> None:
    with pytest.raises(DoesNotFitError):
        applied(patch)


def test_of_two_places_the_nearer_one_is_meant_and_of_two_equally_near_none() -> None:
    patch = "@@ -3 +3 @@\n-x\n+y\n"
    assert applied(patch, "x\na\nb\nx\n") == "x\na\nb\ny\n"
    with pytest.raises(DoesNotFitError, match="equally near"):
        applied(patch, "a\nx\nb\nx\n")


def dedented() -> Iterator[tuple[str, str, bool]]:
    """A patch, a text, and whether the patch's lines are known to be whole."""
    yield "@@ -1,2 +1,2 @@\n a\n-b\n+c\n", "a\nb\n", True
    yield "@@ -1,2 +1,2 @@\n a\n-b\n+c\n", "  a\n  b\n", False
    yield "@@ -1,2 +1,2 @@\n a\n-b\n+c\n", "x\na\nb\n", False
    yield "@@ -1 +1,2 @@\n \n+c\n", "\n", False
    yield "@@ -0,0 +1 @@\n+c\n", "", False
    yield "@@ -1,2 +1 @@\n--- a\n \n", "-- a\n\n", False
    yield "@@\n a\n", "a\n", False


@pytest.mark.parametrize(("patch", "text", "whole"), list(dedented()))
def test_whether_a_patch_may_have_lost_its_indentation(patch: str, text: str, whole: bool) -> None:
    assert fits_exactly(parse(patch), text) is whole


def test_a_patch_agrees_with_two_texts_but_for_their_indentation() -> None:
    patch = parse("@@ -2,2 +2,3 @@\n a\n-b\n+c\n+\n")
    assert agrees(patch, "x\n  a\n  b\n", "x\n  a\n  c\n  \n")
    assert not agrees(patch, "x\n  a\n  b\n", "x\n  a\n  d\n  \n")
    assert not agrees(patch, "  a\n  b\n", "x\n  a\n  c\n  \n")
    assert not agrees(parse("@@\n-b\n+c\n"), "b\n", "c\n")

"""Codex's patches as unified diffs that a person can read and count."""

import pytest

from pilot_sidecar.core.models import FileDiff
from pilot_sidecar.integrations.codex.diffs import file_diffs, merge, split_diff, without_patches
from pilot_sidecar.integrations.codex.native import FileChange

HUNK = "@@ -1,2 +1,2 @@\n one\n-two\n+three\n"


def diff(kind: str, text: str, path: str = "/p/a", **fields: object) -> FileDiff:
    change = FileChange.model_validate({"path": path, "diff": text, "kind": {"type": kind, **fields}})
    (found,) = file_diffs([change])
    return found


def numbers(found: FileDiff) -> tuple[str, int, int]:
    return found.status, found.additions, found.deletions


@pytest.mark.parametrize(("text", "end"), [("one\ntwo\n", ""), ("one\ntwo", "\\ No newline at end of file\n")])
def test_a_new_file_is_all_additions(text: str, end: str) -> None:
    found = diff("add", text)
    assert numbers(found) == ("added", 2, 0)
    assert found.patch == "--- /dev/null\n+++ /p/a\n@@ -0,0 +1,2 @@\n+one\n+two\n" + end


def test_a_deleted_file_is_all_deletions() -> None:
    found = diff("delete", "one\ntwo\n")
    assert numbers(found) == ("deleted", 0, 2)
    assert found.patch == "--- /p/a\n+++ /dev/null\n@@ -1,2 +0,0 @@\n-one\n-two\n"


@pytest.mark.parametrize(("kind", "status"), [("add", "added"), ("delete", "deleted")])
def test_an_empty_file_has_an_empty_hunk(kind: str, status: str) -> None:
    found = diff(kind, "")
    assert numbers(found) == (status, 0, 0)
    assert (found.patch or "").endswith("@@ -0,0 +0,0 @@\n")


def test_a_line_that_looks_like_a_head_is_a_line() -> None:
    found = diff("add", "--- a\n+++ b\n@@ -1 +1 @@\n")
    assert numbers(found) == ("added", 3, 0)
    found = diff("update", "@@ -1,2 +1,2 @@\n---- a\n+++++ b\n one\n")
    assert numbers(found) == ("modified", 1, 1)


def test_windows_line_ends_are_not_lines_of_their_own() -> None:
    found = diff("add", "one\r\ntwo\r\n")
    assert numbers(found) == ("added", 2, 0)
    assert found.patch == "--- /dev/null\n+++ /p/a\n@@ -0,0 +1,2 @@\n+one\r\n+two\r\n"
    assert numbers(diff("update", "@@ -1,2 +1,2 @@\r\n one\r\n-two\r\n+three\r\n")) == ("modified", 1, 1)


def test_a_form_feed_or_a_line_separator_ends_no_line() -> None:
    """Python's ``splitlines`` knows more ends of lines than a diff does."""
    text = "one\x0cstill one\u2028and still\n"
    found = diff("add", text)
    assert numbers(found) == ("added", 1, 0)
    assert found.patch == f"--- /dev/null\n+++ /p/a\n@@ -0,0 +1,1 @@\n+{text}"
    found = diff("update", "@@ -1 +1 @@\n-a\x0c+b\n+c\x85-d\n")
    assert numbers(found) == ("modified", 1, 1)


def test_hunks_get_the_head_that_codex_leaves_out() -> None:
    found = diff("update", HUNK)
    assert numbers(found) == ("modified", 1, 1)
    assert found.patch == "--- /p/a\n+++ /p/a\n" + HUNK


def test_a_whole_diff_keeps_its_own_head() -> None:
    text = "--- a/x\n+++ b/x\n" + HUNK
    assert diff("update", text).patch == text


def test_a_moved_file_goes_by_its_new_name() -> None:
    found = diff("update", HUNK, move_path="/p/b")
    assert (found.path, found.patch) == ("/p/b", "--- /p/a\n+++ /p/b\n" + HUNK)


def test_a_file_that_was_only_moved_has_no_lines() -> None:
    found = diff("update", "", move_path="/p/b")
    assert (found.path, *numbers(found)) == ("/p/b", "modified", 0, 0)


def test_no_newline_at_the_end_is_no_change_of_its_own() -> None:
    found = diff("update", "@@ -1 +1 @@\n-two\n\\ No newline at end of file\n+two\n")
    assert numbers(found) == ("modified", 1, 1)


def test_an_unknown_kind_is_an_edit() -> None:
    assert numbers(diff("brandNew", HUNK)) == ("modified", 1, 1)


GIT = """\
diff --git a/new.txt b/new.txt
new file mode 100644
index 0000000..4cb29ea
--- /dev/null
+++ b/new.txt
@@ -0,0 +1,3 @@
+one
+diff --git in the middle
+three
diff --git a/gone.txt b/gone.txt
deleted file mode 100644
--- a/gone.txt
+++ /dev/null
@@ -1 +0,0 @@
-one
diff --git a/src/x y.py b/src/x y.py
--- a/src/x y.py\t
+++ b/src/x y.py\t
@@ -1,2 +1,2 @@
 one
-two
+three
"""


def test_a_git_diff_falls_into_its_files() -> None:
    found = split_diff(GIT)
    assert [(file.path, *numbers(file)) for file in found] == [
        ("new.txt", "added", 3, 0),
        ("gone.txt", "deleted", 0, 1),
        ("src/x y.py", "modified", 1, 1),
    ]
    assert "".join(file.patch or "" for file in found) == GIT


@pytest.mark.parametrize("text", ["", "\n", "no diff at all", "--- a/x\n+++ b/x\n"])
def test_what_is_no_git_diff_has_no_files(text: str) -> None:
    assert split_diff(text) == []


def test_a_file_that_git_shows_no_lines_of_still_has_its_name() -> None:
    """Renames, binary files and empty files have neither ``---`` nor ``+++``."""
    text = (
        "diff --git a/old name.txt b/new name.txt\nsimilarity index 100%\nrename from old name.txt\n"
        "rename to new name.txt\n"
        "diff --git a/logo.png b/logo.png\nnew file mode 100644\nindex 0000000..e69de29\n"
        "Binary files /dev/null and b/logo.png differ\n"
        "diff --git a/empty b/empty\ndeleted file mode 100644\nindex e69de29..0000000\n"
    )
    assert [(file.path, *numbers(file)) for file in split_diff(text)] == [
        ("new name.txt", "modified", 0, 0),
        ("logo.png", "added", 0, 0),
        ("empty", "deleted", 0, 0),
    ]


def test_a_line_of_the_file_is_no_head() -> None:
    """A removed line ``-- a/x`` reads ``--- a/x`` in a diff."""
    text = "diff --git a/q.sql b/q.sql\n--- a/q.sql\n+++ b/q.sql\n@@ -1,2 +1,1 @@\n one\n--- /dev/null\n"
    (found,) = split_diff(text)
    assert (found.path, *numbers(found)) == ("q.sql", "modified", 0, 1)


def test_newer_changes_take_the_place_of_older_ones() -> None:
    old, new, other = diff("add", "a\n"), diff("update", HUNK), diff("add", "b\n", path="/p/b")
    assert merge([old, other], [new]) == [new, other]
    assert merge([], []) == []
    assert [file.patch for file in without_patches([old, other])] == [None, None]
    assert [file.additions for file in without_patches([old, other])] == [1, 1]

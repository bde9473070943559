"""Patches of agents as diffs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilot_sidecar.core.begin_patch import files_in_patch

PATCH = """\
*** Begin Patch
*** Update File: b.txt
@@ def greet():
 l2
-l3
+L3
+new
 l4
*** End of File
*** Delete File: /elsewhere/a.txt
*** Add File: sub/c.txt
+c1
+c2
*** Update File: old.py
*** Move to: new.py
@@
-two
+zwei
*** End Patch
"""


def test_each_kind_of_change() -> None:
    updated, deleted, added, moved = files_in_patch(PATCH, "/home/dev/project")
    assert (updated.path, updated.status, updated.additions, updated.deletions) == (
        "/home/dev/project/b.txt", "modified", 2, 1,
    )  # fmt: skip
    assert updated.patch == (
        "--- /home/dev/project/b.txt\n+++ /home/dev/project/b.txt\n"
        "@@ def greet():\n l2\n-l3\n+L3\n+new\n l4\n\\ End of file\n"
    )  # fmt: skip
    assert (deleted.path, deleted.status, deleted.patch) == ("/elsewhere/a.txt", "deleted", None)
    assert (added.path, added.status, added.additions) == ("/home/dev/project/sub/c.txt", "added", 2)
    assert added.patch is not None
    assert added.patch.endswith("@@ -0,0 +1,2 @@\n+c1\n+c2\n")
    assert (moved.path, moved.additions, moved.deletions) == ("/home/dev/project/new.py", 1, 1)
    assert moved.patch is not None
    assert moved.patch.startswith("--- /home/dev/project/old.py\n+++ /home/dev/project/new.py\n@@\n-two\n")


def test_lines_end_where_the_patch_ends_them_and_nowhere_else() -> None:
    (file,) = files_in_patch("*** Begin Patch\r\n*** Add File: a\r\n+one\u2028still one\x0c\r\n*** End Patch", "/p")
    assert file.additions == 1
    assert file.patch is not None
    assert "+one\u2028still one\x0c\n" in file.patch


def test_an_empty_line_is_context_and_a_folder_that_is_none_leaves_paths_alone() -> None:
    (file,) = files_in_patch("*** Begin Patch\n*** Update File: a\n@@\n\n-x\n*** End Patch", "unknown folder")
    assert (file.path, file.deletions) == ("a", 1)
    assert file.patch == "--- a\n+++ a\n@@\n \n-x\n"


@pytest.mark.parametrize(
    "text",
    [
        "", "ls", "*** Begin Patch", "*** Begin Patch\n*** Add File: a\n+x", "*** Begin Patch\nhello\n*** End Patch",
        "*** Begin Patch\n*** Add File: a\nx\n*** End Patch", "*** Begin Patch\n*** Add File: \n+x\n*** End Patch",
        "*** Begin Patch\n*** Update File: a\n@@\n?x\n*** End Patch",
        "*** Begin Patch\n*** Delete File: a\n-x\n*** End Patch",
    ],
)  # fmt: skip
def test_what_is_no_patch_shows_nothing(text: str) -> None:
    assert files_in_patch(text, "/p") == []


@given(st.lists(st.sampled_from([*PATCH.splitlines(), "", "+", "-", " ", "@@", "\x00", "*** Move to: "])), st.text())
def test_never_an_exception(lines: list[str], directory: str) -> None:
    files_in_patch("\n".join(lines), directory)
    files_in_patch("\n".join(["*** Begin Patch", *lines, "*** End Patch"]), directory)

"""What OpenCode's edits make of a file, told by its calls and witnessed by its patches."""

import difflib
import json

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pilot_sidecar.core.asks_model import Ask
from pilot_sidecar.core.file_edits import FileEdit, UnclearError
from pilot_sidecar.core.patching import split_lines
from pilot_sidecar.integrations.opencode.drafts import permission_draft
from pilot_sidecar.integrations.opencode.edits import edits_of
from pilot_sidecar.integrations.opencode.native import PermissionRequest

DIRECTORY = "/home/dev/lab/sandbox"
PATH = f"{DIRECTORY}/hello.txt"
HELD = "*** Begin Patch\n*** Update File: a.py\n@@\n-a\n+b\n*** End Patch"
CODE = "class A:\n    def run(self):\n        first()\n\n        second()\n"


def shown_patch(before: str, after: str, path: str = PATH) -> str:
    """Return a patch as OpenCode shows it: jsdiff's form, and the common indentation gone (its ``trimDiff``)."""
    diff = difflib.unified_diff(split_lines(before), split_lines(after), path, path, n=4)
    lines = [line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in diff]
    text = f"Index: {path}\n{'=' * 67}\n" + "".join(lines)
    parts = text.split("\n")
    content = [line for line in parts if line[:1] in ("+", "-", " ") and not line.startswith(("---", "+++"))]
    indents = [len(line[1:]) - len(line[1:].lstrip()) for line in content if line[1:].strip()]
    cut = min(indents, default=0)
    return "\n".join(line[0] + line[1 + cut :] if line in content else line for line in parts)


def ask_of(metadata: dict[str, object], tool: str = "edit") -> Ask:
    request = PermissionRequest.model_validate(
        {"id": "per_1", "sessionID": "s", "permission": tool, "metadata": metadata, "tool": {"callID": "c"}}
    )
    draft = permission_draft(request, DIRECTORY, {}, ())
    return Ask(
        id="per_1", kind="permission", digest="", agent="opencode", session_id="s", project_id="p",
        directory=DIRECTORY, machine="m", created_at=0, tool=draft.tool, title=draft.title, files=list(draft.files),
        input=dict(draft.input),
    )  # fmt: skip


def edited(before: str, after: str, arguments: dict[str, object], patch: str | None = None) -> str:
    """Return what an edit makes of ``before``, by the patch that OpenCode shows for ``after``."""
    shown = shown_patch(before, after) if patch is None else patch
    [edit] = told(ask_of({"filepath": PATH, "diff": shown}), {"filePath": PATH, **arguments})
    return edit.rewrite(before)


def told(ask: Ask, arguments: dict[str, object]) -> list[FileEdit]:
    edits = edits_of(ask, {**ask.input, **arguments})
    assert edits is not None
    return edits


def test_the_recorded_edit() -> None:
    """As OpenCode 1.18 sent it."""
    patch = (
        "Index: /home/dev/lab/sandbox/hello.txt\n"
        "===================================================================\n"
        "--- /home/dev/lab/sandbox/hello.txt\n+++ /home/dev/lab/sandbox/hello.txt\n"
        "@@ -1,2 +1,2 @@\n hello\n-world\n+pilot\n"
    )
    arguments: dict[str, object] = {"filePath": PATH, "oldString": "world", "newString": "pilot"}
    for known in (arguments, {}):
        assert edited("hello\nworld\n", "", known, patch) == "hello\npilot\n"


def test_the_indentation_that_the_patch_lost_is_back() -> None:
    after = CODE.replace("        first()\n", "        first()\n        \n        zeroth()\n")
    assert "\n zeroth" not in shown_patch(CODE, after)
    arguments = {"oldString": "first()\n", "newString": "first()\n        \n        zeroth()\n"}
    assert edited(CODE, after, dict(arguments)) == after
    inner = "        first()\n\n        second()\n"
    with pytest.raises(UnclearError, match="indentation"):
        edited(inner, inner.replace("second", "third"), {"filePath": "/elsewhere"})


def test_a_patch_with_all_its_indentation_is_enough() -> None:
    after = CODE.replace("class A", "class B")
    assert edited(CODE, after, {"filePath": "/elsewhere"}) == after


def test_a_loose_match_is_not_imitated() -> None:
    """OpenCode also replaces what only resembles the old text; the patch says what, if it is whole."""
    arguments: dict[str, object] = {"oldString": "def run( self ):", "newString": "def go(self):"}
    after = CODE.replace("run", "go")
    assert edited(CODE, after, arguments) == after
    with pytest.raises(UnclearError, match="no longer fits"):
        edited("  x\n  y\n", "  x\n  z\n", {"oldString": "y ", "newString": "z"})


def test_a_file_that_changed_since_is_noticed() -> None:
    patch = shown_patch(CODE, CODE.replace("second", "third"))
    with pytest.raises(UnclearError, match="no longer fits"):
        edited(f"import x\n{CODE}", "", {"oldString": "second", "newString": "third"}, patch)
    patch = shown_patch("a\nb\n", "a\nc\n")
    with pytest.raises(UnclearError, match="no longer fits"):
        edited("a\nd\n", "", {"content": "a\nc\n"}, patch)


def test_carriage_returns_stay() -> None:
    before = "a\r\nb\r\nc\r\n"
    patch = shown_patch("a\nb\nc\n", "a\nx\ny\nc\n")  # an edit's patch has none
    arguments: dict[str, object] = {"oldString": "b\n", "newString": "x\ny\n"}
    assert edited(before, "", arguments, patch) == "a\r\nx\r\ny\r\nc\r\n"


TEXT = st.lists(st.sampled_from(["  a", "    b", "\tc", "", "   ", "d", "-- e", "++ f"])).map(
    lambda lines: "".join(f"{line}\n" for line in lines)
)


@given(TEXT, TEXT)
def test_what_is_written_is_what_is_shown(before: str, after: str) -> None:
    assume(before != after)
    assert edited(before, after, {"content": after}) == after


@given(TEXT, TEXT)
def test_without_the_call_it_is_the_same_or_nothing(before: str, after: str) -> None:
    assume(before != after)
    try:
        assert edited(before, after, {"filePath": "/elsewhere"}) == after
    except UnclearError:
        return


@given(st.lists(TEXT, min_size=2, max_size=4), TEXT, TEXT)
def test_every_replacement_is_exact(parts: list[str], old: str, new: str) -> None:
    assume(old and old != new)
    before = old.join(parts)
    every = before.count(old) > 1
    after = before.replace(old, new)
    assert edited(before, after, {"oldString": old, "newString": new, "replaceAll": every}) == after


def test_a_patch_of_several_files() -> None:
    """As ``apply_patch`` asks: one permission for all, each file with its patch."""
    text = (
        "*** Begin Patch\n*** Update File: a.py\n@@ class A:\n     def run(self):\n-        first()\n"
        "+        other()\n*** Add File: new.py\n+    x\n*** Delete File: gone.py\n"
        "*** Update File: old.py\n*** Move to: moved.py\n@@\n-one\n+1\n*** End Patch"
    )
    after = CODE.replace("first", "other")
    files: list[dict[str, object]] = [
        {"filePath": f"{DIRECTORY}/{name}", "type": kind, "patch": shown_patch(old, new, f"{DIRECTORY}/{name}")} | more
        for name, kind, old, new, more in (
            ("a.py", "update", CODE, after, {}),
            ("new.py", "add", "", "    x\n", {}),
            ("gone.py", "delete", "bye\n", "", {}),
            ("old.py", "move", "one\n", "1\n", {"movePath": f"{DIRECTORY}/moved.py"}),
        )
    ]
    ask = ask_of({"filepath": "a.py, new.py, gone.py, old.py", "diff": "...", "files": files})
    updated, added, deleted, moved = told(ask, {"patchText": text})
    assert updated.rewrite(CODE) == after
    assert (added.status, added.rewrite("")) == ("added", "    x\n")
    assert (deleted.status, deleted.source) == ("deleted", f"{DIRECTORY}/gone.py")
    assert (moved.path, moved.source) == (f"{DIRECTORY}/moved.py", f"{DIRECTORY}/old.py")
    assert moved.rewrite("one\n") == "1\n"


@pytest.mark.parametrize(
    ("tool", "arguments", "before", "after"),
    [
        ("edit", {"filePath": "a.py", "oldString": "b", "newString": "c"}, "a\nb\n", "a\nc\n"),
        ("edit", {"filePath": f"{DIRECTORY}/a.py", "oldString": "", "newString": "new\n"}, "", "new\n"),
        ("write", {"filePath": "sub/../a.py", "content": "\ufeffnew\n"}, "old\n", "new\n"),
        ("apply_patch", {"patchText": HELD}, "a\n", "b\n"),
    ],
)  # fmt: skip
def test_a_held_call_is_told_by_its_arguments(tool: str, arguments: dict[str, str], before: str, after: str) -> None:
    """``opencode run`` asks before there is a patch."""
    ask = ask_of({}, tool).model_copy(update={"input": json.loads(json.dumps(arguments))})
    [edit] = told(ask, {})
    assert (edit.path, edit.rewrite(before)) == (f"{DIRECTORY}/a.py", after)


def test_a_held_call_that_is_not_clear_says_so() -> None:
    for text in ("none", "b\nb\n"):
        with pytest.raises(UnclearError, match="exactly once"):
            told(ask_of({}, "edit"), {"filePath": "a", "oldString": "b", "newString": "c"})[0].rewrite(text)
    with pytest.raises(UnclearError):
        told(ask_of({}), {"filePath": "a", "oldString": "b", "newString": "$&", "replaceAll": True})[0].rewrite("b")


def test_what_changes_no_file() -> None:
    assert edits_of(ask_of({"command": "ls"}, "bash"), {"command": "ls"}) is None
    assert edits_of(ask_of({}, "edit"), {"filePath": 3, "content": []}) == []

"""What a real OpenCode would make of files, told while it asks: exactly what it then does."""

import json

import pytest

from agents.harness.hub import Client, Json
from agents.harness.opencode import Serve

CODE = "class A:\n    def run(self):\n        first()\n\n        second()\n\n\nclass B:\n    pass\n"
HEAD, TAIL = "".join(f"line {n}\n" for n in range(9)), "".join(f"    tail {n}\n" for n in range(9))
PATCH = """*** Begin Patch
*** Update File: code.py
@@ class A:
     def run(self):
-        first()
+        other()
+
+            deeper()
*** Add File: fresh.py
+    indented only
*** Delete File: gone.py
*** Update File: old.py
*** Move to: sub/moved.py
@@
-one
+1
*** End Patch"""


async def asked(serve: Serve, client: Client, tool: str, arguments: Json, model: str = "fake/fake-1") -> Json:
    """Have the model make a call, and return the ask that comes of it."""
    await client.connected()
    session = serve.session()
    await client.event("pilot.session.started", lambda event: event["sessionId"] == session)
    status, body = await client.call("PUT", f"/api/sessions/{session}/approval", {"topics": ["edits"]})
    assert status == 200, body
    prompt = {"text": f"call {tool} {json.dumps(arguments)}", "model": model}
    status, body = await client.call("POST", f"/api/sessions/{session}/prompt", prompt)
    assert status == 202, body
    return await client.waiting(session)


async def shown(client: Client, ask: Json) -> list[Json]:
    files: list[Json] = (await client.get(f"/api/asks/{ask['id']}/files"))["files"]
    return files


async def allowed(client: Client, ask: Json) -> None:
    await client.allow(ask)
    await client.idle(ask["sessionId"])


@pytest.mark.parametrize(
    ("before", "old", "new", "every"),
    [
        ("hello\nworld\n", "world", "pilot", False),
        (CODE, "first()\n", "first()\n        \n\n            zeroth()\n", False),
        (HEAD + TAIL, "    tail 4\n", "    tail 4\n    \n\ttab\n", False),
        (TAIL, "tail", "new tail", True),
        (CODE.replace("\n", "\r\n"), "first()\n\n", "zeroth()\n", False),
        ("no end", "no", "an", False),
        ("\ufeffmarked\n", "marked", "still marked", False),
    ],
    ids=["plain", "deep", "no line without indentation", "every", "crlf", "no newline", "byte order mark"],
)
async def test_an_edit(serve: Serve, client: Client, before: str, old: str, new: str, every: bool) -> None:
    path = serve.project / "edited.txt"
    path.write_bytes(before.encode())
    arguments = {"filePath": str(path), "oldString": old, "newString": new, "replaceAll": every}
    ask = await asked(serve, client, "edit", arguments)
    [file] = await shown(client, ask)
    assert (file["path"], file["status"], file["base"]) == (str(path), "modified", before.removeprefix("\ufeff"))
    await allowed(client, ask)
    after = path.read_bytes().decode()
    assert after != before
    assert file["proposed"] == after.removeprefix("\ufeff")
    assert await shown(client, ask) == [file], "the same once it is done"


@pytest.mark.parametrize("before", [None, "", "    old\n    lines\n"], ids=["new", "empty", "over another"])
async def test_a_file_that_is_written(serve: Serve, client: Client, before: str | None) -> None:
    path = serve.project / "written.txt"
    path.unlink(missing_ok=True)
    if before is not None:
        path.write_text(before)
    ask = await asked(serve, client, "write", {"filePath": str(path), "content": "    indented\n\n      deeper"})
    [file] = await shown(client, ask)
    assert (file["status"], file.get("base")) == ("added" if before is None else "modified", before)
    await allowed(client, ask)
    assert file["proposed"] == path.read_text()


async def test_an_edit_of_what_only_resembles_the_text(serve: Serve, client: Client) -> None:
    """OpenCode forgives wrong indentation; what it makes of that is shown, or said to be unclear, but never guessed."""
    path = serve.project / "loose.py"
    path.write_text(CODE)
    arguments = {"filePath": str(path), "oldString": "def run(self):\nfirst()", "newString": "    def run(self):\n"}
    ask = await asked(serve, client, "edit", arguments)
    [file] = await shown(client, ask)
    await allowed(client, ask)
    assert path.read_text() != CODE
    assert file.get("proposed", path.read_text()) == path.read_text()
    assert ("proposed" in file) != ("problem" in file)


async def test_a_patch_of_several_files(serve: Serve, client: Client) -> None:
    project = serve.project
    before = {"code.py": CODE, "gone.py": "bye\n", "old.py": "one\n"}
    for name, text in before.items():
        (project / name).write_text(text)
    ask = await asked(serve, client, "apply_patch", {"patchText": PATCH}, "fake/gpt-5-fake")
    changed, fresh, gone, moved = await shown(client, ask)
    await allowed(client, ask)
    assert (changed["base"], changed["proposed"]) == (CODE, (project / "code.py").read_text())
    assert (fresh["status"], fresh["proposed"]) == ("added", (project / "fresh.py").read_text())
    assert gone == {"path": str(project / "gone.py"), "status": "deleted", "base": "bye\n"}
    assert (moved["path"], moved["base"]) == (str(project / "sub/moved.py"), "one\n")
    assert moved["proposed"] == (project / "sub/moved.py").read_text()

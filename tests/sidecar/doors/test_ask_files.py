"""What an ask would change, through both doors of a real hub."""

import asyncio
from pathlib import Path

import pytest

from fakes.hub_process import HubProcess
from sidecar.doors.clients import CallError, open_door

PATCH = """*** Begin Patch
*** Update File: a.py
@@ class B:
     def run(self):
-        pass
+        return 1
*** Add File: b.py
+new
*** Delete File: c.py
*** Update File: ../outside.py
@@
-x
+y
*** End Patch
"""
CODE = "class A:\n    def run(self):\n        pass\n\nclass B:\n    def run(self):\n        pass\n"


@pytest.mark.parametrize("kind", ["http", "rpc"])
async def test_a_patch_is_shown_as_whole_files(hub: HubProcess, kind: str, tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "a.py").write_text(CODE)
    (project / "c.py").write_text("")
    (tmp_path / "outside.py").write_text("x\n")
    body = {
        "session_id": f"files-{kind}", "hook_event_name": "PermissionRequest", "cwd": str(project),
        "tool_name": "apply_patch", "tool_input": {"command": PATCH},
    }  # fmt: skip
    async with open_door(kind, hub) as door:
        blocked = asyncio.get_running_loop().create_task(hub.hook("PermissionRequest", body))
        async with asyncio.timeout(5):
            while not (asks := (await door.call("asks.list"))["asks"]):
                await asyncio.sleep(0.01)
        changed, added, deleted, outside = (await door.call("asks.files", id=asks[0]["id"]))["files"]
        await door.call("asks.decide", id=asks[0]["id"], kind="deny")
        await asyncio.wait_for(blocked, 5)
    after = CODE[: -len("pass\n")] + "return 1\n"
    assert changed == {"path": str(project / "a.py"), "status": "modified", "base": CODE, "proposed": after}
    assert added == {"path": str(project / "b.py"), "status": "added", "proposed": "new\n"}
    assert deleted == {"path": str(project / "c.py"), "status": "deleted", "base": ""}
    assert (outside["path"], sorted(outside)) == (str(tmp_path / "outside.py"), ["path", "problem", "status"])


@pytest.mark.parametrize("kind", ["http", "rpc"])
async def test_an_ask_that_is_not_there(hub: HubProcess, kind: str) -> None:
    async with open_door(kind, hub) as door:
        with pytest.raises(CallError) as caught:
            await door.call("asks.files", id="nope")
    assert caught.value.code == "not_found"

"""An edit that waits, in VS Code's own diff editor: exactly what would be written, and the answer in its title."""

import json
from pathlib import Path

from playwright.async_api import expect

from agents.harness.hub import Client, Json
from agents.harness.opencode import Sandbox, Serve
from browser.harness.steps import begin
from vscode.harness.window import Window

BEFORE = "# Project\n\nA project.\n\n    indented\n"
AFTER = "# Project\n\nA project worth reading.\n\n    indented\n"
PATCH = """*** Begin Patch
*** Update File: README.md
@@
-A project.
+A project worth reading.
*** Add File: fresh.md
+Brand new.
*** End Patch"""


async def wanted(serve: Serve, client: Client, tool: str, arguments: Json, model: str = "fake/fake-1") -> Json:
    """Have OpenCode ask whether it may edit."""
    session = await begin(serve, client)
    prompt = {"text": f"call {tool} {json.dumps(arguments)}", "model": model}
    status, body = await client.call("POST", f"/api/sessions/{session}/prompt", prompt)
    assert status == 202, body
    return await client.waiting(session)


def readme(sandbox: Sandbox) -> Path:
    path = sandbox.project / "README.md"
    path.write_text(BEFORE)
    return path


def editing(path: Path) -> Json:
    return {"filePath": str(path), "oldString": "A project.", "newString": "A project worth reading."}


async def test_the_diff_is_exact_and_approving_it_writes_the_file(
    window: Window, serve: Serve, client: Client, sandbox: Sandbox
) -> None:
    path = readme(sandbox)
    ask = await wanted(serve, client, "edit", editing(path))
    await window.says_waiting(1)
    await window.show_sidebar()
    await window.tree("Waiting").press("README.md", "Show Diff")
    await expect(window.diff.tab).to_contain_text("OpenCode wants to edit README.md")
    assert await window.diff.left() == BEFORE
    assert await window.diff.right() == AFTER
    assert path.read_text() == BEFORE
    await window.diff.press("Approve These Changes")
    await client.idle(ask["sessionId"])
    assert path.read_text() == AFTER
    await expect(window.diff.tab.filter(has_text="wants to edit")).to_have_count(0)


async def test_denied_in_the_title_writes_nothing(
    window: Window, serve: Serve, client: Client, sandbox: Sandbox
) -> None:
    path = readme(sandbox)
    ask = await wanted(serve, client, "edit", editing(path))
    await window.says_waiting(1)
    await window.run("Pilot: Show Diff")
    await expect(window.diff.tab).to_contain_text("OpenCode wants to edit README.md")
    await window.diff.press("Deny These Changes")
    await client.idle(ask["sessionId"])
    assert path.read_text() == BEFORE


async def test_answered_elsewhere_closes_the_diff(
    window: Window, serve: Serve, client: Client, sandbox: Sandbox
) -> None:
    ask = await wanted(serve, client, "edit", editing(readme(sandbox)))
    await window.says_waiting(1)
    await window.run("Pilot: Show Diff")
    await expect(window.diff.button("Approve These Changes")).to_be_visible()
    await client.decide(ask, "deny")
    await expect(window.diff.tab.filter(has_text="wants to edit")).to_have_count(0)
    await expect(window.page.locator(".statusbar-item").filter(has_text="Denied")).to_be_visible()
    await client.idle(ask["sessionId"])


async def test_several_files_at_once(window: Window, serve: Serve, client: Client, sandbox: Sandbox) -> None:
    path = readme(sandbox)
    ask = await wanted(serve, client, "apply_patch", {"patchText": PATCH}, "fake/gpt-5-fake")
    await window.says_waiting(1)
    await window.run("Pilot: Show Diff")
    await expect(window.diff.tab).to_contain_text("OpenCode wants to edit (2 files)")
    for name in ("README.md", "fresh.md"):
        await expect(window.diff.files.filter(has_text=name)).to_be_visible()
    await expect(window.diff.files.filter(has_text="fresh.md")).to_contain_text("Brand")
    await window.diff.press("Approve These Changes")
    await client.idle(ask["sessionId"])
    assert path.read_text() == AFTER
    assert (sandbox.project / "fresh.md").read_text() == "Brand new.\n"
    (sandbox.project / "fresh.md").unlink()

"""Pictures of every surface in every kind of theme, for looking at: ``make vscode-pictures``. Not part of the tests."""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from playwright.async_api import expect

from agents.harness.hub import Client
from agents.harness.opencode import Sandbox, Serve
from browser.harness.steps import begin
from vscode.harness.install import REPO
from vscode.harness.server import CodeServer
from vscode.harness.window import Window

PICTURES = REPO / "test-results" / "vscode-pictures"
THEMES = {
    "dark": "Default Dark Modern",
    "light": "Default Light Modern",
    "contrast": "Default High Contrast",
    "contrast-light": "Default High Contrast Light",
}
LOOKS = {"dark": "vs-dark", "light": "vs", "contrast": "hc-black", "contrast-light": "hc-light"}
PATCH = """*** Begin Patch
*** Update File: README.md
@@
-A project.
+A project worth reading.
*** Add File: fresh.md
+Brand new.
*** End Patch"""
pytestmark = pytest.mark.timeout(300)
Take = Callable[[str], Awaitable[None]]


@pytest.mark.parametrize("theme", THEMES)
async def test_pictures(
    theme: str, window: Window, server: CodeServer, serve: Serve, client: Client, sandbox: Sandbox
) -> None:
    server.set(workbench__colorTheme=THEMES[theme])
    await expect(window.page.locator(f".monaco-workbench.{LOOKS[theme]}")).to_be_visible()
    PICTURES.mkdir(parents=True, exist_ok=True)

    async def take(name: str) -> None:
        await window.page.wait_for_timeout(400)  # a picture has no event to wait for: fades and fonts
        await window.page.screenshot(path=PICTURES / f"{name}-{theme}.png")

    await quiet(window, serve, client, take)
    await a_command(window, serve, client, take)
    await edits(window, serve, client, sandbox, take)
    await window.run("Pilot: Get Started")
    await take("walkthrough")


async def quiet(window: Window, serve: Serve, client: Client, take: Take) -> None:
    session = await begin(serve, client)
    serve.prompt(session, "speak please")
    await client.idle(session)
    await window.show_sidebar()
    await window.dashboard("view")
    await take("sidebar-quiet")


async def a_command(window: Window, serve: Serve, client: Client, take: Take) -> None:
    await window.show_explorer()
    session = await begin(serve, client)
    serve.prompt(session, "clean please")
    await client.waiting(session)
    await window.says_waiting(1)
    await expect(window.notifications.about("rm -rf").box).to_be_visible()
    await take("notification")
    await window.status.hover()
    await take("status-bar")
    await window.status.click()
    await expect(window.quick.row("rm -rf")).to_be_visible()
    await take("list")
    await window.quick.pick("rm -rf")
    await expect(window.quick.row("Approve once")).to_be_visible()
    await take("review")
    await window.quick.cancel()
    await window.run("Notifications: Clear All Notifications")
    await window.show_sidebar()
    await window.tree("Waiting").row("rm -rf").hover()
    await take("sidebar-waiting")
    await window.run("Pilot: Open Dashboard")
    page = await window.dashboard("panel")
    await page.open(session)
    await expect(page.permission).to_be_visible()
    await take("panel")
    await client.decide(await client.waiting(session), "deny")
    await client.idle(session)


async def edits(window: Window, serve: Serve, client: Client, sandbox: Sandbox, take: Take) -> None:
    await window.run("View: Close All Editors")
    session = await begin(serve, client)
    readme = Path(sandbox.project / "README.md")
    readme.write_text("# Project\n\nA project.\n")
    edit = {"filePath": str(readme), "oldString": "A project.", "newString": "A project worth reading."}
    await _prompt(client, session, f"call edit {json.dumps(edit)}", "fake/fake-1")
    await window.says_waiting(1)
    await window.run("Pilot: Show Diff")
    await expect(window.diff.button("Approve These Changes")).to_be_visible()
    await window.diff.right()
    await take("diff")
    await client.decide(await client.waiting(session), "deny")
    await client.idle(session)
    await _prompt(client, session, f"call apply_patch {json.dumps({'patchText': PATCH})}", "fake/gpt-5-fake")
    await window.says_waiting(1)
    await window.run("Pilot: Show Diff")
    await expect(window.diff.files.filter(has_text="fresh.md")).to_be_visible()
    await take("diff-files")
    await client.decide(await client.waiting(session), "deny")
    await client.idle(session)


async def _prompt(client: Client, session: str, text: str, model: str) -> None:
    status, body = await client.call("POST", f"/api/sessions/{session}/prompt", {"text": text, "model": model})
    assert status == 202, body

"""The hub that VS Code starts: killed, it comes back; stopped on purpose, it stays away until somebody starts it."""

from playwright.async_api import expect

from vscode.harness.found_hub import FoundHub
from vscode.harness.window import Window


async def test_a_killed_hub_comes_back_by_itself(window: Window, hub: FoundHub) -> None:
    before = hub.pid
    hub.kill()
    await hub.here(other_than=before)
    await expect(window.page.locator(".monaco-workbench")).to_be_visible()

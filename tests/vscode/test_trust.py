"""A folder that is not trusted: Pilot shows and answers, but runs nothing that the folder says."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from vscode.harness.hook import HookAsk
from vscode.harness.user import COMMAND, User
from vscode.harness.window import Window
from vscode.harness.windows import Windows

pytestmark = pytest.mark.timeout(180)
EVIL = "#!/bin/sh\necho ran >> {marker}\necho pilot 3 9 1 1 /evil\n"


@pytest.fixture
def wary(tmp_path: Path) -> Iterator[User]:
    """Somebody with Workspace Trust on, and no Python but the one that a strange folder brings."""
    (tmp_path / "programs").mkdir()
    user = User(tmp_path, trust=True, PATH=str(tmp_path / "programs"))
    evil = user.folder / "python"
    evil.write_text(EVIL.format(marker=tmp_path / "marker"))
    evil.chmod(0o755)
    (user.folder / ".vscode").mkdir()
    (user.folder / ".vscode" / "settings.json").write_text(
        json.dumps({"pilot.python": str(evil), "pilot.sidecar.command": [str(evil)]})
    )
    yield user
    user.stop()


async def trust(window: Window) -> None:
    await window.run("Workspaces: Manage Workspace Trust")
    await window.page.get_by_role("button", name="Trust", exact=True).click()


async def test_it_runs_nothing_that_the_folder_names(wary: User, windows: Windows, tmp_path: Path) -> None:
    wary.start()
    window = await windows.open(wary.server, wary.folder)
    await expect(window.page.locator(".statusbar-item", has_text="Restricted Mode")).to_be_visible()
    await expect(window.notifications.about("Pilot needs Python 3.11 or newer: none was found.").box).to_be_visible()
    assert not (tmp_path / "marker").exists()
    await trust(window)
    await expect(window.notifications.about("is 3.9.1").box).to_be_visible()
    assert (tmp_path / "marker").exists(), "trusted, the folder's Python is asked: so the restriction was what held it"
    await windows.close(window)


async def test_it_shows_and_answers_and_starts_no_session(wary: User, windows: Windows) -> None:
    wary.start(pilot__sidecar__command=COMMAND)
    window = await windows.open(wary.server, wary.folder)
    await expect(window.page.locator(".statusbar-item", has_text="Restricted Mode")).to_be_visible()
    await window.says_waiting(0)
    assert not await window.quick.offers("Pilot: New Session…")
    agent = HookAsk(wary.hub, wary.folder, "make near", [])
    try:
        await window.says_waiting(1)
        await window.status.click()
        await window.quick.press("make near", "Approve once")
        assert (await asyncio.to_thread(agent.decision))["behavior"] == "allow"
    finally:
        agent.stop()
    await trust(window)
    await expect(window.page.locator(".statusbar-item", has_text="Restricted Mode")).to_have_count(0)
    await windows.close(window)

"""The server on another machine: nothing of Pilot's needs a port that the browser can reach."""

import asyncio
import urllib.error
import urllib.request

import pytest
from playwright.async_api import expect

from vscode.harness.hook import HookAsk
from vscode.harness.remote import ELSEWHERE, forward, inside, possible
from vscode.harness.user import COMMAND, User
from vscode.harness.windows import Windows


@pytest.fixture
def far(user: User) -> User:
    """Somebody whose VS Code server is there."""
    if not possible():
        pytest.skip("this machine lets nobody make a network: unshare --map-root-user --net")
    user.server.set(pilot__sidecar__command=COMMAND)
    user.server.install()
    return user


async def test_it_works_where_the_browser_reaches_no_port_of_the_hub(far: User, windows: Windows) -> None:
    async with forward(far.server.start_elsewhere(ELSEWHERE)) as url:
        far.server.url = url
        window = await windows.open(far.server, far.folder)
        await far.hub.here()
        with pytest.raises(urllib.error.URLError, match="refused"):
            await asyncio.to_thread(urllib.request.urlopen, f"{far.hub.file['url']}/health", timeout=5)
        await window.says_waiting(0)
        agent = HookAsk(far.hub, far.folder, "make far", inside(far.hub.pid))
        try:
            await window.says_waiting(1)
            await window.show_sidebar()
            page = await window.dashboard("view")
            await page.frame.get_by_role("region", name="Needs you").locator(".row").click()
            await expect(page.permission).to_contain_text("make far")
            await page.button("Allow once").click()
            assert (await asyncio.to_thread(agent.decision))["behavior"] == "allow"
            await window.says_waiting(0)
        finally:
            agent.stop()
        await windows.close(window)

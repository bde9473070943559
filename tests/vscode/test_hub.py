"""The hub that VS Code starts: killed, it comes back; stopped on purpose, it stays away until somebody starts it."""

from agents.harness.hub import Client
from agents.harness.opencode import Sandbox, Serve
from browser.harness.steps import begin, gone, refill
from vscode.harness.absence import never
from vscode.harness.found_hub import FoundHub
from vscode.harness.server import CodeServer
from vscode.harness.window import Window
from vscode.harness.windows import Windows


async def test_a_killed_hub_comes_back_with_the_asks_that_wait(
    window: Window, hub: FoundHub, serve: Serve, client: Client
) -> None:
    session = await begin(serve, client)
    keep = refill(serve)
    serve.prompt(session, "clean please")
    await window.says_waiting(1)
    before = hub.pid
    hub.kill()
    await hub.here(other_than=before)
    async with hub.client() as again:
        await again.waiting(session)
        await window.says_waiting(1)
        await window.run("Pilot: Approve Next")
        await window.quick.pick("Approve once")
        await gone(keep)
        await window.says_waiting(0)


async def test_stopped_on_purpose_it_stays_away_in_every_window_until_it_is_started(
    window: Window, server: CodeServer, sandbox: Sandbox, hub: FoundHub, windows: Windows
) -> None:
    other = await windows.open(server, sandbox.project)
    await other.says_waiting(0)
    await window.run("Pilot: Stop")
    await window.dialog.get_by_role("button", name="Stop", exact=True).click()
    for each in (window, other):
        await each.says("stopped")

    await never("a hub", lambda: hub.alive)
    await other.run("Pilot: Start")
    await hub.here()
    for each in (window, other):
        await each.says_waiting(0)
    await windows.close(other)

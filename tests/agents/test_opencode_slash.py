"""`/pilot-token` in OpenCode's own terminal: it asks, a person confirms in Pilot, the terminal says what came of it."""

from collections.abc import Iterator

import pytest

from agents.harness.hub import Client, Hub, Json
from agents.harness.opencode import Sandbox, Tui
from agents.harness.waiting import until, wait_until

pytestmark = pytest.mark.usefixtures("tmux")


@pytest.fixture(scope="module")
def tui(sandbox: Sandbox, hub: Hub) -> Iterator[Tui]:
    tui = Tui(sandbox)
    tui.shows("Remote control plugin loaded", 60)
    tui.shows("Ask anything")
    yield tui
    tui.stop()


async def test_refused_nothing_changes(tui: Tui, hub: Hub, client: Client) -> None:
    token = hub.file["token"]
    asked = await ask(tui, client)
    assert (asked["kind"], asked["name"], asked["reach"]) == ("token_rotation", "OpenCode", "local")
    assert (await client.call("POST", f"/api/confirmations/{asked['id']}", {"allow": False}))[0] == 200
    tui.shows("Refused in Pilot.")
    assert hub.file["token"] == token


async def test_confirmed_the_token_is_new_and_shown_nowhere(tui: Tui, hub: Hub, client: Client) -> None:
    await client.connected()
    old = hub.file["token"]
    asked = await ask(tui, client)
    await client.call("POST", f"/api/confirmations/{asked['id']}", {"allow": True})
    new = wait_until("a new token", lambda: hub.file["token"] != old and hub.file["token"])
    screen = tui.shows("Confirmed: Pilot has a new token.")
    assert old not in screen
    assert new not in screen
    assert new not in hub.log()
    async with hub.client() as again:
        await again.connected()


async def ask(tui: Tui, client: Client) -> Json:
    """Type the command, and return what waits for a person then."""
    tui.keys("C-u")
    tui.type("/pilot-token")
    tui.shows("Asked. Confirm it in Pilot.")

    async def look() -> Json | None:
        return next(iter((await client.get("/api/confirmations"))["confirmations"]), None)

    return await until("a confirmation", look)

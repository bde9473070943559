"""Commands in OpenCode's own terminal: `/remote` and `/pilot` show, `/pilot-token` asks and a person confirms."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from agents.harness.hub import Client, Hub, Json
from agents.harness.opencode import Sandbox
from agents.harness.terminal import Terminal
from agents.harness.waiting import until, wait_until
from pilot_sidecar.core.projects import project_id

pytestmark = pytest.mark.usefixtures("tmux")
STAND_IN = '#!/bin/sh\nprintf "%s\\n" "$1" >> "{told}"\n'
LIGHT = {"█": (1, 1), "▀": (1, 0), "▄": (0, 1), " ": (0, 0)}


@pytest.fixture(scope="module")
def told(sandbox: Sandbox) -> Path:
    """What the user's browser was asked to open, one address a line."""
    told = sandbox.root / "told"
    browser = sandbox.root / "bin" / "xdg-open"
    browser.write_text(STAND_IN.format(told=told))
    browser.chmod(0o755)
    return told


@pytest.fixture(scope="module")
def hub(sandbox: Sandbox, told: Path) -> Iterator[Hub]:
    """A hub of somebody who sits at this machine, and lets phones come from the network."""
    assert not told.exists()
    hub = Hub(sandbox.pilot_home, {**sandbox.environ, "DISPLAY": ":99", "PILOT_HOST": "0.0.0.0"})
    hub.start()
    yield hub
    hub.stop()
    assert hub.complaints() == []


@pytest.fixture(scope="module")
def tui(sandbox: Sandbox, hub: Hub) -> Iterator[Terminal]:
    """That person's terminal; one without a screen beside it is in ``test_opencode_terminal.py``."""
    tui = Terminal([str(sandbox.program)], sandbox.project, {**sandbox.environ, "DISPLAY": ":99"})
    try:
        screen = tui.shows("Remote control plugin loaded", 60)
        assert hub.pid
        assert "not running" not in screen
        tui.shows("Ask anything")
        yield tui
    finally:
        tui.stop()


async def test_refused_nothing_changes(tui: Terminal, hub: Hub, client: Client) -> None:
    token = hub.file["token"]
    asked = await ask(tui, client)
    assert (asked["kind"], asked["name"], asked["reach"]) == ("token_rotation", "OpenCode", "local")
    assert (await client.call("POST", f"/api/confirmations/{asked['id']}", {"allow": False}))[0] == 200
    tui.shows("Refused in Pilot.")
    assert hub.file["token"] == token


async def test_confirmed_the_token_is_new_and_shown_nowhere(tui: Terminal, hub: Hub, client: Client) -> None:
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


async def test_pilot_shows_where_it_is_and_a_code_that_a_phone_can_read(
    tui: Terminal, hub: Hub, client: Client
) -> None:
    await client.connected()
    command(tui, "/pilot")
    screen = tui.shows("Phone:")
    assert f"Dashboard:  {hub.file['url']}" in screen
    assert "Nothing waits for you. No devices are paired." in screen
    address = re.search(r"Phone: {2}(\S+)", screen)
    assert address is not None
    assert "127.0.0.1" not in address.group(1)
    assert read_blocks(screen) == address.group(1), "no way in is in it: the code is typed"
    close(tui, "Phone:")


async def test_remote_opens_the_users_browser_on_the_folder_then_on_the_session(
    tui: Terminal, sandbox: Sandbox, hub: Hub, told: Path, client: Client
) -> None:
    await client.connected()
    command(tui, "/remote")
    screen = tui.shows("Opened in your browser.")
    assert "`pilot open` lets a browser in" in screen, "no browser is paired yet"
    [folder] = wait_until("an address", lambda: told.exists() and told.read_text().split())
    assert folder == f"{hub.file['url']}/#project={project_id(str(sandbox.project))}"
    command(tui, "clean please")
    found = await client.next_ask()
    await client.allow(found)
    await client.idle(found["sessionId"])
    command(tui, "/remote")
    addresses = wait_until("another one", lambda: (seen := told.read_text().split())[1:] and seen)
    assert addresses[1:] == [f"{hub.file['url']}/#session={found['sessionId']}"]
    assert "xdg-open" not in tui.screen(), "nothing is painted over the terminal"


def command(tui: Terminal, text: str) -> None:
    """Type a command where a prompt is written."""
    tui.keys("C-u")
    tui.type(text)


def close(tui: Terminal, text: str) -> None:
    """Close the dialog that shows a text."""
    tui.keys("Escape")
    tui.hides(text)


def read_blocks(screen: str) -> str:
    """Return what the QR code on a screen says, read as a phone's camera reads it."""
    lines = re.findall(r"█[█▀▄ ]{20,}█", screen)
    rows = [[LIGHT[block][half] for block in line] for line in lines for half in (0, 1)]
    picture = Image.new("L", (len(rows[0]), len(rows)))
    picture.putdata([255 * light for row in rows for light in row])
    [found] = zxingcpp.read_barcodes(picture.resize((len(rows[0]) * 8, len(rows) * 8), Image.Resampling.NEAREST))
    return str(found.text)


async def ask(tui: Terminal, client: Client) -> Json:
    """Type the command, and return what waits for a person then."""
    command(tui, "/pilot-token")
    tui.shows("Asked. Confirm it in Pilot.")

    async def look() -> Json | None:
        return next(iter((await client.get("/api/confirmations"))["confirmations"]), None)

    return await until("a confirmation", look)

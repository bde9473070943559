"""A person at OpenCode's own terminal and somebody at the dashboard, at the same time."""

from collections.abc import Iterator

import pytest

from agents.harness.hub import Client, Hub
from agents.harness.opencode import Sandbox, Tui

pytestmark = pytest.mark.usefixtures("tmux")
READY = "Ask anything"


@pytest.fixture(scope="module")
def tui(sandbox: Sandbox, hub: Hub) -> Iterator[Tui]:
    tui = Tui(sandbox)
    tui.shows("Remote control plugin loaded", 60)
    tui.shows(READY)
    yield tui
    tui.stop()


async def test_a_plain_terminal_appears_and_its_ask_is_approved_remotely(tui: Tui, client: Client) -> None:
    await client.connected()
    tui.type("clean please")
    ask = await client.next_ask()
    assert ask["terminal"] == "race"
    tui.shows("Permission required")
    await client.allow(ask)
    tui.hides("Permission required")
    await client.idle(ask["sessionId"])
    tui.shows("Done. The tool said")
    session = await client.session(ask["sessionId"])
    assert session["process"] == {"pid": tui.pid, "mode": "tui"}


async def test_answered_in_the_terminal_first(tui: Tui, client: Client) -> None:
    await client.connected()
    tui.type("clean please")
    ask = await client.next_ask()
    tui.shows("Permission required")
    tui.keys("Enter")  # “Allow once” is chosen already
    ended = await client.resolved(ask["id"])
    assert (ended["resolution"]["by"]["kind"], ended["resolution"]["choice"]) == ("terminal", "allow_once")
    status, body = await client.decide(ask, "deny")
    assert (status, body["error"]["code"]) == (409, "already_answered")
    assert "in the terminal" in body["error"]["message"]
    await client.idle(ask["sessionId"])


async def test_a_remote_answer_closes_the_question_in_the_terminal(tui: Tui, client: Client) -> None:
    await client.connected()
    tui.type("choose for me")
    ask = await client.next_ask()
    tui.shows("Which package manager?")
    status, body = await client.decide(ask, "answer", answers=[["npm"]])
    assert status == 200, body
    await client.idle(ask["sessionId"])
    tui.shows("Done. The tool said")


async def test_stopped_in_the_terminal_while_an_ask_waits(tui: Tui, client: Client) -> None:
    await client.connected()
    tui.type("clean please")
    ask = await client.next_ask()
    tui.shows("Permission required")
    tui.keys("Escape")
    ended = await client.resolved(ask["id"])
    assert ended["state"] in ("cancelled", "resolved")
    tui.hides("Permission required")
    await client.idle(ask["sessionId"])


async def test_the_slash_commands_say_where_the_dashboard_is(tui: Tui, hub: Hub, client: Client) -> None:
    await client.connected()
    for command in ("/remote", "/pilot"):
        tui.keys("C-u")
        tui.type(command)
        screen = tui.shows(hub.file["url"])
        assert hub.file["token"] not in screen
        assert ("Open this in a browser" in screen) == (command == "/remote"), "no screen is beside this terminal"
        tui.keys("Escape")
        tui.hides(hub.file["url"])


async def test_nothing_of_ours_is_ever_printed(tui: Tui, hub: Hub, client: Client) -> None:
    """Also not when the hub goes away and the bridge fails to reach it again and again."""
    await client.connected()
    before = tui.screen()
    hub.kill()
    tui.keys("C-u")
    tui.type("/remote")
    tui.shows("pilot up")
    tui.keys("Escape")
    tui.hides("pilot up")
    assert error_words(tui.screen()) <= error_words(before)
    hub.start()
    async with hub.client() as again:
        await again.connected()


def error_words(screen: str) -> set[str]:
    """Return words of a screen that only a failure would print."""
    return {word for word in ("Error", "error", "WebSocket", "ECONNREFUSED", "undefined") if word in screen}

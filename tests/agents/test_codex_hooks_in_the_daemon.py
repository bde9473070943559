"""Trusted hooks in the shared daemon: the socket tells it all, and nothing is told or asked twice."""

from collections.abc import Iterator

import pytest

from agents.harness.codex import CodexSandbox, CodexTui
from agents.harness.hub import Client, Hub

DIALOG = "Would you like to run the following command?"


@pytest.fixture(scope="module")
def terminal(tmux: None, codex: CodexSandbox, codex_hub: Hub) -> Iterator[CodexTui]:
    """A plain terminal, whose user has trusted Pilot's hooks."""
    codex.pilot("init", "codex", "--yes")
    tui = CodexTui(codex)
    tui.trust_hooks()
    tui.ready()
    yield tui
    tui.stop()


async def test_one_ask_beside_the_terminals_own_dialog_and_one_transcript(
    terminal: CodexTui, codex_client: Client
) -> None:
    terminal.type("esc: echo told-once")
    ask = await codex_client.next_ask()
    terminal.shows(DIALOG)
    assert ask["terminal"] == "race"
    assert "Waiting for Pilot" not in terminal.screen()
    assert len(await codex_client.asks()) == 1
    await codex_client.allow(ask)
    terminal.hides(DIALOG)
    await codex_client.idle(ask["sessionId"])
    session = await codex_client.session(ask["sessionId"])
    assert session["process"]["mode"] == "daemon"
    items = (await codex_client.get(f"/api/sessions/{session['id']}/messages"))["items"]
    assert [item["kind"] for item in items] == ["prompt", "reasoning", "text", "tool", "text"]
    asked = codex_client.of(session["id"], "pilot.permission.pending")
    assert len({event["ask"]["id"] for event in asked}) == 1

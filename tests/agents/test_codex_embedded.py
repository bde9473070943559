"""Codex outside the shared daemon, reached through its hooks: prompts are left for it, and it takes them."""

from collections.abc import Iterator

import pytest

from agents.harness.codex import CodexSandbox, CodexTui
from agents.harness.hub import Client, Hub, Json
from agents.harness.responses import SPEECH
from agents.harness.waiting import until


@pytest.fixture(scope="module")
def embedded(tmux: None, codex: CodexSandbox, codex_hub: Hub) -> Iterator[CodexTui]:
    """A terminal of its own; the flag runs hooks that nobody has reviewed, and keeps it out of the daemon."""
    codex.pilot("init", "codex", "--yes")
    tui = CodexTui(codex, "--dangerously-bypass-hook-trust")
    tui.ready()
    yield tui
    tui.stop()


async def test_a_prompt_left_in_pilot_reaches_a_terminal_of_its_own(embedded: CodexTui, codex_client: Client) -> None:
    embedded.type("speak to me")
    session = await until("an embedded session", lambda: live(codex_client))
    await codex_client.idle(session["id"])
    assert session["capabilities"]["prompt"] == "at_turn_end"
    status, body = await codex_client.call("POST", f"/api/sessions/{session['id']}/prompt", {"text": "speak again"})
    assert status == 202, body
    embedded.shows("speak again")
    await codex_client.event("pilot.prompt.received", lambda event: event["text"] == "speak again")
    await codex_client.idle(session["id"])
    said = [event["text"] for event in codex_client.of(session["id"], "pilot.message.completed")]
    assert said == [SPEECH, SPEECH]


async def test_it_cannot_be_stopped_from_pilot_and_that_is_said(embedded: CodexTui, codex_client: Client) -> None:
    session = await until("an embedded session", lambda: live(codex_client))
    assert session["capabilities"]["interrupt"] is False
    status, body = await codex_client.call("POST", f"/api/sessions/{session['id']}/abort")
    assert (status, body["error"]["code"]) == (409, "unsupported")
    assert "Esc" in body["error"]["hint"]


async def live(client: Client) -> Json | None:
    sessions = (await client.get("/api/sessions"))["sessions"]
    return next((one for one in sessions if one["live"] and one["process"]["mode"] == "embedded"), None)

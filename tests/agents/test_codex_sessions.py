"""A plain Codex terminal, and somebody at the dashboard: sessions, words, prompts, stopping."""

from agents.harness.codex import CodexSandbox, CodexTui
from agents.harness.hub import Client, Hub, Json
from agents.harness.responses import SPEECH, ResponsesModel
from agents.harness.waiting import until


async def test_a_plain_terminal_appears_by_itself_and_its_words_stream(
    codex_hub: Hub, codex_tui: CodexTui, codex_client: Client, codex: CodexSandbox
) -> None:
    await codex_client.reaches("codex")
    codex_tui.type("speak to me")
    session = await the_session(codex_client)
    await codex_client.idle(session["id"])
    assert session["directory"] == str(codex.project)
    assert session["process"]["mode"] == "daemon"
    assert session["process"]["pid"] in codex.daemon_pids()
    deltas = codex_client.of(session["id"], "pilot.message.delta")
    assert "".join(delta["delta"] for delta in deltas) == SPEECH, "no token is missed"
    assert len(deltas) > 5
    (whole,) = codex_client.of(session["id"], "pilot.message.completed")
    assert whole["text"] == SPEECH
    (prompt,) = codex_client.of(session["id"], "pilot.prompt.received")
    assert prompt["text"] == "speak to me"
    now = await codex_client.session(session["id"])
    assert now["usage"]["inputTokens"] > 0
    assert now["usage"]["contextLimit"] > 0
    assert now["model"].endswith("gpt-5.5")


async def test_a_prompt_from_the_dashboard_shows_in_the_terminal(codex_tui: CodexTui, codex_client: Client) -> None:
    session = await the_session(codex_client)
    await prompt(codex_client, session, "run: echo from-the-dashboard")
    await codex_client.idle(session["id"])
    codex_tui.shows("run: echo from-the-dashboard")
    codex_tui.shows("Done. The tool said")
    items = (await codex_client.get(f"/api/sessions/{session['id']}/messages"))["items"]
    tool = next(item for item in items if item["kind"] == "tool")
    assert (tool["tool"], tool["status"], tool["title"]) == ("shell", "completed", "echo from-the-dashboard")
    assert tool["output"] == "from-the-dashboard\n"
    thought = next(item for item in items if item["kind"] == "reasoning")
    assert thought["text"]


async def test_a_running_turn_is_stopped_from_the_dashboard(codex_tui: CodexTui, codex_client: Client) -> None:
    session = await the_session(codex_client)
    codex_tui.type("slow: 300")
    await codex_client.event("pilot.message.delta", lambda event: "word3" in event["delta"])
    assert (await codex_client.call("POST", f"/api/sessions/{session['id']}/abort"))[0] == 202
    stopped = await codex_client.idle(session["id"])
    assert stopped["reason"] == "aborted"
    codex_tui.shows("Conversation interrupted")


async def test_a_prompt_joins_the_running_turn_and_another_waits_for_its_end(
    codex_tui: CodexTui, codex_client: Client, responses: ResponsesModel
) -> None:
    session = await the_session(codex_client)
    await prompt(codex_client, session, "slow: 25")
    await codex_client.event("pilot.message.delta", lambda event: "word2" in event["delta"])
    await prompt(codex_client, session, "speak after all", when="turn_end")
    await prompt(codex_client, session, "Hurry up, please.")
    await codex_client.event("pilot.prompt.received", lambda event: event["text"] == "Hurry up, please.")
    await codex_client.event("pilot.prompt.received", lambda event: event["text"] == "speak after all")
    order = [event["text"] for event in codex_client.of(session["id"], "pilot.prompt.received")][-3:]
    assert order == ["slow: 25", "Hurry up, please.", "speak after all"]
    assert responses.heard("Hurry up, please.")


async def test_models_and_modes_are_offered(codex_tui: CodexTui, codex_client: Client) -> None:
    session = await the_session(codex_client)
    options = await codex_client.get(f"/api/sessions/{session['id']}/options")
    assert {mode["id"] for mode in options["modes"]} >= {"plan", "default"}
    assert options["models"]


async def test_history_from_before_pilot_listened(codex_tui: CodexTui, codex_client: Client) -> None:
    """Nothing of Codex's own record is doubled by what Pilot stored."""
    session = await the_session(codex_client)
    items = (await codex_client.get(f"/api/sessions/{session['id']}/messages?limit=200"))["items"]
    assert len({item["id"] for item in items}) == len(items)
    prompts = [item["text"] for item in items if item["kind"] == "prompt"]
    assert prompts[:2] == ["speak to me", "run: echo from-the-dashboard"]
    assert [item["kind"] for item in items][:7] == ["prompt", "text", "prompt", "reasoning", "text", "tool", "text"]


async def test_a_hub_that_comes_late_has_the_text_whole(codex_tui: CodexTui, codex_hub: Hub) -> None:
    """Also what was said in a turn that came and went while no hub was there."""
    codex_hub.stop()
    codex_tui.type("run: echo nobody-listens")
    said = "Done. The tool said: nobody-listens"
    codex_tui.shows(said)
    codex_tui.shows("Ask Codex to do anything")
    codex_tui.type("slow: 40")
    codex_tui.shows("word5")
    codex_hub.start()
    async with codex_hub.client() as client:
        session = await the_session(client)
        whole = await client.event("pilot.message.completed", lambda event: "word39" in event["text"])
        assert whole["text"].split() == [f"word{number}" for number in range(40)]
        await client.idle(session["id"])
        items = (await client.get(f"/api/sessions/{session['id']}/messages?limit=200"))["items"]
        texts = [item.get("text", item.get("output", "")).strip() for item in items]
        assert texts[-6:-2] == [texts[-6], "I will run `echo nobody-listens` now.", "nobody-listens", said]
        assert texts[-2:] == ["slow: 40", whole["text"]]
        assert len({item["id"] for item in items}) == len(items)


async def the_session(client: Client) -> Json:
    """Return the one session that a terminal runs."""

    async def look() -> Json | None:
        sessions = (await client.get("/api/sessions"))["sessions"]
        return next((session for session in sessions if session["live"]), None)

    return await until("a session", look)


async def prompt(client: Client, session: Json, text: str, **fields: str) -> None:
    """Send a prompt from the dashboard."""
    status, body = await client.call("POST", f"/api/sessions/{session['id']}/prompt", {"text": text, **fields})
    assert status == 202, body

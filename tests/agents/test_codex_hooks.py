"""Codex outside its daemon: hooks that the user has trusted, and the rollout beside them."""

import os
import signal
from collections.abc import Iterator

import pytest

from agents.harness.codex import CodexSandbox, CodexTui
from agents.harness.hub import Client, Hub, Json
from agents.harness.responses import SPEECH, THOUGHT, ResponsesModel
from agents.harness.waiting import until

DIALOG = "Would you like to run the following command?"
WAITING = "Waiting for Pilot"
FAILED = "Hook failed"


@pytest.fixture(scope="module", autouse=True)
def _installed(codex: CodexSandbox) -> None:
    codex.pilot("init", "codex", "--yes")


@pytest.fixture(scope="module")
def terminal(tmux: None, codex: CodexSandbox, codex_hub: Hub, _installed: None) -> Iterator[CodexTui]:
    """A terminal with a process of its own, whose user has trusted Pilot's hooks in Codex's own review."""
    tui = CodexTui(codex, "--no-daemon")
    try:
        tui.trust_hooks()
        tui.ready()
        yield tui
        assert FAILED not in tui.screen()
    finally:
        tui.stop()


async def the_session(client: Client, mode: str) -> Json:
    async def look() -> Json | None:
        sessions = (await client.get("/api/sessions"))["sessions"]
        return next((one for one in sessions if (one.get("process") or {}).get("mode") == mode), None)

    return await until(f"a session that runs as {mode}", look)


async def items_of(client: Client, session_id: str) -> list[Json]:
    return (await client.get(f"/api/sessions/{session_id}/messages"))["items"]


async def test_a_turn_is_told_whole_and_in_order(terminal: CodexTui, codex_client: Client) -> None:
    terminal.type("run: echo seen && exit 3")
    await codex_client.event("pilot.session.stopped", lambda _: True)
    session = await the_session(codex_client, "embedded")
    assert (session["title"], session["model"]) == ("run: echo seen && exit 3", "scripted/gpt-5.5")
    assert session["capabilities"]["approve"] == "exclusive"
    assert session["process"]["pid"] == terminal.pid
    items = await items_of(codex_client, session["id"])
    assert [item["kind"] for item in items] == ["prompt", "reasoning", "text", "tool", "text"]
    assert items[1]["text"] == THOUGHT
    assert (items[3]["status"], items[3]["output"], items[3]["error"]) == ("failed", "seen\n", "Exit code 3")
    usage = (await codex_client.session(session["id"]))["usage"]
    assert usage["outputTokens"] > 0
    assert usage["contextLimit"] > usage["contextTokens"] > 0


async def test_allowed_in_pilot(terminal: CodexTui, codex_client: Client) -> None:
    terminal.type("esc: echo allowed-in-pilot")
    ask = await codex_client.next_ask()
    terminal.shows(WAITING)
    assert DIALOG not in terminal.screen()
    assert (ask["terminal"], ask["command"]) == ("exclusive", "echo allowed-in-pilot")
    assert (ask["summary"], ask["reason"]) == ("echo allowed-in-pilot", "the test asks to leave the sandbox")
    assert ask["deadline"]
    await codex_client.allow(ask)
    await codex_client.idle(ask["sessionId"])
    done = await codex_client.event("pilot.tool.completed", lambda event: "allowed" in (event.get("title") or ""))
    assert (done["status"], done["output"]) == ("completed", "allowed-in-pilot\n")


async def test_denied_with_a_note_that_the_agent_sees(
    terminal: CodexTui, codex_client: Client, responses: ResponsesModel
) -> None:
    terminal.type("esc: echo denied-in-pilot")
    ask = await codex_client.next_ask()
    status, body = await codex_client.decide(ask, "deny", message="Use “git clean” instead")
    assert status == 200, body
    await codex_client.idle(ask["sessionId"])
    assert responses.heard("Use “git clean” instead")
    items = await items_of(codex_client, ask["sessionId"])
    (call,) = [item for item in items if item["kind"] == "tool" and item["title"] == "echo denied-in-pilot"]
    assert (call["status"], call["error"]) == ("denied", "Use “git clean” instead")


async def test_answer_in_the_terminal(terminal: CodexTui, codex_client: Client) -> None:
    terminal.type("esc: echo answered-there")
    ask = await codex_client.next_ask()
    assert (await codex_client.decide(ask, "release"))[0] == 200
    terminal.shows(DIALOG)
    terminal.keys("y")
    await codex_client.idle(ask["sessionId"])
    terminal.hides(DIALOG)


async def test_escape_in_the_terminal_cancels_pilots_ask(terminal: CodexTui, codex_client: Client) -> None:
    terminal.type("esc: echo never-run")
    ask = await codex_client.next_ask()
    terminal.shows(WAITING)
    terminal.keys("Escape")
    ended = await codex_client.resolved(ask["id"])
    assert (ended["state"], ended["resolution"]["reason"]) == ("cancelled", "Codex no longer waits for this answer.")
    stopped = await codex_client.idle(ask["sessionId"])
    assert stopped["reason"] == "aborted"


async def test_an_edit_outside_the_project_is_shown_as_a_diff(
    terminal: CodexTui, codex_client: Client, codex: CodexSandbox
) -> None:
    target = codex.root / "outside.txt"
    terminal.type(f"patch: {target}")
    ask = await codex_client.next_ask()
    (file,) = ask["files"]
    assert (file["path"], file["status"], file["additions"]) == (str(target), "added", 2)
    assert "+hello from the patch" in file["patch"]
    await codex_client.allow(ask)
    await codex_client.idle(ask["sessionId"])
    assert target.exists()
    session = await codex_client.session(ask["sessionId"])
    assert [changed["path"] for changed in session["files"]] == [str(target)]


async def test_a_sub_agents_calls_are_its_own(terminal: CodexTui, codex_client: Client) -> None:
    terminal.type("spawn: esc: echo from-the-child")
    ask = await codex_client.next_ask()
    child = await codex_client.session(ask["sessionId"])
    assert ask["parents"] == [child["parentId"]]
    await codex_client.allow(ask)
    await codex_client.idle(child["parentId"])
    calls = [item["title"] for item in await items_of(codex_client, child["id"]) if item["kind"] == "tool"]
    assert calls == ["echo from-the-child"]
    above = [item for item in await items_of(codex_client, child["parentId"]) if item["kind"] == "tool"]
    assert "echo from-the-child" not in [item["title"] for item in above]
    assert child["id"] in [item.get("childSessionId") for item in above]


async def test_nothing_is_told_twice_and_nothing_is_lost(terminal: CodexTui, codex_client: Client) -> None:
    terminal.type("slow: 20")
    prompt = await codex_client.event("pilot.prompt.received", lambda event: event["text"] == "slow: 20")
    terminal.type("run: echo steered")
    await codex_client.idle(prompt["sessionId"])
    items = await items_of(codex_client, prompt["sessionId"])
    at = next(index for index, item in enumerate(items) if item["id"] == prompt["messageId"])
    said = [item["text"] for item in items[at:] if item["kind"] == "prompt"]
    assert said == ["slow: 20", "run: echo steered"]
    told = codex_client.of(prompt["sessionId"], "pilot.prompt.received", "pilot.message.completed")
    ids = [event.get("partId") or event["messageId"] for event in told]
    assert len(ids) == len(set(ids))


async def test_a_turn_that_fails(terminal: CodexTui, codex_client: Client) -> None:
    terminal.type("fail: now")
    failed = await codex_client.event("pilot.error", lambda event: event.get("code") == "turn_failed")
    assert failed["message"] == "scripted failure"
    stopped = await codex_client.event("pilot.session.stopped", lambda event: event["reason"] == "error")
    assert stopped["sessionId"] == failed["sessionId"]


async def test_time_is_up(terminal: CodexTui, codex_client: Client) -> None:
    await codex_client.call("PATCH", "/api/settings", {"values": {"codexPermissionTimeoutMs": 1000}})
    try:
        terminal.type("esc: echo nobody-answered")
        terminal.shows(DIALOG)
        terminal.keys("y")
    finally:
        await codex_client.call("PATCH", "/api/settings", {"values": {"codexPermissionTimeoutMs": None}})


async def test_a_one_shot_run_is_of_its_own_kind(codex: CodexSandbox, codex_client: Client) -> None:
    with codex.exec("speak to me") as run:
        await codex_client.event("pilot.message.completed", lambda event: event["text"] == SPEECH)
        run.communicate(timeout=30)
        assert run.returncode == 0
    event = await codex_client.event("pilot.session.updated", lambda event: event["session"]["state"] == "ended")
    session = event["session"]
    assert (session["live"], session["title"]) == (False, "speak to me")
    modes = [event["session"]["process"]["mode"] for event in codex_client.of(session["id"], "pilot.session.updated")
             if event["session"].get("process")]  # fmt: skip
    assert modes[-1] == "exec"


async def test_in_the_daemon_the_terminals_own_dialog_shows_and_nothing_is_told_twice(
    tmux: None, terminal: CodexTui, codex: CodexSandbox, codex_client: Client
) -> None:
    tui = CodexTui(codex)
    try:
        tui.ready()
        tui.type("esc: echo shared")
        tui.shows(DIALOG)
        ask = await codex_client.next_ask()
        assert ask["terminal"] == "race"
        tui.keys("y")
        await codex_client.idle(ask["sessionId"])
        prompts = codex_client.of(ask["sessionId"], "pilot.prompt.received")
        assert [event["text"] for event in prompts] == ["esc: echo shared"]
        assert (await codex_client.session(ask["sessionId"]))["process"]["mode"] == "daemon"
        assert (await codex_client.session(ask["sessionId"]))["capabilities"]["stream"] == "tokens"
    finally:
        tui.stop()


async def test_a_session_of_pilots_own_asks_once(terminal: CodexTui, codex: CodexSandbox, codex_client: Client) -> None:
    start = {"agent": "codex", "directory": str(codex.project), "prompt": {"text": "esc: echo owned"}}
    status, body = await codex_client.call("POST", "/api/sessions", start)
    assert status in (200, 201, 202), body
    ask = await codex_client.next_ask()
    await codex_client.allow(ask)
    await codex_client.idle(ask["sessionId"])
    asks = [event["ask"]["id"] for event in codex_client.of(ask["sessionId"], "pilot.permission.pending")]
    assert asks == [ask["id"]]
    prompts = codex_client.of(ask["sessionId"], "pilot.prompt.received")
    assert [event["text"] for event in prompts] == ["esc: echo owned"]


async def test_the_hub_is_down_and_the_terminal_undisturbed(terminal: CodexTui, codex_hub: Hub) -> None:
    codex_hub.stop()
    try:
        terminal.type("esc: echo alone")
        terminal.shows(DIALOG)
        terminal.keys("y")
        terminal.shows("Done. The tool said: alone")
        assert FAILED not in terminal.screen()
    finally:
        codex_hub.start()


async def test_picked_up_again_after_a_restart(terminal: CodexTui, codex_client: Client) -> None:
    terminal.type("speak once more")
    await codex_client.event("pilot.message.completed", lambda event: event["text"] == SPEECH)
    session = await the_session(codex_client, "embedded")
    prompts = [item["text"] for item in await items_of(codex_client, session["id"]) if item["kind"] == "prompt"]
    assert prompts.count("esc: echo alone") == 1, "told afterwards"
    assert prompts.count("slow: 20") == 1
    assert prompts[-1] == "speak once more"


async def test_killed_without_a_word_it_ends_all_the_same(
    terminal: CodexTui, codex: CodexSandbox, codex_client: Client
) -> None:
    tui = CodexTui(codex, "--no-daemon")
    try:
        tui.ready()
        tui.type("speak before the end")
        said = await codex_client.event("pilot.prompt.received", lambda event: event["text"] == "speak before the end")
        await codex_client.idle(said["sessionId"])
        assert (await codex_client.session(said["sessionId"]))["live"]
        os.kill(tui.pid, signal.SIGKILL)
        event = await codex_client.event("pilot.session.updated", lambda event: _ended(event, said["sessionId"]))
        assert not event["session"]["live"]
    finally:
        tui.stop()


def _ended(event: Json, session_id: str) -> bool:
    return event["sessionId"] == session_id and event["session"]["state"] == "ended"

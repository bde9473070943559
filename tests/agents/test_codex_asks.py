"""Codex's approvals, shared by its terminal and Pilot: whoever answers first."""

import pytest

from agents.harness.codex import CodexSandbox, CodexTui
from agents.harness.hub import Client, Hub, Json
from agents.harness.responses import ResponsesModel
from agents.harness.waiting import until

DIALOG = "Would you like to run the following command?"


pytestmark = pytest.mark.usefixtures("codex_hub", "codex_tui")


async def test_allowed_in_pilot_closes_the_terminals_dialog(codex_tui: CodexTui, codex_client: Client) -> None:
    codex_tui.type("esc: echo allowed-in-pilot")
    ask = await codex_client.next_ask()
    codex_tui.shows(DIALOG)
    assert (ask["terminal"], ask["command"]) == ("race", "echo allowed-in-pilot")
    assert [(option["id"], option["label"], option["kind"]) for option in ask["options"]] == [
        ("accept", "Yes, proceed", "allow_once"),
        (
            "acceptWithExecpolicyAmendment",
            "Yes, and don't ask again for commands that start with `echo allowed-in-pilot`",
            "allow_always",
        ),
        ("decline", "No, continue without running it", "deny"),
        ("cancel", "No, and tell Codex what to do differently", "deny"),
    ]
    assert ask["reason"] == ask["input"]["reason"]
    await codex_client.allow(ask)
    codex_tui.hides(DIALOG)
    tool = await codex_client.event("pilot.tool.completed", lambda event: event["callId"] == ask["callId"])
    assert (tool["status"], tool["output"]) == ("completed", "allowed-in-pilot\n")
    await stopped(codex_client, ask)


async def test_denied_with_a_note_which_the_agent_reads(
    codex_tui: CodexTui, codex_client: Client, responses: ResponsesModel
) -> None:
    codex_tui.type("esc: echo denied-in-pilot")
    ask = await codex_client.next_ask()
    status, body = await codex_client.decide(ask, "deny", message="Please speak instead.")
    assert status == 200, body
    codex_tui.hides(DIALOG)
    tool = await codex_client.event("pilot.tool.completed", lambda event: event["callId"] == ask["callId"])
    assert tool["status"] == "denied"
    await codex_client.event("pilot.prompt.received", lambda event: event["text"] == "Please speak instead.")
    await stopped(codex_client, ask)
    assert responses.heard("Please speak instead.")


@pytest.mark.parametrize(("key", "choice"), [("y", "allow_once"), ("Escape", "deny")])
async def test_answered_in_the_terminal_clears_pilots(
    codex_tui: CodexTui, codex_client: Client, key: str, choice: str
) -> None:
    codex_tui.type(f"esc: echo terminal-{choice}")
    ask = await codex_client.next_ask()
    codex_tui.shows(DIALOG)
    codex_tui.keys(key)
    ended = await codex_client.resolved(ask["id"])
    assert (ended["state"], ended["resolution"]["by"]["kind"]) == ("resolved", "terminal")
    assert ended["resolution"]["choice"] == choice
    status, body = await codex_client.decide(ask, "deny")
    assert (status, body["error"]["code"]) == (409, "already_answered")
    assert "in the terminal" in body["error"]["message"]
    await stopped(codex_client, ask)


async def test_an_edit_is_shown_as_a_diff_and_allowed_for_the_session(
    codex_tui: CodexTui, codex_client: Client, codex: CodexSandbox
) -> None:
    target = codex.root / "outside.txt"
    codex_tui.type(f"patch: {target}")
    ask = await codex_client.next_ask()
    assert (ask["tool"], ask["title"]) == ("apply_patch", "Make these edits")
    (file,) = ask["files"]
    assert (file["path"], file["status"], file["additions"]) == (str(target), "added", 2)
    assert "+" in file["patch"]
    assert ask["always"] == "Yes, and don't ask again for these files"
    status, body = await codex_client.decide(ask, "allow_always", optionId="acceptForSession")
    assert status == 200, body
    await stopped(codex_client, ask)
    assert len(target.read_text().splitlines()) == 2
    session = await codex_client.session(ask["sessionId"])
    assert [changed["path"].rsplit("/", 1)[-1] for changed in session["files"]] == ["outside.txt"]
    diff = (await codex_client.get(f"/api/sessions/{ask['sessionId']}/diff"))["files"]
    assert diff[0]["patch"]


async def test_an_ask_stays_when_pilot_starts_a_server_of_its_own_beside_the_daemon(
    codex_tui: CodexTui, codex_client: Client, codex: CodexSandbox
) -> None:
    codex_tui.type("esc: echo stays")
    ask = await codex_client.next_ask()
    assert (await codex_client.get(f"/api/agents/codex/options?directory={codex.project}"))["models"]
    request = {"agent": "codex", "directory": str(codex.project), "prompt": {"text": "speak to me"}}
    status, body = await codex_client.call("POST", "/api/sessions", request)
    assert status == 201, body
    await codex_client.idle(body["sessionId"])
    assert [waiting["id"] for waiting in await codex_client.asks()] == [ask["id"]]
    await codex_client.allow(ask)
    await stopped(codex_client, ask)


async def test_stopped_from_pilot_while_an_ask_waits(codex_tui: CodexTui, codex_client: Client) -> None:
    codex_tui.type("esc: echo never-run")
    ask = await codex_client.next_ask()
    codex_tui.shows(DIALOG)
    assert (await codex_client.call("POST", f"/api/sessions/{ask['sessionId']}/abort"))[0] == 202
    ended = await codex_client.resolved(ask["id"])
    assert (ended["state"], ended["resolution"]["reason"]) == ("cancelled", "The turn was stopped.")
    codex_tui.hides(DIALOG)
    await stopped(codex_client, ask)


async def test_the_ask_of_a_sub_agent_shows_under_its_parent(codex_tui: CodexTui, codex_client: Client) -> None:
    codex_tui.type("spawn: esc: echo from-the-child")
    ask = await codex_client.next_ask()
    assert len(ask["parents"]) == 1
    child = await codex_client.session(ask["sessionId"])
    assert child["parentId"] == ask["parents"][0]
    codex_tui.shows(DIALOG)
    await codex_client.allow(ask)
    parent = {"sessionId": ask["parents"][0]}
    await stopped(codex_client, parent)
    items = (await codex_client.get(f"/api/sessions/{parent['sessionId']}/messages"))["items"]
    tasks = [item for item in items if item["kind"] == "tool" and item["toolKind"] == "task"]
    assert tasks[0]["childSessionId"] == child["id"]
    codex_tui.keys("y")  # Codex 0.169 leaves the dialog of a sub-agent standing; an answer does nothing any more
    codex_tui.hides(DIALOG)


async def test_the_hub_restarts_in_mid_approval(codex_tui: CodexTui, codex_hub: Hub) -> None:
    async with codex_hub.client() as before:
        codex_tui.type("esc: echo over-the-restart")
        ask = await before.next_ask()
    codex_hub.kill()
    codex_tui.shows(DIALOG)
    codex_hub.start()
    async with codex_hub.client() as client:
        await client.reaches("codex")
        again = await client.next_ask()
        assert (again["id"], again["digest"]) == (ask["id"], ask["digest"]), "it is the same ask, not another one"
        await client.allow(again)
        codex_tui.hides(DIALOG)
        ended = await client.resolved(ask["id"])
        assert ended["resolution"]["by"]["kind"] == "owner"
        await stopped(client, ask)


async def test_answered_while_the_hub_was_down(codex_tui: CodexTui, codex_hub: Hub) -> None:
    async with codex_hub.client() as before:
        codex_tui.type("esc: echo meanwhile")
        ask = await before.next_ask()
    codex_hub.kill()
    codex_tui.shows(DIALOG)
    codex_tui.keys("y")
    codex_tui.hides(DIALOG)
    codex_tui.shows("Done. The tool said: meanwhile")
    codex_hub.start()
    async with codex_hub.client() as client:
        await client.reaches("codex")
        ended = await client.resolved(ask["id"])
        assert ended["state"] in ("cancelled", "resolved")

        async def told() -> bool:
            items = (await client.get(f"/api/sessions/{ask['sessionId']}/messages"))["items"]
            return any(item["kind"] == "text" and "meanwhile" in item["text"] for item in items)

        await until("what was said while the hub was down", told)


async def stopped(client: Client, ask: Json) -> None:
    """Return once nothing runs in a session."""

    async def look() -> bool:
        return (await client.session(ask["sessionId"]))["state"] in ("idle", "error")

    await until("the end of the turn", look)

"""A real OpenCode and a real Codex in one dashboard: one list, one queue of questions."""

import asyncio
from collections.abc import Iterator

import pytest
from playwright.async_api import expect

from agents.harness.codex import CodexSandbox, CodexTui
from agents.harness.hub import Client, Hub, Json
from agents.harness.opencode import Serve
from agents.harness.terminal import has_tmux
from agents.harness.waiting import until
from browser.harness.screen import PHONE, Screens
from browser.harness.steps import begin, refill

DIALOG = "Would you like to run the following command?"


@pytest.fixture(scope="module")
def terminal(codex: CodexSandbox, hub: Hub) -> Iterator[CodexTui]:
    """A plain Codex terminal in a project of its own."""
    if not has_tmux():
        pytest.skip("tmux not found")
    tui = CodexTui(codex)
    tui.ready()
    yield tui
    tui.stop()


async def test_both_ask_in_one_queue_and_each_gets_its_own_answer(
    serve: Serve, client: Client, screens: Screens, terminal: CodexTui
) -> None:
    screen = await screens.paired()
    opencode = await begin(serve, client)
    refill(serve)
    serve.prompt(opencode, "clean please")
    await asyncio.to_thread(terminal.type, "esc: echo from-codex")
    asks = await until("two asks", lambda: waiting(client, 2))
    codex = next(ask["sessionId"] for ask in asks if ask["agent"] == "codex")
    await screen.show(codex)
    await expect(screen.page.locator("session-rail .needs-section [data-session]")).to_have_count(2)
    await expect(screen.permission).to_contain_text("echo from-codex")
    await expect(screen.page.locator("ask-dock")).to_contain_text("1/2")
    await screen.button("Always…").click()
    label = "Yes, and don't ask again for commands that start with `echo from-codex`"
    await expect(screen.page.get_by_role("button", name=label)).to_be_visible()
    await screen.button("Back").click()
    await screen.button("Allow once").click()
    await expect(screen.permission).to_contain_text("rm -rf node_modules")
    await asyncio.to_thread(terminal.hides, DIALOG)
    await asyncio.to_thread(terminal.shows, "Done. The tool said: from-codex")
    await expect(screen.log).to_contain_text("Done. The tool said: from-codex")
    await screen.button("Deny").click()
    await expect(screen.permission).to_have_count(0)
    assert await client.asks() == []


async def test_words_stream_from_the_terminal_and_a_prompt_goes_back(
    client: Client, screens: Screens, terminal: CodexTui
) -> None:
    screen = await screens.paired("Phone", **PHONE)
    session = await codex_session(client)
    await screen.show(session["id"])
    await screen.composer.fill("slow: 60")
    await screen.button("Send").click()
    await expect(screen.log).to_contain_text("word5")
    await asyncio.to_thread(terminal.shows, "slow: 60")
    await screen.composer.fill("speak when you are done")
    await screen.button("After this turn").click()
    await expect(screen.log).to_contain_text("Waits for the turn to end")
    await expect(screen.log).to_contain_text("word59")
    await asyncio.to_thread(terminal.shows, "speak when you are done")


async def test_what_works_in_a_session_is_said_where_it_is_shown(
    client: Client, screens: Screens, terminal: CodexTui
) -> None:
    screen = await screens.paired()
    session = await codex_session(client)
    await screen.show(session["id"])
    about = screen.page.get_by_role("complementary", name="About this session")
    await about.get_by_text("What works here").click()
    await expect(about).to_contain_text("shared daemon")
    await expect(about).to_contain_text("first answer wins")


async def test_a_session_is_started_from_the_page(client: Client, screens: Screens, codex: CodexSandbox) -> None:
    screen = await screens.paired()
    await screen.page.goto(screen.url)
    await screen.button("New session").first.click()
    sheet = screen.page.get_by_role("dialog")
    await sheet.locator("select[name=agent]").select_option("codex")
    await sheet.locator("select[name=folder]").select_option(label="Another folder…")
    await sheet.locator("input[name=path]").fill(str(codex.project))
    await sheet.locator("input[name=path]").press("Tab")
    await sheet.locator("select[name=policy]").select_option("read-only")
    await expect(sheet).to_contain_text("Asks before edits")
    await sheet.locator("textarea[name=prompt]").fill("speak to me")
    await sheet.get_by_role("button", name="Start").click()
    await expect(screen.log).to_contain_text("Streaming words")
    about = screen.page.get_by_role("complementary", name="About this session")
    await about.get_by_text("What works here").click()
    await expect(about).to_contain_text("started by Pilot")


async def waiting(client: Client, count: int) -> list[Json] | None:
    asks = await client.asks()
    return asks if len(asks) == count else None


async def codex_session(client: Client) -> Json:
    """Return the session of the terminal."""

    async def look() -> Json | None:
        sessions = (await client.get("/api/sessions"))["sessions"]
        found = [
            one for one in sessions if one["agent"] == "codex" and (one.get("process") or {}).get("mode") == "daemon"
        ]
        return found[0] if found else None

    return await until("a session of Codex", look)

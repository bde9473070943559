"""A real OpenCode asks: every surface of VS Code shows it, and each can answer."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from playwright.async_api import expect

from agents.harness.hub import Client, Json
from agents.harness.model import Model
from agents.harness.opencode import Serve
from browser.harness.screen import asked_at
from browser.harness.steps import begin, gone, refill
from vscode.harness.window import Window

COMMAND = "rm -rf node_modules"


class Asking:
    """A session that asks whether it may remove a file."""

    def __init__(self, serve: Serve, client: Client, session: str) -> None:
        self.serve = serve
        self.client = client
        self.session = session
        self.keep: Path = refill(serve)
        serve.prompt(session, "clean please")

    async def ask(self) -> Json:
        """Return the ask, as the hub has it."""
        return await self.client.waiting(self.session)

    async def went_on(self) -> None:
        """Wait until the command really ran and the turn is over."""
        await gone(self.keep)
        await self.client.idle(self.session)

    async def was_refused(self) -> None:
        """Wait until the turn is over without it."""
        await self.client.idle(self.session)
        assert self.keep.exists()


@pytest_asyncio.fixture(loop_scope="session")
async def asking(window: Window, serve: Serve, client: Client) -> AsyncIterator[Asking]:
    """An ask that waits, while nothing of Pilot's is in view but the status bar."""
    asking = Asking(serve, client, await begin(serve, client))
    yield asking
    for ask in await client.asks():
        await client.decide(ask, "deny")
    await expect(window.badge).to_be_hidden()


async def everywhere(window: Window) -> None:
    """Wait until all four surfaces show one ask; it is told while the dashboard is not in view."""
    await window.says_waiting(1)
    await expect(window.badge).to_have_text("1")
    await expect(window.notifications.about(COMMAND).box).to_be_visible()
    await window.show_sidebar()
    await expect(window.tree("Waiting").row(COMMAND)).to_be_visible()


async def nowhere(window: Window) -> None:
    """Wait until none of them does."""
    await window.says_waiting(0)
    await expect(window.badge).to_be_hidden()
    await expect(window.notifications.about(COMMAND).box).to_have_count(0)
    await expect(window.tree("Waiting").row(COMMAND)).to_have_count(0)


async def test_approved_from_the_notification(window: Window, asking: Asking) -> None:
    notice = window.notifications.about(COMMAND)
    await expect(notice.box).to_contain_text("OpenCode · project asks")
    await notice.follow("Approve once")
    await asking.went_on()
    await expect(notice.box).to_have_count(0)


async def test_an_ask_is_on_all_surfaces_within_a_second(window: Window, asking: Asking) -> None:
    asked = await asked_at(lambda: asking.serve.api("GET", "/permission"))
    await window.says_waiting(1)
    assert time.time() - asked < 1
    await everywhere(window)


async def test_approved_from_the_tree(window: Window, asking: Asking) -> None:
    await everywhere(window)
    await window.tree("Waiting").press(COMMAND, "Approve Once")
    await asking.went_on()
    await nowhere(window)


async def test_approved_from_the_list_behind_the_status_bar(window: Window, asking: Asking) -> None:
    await asking.ask()
    await window.says_waiting(1)
    await window.status.click()
    await window.quick.press(COMMAND, "Approve once")
    await asking.went_on()
    await expect(window.quick.box).to_have_count(0)


async def test_looked_at_then_denied_with_a_note(window: Window, asking: Asking, model: Model) -> None:
    await asking.ask()
    await window.says_waiting(1)
    await window.status.click()
    await window.quick.pick(COMMAND)
    await expect(window.quick.row("Read it")).to_have_count(0)
    await window.quick.pick("Deny with a note")
    await window.quick.answer("Move it to the attic, please.")
    await asking.was_refused()
    assert model.heard("Move it to the attic, please.")


async def test_enter_alone_allows_nothing(window: Window, asking: Asking) -> None:
    ask = await asking.ask()
    await window.says_waiting(1)
    await window.run("Pilot: Approve Next")
    await expect(window.quick.row("Approve once")).to_be_visible()
    await window.page.keyboard.press("Enter")
    assert (await asking.client.get(f"/api/asks/{ask['id']}"))["state"] == "pending"
    await window.quick.cancel()
    await asking.client.decide(ask, "deny")
    await asking.was_refused()


async def test_answered_on_a_phone_clears_all_of_them(window: Window, asking: Asking) -> None:
    await everywhere(window)
    await asking.client.allow(await asking.ask())
    await nowhere(window)
    await asking.went_on()


async def test_answered_in_the_agents_terminal_clears_all_of_them(window: Window, asking: Asking) -> None:
    await everywhere(window)
    ask = await asking.ask()
    await asyncio.to_thread(asking.serve.api, "POST", f"/permission/{ask['id']}/reply", {"reply": "once"})
    await nowhere(window)
    await asking.went_on()


async def test_an_ask_that_vanishes_under_an_open_list(window: Window, asking: Asking) -> None:
    ask = await asking.ask()
    await window.says_waiting(1)
    await window.status.click()
    await expect(window.quick.row(COMMAND)).to_be_visible()
    await asking.client.decide(ask, "deny")
    await expect(window.quick.box).to_have_count(0)
    await asking.was_refused()


async def test_an_ask_that_vanishes_while_it_is_looked_at(window: Window, asking: Asking) -> None:
    ask = await asking.ask()
    await window.says_waiting(1)
    await window.status.click()
    await window.quick.pick(COMMAND)
    await expect(window.quick.row("Approve once")).to_be_visible()
    await asking.client.decide(ask, "deny")
    await expect(window.quick.row("Approve once")).to_have_count(0)
    await expect(window.notifications.about("Already denied by").box).to_be_visible()
    await asking.was_refused()


async def test_a_question_is_answered(window: Window, serve: Serve, client: Client, model: Model) -> None:
    session = await begin(serve, client)
    serve.prompt(session, "choose for me")
    await client.waiting(session, "question")
    await window.says_waiting(1)
    await window.run("Pilot: Answer What Waits…")
    await window.quick.pick("Which package manager?")
    await window.quick.pick("bun")
    await client.idle(session)
    assert model.heard("bun")
    await expect(window.badge).to_be_hidden()

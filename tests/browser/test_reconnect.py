"""Whatever happens to the connection: the page comes back by itself, nothing is missing and nothing is there twice."""

import asyncio
import re

from playwright.async_api import CDPSession, Locator, expect

from agents.harness.hub import Client, Hub
from agents.harness.opencode import Serve
from browser.harness.screen import Screen, Screens
from browser.harness.steps import begin

AWAY = "net::ERR|503"
"""A hub without its agent, for a moment, is expected too."""


async def test_a_killed_hub_comes_back_and_every_prompt_is_there_once(hub: Hub, serve: Serve, screens: Screens) -> None:
    screen = await screens.paired()
    async with hub.client() as client:
        session = await begin(serve, client)
        await screen.show(session)
        serve.prompt(session, "ponder before-kill")
        await client.idle(session)
        await expect(screen.log).to_contain_text("I thought about it.")
    await remember_document(screen)
    screen.expected = AWAY
    await asyncio.to_thread(hub.kill)
    await expect(line(screen)).to_contain_text("as of")
    await asyncio.to_thread(hub.start)
    await expect(line(screen)).to_have_text(re.compile("Back"))
    await expect(line(screen)).to_be_hidden()
    async with hub.client() as client:
        await client.connected()
        serve.prompt(session, "ponder after-kill")
        await client.idle(session)
    await once(screen, "ponder before-kill")
    await once(screen, "ponder after-kill")
    await same_document(screen)


async def test_what_happened_while_the_network_was_gone_is_caught_up(
    serve: Serve, client: Client, screens: Screens
) -> None:
    screen = await screens.paired()
    session = await begin(serve, client)
    await screen.show(session)
    await remember_document(screen)
    screen.expected = AWAY
    await screen.page.context.set_offline(True)
    await expect(line(screen)).to_contain_text("offline")
    serve.prompt(session, "ponder while-offline")
    await client.idle(session)
    await screen.page.context.set_offline(False)
    await once(screen, "ponder while-offline")
    await expect(line(screen)).to_be_hidden()
    await same_document(screen)


async def test_a_page_that_was_frozen_catches_up(serve: Serve, client: Client, screens: Screens) -> None:
    screen = await screens.paired()
    session = await begin(serve, client)
    await screen.show(session)
    await remember_document(screen)
    devtools: CDPSession = await screen.page.context.new_cdp_session(screen.page)
    await devtools.send("Page.setWebLifecycleState", {"state": "frozen"})
    for marker in ("ponder frozen-1", "ponder frozen-2"):
        serve.prompt(session, marker)
        await client.idle(session)
    await devtools.send("Page.setWebLifecycleState", {"state": "active"})
    await once(screen, "ponder frozen-1")
    await once(screen, "ponder frozen-2")
    await same_document(screen)


async def test_a_hub_that_hangs_is_noticed_and_waited_for(hub: Hub, serve: Serve, screens: Screens) -> None:
    screen = await screens.paired()
    async with hub.client() as client:
        session = await begin(serve, client)
        await screen.show(session)
        await expect(screen.composer).to_be_enabled()
    screen.expected = AWAY
    hub.freeze()
    try:
        await screen.page.evaluate("dispatchEvent(new Event('online'))")
        await expect(line(screen)).to_contain_text("Reconnecting")
        await expect(screen.button("Try now")).to_be_visible()  # the attempt ends by itself
    finally:
        hub.thaw()
    await screen.press_if_offered("Try now")
    await expect(screen.page.get_by_text("Connected", exact=True)).to_be_visible()
    async with hub.client() as client:
        serve.prompt(session, "ponder after-thaw")
        await client.idle(session)
    await once(screen, "ponder after-thaw")


def line(screen: Screen) -> Locator:
    """Return what is said about the connection."""
    return screen.page.locator("connection-strip .line")


async def once(screen: Screen, text: str) -> None:
    """Check that a prompt is in the transcript, and only once."""
    await expect(screen.log.get_by_text(text, exact=True)).to_have_count(1)


async def remember_document(screen: Screen) -> None:
    """Leave something that a reload would lose."""
    await screen.page.evaluate("window.sameDocument = true")


async def same_document(screen: Screen) -> None:
    """Check that there was no reload."""
    assert await screen.page.evaluate("window.sameDocument")

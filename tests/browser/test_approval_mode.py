"""OpenCode asks for almost nothing by itself; the page offers to change that, once."""

import copy
import secrets
import signal

from playwright.async_api import expect

from agents.harness.hub import Client
from agents.harness.model import Model
from agents.harness.opencode import Sandbox, Serve
from browser.harness.screen import Screens
from browser.harness.steps import begin


async def test_the_offer_turns_on_and_the_next_edit_asks(
    sandbox: Sandbox, serve: Serve, client: Client, screens: Screens, model: Model
) -> None:
    there = copy.copy(serve)
    there.project = sandbox.new_project(f"careful-{secrets.token_hex(3)}")  # a second attempt finds no mode chosen
    screen = await screens.paired()
    session = await begin(there, client)
    await screen.show(session)
    other = await screens.paired("Another desk")
    await other.show(session)
    offer = screen.page.get_by_role("region", name="Approval mode")
    await expect(other.page.get_by_role("region", name="Approval mode")).to_be_visible()
    await expect(offer.get_by_role("checkbox")).to_have_count(4)
    await offer.get_by_role("checkbox", name="outside the project").uncheck()
    await offer.get_by_role("button", name="Turn on").click()
    await expect(offer).to_have_count(0)
    await expect(other.page.get_by_role("region", name="Approval mode")).to_have_count(0)
    model.sandbox, before = str(there.project), model.sandbox
    try:
        there.prompt(session, "compose a file")
        await expect(screen.permission).to_contain_text("hello.txt")
        await expect(screen.permission).to_contain_text("world")
        assert not (there.project / "hello.txt").exists()
        await screen.button("Allow once").click()
        await client.idle(session)
    finally:
        model.sandbox = before
    assert (there.project / "hello.txt").exists()
    await screen.page.reload()
    await expect(screen.log).to_be_visible()
    await expect(offer).to_have_count(0)


async def test_where_it_cannot_be_promised_the_page_says_so(sandbox: Sandbox, client: Client, screens: Screens) -> None:
    silent = sandbox.serve(sandbox.new_project(f"silent-{secrets.token_hex(3)}"))
    screen = await screens.paired()
    screen.expected = "503"
    try:
        await screen.show(await begin(silent, client))
        offer = screen.page.get_by_role("region", name="Approval mode")
        await expect(offer).to_be_visible()
        silent.process.send_signal(signal.SIGSTOP)
        await offer.get_by_role("button", name="Turn on").click()
        said = screen.page.get_by_text(f"process {silent.process.pid}) has not confirmed the approval mode")
        await expect(said.first).to_be_visible(timeout=10_000)
        silent.process.send_signal(signal.SIGCONT)
        await expect(screen.page.get_by_role("status").filter(has=said)).to_have_count(0)
    finally:
        silent.stop()

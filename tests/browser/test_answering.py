"""A real OpenCode asks; a person answers in the browser, or beside it."""

import asyncio
import time

from playwright.async_api import expect

from agents.harness.hub import Client
from agents.harness.model import Model
from agents.harness.opencode import Serve
from browser.harness.screen import Screens, asked_at
from browser.harness.steps import begin, gone, refill


async def test_an_ask_appears_within_a_second_and_allowing_it_lets_the_tool_run(
    serve: Serve, client: Client, screens: Screens
) -> None:
    screen = await screens.paired("Desk")
    session = await begin(serve, client)
    await screen.show(session)
    await screen.watch_asks()
    keep = refill(serve)
    serve.prompt(session, "clean please")
    asked = await asked_at(lambda: serve.api("GET", "/permission"))
    assert await screen.saw_ask_at() - asked < 1
    await expect(screen.permission).to_contain_text("rm -rf node_modules")
    assert keep.exists()
    await screen.button("Allow once").click()
    await expect(screen.permission).to_have_count(0)
    await gone(keep)
    await expect(screen.log).to_contain_text("Allowed once by Desk")
    await expect(screen.log).to_contain_text("Done. The tool said")
    await client.idle(session)


async def test_a_second_page_loses_the_ask_at_once_and_says_who_answered(
    serve: Serve, client: Client, screens: Screens
) -> None:
    desk, sofa = await screens.paired("Desk"), await screens.paired("Tablet on the sofa")
    session = await begin(serve, client)
    await desk.show(session)
    await sofa.show(session)
    refill(serve)
    serve.prompt(session, "clean please")
    await expect(desk.permission).to_be_visible()
    await expect(sofa.permission).to_be_visible()
    await expect(sofa.button("Allow once")).to_be_enabled()
    pressed = time.monotonic()
    await sofa.button("Allow once").click()
    await desk.when("!document.querySelector('ask-card')", 1_000)
    assert time.monotonic() - pressed < 1
    await expect(desk.log).to_contain_text("Allowed once by Tablet on the sofa")
    await client.idle(session)


async def test_answered_in_the_terminal(serve: Serve, client: Client, screens: Screens) -> None:
    screen = await screens.paired()
    session = await begin(serve, client)
    await screen.show(session)
    serve.prompt(session, "clean please")
    await expect(screen.permission).to_be_visible()
    ask = await client.waiting(session)
    await asyncio.to_thread(serve.api, "POST", f"/permission/{ask['id']}/reply", {"reply": "once"})
    await expect(screen.permission).to_have_count(0)
    await expect(screen.log).to_contain_text("Allowed once by the terminal")
    await client.idle(session)


async def test_a_sub_agents_ask_shows_under_its_root(serve: Serve, client: Client, screens: Screens) -> None:
    screen = await screens.paired()
    session = await begin(serve, client)
    await screen.show(session)
    serve.prompt(session, "delegate this")
    await expect(screen.permission).to_contain_text("sub-agent")
    needs = screen.page.get_by_role("region", name="Needs you")
    await expect(needs.locator(f"[data-session='{session}']")).to_be_visible()
    await screen.button("Allow once").click()
    await client.idle(session)
    await expect(screen.log).to_contain_text("Allowed once by Desk")
    await expect(needs).to_have_count(0)
    await screen.page.reload()
    await expect(screen.log).to_contain_text("Allowed once by Desk")


async def test_a_denial_with_a_note_reaches_the_model(
    serve: Serve, client: Client, screens: Screens, model: Model
) -> None:
    screen = await screens.paired()
    session = await begin(serve, client)
    await screen.show(session)
    serve.prompt(session, "clean please")
    await screen.button("Deny with note…").click()
    await screen.page.get_by_role("textbox", name="Note for the agent").fill("Move it to the attic, please.")
    await screen.button("Deny with this note").click()
    await client.idle(session)
    assert model.heard("Move it to the attic, please.")
    await expect(screen.log).to_contain_text("Denied by Desk")
    await expect(screen.log).to_contain_text("Move it to the attic, please.")


async def test_always_says_what_it_means_and_is_not_asked_again(serve: Serve, client: Client, screens: Screens) -> None:
    screen = await screens.paired()
    session = await begin(serve, client)
    await screen.show(session)
    serve.prompt(session, "listing please")
    await screen.button("Always…").click()
    await expect(screen.permission).to_contain_text("until OpenCode is restarted")
    await screen.permission.locator("[data-decision=allow_always]").click()
    await client.idle(session)
    await expect(screen.log).to_contain_text("Always allowed by Desk")
    serve.prompt(session, "listing please")
    await client.idle(session)
    assert len(client.of(session, "pilot.permission.pending")) == 1


async def test_a_question_is_answered(serve: Serve, client: Client, screens: Screens, model: Model) -> None:
    screen = await screens.paired()
    session = await begin(serve, client)
    await screen.show(session)
    serve.prompt(session, "choose for me")
    question = screen.page.get_by_role("group", name="Question", exact=True)
    await question.get_by_role("radio", name="bun").check()
    await screen.button("Send answer").click()
    await client.idle(session)
    assert model.heard('"Which package manager?"="bun"')
    await expect(question).to_have_count(0)
    await expect(screen.log).to_contain_text("Answered by Desk")


async def test_by_keyboard(serve: Serve, client: Client, screens: Screens) -> None:
    screen = await screens.paired()
    session = await begin(serve, client)
    await screen.show(session)
    keep = refill(serve)
    serve.prompt(session, "clean please")
    await expect(screen.button("Deny")).to_be_enabled()
    await screen.page.keyboard.press("d")
    await client.idle(session)
    assert keep.exists()
    await expect(screen.log).to_contain_text("Denied by Desk")
    serve.prompt(session, "clean please")
    await expect(screen.button("Allow once")).to_be_enabled()
    await screen.page.keyboard.press("a")
    await client.idle(session)
    await gone(keep)


async def test_two_asks_at_once_are_answered_one_by_one(serve: Serve, client: Client, screens: Screens) -> None:
    screen = await screens.paired()
    session = await begin(serve, client)
    await screen.show(session)
    serve.prompt(session, "both please")
    await expect(screen.permission).to_contain_text("1/2")
    await expect(screen.permission).to_contain_text("rm -rf node_modules")
    await screen.button("Next ask").click()
    await expect(screen.permission).to_contain_text("rm -rf dist")
    await screen.button("Allow once").click()
    await expect(screen.permission).to_contain_text("rm -rf node_modules")
    await expect(screen.button("Next ask")).to_be_hidden()
    await screen.button("Allow once").click()
    await client.idle(session)


async def test_an_ask_says_what_it_may_touch_and_who_answered_from_where(
    serve: Serve, client: Client, screens: Screens
) -> None:
    screen = await screens.paired("Desk")
    session = await begin(serve, client)
    await screen.show(session)
    serve.prompt(session, "clean please")
    await expect(screen.permission.locator("[data-risk=deletes]")).to_have_text("May delete files")
    await screen.button("Deny").click()
    await client.idle(session)
    line = screen.log.locator("ask-line").last
    await expect(line).to_contain_text("Denied by Desk")
    await expect(line.locator("time")).to_be_visible()


async def test_an_ask_is_answered_over_an_open_sheet(serve: Serve, client: Client, screens: Screens) -> None:
    screen = await screens.paired()
    session = await begin(serve, client)
    await screen.show(session)
    await screen.page.keyboard.press("?")
    sheet = screen.page.get_by_role("dialog", name="Keyboard shortcuts")
    await expect(sheet).to_be_visible()
    serve.prompt(session, "clean please")
    await sheet.get_by_role("button", name="Review").click()
    await expect(sheet.get_by_role("group", name="Permission request")).to_contain_text("rm -rf node_modules")
    await screen.page.keyboard.press("d")  # no single key in a dialog
    await sheet.get_by_role("button", name="Deny", exact=True).click()
    await client.idle(session)
    await expect(sheet.get_by_role("button", name="Review")).to_have_count(0)
    await expect(sheet).to_be_visible()


async def test_all_that_waits_is_listed_and_a_session_is_denied_at_once(
    serve: Serve, client: Client, screens: Screens
) -> None:
    screen = await screens.paired()
    screen.expected = "409"  # one “no” ends both: the second may come too late
    session = await begin(serve, client)
    await screen.show(session)
    serve.prompt(session, "both please")
    await expect(screen.permission).to_contain_text("1/2")
    await screen.page.keyboard.press("w")
    asks = screen.page.locator("ask-list")
    await expect(asks.get_by_role("button").filter(has_text="rm -rf dist")).to_contain_text("May delete files")
    await asks.get_by_role("button", name="Deny all 2…").click()
    assert len(await client.asks()) == 2
    await asks.get_by_role("button", name="Really deny all 2?").click()
    await expect(asks.get_by_text("Nothing waits for you.")).to_be_visible()
    assert await client.asks() == []

"""A conversation with a real OpenCode, from the composer."""

from playwright.async_api import expect

from agents.harness.hub import Client
from agents.harness.model import SPEECH, Model
from agents.harness.opencode import Serve
from agents.harness.waiting import until
from browser.harness.screen import Screens
from browser.harness.steps import begin

WATCH_TEXT = """() => {
  window.lengths = [];
  new MutationObserver(() => {
    const length = [...document.querySelectorAll("markdown-text")].at(-1)?.textContent.length ?? 0;
    if (length !== window.lengths.at(-1)) window.lengths.push(length);
  }).observe(document.querySelector("[role=log]"), { childList: true, subtree: true, characterData: true });
}"""


async def test_text_streams_in_and_stop_ends_the_turn(serve: Serve, client: Client, screens: Screens) -> None:
    screen = await screens.paired()
    session = await begin(serve, client)
    await screen.show(session)
    await screen.page.evaluate(WATCH_TEXT)
    serve.prompt(session, "slow please")
    await screen.when("window.lengths.length >= 6")
    lengths = await screen.page.evaluate("window.lengths")
    assert lengths == sorted(lengths)
    assert lengths[-1] - lengths[0] < 200, "word by word, not all at once"
    await screen.button("Stop").click()
    assert (await client.idle(session))["reason"] == "aborted"
    await expect(screen.button("Stop")).to_be_hidden()
    await expect(screen.log.get_by_role("alert")).to_have_count(0)


async def test_a_prompt_reaches_the_agent_and_shows_once(
    serve: Serve, client: Client, screens: Screens, model: Model
) -> None:
    screen = await screens.paired()
    session = await begin(serve, client)
    await screen.show(session)
    await screen.composer.fill("speak to me, number 4711")
    await screen.composer.press("Enter")
    await expect(screen.composer).to_have_value("")
    await expect(screen.log).to_contain_text(SPEECH)
    await client.idle(session)
    assert model.heard("speak to me, number 4711")
    await expect(screen.log.get_by_text("speak to me, number 4711")).to_have_count(1)
    await screen.page.reload()
    await expect(screen.log).to_contain_text(SPEECH)
    await expect(screen.log.get_by_text("speak to me, number 4711")).to_have_count(1)


async def test_the_mode_is_chosen_beside_the_prompt(serve: Serve, client: Client, screens: Screens) -> None:
    screen = await screens.paired()
    session = await begin(serve, client)
    await screen.show(session)
    await screen.page.get_by_role("combobox", name="Mode", exact=True).select_option("plan")
    await screen.composer.fill("speak to me")
    await screen.button("Send").click()
    await client.idle(session)

    async def in_plan_mode() -> bool:
        return (await client.session(session))["mode"] == "plan"

    await until("the plan mode", in_plan_mode)
    await expect(screen.page.locator("session-head")).to_contain_text("plan")


async def test_a_session_is_started_from_the_page(serve: Serve, client: Client, screens: Screens) -> None:
    screen = await screens.paired()
    await screen.show(await begin(serve, client))
    await screen.button("New session").click()
    sheet = screen.page.get_by_role("dialog")
    await sheet.get_by_role("textbox").last.fill("speak to me")
    await sheet.get_by_role("button", name="Start").click()
    await expect(screen.log).to_contain_text(SPEECH)


async def test_changes_are_shown_with_their_patches(serve: Serve, client: Client, screens: Screens) -> None:
    screen = await screens.paired()
    session = await begin(serve, client)
    await screen.show(session)
    (serve.project / "hello.txt").unlink(missing_ok=True)
    serve.prompt(session, "compose a file")
    await client.idle(session)
    await screen.button("Diff").click()
    await expect(screen.page.get_by_role("dialog")).to_contain_text("hello.txt")
    await expect(screen.page.get_by_role("dialog")).to_contain_text("world")
    await screen.page.keyboard.press("Escape")
    await expect(screen.page.get_by_role("dialog")).to_have_count(0)

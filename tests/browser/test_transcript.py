"""Everything a transcript can show: a session with one of each, and one where each text is hostile."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from agents.harness.hub import Hub
from browser.harness.screen import Screen, Screens
from browser.harness.shelf import FOLDER, HOSTILE, SHELF, seed_shelf

CORPUS = json.loads((Path(__file__).parents[1] / "webview" / "xss.json").read_text())
OPEN_ALL = "for (const one of document.querySelectorAll('session-transcript details')) one.open = true"
FRAME = "new Promise((done) => requestAnimationFrame(() => setTimeout(done, 60)))"
HARM = """() => [...document.querySelectorAll(":is(session-transcript, session-rail) *")].flatMap((one) => {
  const bad = [...one.attributes].some(({ name, value }) =>
    name.startsWith("on") || /^\\s*(javascript|vbscript|data:)/i.test(value));
  const tag = one.matches("script, iframe, object, embed, form, meta, base, link, style, img:not([src^='blob:'])");
  return bad || tag ? [one.outerHTML.slice(0, 200)] : [];
})"""
CONTRAST = """(selector) => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const paint = (colours) => {
    canvas.clearRect(0, 0, 1, 1);
    for (const colour of colours) { canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1); }
    const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map((value) => {
      const share = value / 255; return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const grounds = (one) => one ? [...grounds(one.parentElement), getComputedStyle(one).backgroundColor] : [];
  return Object.fromEntries([...document.querySelectorAll(selector)].map((one) => {
    const ground = grounds(one);
    const [light, dark] = [paint(ground), paint([...ground, getComputedStyle(one).color])].sort((x, y) => y - x);
    return [one.className, (light + 0.05) / (dark + 0.05)];
  }));
}"""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shelf_hub(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Hub]:
    folder = tmp_path_factory.mktemp("shelf")
    await seed_shelf(folder / "pilot", CORPUS)
    hub = Hub(folder / "pilot", {"HOME": str(folder), "PATH": "/usr/bin:/bin"})
    hub.start()
    yield hub
    hub.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def shelf(browser: Browser, shelf_hub: Hub) -> AsyncIterator[Screens]:
    async def pair() -> dict[str, str]:
        async with shelf_hub.client() as owner:
            _status, link = await owner.call("POST", "/api/pair", {})
        return dict(link)

    screens = Screens(browser, shelf_hub, pair)
    yield screens
    await screens.close()


async def opened(screens: Screens, session: str = SHELF, **options: object) -> Screen:
    screen = await screens.paired(**options)
    await screen.show(session)
    await expect(screen.log.locator(".line").first).to_be_visible()
    return screen


def card(screen: Screen, verb: str) -> object:
    return screen.log.locator("tool-card", has=screen.page.locator(".verb", has_text=verb)).first


async def to(screen: Screen, words: str) -> None:
    """Scroll until a line with these words is in the page."""
    await screen.log.focus()
    await screen.page.keyboard.press("Home")
    for _ in range(40):
        line = screen.log.locator(".lines > .line", has_text=words).first
        if await line.count():
            await line.scroll_into_view_if_needed()
            return
        await screen.page.keyboard.press("PageDown")
        await screen.page.evaluate(FRAME)
    raise AssertionError(f"{words!r} is nowhere in the transcript")


async def test_tools_are_told_by_what_they_do(shelf: Screens) -> None:
    screen = await opened(shelf)
    await to(screen, "src/cart.js")
    await expect(screen.log.locator("tool-card", has_text="Read").first).to_contain_text("lines 10\u201360")
    await to(screen, "1 of 3 done")
    todos = screen.log.locator(".tool-todos")
    await expect(todos.locator("[data-state=completed]")).to_have_text("Done: Read the cart")
    await to(screen, "npm test")
    shell = screen.log.locator("tool-card", has_text="npm test")
    await expect(shell).to_contain_text("100% done")
    await expect(shell).not_to_contain_text("10%")
    await expect(shell.locator(".ansi-red").first).to_have_text("✗ total of a guest")
    await expect(shell).not_to_contain_text("case 150")
    await shell.get_by_role("button", name="Show all 305 lines").click()
    await expect(shell).to_contain_text("case 150")
    await expect(shell).to_contain_text("Exit code 1")
    await to(screen, "Edit")
    await expect(screen.log.locator("diff-view .del mark")).to_have_text("round(sum)")
    await to(screen, "linear · list_issues")
    issues = screen.log.locator("tool-card", has_text="linear · list_issues")
    await issues.locator("summary").click()
    await expect(issues.locator("pre.json")).to_contain_text('"title": "Totals"')


async def test_a_sub_agent_is_followed_inside_its_call(shelf: Screens) -> None:
    screen = await opened(shelf)
    await to(screen, "Sub-agent")
    agent = screen.log.locator("tool-card", has_text="Sub-agent").first
    await expect(agent.locator(".last")).to_have_text("The bill rounds once more.")
    await agent.locator("summary").first.click()
    await expect(agent.locator("sub-agent")).to_contain_text("cat src/bill.js")
    await expect(agent.locator("sub-agent strong")).to_have_text("rounds")
    await agent.get_by_role("button", name="Open Look at the bill").click()
    await expect(screen.page).to_have_url(f"{screen.url}/#session=shelf-child")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_code_is_coloured_readably_and_copied(shelf: Screens, scheme: str) -> None:
    screen = await opened(shelf, color_scheme=scheme, permissions=["clipboard-read", "clipboard-write"])
    await to(screen, "What I found")
    await expect(screen.log.locator(".hl-keyword").first).to_have_text("export")
    ratios = await screen.page.evaluate(CONTRAST, ".code-block [class^=hl-]")
    assert len(ratios) >= 4
    assert min(ratios.values()) >= 4.5, ratios
    block = screen.log.locator(".code-block").first
    await expect(block.locator(".language")).to_have_text("JavaScript")
    await block.get_by_role("button", name="Copy code").click()
    await expect(block).to_contain_text("Copied")
    assert (await screen.page.evaluate("navigator.clipboard.readText()")).startswith("export function total(items) {\n")
    folded = screen.log.locator(".code-block[data-folded]")
    await folded.get_by_role("button", name="Show all 50 lines").click()
    await expect(folded).to_have_count(0)
    await to(screen, "npm test")
    ratios = await screen.page.evaluate(CONTRAST, "tool-output span")
    assert min(ratios.values()) >= 4.5, ratios


async def test_a_message_has_an_address_that_leads_back_to_it(shelf: Screens) -> None:
    screen = await opened(shelf, permissions=["clipboard-read", "clipboard-write"])
    await to(screen, "Please find out")
    prompt = screen.log.locator(".line-prompt").first
    await prompt.hover()
    await expect(prompt.locator("time")).not_to_be_empty()
    await prompt.get_by_role("button", name="Copy link").click()
    await expect(prompt).to_contain_text("Link copied")
    link = await screen.page.evaluate("navigator.clipboard.readText()")
    await screen.page.goto("about:blank")
    await screen.page.goto(link)
    marked = screen.log.locator(".line[data-marked]")
    await expect(marked).to_contain_text("Please find out")
    await expect(marked).to_be_in_viewport()
    await screen.page.goto(f"{screen.url}/#session={SHELF}&item=gone")
    gone = screen.page.get_by_role("main").get_by_text("That message is not in the session any more.")
    await expect(gone).to_be_visible()


async def test_words_are_found_with_the_usual_keys(shelf: Screens) -> None:
    screen = await opened(shelf)
    await screen.log.focus()
    await screen.page.keyboard.press("Control+f")
    field = screen.page.get_by_role("textbox", name="Find in session")
    await expect(field).to_be_focused()
    await field.fill("rounds")
    count = screen.page.locator("find-bar .count")
    await expect(count).to_have_text("3/3")
    await field.press("Enter")
    await expect(count).to_have_text("1/3")
    assert await screen.page.evaluate("CSS.highlights.get('found-now').size") == 1
    await field.press("Shift+Enter")
    await expect(count).to_have_text("3/3")
    await field.fill("nowhere at all")
    await expect(count).to_have_text("Nothing found")
    await field.press("Escape")
    await expect(field).to_be_hidden()
    await expect(screen.log).to_be_focused()
    assert await screen.page.evaluate("CSS.highlights.get('found').size") == 0


async def test_what_is_opened_stays_open_and_does_not_move_what_is_read(shelf: Screens) -> None:
    screen = await opened(shelf)
    await to(screen, "round\\(")
    search = screen.log.locator("tool-card", has_text="Search").first
    before = await search.bounding_box()
    await search.locator("summary").click()
    await expect(search).to_contain_text("src/bill.js:7")
    after = await search.bounding_box()
    assert before
    assert after
    assert abs(before["y"] - after["y"]) <= 1
    await screen.page.keyboard.press("End")
    await expect(screen.log).to_contain_text("overloaded")
    await to(screen, "round\\(")
    await expect(screen.log.locator("tool-card", has_text="Search").first).to_contain_text("src/bill.js:7")


async def test_notes_and_thoughts_are_quiet_and_a_picture_enlarges(shelf: Screens) -> None:
    screen = await opened(shelf)
    await expect(screen.log.locator(".note")).to_have_text(["Model: gpt-large", "Context compacted"])
    await to(screen, "Thought for 4.0 s")
    await screen.page.keyboard.press("End")
    await screen.log.get_by_role("button", name="Enlarge screen.png").click()
    large = screen.page.get_by_role("dialog", name="screen.png")
    await expect(large.get_by_role("img", name="screen.png")).to_be_visible()
    assert await large.locator("img").evaluate("(image) => image.naturalWidth") == 320
    await screen.page.keyboard.press("Escape")
    await expect(large).to_have_count(0)
    await to(screen, "receipt.pdf")
    await expect(screen.log.locator(".attached")).to_have_text("receipt.pdf · 81 kB")


async def test_a_tool_that_runs_ticks_and_what_comes_below_does_not_move_the_reader(
    shelf_hub: Hub, shelf: Screens
) -> None:
    screen = await opened(shelf)
    running = {"tool_name": "Bash", "tool_use_id": "live-1", "tool_input": {"command": "make all"}}
    said = {"session_id": "live", "cwd": FOLDER, "turn_id": "t"}
    await hook(shelf_hub, "UserPromptSubmit", {**said, "prompt": "\n".join(f"line {n}" for n in range(80))})
    await hook(shelf_hub, "PreToolUse", {**said, **running})
    await screen.show("live")
    meta = screen.log.locator("tool-card .meta")
    await expect(meta).to_contain_text("Running · 2 s")
    await screen.page.evaluate("document.querySelector('session-transcript .log').scrollTop = 0")
    await screen.page.evaluate(FRAME)
    asked = len(screen.requests)
    for number in range(3):
        await hook(shelf_hub, "PreToolUse", {**said, **running, "tool_use_id": f"later-{number}"})
    await expect(screen.page.locator(".jump")).to_have_text("Jump to latest · 3 new")
    assert await screen.page.evaluate("document.querySelector('session-transcript .log').scrollTop") == 0
    await screen.page.locator(".jump").click()
    await expect(screen.page.locator(".jump")).to_be_hidden()
    await expect(screen.log.locator("tool-card").last).to_be_in_viewport()
    assert len(screen.requests) - asked <= 5, "a turn comes over the stream"


async def test_nothing_an_agent_or_a_file_says_comes_to_life(shelf: Screens) -> None:
    screen = await opened(shelf, HOSTILE)
    screen.expected = "404"
    for _ in range(30):
        await screen.page.keyboard.press("Home")
        await screen.page.evaluate(FRAME)
        if not await screen.page.locator(".log-top").inner_text():
            break
    seen: set[str] = set()
    for _ in range(400):
        await screen.page.evaluate(OPEN_ALL)
        await screen.page.evaluate(FRAME)
        assert await screen.page.evaluate(HARM) == []
        ids = await screen.page.evaluate(
            "[...document.querySelectorAll('.lines > .line')].map((one) => one.dataset.item)"
        )
        seen.update(ids)
        end = await screen.page.evaluate(
            "(() => { const log = document.querySelector('session-transcript .log');"
            "log.scrollTop += log.clientHeight * 2;"
            "return log.scrollHeight - log.scrollTop - log.clientHeight < 2 && !document.querySelector('.hole') })()"
        )
        if end:
            break
    assert len(seen) >= len(CORPUS) * 10


async def hook(hub: Hub, event: str, body: dict[str, object]) -> None:
    token = json.loads((hub.home / "tokens.json").read_text())["hook"]
    headers = {"Authorization": f"Bearer {token}"}
    address = f"{hub.file['url']}/codex/hooks/{event}"
    async with (
        aiohttp.ClientSession() as http,
        http.post(address, json={"hook_event_name": event, **body}, headers=headers) as answer,
    ):
        assert answer.status in (200, 204), await answer.text()

"""A session of 5,000 messages: opens at once, scrolls through, and stays small."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from bench.long_session import MESSAGES, OTHER, SESSION, opening_ms, said, seed
from playwright.async_api import Browser, Page, expect

from agents.harness.hub import Hub
from browser.harness.screen import Screen, Screens

LIMIT_MS = 300
SLACK = 3
"""A busy machine; ``make bench`` measures on a quiet one."""
MOST_LINES = 150
MOST_ITEMS = 1_200
WHEEL = 700
FRAME = "new Promise((done) => requestAnimationFrame(() => setTimeout(done)))"
LINES = "document.querySelectorAll('session-transcript .lines > .line').length"
TOP_LINE = """() => {
  const log = document.querySelector("session-transcript .log");
  const edge = log.getBoundingClientRect().top;
  const line = [...log.querySelectorAll(".lines > .line")].find((one) => one.getBoundingClientRect().bottom > edge + 1);
  return [line.dataset.item, Math.round(line.getBoundingClientRect().top - edge)];
}"""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def long_hub(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Hub]:
    """A hub that finds a long session in its store."""
    folder = tmp_path_factory.mktemp("long")
    await seed(folder / "pilot")
    hub = Hub(folder / "pilot", {"HOME": str(folder), "PATH": "/usr/bin:/bin"})
    hub.start()
    yield hub
    hub.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def long_screens(browser: Browser, long_hub: Hub) -> AsyncIterator[Screens]:
    async def pair() -> dict[str, str]:
        async with long_hub.client() as owner:
            _status, link = await owner.call("POST", "/api/pair", {})
        return dict(link)

    screens = Screens(browser, long_hub, pair)
    yield screens
    await screens.close()


async def opened(screens: Screens) -> Screen:
    screen = await screens.paired()
    await screen.show(SESSION)
    await expect(screen.log).to_contain_text(said(MESSAGES - 1))
    return screen


async def at(page: Page) -> tuple[str, int]:
    item, offset = await page.evaluate(TOP_LINE)
    return str(item), int(offset)


async def test_it_is_painted_in_a_moment(long_screens: Screens) -> None:
    screen = await long_screens.paired()
    await screen.show(OTHER)
    row = f'session-rail [data-session="{SESSION}"]'
    await expect(screen.page.locator(row).first).to_be_visible()
    took = await opening_ms(screen.page, row)
    assert took < LIMIT_MS * SLACK
    assert await screen.page.evaluate(LINES) < MOST_LINES


async def test_scrolling_to_the_beginning_and_back_stays_small(long_screens: Screens) -> None:
    screen = await opened(long_screens)
    page = screen.page
    most_lines = 0
    for direction, goal in (("Home", said(0)), ("End", said(MESSAGES - 1))):
        await screen.log.focus()
        for _ in range(200):
            await page.keyboard.press(direction if direction == "Home" else "PageDown")
            await page.evaluate(FRAME)
            most_lines = max(most_lines, await page.evaluate(LINES))
            if goal in await screen.log.inner_text():
                break
            if direction == "End":
                await page.evaluate("document.querySelector('session-transcript .log').scrollTop += 6000")
                await page.wait_for_timeout(200)
        await expect(screen.log).to_contain_text(goal)
    assert most_lines < MOST_LINES


async def test_what_is_read_stays_while_older_messages_load(long_screens: Screens) -> None:
    screen = await opened(long_screens)
    page = screen.page
    await page.mouse.move(600, 400)
    jumps = []
    for _ in range(60):
        before = await at(page)
        await page.mouse.wheel(0, -WHEEL)
        await page.wait_for_timeout(60)
        await page.evaluate(FRAME)
        after = await page.evaluate(
            "(item) => { const line = document.querySelector(`.lines > [data-item='${item}']`);"
            "const edge = document.querySelector('session-transcript .log').getBoundingClientRect().top;"
            "return line && Math.round(line.getBoundingClientRect().top - edge) }",
            before[0],
        )
        if after is not None:
            jumps.append(after - before[1])
    assert len(jumps) > 20
    assert all(abs(moved - WHEEL) <= 2 for moved in jumps[:-1] if moved), sorted(set(jumps))
    await page.wait_for_timeout(600)
    rest = await at(page)
    await page.wait_for_timeout(600)
    item, offset = await at(page)
    assert item == rest[0]
    assert abs(offset - rest[1]) <= 1

"""The same dashboard on a phone: one thing at a time."""

from playwright.async_api import expect

from agents.harness.hub import Client
from agents.harness.opencode import Serve
from browser.harness.screen import PHONE, Screen, Screens
from browser.harness.steps import begin, gone, refill

TARGET = 44
SMALL = """(least) => [...document.querySelectorAll("button, a[href], select, input, textarea, summary")]
  .filter((element) => element.checkVisibility({ visibilityProperty: true }))
  .map((element) => element.closest("label") ?? element)
  .map((element) => ({ box: element.getBoundingClientRect(), text: element.ariaLabel || element.textContent }))
  .filter(({ box, text }) => box.width > 0 && (box.height < least - 0.5 || box.width < least - 0.5))
  .map(({ box, text }) => `${text.trim().slice(0, 40)}: ${Math.round(box.width)} by ${Math.round(box.height)}`)"""


async def test_from_the_list_to_the_ask_to_allow(serve: Serve, client: Client, screens: Screens) -> None:
    screen = await screens.paired("Phone", **PHONE)
    session = await begin(serve, client)
    await screen.page.goto(screen.url)
    rows = screen.page.get_by_role("main", name="Sessions")
    await expect(rows).to_be_visible()
    await big_enough(screen)
    keep = refill(serve)
    serve.prompt(session, "clean please")
    row = rows.get_by_role("region", name="Needs you").locator(f"[data-session='{session}']")
    await expect(row).to_contain_text("rm -rf node_modules")
    await row.tap()
    await expect(screen.permission).to_contain_text("rm -rf node_modules")
    await expect(rows).to_be_hidden()
    await big_enough(screen)
    await screen.button("Allow once").tap()
    await client.idle(session)
    await gone(keep)
    await expect(screen.log).to_contain_text("Allowed once by Phone")
    await big_enough(screen)
    await screen.page.go_back()
    await expect(rows).to_be_visible()


async def test_the_page_of_asks_leads_to_each(serve: Serve, client: Client, screens: Screens) -> None:
    screen = await screens.paired("Phone", **PHONE)
    session = await begin(serve, client)
    serve.prompt(session, "clean please")
    await client.waiting(session)
    await screen.page.goto(screen.url)
    await screen.page.get_by_role("navigation", name="Pages").get_by_role("button", name="Asks").tap()
    await big_enough(screen)
    await screen.page.locator("ask-list").get_by_role("button").filter(has_text="rm -rf node_modules").tap()
    await screen.button("Deny").tap()
    await client.idle(session)
    await expect(screen.log).to_contain_text("Denied by Phone")


async def big_enough(screen: Screen) -> None:
    """Check that a finger can hit everything in sight, and that nothing is wider than the screen."""
    assert await screen.page.evaluate(SMALL, TARGET) == []
    assert await screen.page.evaluate("document.documentElement.scrollWidth <= innerWidth")

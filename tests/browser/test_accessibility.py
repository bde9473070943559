"""axe finds nothing at WCAG AA, in light and dark, on the views people use."""

import json
from pathlib import Path
from typing import Literal

import pytest
from playwright.async_api import Browser, expect

from agents.harness.hub import Client
from agents.harness.opencode import Serve
from browser.harness.screen import DESK, PHONE, Screen, Screens
from browser.harness.steps import begin
from fakes.hub_process import start_hub

AXE = (Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js").read_text()
RUN = """async () => {
  const runOnly = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const { violations } = await axe.run(document, { runOnly });
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, any }) => `${id} ${target} ${any.map(({ message }) => message).join("; ")}`));
}"""
ZOOMED = {"viewport": {"width": 640, "height": 400}, "device_scale_factor": 2}
"""1280 by 800 at 200 %."""
SIZES = {"desk": DESK, "phone": PHONE, "zoomed": ZOOMED}
SHEETS = (
    "palette", "shortcuts", "new", "diff", "about", "usage", "share", "settings", "pair", "devices", "follow",
    "notifications",
)  # fmt: skip
FITS = "document.documentElement.scrollWidth <= innerWidth"
LIVE = """() => [...document.querySelectorAll("[aria-live=assertive], [role=alert]")]
  .filter((one) => one.textContent.trim()).length"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", ["desk", "phone"])
async def test_the_main_views(
    serve: Serve, client: Client, screens: Screens, size: str, scheme: Literal["light", "dark"]
) -> None:
    screen = await screens.paired(color_scheme=scheme, reduced_motion="reduce", **SIZES[size])
    session = await begin(serve, client)
    serve.prompt(session, "plan it")
    await client.idle(session)
    serve.prompt(session, "both please")
    await client.waiting(session)
    await screen.page.goto(screen.url)
    await expect(screen.page.locator("session-rail")).to_be_visible()
    await clean(screen)
    await screen.show(session)
    await expect(screen.button("Allow once")).to_be_enabled()
    await clean(screen)
    await screen.button("Deny with note…").click()
    await clean(screen)
    await screen.button("Deny with this note").click()
    await client.idle(session)
    serve.prompt(session, "choose for me")
    await expect(screen.button("Send answer")).to_be_enabled()
    await clean(screen)
    await screen.button("Dismiss").click()
    await client.idle(session)
    await expect(screen.log).to_contain_text("Denied by Desk")
    await clean(screen)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_sheets_and_the_pairing_screen(
    serve: Serve, client: Client, screens: Screens, scheme: Literal["light", "dark"]
) -> None:
    stranger = await screens.unpaired(color_scheme=scheme, reduced_motion="reduce")
    stranger.expected = "401"
    await stranger.page.goto(stranger.url)
    await expect(stranger.button("Pair this browser")).to_be_visible()
    await clean(stranger)
    screen = await screens.paired(color_scheme=scheme, reduced_motion="reduce")
    await screen.show(await begin(serve, client))
    for name in ("Keyboard shortcuts", "New session"):
        await screen.button(name).click()
        await expect(screen.page.get_by_role("dialog")).to_be_visible()
        await clean(screen)
        await screen.page.keyboard.press("Escape")
        await expect(screen.page.get_by_role("dialog")).to_have_count(0)


@pytest.mark.parametrize(
    ("size", "scheme", "theme"),
    [
        ("desk", "light", "system"), ("phone", "dark", "system"), ("zoomed", "light", "system"),
        ("desk", "dark", "contrast"), ("desk", "light", "contrast"),
    ],
)  # fmt: skip
async def test_every_sheet_and_page_in_every_size_and_theme(
    tmp_path: Path, browser: Browser, size: str, scheme: Literal["light", "dark"], theme: str
) -> None:
    async with start_hub(tmp_path / "home", "--demo") as hub:
        _, link = await hub.call("POST", "/api/pair", {})
        context = await browser.new_context(color_scheme=scheme, reduced_motion="reduce", **SIZES[size])  # type: ignore[arg-type] # fixed sets of options
        screen = Screen(await context.new_page(), hub.url)
        await screen.page.add_init_script(f"localStorage.setItem('pilot:theme', '{theme}')")
        await screen.page.goto(json.loads(json.dumps(link))["url"])
        row = screen.page.locator("session-rail [data-session]").first
        session = await row.get_attribute("data-session")
        for place in ("", "#asks", f"#session={session}"):
            await screen.page.goto(f"{hub.url}/{place}")
            await screen.when("!document.querySelector('.skeleton')")
            await clean(screen)
            assert await screen.page.evaluate(FITS), place
        for sheet in SHEETS:
            await screen.page.evaluate("(name) => document.querySelector('app-shell').actions.showSheet(name)", sheet)
            await expect(screen.page.locator("dialog[open]")).to_be_visible()
            await clean(screen)
            assert await screen.page.evaluate(FITS), sheet
            await screen.page.evaluate("document.querySelector('app-shell').actions.showSheet(null)")
            await expect(screen.page.locator("dialog[open]")).to_have_count(0)
        assert await screen.page.evaluate(LIVE) <= 1, "one voice at a time"
        await context.close()
        screen.check()


async def test_focus_goes_into_a_sheet_and_back_to_where_it_was(tmp_path: Path, browser: Browser) -> None:
    async with start_hub(tmp_path / "home", "--demo") as hub:
        _, link = await hub.call("POST", "/api/pair", {})
        context = await browser.new_context(**DESK)  # type: ignore[arg-type] # a fixed set of options
        screen = Screen(await context.new_page(), hub.url)
        await screen.page.goto(json.loads(json.dumps(link))["url"])
        for name in ("Settings", "Keyboard shortcuts"):
            await screen.button(name).focus()
            await screen.page.keyboard.press("Enter")
            await expect(screen.page.get_by_role("dialog")).to_be_visible()
            assert await screen.page.evaluate("document.activeElement.closest('dialog') !== null")
            await screen.page.keyboard.press("Escape")
            await expect(screen.page.get_by_role("dialog")).to_have_count(0)
            await expect(screen.button(name)).to_be_focused()
        await context.close()
        screen.check()


async def clean(screen: Screen) -> None:
    """Fail with what axe found."""
    if not await screen.page.evaluate("'axe' in window"):
        await screen.page.evaluate(AXE)
    assert await screen.page.evaluate(RUN) == []

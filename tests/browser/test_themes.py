"""The colours a person chose hold, on every page and after a reload; the device's own wish counts otherwise."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from browser.harness.screen import DESK, Screen
from fakes.hub_process import HubProcess, start_hub

GROUND = "getComputedStyle(document.body).backgroundColor"
CONTRAST = """() => {
  const numbers = (colour) => colour.match(/[\\d.]+/g).slice(0, 3).map(Number);
  const light = (colour) => {
    const [r, g, b] = numbers(colour).map((part) => part / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = light(getComputedStyle(document.body).backgroundColor);
  const texts = [...document.querySelectorAll("session-rail h2, session-rail time, session-head .facts")];
  return texts.map((text) => light(getComputedStyle(text).color))
    .map((text) => (Math.max(text, ground) + 0.05) / (Math.min(text, ground) + 0.05));
}"""


@pytest_asyncio.fixture(loop_scope="session")
async def own_hub(tmp_path: Path) -> AsyncIterator[HubProcess]:
    async with start_hub(tmp_path / "home", "--demo") as hub:
        yield hub


async def visit(hub: HubProcess, browser: Browser, **options: object) -> Screen:
    """Open the page in a paired browser."""
    status, link = await hub.call("POST", "/api/pair", {})
    assert status == 201
    context = await browser.new_context(**{**DESK, **options})  # type: ignore[arg-type] # a fixed set of options
    screen = Screen(await context.new_page(), hub.url)
    await screen.page.goto(json.loads(json.dumps(link))["url"])
    await expect(screen.log).to_be_visible()
    return screen


async def leave(screen: Screen) -> None:
    await screen.page.context.close()
    screen.check()


async def test_dark_is_dark_on_a_light_device_and_stays_after_a_reload(own_hub: HubProcess, browser: Browser) -> None:
    screen = await visit(own_hub, browser, color_scheme="light")
    light = await screen.page.evaluate(GROUND)
    await screen.button("Settings").click()
    await screen.page.get_by_role("radio", name="Dark").check()
    dark = await screen.page.evaluate(GROUND)
    assert (light, dark) == ("rgb(251, 251, 250)", "rgb(18, 20, 23)")
    await screen.page.reload()
    await expect(screen.log).to_be_visible()
    assert await screen.page.evaluate(GROUND) == dark
    await screen.page.get_by_role("radio", name="System").check()  # the address leads to the settings still
    assert await screen.page.evaluate(GROUND) == light
    await leave(screen)


@pytest.mark.parametrize("options", [{"contrast": "more"}, {}], ids=["by the device", "by choice"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_high_contrast_is_seven_to_one_even_for_what_is_secondary(
    own_hub: HubProcess, browser: Browser, scheme: str, options: dict[str, str]
) -> None:
    screen = await visit(own_hub, browser, color_scheme=scheme, **options)
    if not options:
        await screen.button("Settings").click()
        await screen.page.get_by_role("radio", name="High contrast").check()
        await screen.page.keyboard.press("Escape")
    ratios = await screen.page.evaluate(CONTRAST)
    assert ratios
    assert min(ratios) >= 7
    await leave(screen)


async def test_with_the_systems_own_palette_what_only_colour_told_still_shows(
    own_hub: HubProcess, browser: Browser
) -> None:
    screen = await visit(own_hub, browser, forced_colors="active")
    dot = screen.page.locator("session-head .dot").first
    await expect(dot).to_be_visible()
    assert await dot.evaluate("(dot) => getComputedStyle(dot).forcedColorAdjust") == "none"
    row = screen.page.locator("session-rail [aria-current]").first
    assert await row.evaluate("(row) => getComputedStyle(row).outlineStyle") == "solid"
    await leave(screen)


async def test_nothing_moves_for_who_asked_for_that(own_hub: HubProcess, browser: Browser) -> None:
    screen = await visit(own_hub, browser, reduced_motion="reduce")
    await screen.button("Settings").click()
    moving = "document.getAnimations().filter((one) => one.playState === 'running').length"
    assert await screen.page.evaluate(moving) == 0
    await leave(screen)

"""axe finds nothing at WCAG AA, in light and dark, on the views people use."""

from pathlib import Path
from typing import Literal

import pytest
from playwright.async_api import expect

from agents.harness.hub import Client
from agents.harness.opencode import Serve
from browser.harness.screen import DESK, PHONE, Screen, Screens
from browser.harness.steps import begin

AXE = (Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js").read_text()
RUN = """async () => {
  const runOnly = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const { violations } = await axe.run(document, { runOnly });
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, any }) => `${id} ${target} ${any.map(({ message }) => message).join("; ")}`));
}"""
SIZES = {"desk": DESK, "phone": PHONE}


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


async def clean(screen: Screen) -> None:
    """Fail with what axe found."""
    if not await screen.page.evaluate("'axe' in window"):
        await screen.page.evaluate(AXE)
    assert await screen.page.evaluate(RUN) == []

"""A browser that the hub does not know yet."""

from playwright.async_api import expect

from agents.harness.hub import Client
from browser.harness.screen import Screens


async def test_a_fresh_browser_is_paired_with_a_pasted_link(client: Client, screens: Screens) -> None:
    screen = await screens.unpaired()
    screen.expected = "401"  # the browser logs the 401 that tells the page
    await screen.page.goto(screen.url)
    await expect(screen.page.get_by_role("heading", name="This browser is not paired")).to_be_visible()
    await screen.page.get_by_role("textbox", name="Pairing link or code").fill(await link(client))
    await screen.page.get_by_role("textbox", name="Name of this device").fill("Kitchen")
    await screen.button("Pair this browser").click()
    await expect(screen.page.get_by_role("navigation", name="Sessions")).to_be_visible()
    cookie = (await screen.page.context.cookies())[0]
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Strict"
    assert await screen.page.evaluate("document.cookie") == ""


async def test_a_link_opens_the_dashboard_and_a_used_one_explains_itself(client: Client, screens: Screens) -> None:
    once = await link(client)
    screen = await screens.unpaired()
    await screen.page.goto(once)
    await expect(screen.page.get_by_role("navigation", name="Sessions")).to_be_visible()
    assert "code=" not in screen.page.url
    late = await screens.unpaired()
    late.expected = "401"
    await late.page.goto(once)
    await expect(late.page.get_by_role("alert")).to_contain_text("used already")
    await expect(late.page.get_by_role("alert")).to_contain_text("pilot pair")
    await late.page.get_by_role("textbox", name="Pairing link or code").fill(await link(client))
    await late.button("Pair this browser").click()
    await expect(late.page.get_by_role("navigation", name="Sessions")).to_be_visible()


async def link(client: Client) -> str:
    status, body = await client.call("POST", "/api/pair", {})
    assert status == 201, body
    return str(body["url"])

"""A transcript that is taken along: as a file to read, as one for programs, in the clipboard."""

import json
from pathlib import Path

from playwright.async_api import expect

from agents.harness.hub import Client
from agents.harness.model import SPEECH
from agents.harness.opencode import Serve
from browser.harness.screen import PHONE, Screen, Screens
from browser.harness.steps import begin


async def spoken(serve: Serve, client: Client, screen: Screen) -> None:
    """Show a session in which something was said, and open the sheet."""
    session = await begin(serve, client)
    await screen.show(session)
    serve.prompt(session, "speak to me, <b>loudly</b>")
    await client.idle(session)
    await expect(screen.log).to_contain_text(SPEECH)
    if await screen.button("Save or share the transcript").count() == 0:
        await screen.button("About this session").click()
    await screen.button("Save or share the transcript").click()


async def saved(screen: Screen, button: str, folder: Path) -> tuple[str, str]:
    """Press, and return name and text of the file that comes."""
    async with screen.page.expect_download() as saving:
        await screen.page.get_by_role("dialog").get_by_role("button", name=button).click()
    download = await saving.value
    await download.save_as(folder / "saved")
    return download.suggested_filename, (folder / "saved").read_text()


async def test_the_transcript_is_saved_as_markdown_and_as_json(
    serve: Serve, client: Client, screens: Screens, tmp_path: Path
) -> None:
    screen = await screens.paired()
    await spoken(serve, client, screen)
    name, text = await saved(screen, "Save as Markdown", tmp_path)
    assert name.endswith(".md")
    assert SPEECH in text
    assert "speak to me" in text
    name, text = await saved(screen, "Save as JSON", tmp_path)
    assert name.endswith(".json")
    assert SPEECH in json.dumps(json.loads(text), ensure_ascii=False)


async def test_the_transcript_is_copied(serve: Serve, client: Client, screens: Screens) -> None:
    screen = await screens.paired()
    await screen.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await spoken(serve, client, screen)
    sheet = screen.page.get_by_role("dialog", name="Save or share")
    await sheet.get_by_role("button", name="Copy as Markdown").click()
    await expect(sheet.get_by_role("status")).to_have_text("Copied.")
    assert SPEECH in await screen.page.evaluate("navigator.clipboard.readText()")


async def test_a_page_without_a_clipboard_of_its_own_copies_all_the_same(
    serve: Serve, client: Client, screens: Screens
) -> None:
    screen = await screens.paired()
    await screen.page.context.grant_permissions(["clipboard-read"])
    script = "Object.defineProperty(navigator.clipboard, 'writeText', { value: undefined })"
    await screen.page.add_init_script(script)
    await spoken(serve, client, screen)
    sheet = screen.page.get_by_role("dialog", name="Save or share")
    await sheet.get_by_role("button", name="Copy as Markdown").click()
    await expect(sheet.get_by_role("status")).to_have_text("Copied.")
    assert SPEECH in await screen.page.evaluate("navigator.clipboard.readText()")


async def test_a_phone_hands_it_to_its_other_apps(serve: Serve, client: Client, screens: Screens) -> None:
    screen = await screens.paired("Phone", **PHONE)
    await screen.page.add_init_script(
        "window.shared = []; navigator.canShare = () => true;"
        "navigator.share = async ({ files }) => shared.push(files[0].name, await files[0].text());"
    )
    await spoken(serve, client, screen)
    await screen.page.get_by_role("dialog", name="Save or share").get_by_role("button", name="Share…").click()
    await screen.when("window.shared.length === 2")
    name, text = await screen.page.evaluate("window.shared")
    assert name.endswith(".txt")
    assert SPEECH in text


async def test_a_hub_that_cannot_write_it_says_so_in_the_sheet(serve: Serve, client: Client, screens: Screens) -> None:
    screen = await screens.paired()
    screen.expected = "Failed to load resource"
    await spoken(serve, client, screen)
    await screen.page.route("**/export?*", lambda route: route.abort())
    sheet = screen.page.get_by_role("dialog", name="Save or share")
    await sheet.get_by_role("button", name="Save as Markdown").click()
    await expect(sheet.get_by_role("status")).to_contain_text("Pilot cannot be reached.")

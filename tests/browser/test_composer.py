"""Writing a prompt: files, commands, what was sent before, pictures, models."""

import base64

from playwright.async_api import Locator, expect

from agents.harness.hub import Client
from agents.harness.model import Model
from agents.harness.opencode import Serve
from browser.harness.screen import PHONE, Screen, Screens
from browser.harness.steps import begin
from browser.test_phone import big_enough

PASTE = """(field, data) => {
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  const transfer = new DataTransfer();
  transfer.items.add(new File([bytes], "screen.png", { type: "image/png" }));
  field.dispatchEvent(new ClipboardEvent("paste", { clipboardData: transfer, bubbles: true, cancelable: true }));
}"""
DRAW = """() => {
  const canvas = document.createElement("canvas");
  canvas.width = 3000; canvas.height = 1200;
  canvas.getContext("2d").fillRect(0, 0, 3000, 1200);
  return canvas.toDataURL("image/png").split(",")[1];
}"""


async def test_a_file_is_mentioned_by_part_of_its_name(
    serve: Serve, client: Client, screens: Screens, model: Model
) -> None:
    screen = await screens.paired()
    session = await begin(serve, client)
    deep = serve.project / "lighthouse" / "lamp room.txt"
    deep.parent.mkdir(exist_ok=True)
    deep.write_text("light\n")
    (serve.project / "lighthouse" / "keeper.txt").write_text("keeper\n")
    await screen.show(session)
    await screen.composer.press_sequentially("speak about @keep")
    await expect(suggested(screen, "lighthouse/keeper.txt")).to_be_visible()
    await screen.page.keyboard.press("Enter")
    await expect(screen.composer).to_have_value("speak about @lighthouse/keeper.txt ")
    await screen.page.keyboard.press("Enter")
    await expect(screen.log).to_contain_text("@lighthouse/keeper.txt")
    await client.idle(session)
    assert model.heard("lighthouse/keeper.txt")
    deep.unlink()


async def test_escape_leaves_the_suggestions_and_keeps_the_words(
    serve: Serve, client: Client, screens: Screens
) -> None:
    screen = await screens.paired()
    await screen.show(await begin(serve, client))
    await screen.composer.press_sequentially("@READ")
    await expect(suggested(screen, "README.md")).to_be_visible()
    await screen.page.keyboard.press("Escape")
    await expect(suggested(screen, "README.md")).to_have_count(0)
    await expect(screen.composer).to_be_focused()
    await screen.composer.press_sequentially("ME")
    await expect(screen.composer).to_have_value("@README")
    await expect(suggested(screen, "README.md")).to_have_count(0)


async def test_the_agents_commands_are_suggested_at_the_beginning(
    serve: Serve, client: Client, screens: Screens
) -> None:
    screen = await screens.paired()
    await screen.show(await begin(serve, client))
    await screen.composer.press_sequentially("/in")
    await expect(suggested(screen, "/init")).to_be_visible()
    await screen.page.keyboard.press("Tab")
    await expect(screen.composer).to_have_value("/init ")


async def test_what_was_sent_before_comes_back_by_the_arrow_keys(
    serve: Serve, client: Client, screens: Screens
) -> None:
    screen = await screens.paired()
    session = await begin(serve, client)
    await screen.show(session)
    for words in ("speak once", "speak twice"):
        await screen.composer.fill(words)
        await screen.page.keyboard.press("Enter")
        await client.idle(session)
    await screen.composer.fill("half")
    await screen.page.keyboard.press("ArrowUp")
    await expect(screen.composer).to_have_value("speak twice")
    await screen.page.keyboard.press("ArrowUp")
    await expect(screen.composer).to_have_value("speak once")
    await screen.page.keyboard.press("ArrowDown")
    await screen.page.keyboard.press("ArrowDown")
    await expect(screen.composer).to_have_value("half")
    await screen.page.reload()
    await expect(screen.composer).to_have_value("half")
    await screen.composer.press("ArrowUp")
    await expect(screen.composer).to_have_value("speak twice")


async def test_a_picture_is_pasted_made_smaller_shown_and_sent(serve: Serve, client: Client, screens: Screens) -> None:
    screen = await screens.paired()
    session = await begin(serve, client)
    await screen.show(session)
    await expect(screen.button("Add pictures")).to_be_visible()
    large = await screen.page.evaluate(DRAW)
    await screen.composer.evaluate(PASTE, large)
    thumb = screen.page.get_by_role("img", name="screen.png")
    await expect(thumb).to_be_visible()
    assert await thumb.evaluate("(image) => image.naturalWidth") == 2000
    await screen.button("Remove screen.png").click()
    await expect(thumb).to_have_count(0)
    await screen.composer.evaluate(PASTE, base64.b64encode(b"no picture").decode())
    await expect(screen.page.get_by_role("alert").filter(has_text="cannot be read")).to_be_visible()
    await screen.composer.evaluate(PASTE, large)
    await expect(thumb).to_be_visible()
    await screen.composer.fill("speak about this")
    await screen.page.keyboard.press("Enter")
    await expect(screen.page.locator(".thumb")).to_have_count(0)
    await client.idle(session)
    await expect(screen.log.locator("attachment-list").first).to_contain_text("screen.png")


async def test_a_model_among_many_is_searched_and_remembered(serve: Serve, client: Client, screens: Screens) -> None:
    screen = await screens.paired()
    session = await begin(serve, client)
    await screen.show(session)
    await screen.composer.focus()
    chip = screen.page.locator("button[data-choice=model]")
    await chip.click()
    picker = screen.page.get_by_role("dialog", name="Find anything")
    await expect(picker.get_by_role("option").first).to_be_visible()
    await screen.page.keyboard.type("patch")
    name = await picker.locator("[aria-selected=true] .option-title").inner_text()
    await screen.page.keyboard.press("Enter")
    await expect(chip).to_contain_text(name)
    await screen.page.reload()
    await expect(chip).to_contain_text(name)


async def test_on_a_phone_a_file_is_tapped(serve: Serve, client: Client, screens: Screens) -> None:
    screen = await screens.paired("Phone", **PHONE)
    await screen.show(await begin(serve, client))
    await screen.composer.press_sequentially("@READ")
    await expect(suggested(screen, "README.md")).to_be_visible()
    await big_enough(screen)
    await suggested(screen, "README.md").tap()
    await expect(screen.composer).to_have_value("@README.md ")


def suggested(screen: Screen, words: str) -> Locator:
    return screen.page.get_by_role("listbox", name="Suggestions").get_by_role("option").filter(has_text=words)

"""The tabs of projects: what opens and closes them, their order, what each remembers."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Locator, expect

from agents.harness.hub import Client
from agents.harness.opencode import Sandbox, Serve
from browser.harness.screen import Screen, Screens
from browser.harness.steps import begin


def tab(screen: Screen, name: str) -> Locator:
    """Return a project's tab."""
    return screen.page.get_by_role("tab", name=name)


async def names(screen: Screen) -> list[str]:
    """Return the tabs in sight, in order."""
    return await screen.page.locator(".tablist [role=tab]:not([hidden]) .name").all_inner_texts()


@pytest.fixture(scope="module")
def folder(sandbox: Sandbox) -> Path:
    """A second project."""
    return sandbox.new_project("billing")


@pytest.fixture
def billing(sandbox: Sandbox, folder: Path, client: Client) -> Iterator[Serve]:
    """A second OpenCode, in that folder; it comes once the first is there."""
    assert client
    billing = sandbox.serve(folder)
    billing.api("GET", "/session/status")
    yield billing
    billing.stop()


async def open_folders(client: Client, *folders: Path) -> list[str]:
    """Have the hub open some folders; return the projects' ids."""
    ids = []
    for folder in folders:
        folder.mkdir(exist_ok=True)
        status, project = await client.call("POST", "/api/projects", {"directory": str(folder)})
        assert status == 200, project
        ids.append(project["id"])
    return ids


async def test_a_project_opens_by_itself_and_comes_back_when_something_begins_there(
    serve: Serve, billing: Serve, client: Client, screens: Screens
) -> None:
    screen = await screens.paired()
    await screen.show(await begin(serve, client))
    session = await begin(billing, client)
    await expect(tab(screen, "billing")).to_be_visible()
    await tab(screen, "billing").hover()
    await tab(screen, "billing").locator(".close").click()
    await expect(tab(screen, "billing")).to_have_count(0)
    await screen.page.reload()
    await expect(screen.log).to_be_visible()
    await expect(tab(screen, "billing")).to_have_count(0)
    billing.prompt(session, "clean please")
    await client.waiting(session)
    await expect(tab(screen, "billing")).to_contain_text("1")
    await expect(tab(screen, "billing")).to_have_attribute("aria-selected", "false")


async def test_a_closed_tab_is_back_after_undo(serve: Serve, billing: Serve, client: Client, screens: Screens) -> None:
    await begin(billing, client)
    screen = await screens.paired()
    await screen.show(await begin(serve, client))
    await tab(screen, "billing").click(button="middle")
    await expect(tab(screen, "billing")).to_have_count(0)
    await screen.button("Undo").click()
    await expect(tab(screen, "billing")).to_be_visible()


async def test_each_tab_leads_back_to_its_session_draft_and_filter(
    serve: Serve, billing: Serve, client: Client, screens: Screens
) -> None:
    first, second = await begin(serve, client), await begin(serve, client)
    other = await begin(billing, client)
    screen = await screens.paired()
    home = serve.project.name
    await screen.show(first)
    await screen.composer.fill("half a sen")
    await screen.page.get_by_role("searchbox", name="Filter sessions").fill("new")
    await tab(screen, "billing").click()
    await expect(screen.page.get_by_role("searchbox", name="Filter sessions")).to_have_value("")
    await screen.page.locator(f"[data-session='{other}']").click()
    await expect(screen.composer).to_have_value("")
    await screen.page.reload()
    await expect(screen.log).to_be_visible()
    await tab(screen, home).click()
    await expect(screen.page).to_have_url(f"{screen.url}/#project={await project_of(client, first)}")
    await expect(screen.page.locator(f"[data-session='{first}']")).to_have_attribute("aria-current", "true")
    await expect(screen.composer).to_have_value("half a sen")
    await expect(screen.page.get_by_role("searchbox", name="Filter sessions")).to_have_value("new")
    assert second != first


async def project_of(client: Client, session: str) -> str:
    """Return the id of a session's project."""
    return str((await client.session(session))["projectId"])


async def test_tabs_are_moved_by_keyboard_and_by_mouse_and_stay_so(
    serve: Serve, client: Client, screens: Screens, tmp_path: Path
) -> None:
    await open_folders(client, *(tmp_path / name for name in ("aa-one", "bb-two", "cc-three")))
    screen = await screens.paired()
    await screen.show(await begin(serve, client))
    for name in ("aa-one", "bb-two", "cc-three"):
        await screen.button("Open a project").click()
        await screen.page.get_by_role("menuitem", name=name).click()
        await expect(tab(screen, name)).to_be_visible()
    before = await names(screen)
    await tab(screen, "bb-two").focus()
    await screen.page.keyboard.press("Alt+Shift+ArrowLeft")
    moved = before.copy()
    moved.remove("bb-two")
    moved.insert(before.index("bb-two") - 1, "bb-two")
    await screen.when(f"JSON.stringify({TABS}) === JSON.stringify({moved!r})")
    await expect(tab(screen, "bb-two")).to_be_focused()
    await tab(screen, "cc-three").drag_to(tab(screen, moved[0]))
    await screen.when(f"{TABS}[0] === 'cc-three'")
    await screen.page.reload()
    await expect(tab(screen, "cc-three")).to_be_visible()
    assert (await names(screen))[0] == "cc-three"


TABS = "[...document.querySelectorAll('.tablist [role=tab]:not([hidden]) .name')].map((one) => one.textContent)"


async def test_tabs_without_room_are_in_a_menu(serve: Serve, client: Client, screens: Screens, tmp_path: Path) -> None:
    folders = [tmp_path / f"a-project-with-a-long-name-{number}" for number in range(9)]
    ids = await open_folders(client, *folders)
    screen = await screens.paired()
    for project in ids:
        await screen.page.goto(f"{screen.url}/#project={project}")
        await expect(tab(screen, folders[ids.index(project)].name)).to_have_attribute("aria-selected", "true")
    more = screen.page.locator("project-tabs .rest")
    await expect(more).to_contain_text("more")
    hidden = int((await more.inner_text()).split()[0])
    assert hidden > 0
    await more.click()
    items = screen.page.get_by_role("menuitem")
    await expect(items).to_have_count(hidden)
    name = (await items.first.locator("span").first.inner_text()).strip()
    await items.first.click()
    await expect(tab(screen, name)).to_have_attribute("aria-selected", "true")
    assert await screen.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_a_link_to_a_folder_opens_it_and_offers_to_begin_there(
    serve: Serve, client: Client, screens: Screens, tmp_path: Path
) -> None:
    await begin(serve, client)
    folder = tmp_path / "nothing here yet"
    folder.mkdir()
    screen = await screens.paired()
    await screen.page.goto(f"{screen.url}/#project={folder}")
    await expect(tab(screen, "nothing here yet")).to_have_attribute("aria-selected", "true")
    await expect(screen.page.get_by_role("heading", name="No session in nothing here yet yet")).to_be_visible()
    await screen.page.locator("project-empty").get_by_role("button", name="New session").click()
    dialog = screen.page.get_by_role("dialog")
    await expect(dialog).to_be_visible()
    await expect(
        dialog.locator(f"input[value='{folder}'], option[value='{folder}']").or_(dialog.get_by_text(str(folder))).first
    ).to_be_attached()


async def test_the_plus_opens_a_folder_and_says_what_is_wrong_with_one(
    serve: Serve, client: Client, screens: Screens, tmp_path: Path
) -> None:
    screen = await screens.paired()
    await screen.show(await begin(serve, client))
    await screen.button("Open a project").click()
    await screen.page.get_by_role("menuitem", name="Open a folder…").click()
    dialog = screen.page.get_by_role("dialog", name="Open a folder")
    field = dialog.get_by_role("textbox")
    await field.fill("somewhere")
    await field.press("Enter")
    await expect(dialog.get_by_role("alert")).to_contain_text("whole path")
    screen.expected = "400|404|422"
    await field.fill(str(tmp_path / "not-there"))
    await field.press("Enter")
    await expect(dialog.get_by_role("alert")).not_to_contain_text("whole path")
    await expect(dialog.get_by_role("alert")).not_to_be_empty()
    (tmp_path / "fresh").mkdir()
    await field.fill(str(tmp_path / "fresh"))
    await field.press("Enter")
    await expect(tab(screen, "fresh")).to_have_attribute("aria-selected", "true")


async def test_garbage_in_the_browsers_storage_does_no_harm(serve: Serve, client: Client, screens: Screens) -> None:
    session = await begin(serve, client)
    screen = await screens.paired()
    await screen.show(session)
    for text in ("{", "[]", '{"tabs":{"order":[1,{}],"closed":"x"},"filter":{"lights":["?"],"text":5},"folded":7}'):
        await screen.page.evaluate("(text) => localStorage.setItem('frame', text)", text)
        await screen.page.reload()
        await expect(screen.log).to_be_visible()
        await expect(tab(screen, serve.project.name)).to_be_visible()
        await expect(screen.page.locator(f"[data-session='{session}']")).to_be_visible()

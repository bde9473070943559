"""A project's files on the page: only after somebody allowed it, never outside of the project."""

from collections.abc import AsyncIterator
from urllib.parse import quote

import pytest
import pytest_asyncio
from playwright.async_api import expect

from agents.harness.hub import Client
from agents.harness.opencode import Serve
from browser.harness.screen import PHONE, Screen, Screens
from browser.harness.steps import begin

MARKUP = '<img src=x onerror="document.title=1">'
CODE = f"def parse(text: str) -> int:\n\n    return 4711  # {MARKUP}\n"


async def allow(client: Client, allowed: bool) -> None:
    status, body = await client.call("PATCH", "/api/settings", {"values": {"enableGlobOpener": allowed}})
    assert status == 200, body


async def project_of(client: Client, session: str) -> str:
    return str((await client.session(session))["projectId"])


async def look(screen: Screen, project: str, path: str = "") -> None:
    """Open the files by their address."""
    await screen.page.goto(f"{screen.url}/#files={project}" + (f"&path={quote(path, safe='')}" if path else ""))


@pytest_asyncio.fixture(loop_scope="session")
async def project(serve: Serve, client: Client) -> AsyncIterator[str]:
    """A project with some files; afterwards nobody may look at them."""
    folder = serve.project / "src" / "deep"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "parser.py").write_text(CODE)
    (folder / "long.txt").write_text("".join(f"line {n}\n" for n in range(1, 20_001)))
    (serve.project / "blob.bin").write_bytes(bytes(range(256)))
    (serve.project / MARKUP.replace("/", "")).write_text("a name\n")
    (serve.project / "way out").unlink(missing_ok=True)
    (serve.project / "way out").symlink_to("/etc/passwd")
    session = await begin(serve, client)
    await allow(client, True)
    yield await project_of(client, session)
    await allow(client, False)


async def test_it_is_off_until_whoever_owns_the_hub_allows_it(
    serve: Serve, client: Client, screens: Screens, project: str
) -> None:
    await allow(client, False)
    screen = await screens.paired()
    screen.expected = "403"
    await look(screen, project)
    await expect(screen.page.get_by_role("main")).to_contain_text("Looking at files is switched off")
    await screen.button("Let files be read").click()
    await expect(screen.page.get_by_role("treeitem", name="README.md")).to_be_visible()


@pytest.mark.parametrize(
    ("scope", "words"),
    [
        ("operate", "Whoever owns this hub can switch it on"),
        ("view", "This device may look at sessions, but not read files."),
    ],
)
async def test_a_guest_is_told_who_can_allow_it(
    client: Client, screens: Screens, project: str, scope: str, words: str
) -> None:
    await allow(client, False)
    screen = await screens.unpaired()
    screen.expected = "403"
    _, link = await client.call("POST", "/api/pair", {"scope": scope})
    await screen.page.request.post(f"{screen.url}/pair", data={"code": link["code"], "name": "Guest"})
    await look(screen, project)
    await expect(screen.page.get_by_role("main")).to_contain_text(words)
    await expect(screen.button("Let files be read")).to_have_count(0)


async def test_folders_open_by_keyboard_and_a_file_is_read_with_colours(screens: Screens, project: str) -> None:
    screen = await screens.paired()
    await look(screen, project)
    tree = screen.page.get_by_role("tree")
    await tree.get_by_role("treeitem", name="src", exact=True).click()
    await expect(tree.get_by_role("treeitem", name="deep")).to_be_visible()
    for key in ("ArrowDown", "ArrowRight"):
        await screen.page.keyboard.press(key)
    await expect(tree.get_by_role("treeitem", name="parser.py")).to_be_visible()
    for key in ("p", "Enter"):
        await screen.page.keyboard.press(key)
    viewer = screen.page.locator("file-viewer")
    await expect(viewer).to_contain_text("3 lines")
    await expect(viewer.locator(".hl-keyword").first).to_have_text("def")
    for row, line in enumerate(CODE.splitlines()):
        await expect(viewer.locator(f'pre [data-line="{row + 1}"]')).to_have_text(line, use_inner_text=True)
    await expect(viewer.locator("pre [data-line]")).to_have_count(len(CODE.splitlines()))
    assert await screen.page.locator("img[src=x]").count() == 0
    await expect(tree.get_by_role("treeitem", name="parser.py")).to_have_attribute("aria-selected", "true")


async def test_a_search_waits_for_the_typing_to_end_and_marks_what_it_found(screens: Screens, project: str) -> None:
    screen = await screens.paired()
    await look(screen, project)
    field = screen.page.get_by_role("searchbox", name="Find files")
    await field.press_sequentially("parser", delay=20)
    hit = screen.page.get_by_role("button", name="src/deep/parser.py")
    await expect(hit.locator("mark")).to_have_text("parser")
    assert len([one for one in screen.requests if "/fs/glob" in one.url]) == 1
    await field.fill("**/*.py")
    await expect(hit).to_be_visible()
    await field.press("Enter")
    await expect(screen.page.locator("file-viewer")).to_contain_text("4711")
    await field.fill("no such name anywhere")
    await expect(screen.page.locator("file-search")).to_contain_text("No file has such a name.")


async def test_a_link_leads_to_a_line(screens: Screens, project: str) -> None:
    screen = await screens.paired()
    await screen.page.goto(f"{screen.url}/#files={project}&path=src%2Fdeep%2Flong.txt&line=15000")
    line = screen.page.locator("[data-line='15000']")
    await expect(line).to_be_in_viewport()
    await expect(line).to_have_attribute("aria-current", "true")
    field = screen.page.get_by_role("textbox", name="Go to line")
    await field.fill("3")
    await field.press("Enter")
    await expect(screen.page.locator("[data-line='3']")).to_be_in_viewport()


@pytest.mark.parametrize(
    "path",
    ["../../../../../../etc/passwd", "/etc/passwd", "way out", "src/../../../etc/passwd", ".git/config", "src\0/x"],
)
async def test_no_path_leads_outside_of_the_project(screens: Screens, project: str, path: str) -> None:
    screen = await screens.paired()
    screen.expected = "40[034]"
    await look(screen, project, path)
    told = screen.page.locator("file-viewer .file-told")
    await expect(told).not_to_have_text("Loading…")
    text = await screen.page.get_by_role("main").inner_text()
    assert "root:" not in text
    assert "repositoryformatversion" not in text


async def test_what_is_no_text_is_said_to_be_so(screens: Screens, project: str) -> None:
    screen = await screens.paired()
    await look(screen, project, "blob.bin")
    await expect(screen.page.locator("file-viewer")).to_contain_text("This file is not text")


async def test_a_file_is_mentioned_in_the_prompt(serve: Serve, client: Client, screens: Screens, project: str) -> None:
    screen = await screens.paired()
    session = await begin(serve, client)
    await screen.show(session)
    await screen.composer.fill("Look at")
    await look(screen, project, "src/deep/parser.py")
    await screen.button("Mention in prompt").click()
    await expect(screen.composer).to_have_value("Look at @src/deep/parser.py ")


async def test_on_a_phone_it_is_the_list_or_the_file(screens: Screens, project: str) -> None:
    screen = await screens.paired("Phone", **PHONE)
    await look(screen, project)
    file = screen.page.get_by_role("treeitem", name="README.md")
    await file.click()
    await expect(screen.page.locator("file-viewer")).to_contain_text("A project.")
    await expect(file).to_be_hidden()
    await screen.page.go_back()
    await expect(file).to_be_visible()
    await expect(screen.page.locator("file-viewer")).to_be_hidden()

"""The column at the side: plan, changes, spending, sub-agents, servers; on a desk and on a phone."""

import asyncio
import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Locator, expect

from agents.harness.hub import Client
from agents.harness.opencode import Sandbox, Serve
from agents.harness.waiting import until
from browser.harness.screen import PHONE, Screen, Screens
from browser.harness.steps import begin

CONFIG = {
    "provider": {"fake": {"models": {"fake-1": {"cost": {"input": 1000, "output": 2000}}}}},
    "mcp": {
        "notes": {"type": "local", "command": ["false"], "enabled": True},
        "tickets": {"type": "local", "command": ["false"], "enabled": False},
    },
}
BUDGETS = ("budgetSessionUsd", "budgetDayUsd", "budgetWeekUsd")


@pytest.fixture
def costly(sandbox: Sandbox, client: Client) -> Iterator[Serve]:
    """A second agent, in another project: its model costs money, its servers do not work."""
    project = sandbox.root / "costly"
    if not project.exists():
        sandbox.new_project(project.name)
    (project / "opencode.json").write_text(json.dumps(CONFIG))
    costly = sandbox.serve(project)
    costly.api("GET", "/session/status")
    yield costly
    costly.stop()


async def set_budget(client: Client, name: str, dollars: float) -> None:
    values = {budget: dollars if budget == name else 0 for budget in BUDGETS}
    status, body = await client.call("PATCH", "/api/settings", {"values": values})
    assert status == 200, body


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=folder, check=True)


def side(screen: Screen) -> Locator:
    return screen.page.get_by_role("complementary", name="About this session")


async def test_the_plan_is_pinned_for_everybody_and_unfolds_above_the_transcript(
    serve: Serve, client: Client, screens: Screens
) -> None:
    desk, phone = await screens.paired("Desk"), await screens.paired("Phone", **PHONE)
    session = await begin(serve, client)
    for screen in (desk, phone):
        await screen.show(session)
    serve.prompt(session, "plan please")
    await client.idle(session)
    await expect(side(desk)).to_contain_text("0 of 2")
    await expect(side(desk).get_by_role("listitem")).to_have_text(["Remove node_modules", "Reinstall"])
    await side(desk).get_by_role("button", name="Pin the to-dos").click()
    for screen in (desk, phone):
        strip = screen.page.get_by_role("button", name="To-dos: 0 of 2 done. Now: Remove node_modules")
        await strip.click()
        await expect(screen.page.locator("todo-strip").get_by_role("listitem")).to_have_count(2)
        await screen.page.keyboard.press("Escape")
        await expect(strip).to_have_attribute("aria-expanded", "false")
    await phone.button("Unpin the to-dos").click()
    await expect(desk.page.locator("todo-strip")).to_be_hidden()


async def test_a_changed_file_opens_the_diff_and_the_saved_patch_is_taken_by_git(
    serve: Serve, client: Client, screens: Screens, tmp_path: Path
) -> None:
    (serve.project / "hello.txt").unlink(missing_ok=True)
    screen = await screens.paired()
    session = await begin(serve, client)
    await screen.show(session)
    serve.prompt(session, "compose a file")
    await client.idle(session)
    await side(screen).get_by_role("button", name=re.compile(r"^hello\.txt,? new,? \+2")).click()
    sheet = screen.page.get_by_role("dialog", name="Files changed")
    await expect(sheet.get_by_role("region", name="hello.txt")).to_contain_text("world")
    async with screen.page.expect_download() as saving:
        await sheet.get_by_role("button", name="Save as a patch").click()
    patch = tmp_path / (await saving.value).suggested_filename
    await (await saving.value).save_as(patch)
    assert patch.suffix == ".patch"
    await asyncio.to_thread(git, tmp_path, "init", "-q")
    await asyncio.to_thread(git, tmp_path, "apply", patch.name)
    assert (tmp_path / "hello.txt").read_bytes() == (serve.project / "hello.txt").read_bytes()


async def test_the_diff_is_gone_through_by_keys_and_in_two_columns(
    serve: Serve, client: Client, screens: Screens
) -> None:
    screen = await screens.paired()
    session = await begin(serve, client)
    await screen.show(session)
    for name in ("one.txt", "two.txt"):
        call = {"filePath": f"{serve.project}/{name}", "content": "alpha\nbeta\n"}
        serve.prompt(session, f"call write {json.dumps(call)}")
        await client.idle(session)
    await side(screen).get_by_role("button", name="one.txt").click()
    sheet = screen.page.get_by_role("dialog", name="Files changed")
    current = sheet.get_by_role("navigation", name="Changed files").locator("[aria-current]")
    await expect(current).to_contain_text("one.txt")
    await screen.page.keyboard.press("n")
    await expect(current).to_contain_text("two.txt")
    await screen.page.keyboard.press("p")
    await expect(current).to_contain_text("one.txt")
    await sheet.get_by_role("button", name="Side by side").click()
    await expect(sheet.locator(".patch-pair").first).to_be_visible()
    await screen.page.keyboard.press("Escape")
    await expect(sheet).to_have_count(0)


async def test_spending_stands_against_the_budget_and_an_alert_says_when_it_is_reached(
    client: Client, costly: Serve, screens: Screens
) -> None:
    screen = await screens.paired()
    session = await begin(costly, client)
    await set_budget(client, "budgetDayUsd", 0.5)
    await screen.show(session)
    costly.prompt(session, "speak to me")
    await client.idle(session)
    alert = screen.page.locator("budget-notice")
    await expect(alert).to_contain_text("The budget for a day is $0.50.")
    await expect(side(screen)).to_contain_text("of $0.50", timeout=20_000)
    await alert.get_by_role("button", name="Show spending").click()
    sheet = screen.page.get_by_role("dialog", name="Spending")
    await expect(sheet).to_contain_text("of $0.50")
    await sheet.get_by_text("Each day as a table").click()
    await expect(sheet.get_by_role("row", name="OpenCode")).to_contain_text("$")
    await expect(sheet.get_by_role("button", name="Change the budget")).to_be_visible()
    await screen.page.keyboard.press("Escape")
    await alert.get_by_role("button", name="Dismiss").click()
    await expect(alert).to_be_hidden()
    await set_budget(client, "none", 0)


async def test_a_turn_asks_for_what_was_spent_at_most_once(client: Client, costly: Serve, screens: Screens) -> None:
    screen = await screens.paired()
    session = await begin(costly, client)
    await screen.show(session)
    await expect(side(screen)).to_contain_text("What works here")
    await screen.when("performance.getEntriesByName(location.origin + '/api/usage?days=30').length === 1")
    before = len(screen.requests)
    costly.prompt(session, "speak to me")
    await client.idle(session)
    await expect(side(screen)).to_contain_text("This session")
    asked = [request.url for request in screen.requests[before:] if "/api/usage" in request.url]
    assert len(asked) <= 1, asked


async def test_a_sub_agent_is_listed_with_what_it_does_and_leads_to_its_transcript(
    serve: Serve, client: Client, screens: Screens
) -> None:
    screen = await screens.paired()
    session = await begin(serve, client)
    await screen.show(session)
    serve.prompt(session, "delegate this")
    child = side(screen).get_by_role("button", name="child work")
    await expect(child).to_contain_text("needs you")
    await child.click()
    await expect(screen.page.locator("session-head")).to_contain_text("child work")
    for ask in await client.asks():
        await client.decide(ask, "deny")
    await client.idle(session)


async def test_servers_are_asked_for_when_they_are_unfolded_and_say_what_is_wrong(
    client: Client, costly: Serve, screens: Screens
) -> None:
    screen = await screens.paired()
    session = await begin(costly, client)
    await screen.show(session)
    await expect(side(screen)).to_contain_text("MCP and language servers")
    assert not [request for request in screen.requests if request.url.endswith("/servers")]
    screen.expected = "503"  # an agent that is still coming up cannot be asked yet
    await side(screen).get_by_text("MCP and language servers").click()
    rows = side(screen).locator(".server")

    async def told() -> bool:
        await side(screen).get_by_role("button", name="Look again").click()
        return await rows.count() > 0

    await until("the servers", told, 60)
    await expect(rows.filter(has_text="tickets")).to_contain_text("switched off")
    await expect(rows.filter(has_text="notes")).to_contain_text("failed")


async def test_on_a_phone_the_facts_are_a_sheet(serve: Serve, client: Client, screens: Screens) -> None:
    screen = await screens.paired("Phone", **PHONE)
    session = await begin(serve, client)
    await screen.show(session)
    (serve.project / "hello.txt").unlink(missing_ok=True)
    serve.prompt(session, "compose a file")
    await client.idle(session)
    await screen.button("About this session").click()
    sheet = screen.page.get_by_role("dialog", name="About this session")
    await expect(sheet).to_contain_text("Context")
    await sheet.get_by_role("button", name="hello.txt").click()
    diff = screen.page.get_by_role("dialog", name="Files changed")
    await expect(diff.get_by_role("combobox", name="Changed file")).to_have_value("0")
    await expect(diff).to_contain_text("world")


async def test_who_may_only_look_pins_nothing(serve: Serve, client: Client, screens: Screens) -> None:
    screen = await screens.unpaired()
    _, link = await client.call("POST", "/api/pair", {"scope": "view"})
    answer = await screen.page.request.post(f"{screen.url}/pair", data={"code": link["code"], "name": "Guest"})
    assert answer.ok
    session = await begin(serve, client)
    await screen.show(session)
    serve.prompt(session, "plan please")
    await client.idle(session)
    await expect(side(screen)).to_contain_text("0 of 2")
    await expect(side(screen).get_by_role("button", name="Pin the to-dos")).to_have_count(0)

"""The page's frame: room for the transcript, columns that fold, what waits told everywhere, sessions side by side."""

import pytest
from playwright.async_api import expect

from agents.harness.hub import Client
from agents.harness.opencode import Serve
from browser.harness.screen import PHONE, Screen, Screens
from browser.harness.steps import begin
from browser.test_phone import big_enough

LAPTOP = {"viewport": {"width": 1280, "height": 800}}
DESKTOP = {"viewport": {"width": 1440, "height": 900}}
TABLET = {"viewport": {"width": 768, "height": 1024}, "has_touch": True}
WIDE = {"viewport": {"width": 1680, "height": 900}}
SHARE = """() => {
  const { width, height } = document.querySelector("session-transcript").getBoundingClientRect();
  return (width * height) / (innerWidth * innerHeight);
}"""
SIDEWAYS = "document.documentElement.scrollWidth <= innerWidth"
BADGE = "navigator.setAppBadge = (count) => { window.badge = count; return Promise.resolve(); };"
DRAG = """async ([selector, dx, dy]) => {
  const target = document.querySelector(selector);
  const box = target.getBoundingClientRect();
  const [x, y] = [box.left + box.width / 2, box.top + Math.min(20, box.height / 2)];
  const tell = (type, part) => {
    const touch = new Touch({ identifier: 1, target, clientX: x + dx * part, clientY: y + dy * part });
    const touches = type === "touchend" ? [] : [touch];
    target.dispatchEvent(new TouchEvent(type, { touches, changedTouches: [touch], bubbles: true, cancelable: true }));
  };
  tell("touchstart", 0);
  for (let step = 1; step <= 12; step++) {
    tell("touchmove", step / 12);
    await new Promise(requestAnimationFrame);
  }
  tell("touchend", 1);
}"""


@pytest.mark.parametrize(("device", "least"), [(LAPTOP, 0.5), (DESKTOP, 0.5), (TABLET, 0.75), (PHONE, 0.65)])
async def test_the_transcript_has_at_least_half_the_screen(
    serve: Serve, client: Client, screens: Screens, device: dict[str, object], least: float
) -> None:
    session = await begin(serve, client)
    serve.prompt(session, "speak to me")
    await client.idle(session)
    screen = await screens.paired(**device)
    await screen.show(session)
    await expect(screen.composer).to_be_enabled()
    await screen.press_if_offered("Not now")
    await expect(screen.page.locator("approval-offer")).to_be_hidden()
    assert await screen.page.evaluate(SHARE) >= least
    assert await screen.page.evaluate(SIDEWAYS)


async def test_columns_fold_and_stay_folded(serve: Serve, client: Client, screens: Screens) -> None:
    session = await begin(serve, client)
    screen = await screens.paired(**LAPTOP)
    await screen.show(session)
    before = await screen.page.evaluate(SHARE)
    await screen.button("Fold the list").click()
    await screen.button("Fold the details").click()
    await expect(screen.page.locator("session-rail")).to_be_hidden()
    await expect(screen.page.locator("app-shell > session-side")).to_be_hidden()
    assert await screen.page.evaluate(SHARE) > before + 0.2
    await screen.page.reload()
    await expect(screen.log).to_be_visible()
    await expect(screen.page.locator("session-rail")).to_be_hidden()
    await screen.button("Show the list").click()
    await screen.button("Show the details").click()
    await expect(screen.page.locator(f"session-rail [data-session='{session}']")).to_be_visible()
    await expect(screen.page.locator("app-shell > session-side")).to_be_visible()


async def test_on_a_tablet_the_list_is_a_drawer(serve: Serve, client: Client, screens: Screens) -> None:
    session, another = await begin(serve, client), await begin(serve, client)
    screen = await screens.paired(**TABLET)
    await screen.show(session)
    rail = screen.page.locator("session-rail")
    await expect(rail).to_be_hidden()
    await screen.button("Show the list").click()
    await rail.locator(f"[data-session='{another}']").click()
    await expect(rail).to_be_hidden()
    await expect(screen.page).to_have_url(f"{screen.url}/#session={another}")
    await screen.button("Show the list").click()
    await expect(rail).to_be_visible()
    await screen.page.go_back()
    await expect(rail).to_be_hidden()
    assert screen.page.url.endswith(f"#session={another}"), "the first step back only closes the drawer"
    await screen.button("Show the list").click()
    await expect(rail).to_be_visible()
    await screen.page.evaluate(DRAG, ["session-rail .brand", -200, 0])
    await expect(rail).to_be_hidden()


async def test_what_waits_is_told_in_the_title_the_icon_the_badge_and_first_in_the_list(
    serve: Serve, client: Client, screens: Screens
) -> None:
    session = await begin(serve, client)
    screen = await screens.paired()
    await screen.page.add_init_script(BADGE)
    await screen.show(await begin(serve, client))
    await expect(screen.page).to_have_title("Pilot")
    serve.prompt(session, "clean please")
    await client.waiting(session)
    await expect(screen.page).to_have_title("(1) Pilot")
    await expect(screen.page.locator("link[rel=icon]")).to_have_attribute("href", "/static/icons/favicon-waiting.svg")
    assert await screen.page.evaluate("window.badge") == 1
    first = screen.page.locator("session-rail section").first
    await expect(first).to_contain_text("Needs you")
    await expect(first.locator(f"[data-session='{session}']")).to_have_attribute("aria-description", "Needs you")
    await expect(first).to_contain_text("rm -rf node_modules")
    await screen.button("Deny").click()
    await expect(screen.page).to_have_title("Pilot")
    assert await screen.page.evaluate("window.badge") == 0
    await client.idle(session)


async def test_two_sessions_side_by_side_each_with_its_own_composer_and_asks(
    serve: Serve, client: Client, screens: Screens
) -> None:
    left, right = await begin(serve, client), await begin(serve, client)
    screen = await screens.paired(**WIDE)
    await screen.show(left)
    await screen.page.locator(f"session-row[data-id='{right}']").click(button="right")
    await screen.page.get_by_role("menuitem", name="Open beside").click()
    columns = screen.page.locator(".column")
    await expect(columns).to_have_count(2)
    assert screen.page.url.endswith(f"#split={left},{right}")
    for index, words in enumerate(("speak to me, left", "speak to me, right")):
        column = columns.nth(index)
        await column.get_by_role("textbox", name="Prompt").fill(words)
        await column.get_by_role("textbox", name="Prompt").press("Enter")
        await expect(column.get_by_role("log")).to_contain_text(words)
        await client.idle((left, right)[index])
    await expect(columns.first.get_by_role("log")).not_to_contain_text("right")
    serve.prompt(right, "clean please")
    await expect(columns.nth(1).get_by_role("group", name="Permission request")).to_be_visible()
    await expect(columns.first.get_by_role("group", name="Permission request")).to_have_count(0)
    await columns.nth(1).locator("session-head h1").click()
    await expect(columns.nth(1).locator("button[data-decision=deny]").first).to_be_enabled()
    await screen.page.keyboard.press("d")
    await expect(columns.nth(1).get_by_role("log")).to_contain_text("Denied")
    await screen.page.keyboard.press("Control+f")
    found = screen.page.get_by_role("textbox", name="Find in session")
    await expect(found).to_have_count(1)
    await expect(columns.nth(1).get_by_role("textbox", name="Find in session")).to_be_focused()
    await screen.page.keyboard.press("F6")
    await expect(columns.first.get_by_role("textbox", name="Prompt")).to_be_focused()
    await expect(found).to_have_count(0)
    await expect(columns.first).to_have_attribute("data-current", "")
    await screen.page.set_viewport_size({"width": 1200, "height": 800})
    await expect(columns).to_have_count(0)
    await expect(screen.log).to_have_count(1)
    await screen.page.set_viewport_size({"width": 1680, "height": 900})
    await columns.nth(1).get_by_role("button", name="Close column").click()
    await expect(columns).to_have_count(0)
    assert screen.page.url.endswith(f"#session={left}")


async def test_on_a_phone_the_list_is_pulled_down_to_see_it_anew(
    serve: Serve, client: Client, screens: Screens
) -> None:
    await begin(serve, client)
    screen = await screens.paired("Phone", **PHONE)
    await screen.page.goto(screen.url)
    await expect(screen.page.locator("session-row").first).to_be_visible()
    asked = len(snapshots(screen))
    await screen.page.evaluate(DRAG, [".rail-list", 0, 60])
    assert len(snapshots(screen)) == asked, "a short pull does nothing"
    await screen.page.evaluate(DRAG, [".rail-list", 0, 220])
    await expect(screen.page.locator(".pull")).to_have_attribute("data-state", "busy")
    await expect(screen.page.locator(".pull")).to_have_attribute("data-state", "")
    assert len(snapshots(screen)) == asked + 1
    await expect(screen.page.locator("session-row").first).to_be_visible()


def snapshots(screen: Screen) -> list[str]:
    """Return how often the page asked for the hub's picture."""
    return [request.url for request in screen.requests if request.url.endswith("/api/snapshot")]


async def test_on_a_phone_back_goes_from_sheet_to_session_to_list(
    serve: Serve, client: Client, screens: Screens
) -> None:
    session = await begin(serve, client)
    screen = await screens.paired("Phone", **PHONE)
    await screen.page.goto(screen.url)
    await screen.page.locator(f"[data-session='{session}']").tap()
    await expect(screen.log).to_be_visible()
    dialog = screen.page.get_by_role("dialog", name="About this session")
    await screen.button("About this session").tap()
    await expect(dialog).to_be_visible()
    await screen.page.go_back()
    await expect(dialog).to_be_hidden()
    await expect(screen.log).to_be_visible()
    await screen.button("About this session").tap()
    await expect(dialog).to_be_visible()
    await screen.page.evaluate(DRAG, ["about-sheet dialog header", 0, 260])
    await expect(dialog).to_be_hidden()
    await screen.button("Session menu").tap()
    await expect(screen.page.get_by_role("menu")).to_be_visible()
    await big_enough(screen)
    await screen.page.evaluate(DRAG, [".menu", 0, 200])
    await expect(screen.page.get_by_role("menu")).to_be_hidden()
    await screen.page.go_back()
    await expect(screen.page.get_by_role("main", name="Sessions")).to_be_visible()
    await expect(screen.log).to_be_hidden()


async def test_on_a_phone_everything_of_the_frame_can_be_hit(serve: Serve, client: Client, screens: Screens) -> None:
    session = await begin(serve, client)
    await client.call("PATCH", f"/api/sessions/{session}", {"labels": ["spring clean"]})
    screen = await screens.paired("Phone", **PHONE)
    await screen.page.goto(screen.url)
    await screen.page.get_by_role("searchbox", name="Filter sessions").fill("spring")
    await expect(screen.page.locator("session-row")).to_have_count(1)
    await big_enough(screen)
    await screen.page.get_by_role("navigation", name="Pages").get_by_role("button", name="More").tap()
    await expect(screen.page.get_by_role("menu")).to_be_visible()
    await big_enough(screen)
    await screen.page.get_by_role("menuitem", name="Open a folder…").tap()
    await expect(screen.page.get_by_role("dialog")).to_be_visible()
    await big_enough(screen)
    await screen.page.get_by_role("dialog").get_by_role("button", name="Close").tap()
    await screen.button("More about New session").tap()
    await screen.page.get_by_role("menuitem", name="Labels…").tap()
    await big_enough(screen)
    await screen.page.go_back()
    await screen.button("More about New session").tap()
    await screen.page.get_by_role("menuitem", name="Archive").tap()
    await expect(screen.button("Undo")).to_be_visible()
    await big_enough(screen)
    await screen.button("Undo").tap()
    await expect(screen.page.locator("session-row")).to_have_count(1)


async def test_on_a_phone_the_keyboard_leaves_the_composer_in_sight(
    serve: Serve, client: Client, screens: Screens
) -> None:
    session = await begin(serve, client)
    screen = await screens.paired("Phone", **PHONE)
    await screen.show(session)
    await screen.composer.tap()
    await screen.page.set_viewport_size({"width": 390, "height": 480})  # as the keyboard leaves it
    await expect(screen.page.get_by_role("navigation", name="Pages")).to_be_hidden()
    await expect(screen.composer).to_be_in_viewport(ratio=1)
    await expect(screen.log).to_be_in_viewport()
    await screen.page.set_viewport_size({"width": 390, "height": 844})
    await expect(screen.page.get_by_role("navigation", name="Pages")).to_be_visible()

"""Who may come in: a phone by a code in a panel, a device after a yes here; the tunnel, the devices, a new token."""

import asyncio
import re

from playwright.async_api import Page, expect

from agents.harness.waiting import until
from vscode.harness.guest import Guest
from vscode.harness.notifications import Notification
from vscode.harness.pairing_panel import pairing_panel
from vscode.harness.tunnel import StandInTunnel
from vscode.harness.user import User
from vscode.harness.window import Window
from vscode.harness.windows import Windows

LIMIT_S = 20


async def pair(window: Window, phone: Page) -> None:
    """Pair a phone by the link in the panel."""
    await window.run("Pilot: Pair a Phone (QR Code)…")
    await window.quick.pick("operator")
    panel = await pairing_panel(window.page, "svg")
    await phone.goto(await panel.link())
    await expect(panel.arrived).to_contain_text("is in, as operator")


async def test_a_phone_is_paired_from_the_panel_and_revoked_from_the_list(here: Window, phone: Page) -> None:
    await pair(here, phone)
    panel = await pairing_panel(here.page)
    await expect(panel.code).to_be_hidden()
    await expect(phone.get_by_role("heading", name="No session yet")).to_be_visible()
    assert "127.0.0.1" not in phone.url
    await panel.button("Devices").click()
    await here.quick.pick(" on ")
    await here.quick.pick("Revoke…")
    await here.dialog.get_by_role("button", name="Revoke", exact=True).click()
    await expect(phone.get_by_role("heading", name="paired again")).to_be_visible()
    await expect(here.quick.row("Pair a phone…")).to_be_visible()
    await here.quick.cancel()


async def test_a_device_invited_by_another_comes_in_after_a_yes_in_one_of_two_windows(
    here: Window, owner: User, windows: Windows, guest: Guest
) -> None:
    folder = owner.folder.parent / "second"
    folder.mkdir(exist_ok=True)
    other = await windows.open(owner.server, folder)
    await other.says_waiting(0)
    await guest.come_in("admin", "Laptop")
    waiting = await guest.invite("operate", "Firefox on Android")
    async with asyncio.TaskGroup() as tasks:
        answer = tasks.create_task(guest.answer(waiting["ticket"]), name="answer")
        boxes = [window.notifications.about("Firefox on Android wants to join as operator") for window in (here, other)]
        shown = await until("the notification", lambda: first_visible(boxes))
        await never_both(boxes)
        await shown.follow("Allow")
        async with asyncio.timeout(LIMIT_S):
            assert await answer == 200
    for box in boxes:
        await expect(box.box).to_have_count(0)
    await windows.close(other)


async def test_one_that_is_refused_elsewhere_takes_its_notification_along(here: Window, guest: Guest) -> None:
    await guest.come_in("admin", "Laptop")
    waiting = await guest.invite("approve", "[Allow](command:workbench.action.quit) $(check)")
    box = here.notifications.about("wants to join as approver")
    await expect(box.message.get_by_role("link")).to_have_text(["Allow", "Refuse"])
    await here.says("wants to join as approver")
    await guest.refuse_all()
    await expect(box.box).to_have_count(0)
    assert await guest.answer(waiting["ticket"]) == 403
    await here.says("nothing waits for you$")


async def test_the_tunnel_is_started_shown_and_stopped(here: Window, owner: User, guest: Guest) -> None:
    tunnel = StandInTunnel(owner.home)
    await guest.come_in("view", "Tablet")
    owner.server.set(pilot__hub__tunnel="custom", pilot__hub__tunnelCommand=tunnel.command)
    await until("the settings in the hub", lambda: guest.has_setting("PILOT_TUNNEL_COMMAND", tunnel.command))
    await here.run("Pilot: Start the Tunnel")
    up = here.notifications.about(f"The tunnel is up: {tunnel.url}")
    item = here.page.locator('.statusbar-item[id$=".pilot.tunnel"]')
    await expect(item).to_have_attribute("aria-label", re.compile(f"at {re.escape(tunnel.url)}.*custom"))
    await up.press("Pair a Phone")
    await here.quick.pick("viewer")
    panel = await pairing_panel(here.page, "input[name=way]")
    assert (await panel.link()).startswith(f"{tunnel.url}/pair#code=")
    await panel.way("(").first.check()
    assert (await panel.link()).startswith("http://")
    await item.click()
    await here.quick.pick("Stop the tunnel")
    await expect(item).to_be_hidden()
    await until("the program's end", lambda: asyncio.to_thread(tunnel.is_gone))
    await pairing_panel(here.page, "main:not(:has(input[name=way]))")  # a code without the way that is closed


async def test_a_new_token_cuts_all_off_and_the_window_is_back_by_itself(
    here: Window, owner: User, guest: Guest, phone: Page
) -> None:
    await pair(here, phone)
    before, pid = owner.hub.file["token"], owner.hub.pid
    await here.run("Pilot: Rotate Token…")
    await here.dialog.get_by_role("button", name="Rotate", exact=True).click()
    await expect(here.notifications.about("The token is new.").box).to_be_visible()
    await here.says("Pilot: .*nothing waits")
    assert owner.hub.file["token"] != before
    assert owner.hub.pid == pid
    assert await guest.knocks(before) == 401
    assert await guest.knocks(owner.hub.file["token"]) == 200
    afterwards = await until("the log of the return", lambda: asyncio.to_thread(log_after_the_cut, owner))
    assert "starting" not in afterwards, "it was no crash"
    logs = "".join(owner.server.logs().values())
    assert not any(token in logs for token in (before, owner.hub.file["token"]))
    await here.run("Pilot: Rotate Token…")
    await here.dialog.get_by_role("button", name="Rotate and Revoke All Devices", exact=True).click()
    await expect(phone.get_by_role("heading", name="paired again")).to_be_visible()


def log_after_the_cut(owner: User) -> str | None:
    """Return what a window logged since it lost its connection, once it is back; VS Code writes it a little later."""
    for text in owner.server.logs().values():
        _, lost, after = text.rpartition("the connection was lost")
        if lost and "connected to hub" in after:
            return after
    return None


async def first_visible(boxes: list[Notification]) -> Notification | None:
    for box in boxes:
        if await box.box.is_visible():
            return box
    return None


async def never_both(boxes: list[Notification]) -> None:
    """Give a second window time to tell it, too, which it must not."""
    for _ in range(10):
        await asyncio.sleep(0.03)
        assert [await box.box.is_visible() for box in boxes].count(True) == 1

"""Pictures of who may come in, in every kind of theme: ``make vscode-pictures``. Not part of the tests."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Page, expect

from agents.harness.waiting import until
from vscode.harness.guest import Guest
from vscode.harness.pairing_panel import pairing_panel
from vscode.harness.tunnel import StandInTunnel
from vscode.harness.user import User
from vscode.harness.window import Window
from vscode.pictures import LOOKS, PICTURES, THEMES

pytestmark = pytest.mark.timeout(300)
Take = Callable[[str], Awaitable[None]]


@pytest.mark.parametrize("theme", THEMES)
async def test_pictures(theme: str, here: Window, owner: User, guest: Guest, phone: Page) -> None:
    owner.server.set(workbench__colorTheme=THEMES[theme])
    await expect(here.page.locator(f".monaco-workbench.{LOOKS[theme]}")).to_be_visible()
    PICTURES.mkdir(parents=True, exist_ok=True)

    async def take(name: str) -> None:
        await here.page.wait_for_timeout(400)  # a picture has no event to wait for: fades and fonts
        await here.page.screenshot(path=PICTURES / f"{name}-{theme}.png")

    await pairing(here, phone, take)
    await joining(here, guest, take)
    await tunnel(here, owner, guest, take)
    await here.run("Pilot: Rotate Token…")
    await take("rotate")
    await here.dialog.get_by_role("button", name="Cancel").click()


async def pairing(here: Window, phone: Page, take: Take) -> None:
    await here.run("Pilot: Pair a Phone (QR Code)…")
    await expect(here.quick.row("operator")).to_be_visible()
    await take("pair-role")
    await here.quick.pick("operator")
    panel = await pairing_panel(here.page, "svg")
    await take("pair-code")
    await phone.goto(await panel.link())
    await expect(panel.arrived).to_contain_text("is in")
    await take("pair-arrived")
    await here.run("View: Close All Editors")


async def joining(here: Window, guest: Guest, take: Take) -> None:
    await guest.come_in("admin", "Laptop")
    await guest.invite("operate", "Firefox on Android")
    await expect(here.notifications.about("Firefox on Android").box).to_be_visible()
    await take("join")
    await here.notifications.about("Firefox on Android").press("Later")
    await here.says("wants to join")
    await here.run("Pilot: Who Wants In…")
    await take("join-dialog")
    await here.dialog.get_by_role("button", name="Refuse").click()
    await here.run("Pilot: Devices…")
    await expect(here.quick.row("Laptop")).to_be_visible()
    await take("devices")
    await here.quick.pick("Laptop")
    await take("device")
    await here.page.keyboard.press("Escape")
    await expect(here.quick.row("Pair a phone…")).to_be_visible()  # back in the list
    await here.quick.cancel()


async def tunnel(here: Window, owner: User, guest: Guest, take: Take) -> None:
    stand_in = StandInTunnel(owner.home)
    owner.server.set(pilot__hub__tunnel="custom", pilot__hub__tunnelCommand=stand_in.command)
    await until("the settings", lambda: guest.has_setting("PILOT_TUNNEL_COMMAND", stand_in.command))
    await here.run("Pilot: Start the Tunnel")
    await expect(here.notifications.about("The tunnel is up").box).to_be_visible()
    await here.page.locator('.statusbar-item[id$=".pilot.tunnel"]').hover()
    await asyncio.sleep(0.7)  # until its tooltip comes
    await take("tunnel")
    await here.notifications.about("The tunnel is up").press("Pair a Phone")
    await here.quick.pick("operator")
    await pairing_panel(here.page, "input[name=way]")
    await take("pair-ways")
    await here.run("Pilot: Stop the Tunnel")
    await here.run("View: Close All Editors")

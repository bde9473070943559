"""Ways to the hub as people see them: the tunnel, the certificate, the owner's token, an agent that tried."""

import re
from pathlib import Path

from playwright.async_api import Browser, expect

from browser.harness.devices import Devices, open_sheet
from browser.harness.qr import read_qr
from browser.harness.screen import Screen
from browser.test_accessibility import clean
from fakes.browsers import invite, open_door
from fakes.clock import FakeClock
from fakes.hub_process import start_hub
from fakes.tunnel_programs import FORWARDER_NAME, forwarder
from pilot_sidecar.core.devices_model import SelfApproval
from pilot_sidecar.core.events import SelfApprovalRefused
from pilot_sidecar.infra.clock import SystemClock


async def finish(desk: Screen) -> None:
    await desk.page.context.close()
    desk.check()


async def test_the_tunnel_is_started_from_the_sheet_and_its_picture_appears(tmp_path: Path, browser: Browser) -> None:
    command = forwarder(tmp_path / "forward")
    async with start_hub(tmp_path / "home", "--demo", PILOT_TUNNEL="", PILOT_TUNNEL_COMMAND=command) as hub:
        desk = await Devices(browser, hub, "").paired()
        await hub.call("POST", "/api/tunnel/start", {"provider": "custom"})
        await open_sheet(desk.page, "Pair a device")
        picture = desk.page.get_by_role("img", name="QR code of the link")
        await expect(picture).to_be_visible()
        await expect(desk.page.get_by_role("radio", name="Tunnel")).to_be_checked()
        assert read_qr(await picture.screenshot()).startswith(f"https://{FORWARDER_NAME}/pair#code=")
        await clean(desk)
        await desk.page.keyboard.press("Escape")
        await desk.page.goto(f"{desk.url}/#settings")
        panel = desk.page.locator("tunnel-panel")
        await expect(panel).to_contain_text(f"Up · customhttps://{FORWARDER_NAME}")
        await panel.get_by_role("button", name="Stop the tunnel").click()
        await expect(panel.get_by_role("status")).to_have_text("Off")
        await expect(panel.get_by_role("button", name="Pair a device through it")).to_be_hidden()
        await finish(desk)


async def test_the_certificate_is_there_with_its_fingerprint_and_what_to_do(tmp_path: Path, browser: Browser) -> None:
    async with start_hub(tmp_path / "home", "--demo", PILOT_HOST="0.0.0.0", PILOT_TLS="true") as hub:  # what is tried
        desk = await Devices(browser, hub, "").paired()
        await desk.page.goto(f"{desk.url}/#settings")
        panel = desk.page.locator("reach-panel")
        await expect(panel.locator(".fingerprint")).to_have_text(re.compile(r"^([0-9A-F]{2}:){31}[0-9A-F]{2}$"))
        async with desk.page.expect_download() as download:
            await panel.get_by_role("link", name="Get the certificate").click()
        assert "BEGIN CERTIFICATE" in (await (await download.value).path()).read_text()
        await panel.get_by_text("On Android").click()
        await expect(panel.get_by_text("Chrome trusts it at once")).to_be_visible()
        await clean(desk)
        await finish(desk)


async def test_the_owners_token_is_renewed_and_this_page_goes_on(tmp_path: Path, browser: Browser) -> None:
    async with start_hub(tmp_path / "home", "--demo") as hub:
        desk = await Devices(browser, hub, "").paired()
        desk.expected = "ERR_INCOMPLETE_CHUNKED_ENCODING"
        await open_sheet(desk.page, "Devices")
        await desk.page.get_by_role("button", name="Renew the owner").click()
        await expect(desk.button("Keep it")).to_be_focused()
        await desk.button("Renew").click()
        await expect(desk.page.locator("token-rotation").get_by_role("status")).to_contain_text("Done")
        assert (await hub.call("GET", "/api/snapshot"))[0] == 401, "the old token is worth nothing"
        await expect(desk.page.locator("device-row")).to_have_count(1)
        await desk.page.reload()
        await expect(desk.page.locator("session-rail [data-session]").first).to_be_attached()
        await finish(desk)


async def test_an_agent_that_tried_is_told_without_taking_the_keyboard(tmp_path: Path, browser: Browser) -> None:
    (home := tmp_path / "home").mkdir(mode=0o700)
    async with open_door(home, FakeClock(SystemClock().now_ms())) as (hub, services):
        desk = await Devices(browser, hub, "").fresh("nothing")
        await desk.page.goto((await invite(hub, scope="admin"))["url"])
        search = desk.page.get_by_role("searchbox").first
        await search.focus()
        tried = SelfApproval(agent="opencode", pid=4, program="curl", call="asks.decide")
        services.bus.publish(SelfApprovalRefused(at=services.clock.now_ms(), attempt=tried))
        strip = desk.page.locator("refusal-strip")
        await expect(strip.get_by_role("alert")).to_contain_text("tried to answer its own request, with curl")
        await expect(search).to_be_focused()
        await clean(desk)
        await strip.get_by_role("button", name="Dismiss").click()
        await expect(strip).to_be_hidden()
        await finish(desk)

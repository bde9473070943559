"""The invitation in the docs' pictures: the hub's own answer, at an address that is nobody's."""

import json
import time

from playwright.sync_api import Page, Route, expect

from pilot_sidecar.infra.qr import svg_qr

ADDRESS = "http://192.168.1.20:4097"
CODE = "A0PJ-XWMY"
TEN_MINUTES = 600_000  # ms


def show_pairing(page: Page) -> None:
    """Open the sheet that lets a device in."""
    page.route("**/api/pair", _answer)
    page.keyboard.press("Control+k")
    page.get_by_role("combobox").fill("Pair a device")
    page.keyboard.press("Enter")
    expect(page.locator("dialog[open] .short-code")).to_have_text(CODE)


def _answer(route: Route) -> None:
    link = f"{ADDRESS}/pair#code=a-picture-opens-nothing"
    size, path = svg_qr(link)
    address = {"url": ADDRESS, "reach": "lan", "label": "Wi-Fi", "secure": False}
    way = {"address": address, "url": link, "qr": {"size": size, "path": path}}
    answer = {
        "url": link.replace("192.168.1.20", "127.0.0.1"),
        "code": "",
        "short": CODE,
        "scope": "operate",
        "confirm": False,
        "ways": [way],
        "qr": way["qr"],
        "expiresAt": int(time.time() * 1000) + TEN_MINUTES,
    }
    route.fulfill(status=201, content_type="application/json", body=json.dumps(answer))

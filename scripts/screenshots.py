"""Take the pictures of the docs: ``make screenshots``; ``pilot demo`` on a home of its own, in Chromium."""

import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from pairing_picture import show_pairing

ROOT = Path(__file__).parent.parent
IMAGES = ROOT / "docs/img"
MAX_BYTES = 150_000
START_S = 20.0
LIMIT_MS = 20_000
SETTLE_MS = 500
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]

OF_NO_MACHINE = """(name) => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) texts.currentNode.data = texts.currentNode.data.replaceAll(` · ${name}`, " · laptop");
}"""
"""The pictures show no name of the machine they were taken on."""


@dataclass(frozen=True)
class Device:
    """What the picture is taken with."""

    viewport: ViewportSize
    scale: float
    phone: bool


Scheme = Literal["light", "dark"]
DESK = Device({"width": 1280, "height": 800}, 1, phone=False)
PHONE = Device({"width": 390, "height": 844}, 2, phone=True)
SCHEMES: tuple[Scheme, ...] = ("light", "dark")


@dataclass(frozen=True)
class Scene:
    """One picture: on which device, in which colours, and what is opened for it."""

    device: Device
    schemes: tuple[Scheme, ...]
    show: Callable[[Page], None]


def main() -> int:
    """Take all of them; return the exit code."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        print("Chromium is needed. On Debian: sudo apt-get install chromium", file=sys.stderr)
        return 1
    IMAGES.mkdir(parents=True, exist_ok=True)
    with demo() as home, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        for name, scene in SCENES.items():
            for scheme in scene.schemes:
                _take(browser, home, scene, scheme, IMAGES / f"{name}-{scheme}.png")
        browser.close()
    too_big = [path.name for path in IMAGES.glob("*.png") if path.stat().st_size > MAX_BYTES]
    if too_big:
        print(f"Over {MAX_BYTES} bytes: {', '.join(too_big)}", file=sys.stderr)
    return len(too_big)


@contextmanager
def demo() -> Iterator[Path]:
    """Run ``pilot demo`` where nobody lives, and yield its home."""
    with tempfile.TemporaryDirectory(prefix="pilot-pictures-") as scratch:
        home = Path(scratch)
        environ = {"PATH": os.environ["PATH"], "HOME": scratch, "PILOT_HOME": str(home / "pilot"), "PILOT_PORT": "0"}
        command = [sys.executable, "-m", "pilot_sidecar", "demo", "--no-open"]
        output = subprocess.DEVNULL
        with subprocess.Popen(command, env=environ, stdin=output, stdout=output, stderr=output) as process:
            try:
                _wait(home / "pilot/hub.json")
                yield home / "pilot"
            finally:
                process.terminate()


def _wait(path: Path) -> None:
    end = time.monotonic() + START_S
    while not path.exists():
        if time.monotonic() > end:
            raise TimeoutError("the demo did not start")
        time.sleep(0.05)


def _take(browser: Browser, home: Path, scene: Scene, scheme: Scheme, to: Path) -> None:
    hub = json.loads((home / "hub.json").read_text())
    device = scene.device
    context = browser.new_context(
        viewport=device.viewport, device_scale_factor=device.scale, is_mobile=device.phone, has_touch=device.phone,
        color_scheme=scheme, reduced_motion="reduce", service_workers="block",
    )  # fmt: skip
    page = context.new_page()
    owner = {"Authorization": f"Bearer {hub['token']}"}
    page.goto(page.request.post(f"{hub['url']}/api/pair", data={}, headers=owner).json()["url"])
    page.locator("session-row").first.wait_for(timeout=LIMIT_MS)
    scene.show(page)
    page.mouse.move(0, 0)
    page.wait_for_timeout(SETTLE_MS)
    page.evaluate(OF_NO_MACHINE, platform.node())
    page.screenshot(path=to)
    context.close()
    print(f"{to.relative_to(ROOT)}: {to.stat().st_size // 1000} kB")


def _ask(page: Page) -> None:
    """Wait for the recorded ask."""
    expect(page.get_by_role("button", name="Allow once")).to_be_enabled(timeout=LIMIT_MS)


def _ask_on_phone(page: Page) -> None:
    page.get_by_role("region", name="Needs you").locator(".row").click(timeout=LIMIT_MS)
    _ask(page)
    _without_the_offer(page)


def _list_on_phone(page: Page) -> None:
    expect(page.get_by_role("region", name="Needs you")).to_be_visible(timeout=LIMIT_MS)
    _without_the_offer(page)


def _without_the_offer(page: Page) -> None:
    """Press away what a phone is offered once."""
    page.locator("notice-offer").get_by_role("button", name="Not now").click(timeout=LIMIT_MS)


def _palette(page: Page) -> None:
    _ask(page)
    page.keyboard.press("Control+k")
    page.get_by_role("combobox").fill("se")


def _settings(page: Page) -> None:
    _ask(page)
    page.get_by_role("button", name="Settings", exact=True).click()


def _notifications(page: Page) -> None:
    _settings(page)
    page.get_by_role("navigation", name="Sections").get_by_role("button", name="Notifications").click()
    expect(page.locator("channel-row")).to_have_count(3)


def _pair(page: Page) -> None:
    _ask(page)
    show_pairing(page)


def _diff(page: Page) -> None:
    _ask(page)
    page.get_by_role("button", name="Diff", exact=True).click()


SCENES = {
    "dashboard": Scene(DESK, SCHEMES, _ask),
    "palette": Scene(DESK, ("dark",), _palette),
    "settings": Scene(DESK, ("light",), _settings),
    "notifications": Scene(DESK, ("light",), _notifications),
    "diff": Scene(DESK, ("dark",), _diff),
    "pair": Scene(DESK, ("light",), _pair),
    "phone": Scene(PHONE, SCHEMES, _ask_on_phone),
    "phone-list": Scene(PHONE, ("light",), _list_on_phone),
}


if __name__ == "__main__":
    sys.exit(main())

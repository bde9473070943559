"""Take the pictures of the docs: ``make screenshots``; ``pilot demo`` on a home of its own, in Chromium."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

ROOT = Path(__file__).parent.parent
IMAGES = ROOT / "docs/img"
MAX_BYTES = 150_000
START_S = 20.0
LIMIT_MS = 20_000
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]


@dataclass(frozen=True)
class Device:
    """What the picture is taken with."""

    viewport: ViewportSize
    scale: float
    phone: bool


DEVICES = {
    "dashboard": Device({"width": 1280, "height": 800}, 1, phone=False),
    "phone": Device({"width": 390, "height": 844}, 2, phone=True),
}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def main() -> int:
    """Take all of them; return the exit code."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        print("Chromium is needed. On Debian: sudo apt-get install chromium", file=sys.stderr)
        return 1
    IMAGES.mkdir(parents=True, exist_ok=True)
    with demo() as home, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        for name, device in DEVICES.items():
            for scheme in SCHEMES:
                _take(browser, home, device, scheme, IMAGES / f"{name}-{scheme}.png")
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


def _take(browser: Browser, home: Path, device: Device, scheme: Literal["light", "dark"], to: Path) -> None:
    hub = json.loads((home / "hub.json").read_text())
    context = browser.new_context(
        viewport=device.viewport, device_scale_factor=device.scale, is_mobile=device.phone, has_touch=device.phone,
        color_scheme=scheme, reduced_motion="reduce",
    )  # fmt: skip
    page = context.new_page()
    owner = {"Authorization": f"Bearer {hub['token']}"}
    page.goto(page.request.post(f"{hub['url']}/api/pair", data={}, headers=owner).json()["url"])
    _open_ask(page, phone=device.phone)
    page.screenshot(path=to)
    context.close()
    print(f"{to.relative_to(ROOT)}: {to.stat().st_size // 1000} kB")


def _open_ask(page: Page, *, phone: bool) -> None:
    """Wait for the recorded ask, and show it in its session."""
    if phone:
        page.get_by_role("region", name="Needs you").get_by_role("button").click(timeout=LIMIT_MS)
    button = page.get_by_role("button", name="Allow once")
    expect(button).to_be_enabled(timeout=LIMIT_MS)
    page.mouse.move(0, 0)


if __name__ == "__main__":
    sys.exit(main())

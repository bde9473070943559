"""A browser as a person has it: a page of their own, what it shows, and what it must never do."""

import asyncio
import re
import shutil
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Browser, ConsoleMessage, Locator, Page, Playwright, Request, expect

from agents.harness.hub import Hub

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
LIMIT_MS = 15_000
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
DESK = {"viewport": {"width": 1280, "height": 800}}
expect.set_options(timeout=LIMIT_MS)

WATCH_ASKS = """() => {
  window.asksSeen = [];
  new MutationObserver(() => {
    const shown = document.querySelector("ask-card [role=group]");
    if (shown && !window.asksSeen.length) window.asksSeen.push(Date.now());
  }).observe(document.body, { childList: true, subtree: true });
}"""

WHEN = """(limit) => new Promise((done, fail) => {
  const timer = setTimeout(() => fail(new Error("not true in time")), limit);
  const look = () => ((TRUE) ? done(clearTimeout(timer)) : requestAnimationFrame(look));
  look();
})"""


def program() -> str | None:
    """Return the system's Chromium."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


async def launch(playwright: Playwright) -> Browser:
    """Start it."""
    return await playwright.chromium.launch(executable_path=program(), args=FLAGS)


@dataclass
class Screen:
    """One page of one device."""

    page: Page
    url: str
    complaints: list[str] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    expected: str = "nothing"
    """A pattern: what the browser may log, because the test brings it about."""

    def __post_init__(self) -> None:
        self.page.set_default_timeout(LIMIT_MS)
        self.page.on("console", self._on_console)
        self.page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        self.page.on("request", lambda request: self.requests.append(request))
        self.page.on("dialog", self._on_dialog)

    async def show(self, session: str) -> None:
        """Open a session by its address."""
        await self.page.goto(f"{self.url}/#session={session}")
        await expect(self.log).to_be_visible()

    def button(self, name: str) -> Locator:
        """Return the button of that name."""
        return self.page.get_by_role("button", name=name, exact=True)

    async def press_if_offered(self, name: str) -> None:
        """Press a button that is there and can be pressed."""
        button = self.button(name)
        if await button.count() and await button.is_enabled():
            await button.click()

    @property
    def permission(self) -> Locator:
        """The permission request that is offered."""
        return self.page.get_by_role("group", name="Permission request")

    @property
    def log(self) -> Locator:
        """The transcript."""
        return self.page.get_by_role("log", name="Transcript")

    @property
    def composer(self) -> Locator:
        """Where a prompt is written."""
        return self.page.get_by_role("textbox", name="Prompt")

    async def watch_asks(self) -> None:
        """Note when the first ask appears from now on."""
        await self.page.evaluate(WATCH_ASKS)

    async def saw_ask_at(self) -> float:
        """Return when it appeared, in seconds since 1970."""
        await self.when("window.asksSeen.length > 0")
        return float(await self.page.evaluate("window.asksSeen[0]")) / 1000

    async def when(self, expression: str, limit_ms: int = LIMIT_MS) -> None:
        """Return in the frame in which an expression is true (the CSP forbids Playwright's own way)."""
        await self.page.evaluate(WHEN.replace("TRUE", expression), limit_ms)

    def check(self) -> None:
        """Fail if the page complained, or asked anybody but its hub for anything."""
        foreign = [request.url for request in self.requests if not request.url.startswith((self.url, "data:", "blob:"))]
        assert not foreign, foreign
        assert not self.complaints, self.complaints

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not re.search(self.expected, message.text):
            self.complaints.append(f"{message.type}: {message.text} {message.location.get('url', '')}")

    async def _on_dialog(self, dialog: Any) -> None:
        self.complaints.append(f"dialog: {dialog.message}")
        await dialog.dismiss()


class Screens:
    """Opens pages, each in a browser profile of its own, paired under a name."""

    def __init__(self, browser: Browser, hub: Hub, pair: Callable[[], Awaitable[dict[str, str]]]) -> None:
        self._browser = browser
        self._hub = hub
        self._pair = pair
        self._open: list[Screen] = []

    async def unpaired(self, **options: Any) -> Screen:
        """Open an empty page of a browser that the hub does not know."""
        context = await self._browser.new_context(**{**DESK, **options})
        screen = Screen(await context.new_page(), self._hub.file["url"])
        self._open.append(screen)
        return screen

    async def paired(self, name: str = "Desk", **options: Any) -> Screen:
        """Open an empty page of a paired browser."""
        screen = await self.unpaired(**options)
        code = (await self._pair())["code"]
        answer = await screen.page.request.post(f"{screen.url}/pair", data={"code": code, "name": name})
        assert answer.ok, await answer.text()
        return screen

    async def close(self) -> None:
        """Close all pages; fail if one of them misbehaved."""
        for screen in self._open:
            await screen.page.context.close()
        for screen in self._open:
            screen.check()


async def asked_at(look: Callable[[], object]) -> float:
    """Return when the agent was first seen to ask, in seconds since 1970."""
    async with asyncio.timeout(LIMIT_MS / 1000):
        while True:
            before = time.time()
            if await asyncio.to_thread(look):
                return before
            await asyncio.sleep(0.01)

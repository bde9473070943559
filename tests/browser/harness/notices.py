"""A browser's notices and its service worker, which pushes are delivered to as the browser itself would."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, BrowserContext, Worker

from browser.harness.screen import DESK, Screen
from fakes.browsers import invite, open_door
from fakes.clock import FakeClock
from fakes.domain import make_draft, make_session
from fakes.hub_process import HubProcess
from pilot_sidecar.core.asks_model import Ask
from pilot_sidecar.core.events import NoticeRaised, NoticeWithdrawn, SessionStarted
from pilot_sidecar.core.notices_model import Notice
from pilot_sidecar.core.risk import quick_decisions, shown_text
from pilot_sidecar.core.services import Services
from pilot_sidecar.infra.clock import SystemClock

LIMIT_S = 10.0
READY = "navigator.serviceWorker.ready.then((found) => found.active?.state)"
SHOWN = """() => registration.getNotifications().then((all) => all.map(
  ({ tag, title, body, silent, data, actions }) => (
    { tag, title, body, silent, place: data?.place, by: data?.by, actions: actions.map(({ action }) => action) })))"""
PRESS = """async ({ tag, action }) => {
  const [notification] = await registration.getNotifications({ tag });
  const event = new NotificationEvent("notificationclick", { notification, action });
  const work = [];
  event.waitUntil = (promise) => work.push(promise); // what nobody pressed has none of its own
  dispatchEvent(event);
  await Promise.race([Promise.all(work), new Promise((done) => setTimeout(done, 700))]);
}"""
WORKER_PUSHES = """async ({ endpoint, keys }) => {
  const event = new Event("pushsubscriptionchange");
  const work = [];
  event.waitUntil = (promise) => work.push(promise);
  event.newSubscription = { toJSON: () => ({ endpoint, keys }) };
  dispatchEvent(event);
  await Promise.all(work);
}"""
WINDOWS = """() => {
  globalThis.opened = [];
  globalThis.focused = [];
  clients.openWindow = async (url) => void opened.push(url);
  WindowClient.prototype.focus = async function () { focused.push(this.url); return this; };
}"""
"""Browsers let a worker open and focus windows only after a real press."""

LOOK = """(away) => {
  Object.defineProperty(document, "visibilityState", { configurable: true, get: () => (away ? "hidden" : "visible") });
  Object.defineProperty(document, "hidden", { configurable: true, get: () => away });
  document.hasFocus = () => !away;
  document.dispatchEvent(new Event("visibilitychange"));
}"""

ACTIVE = """async (limit) => {
  if (location.protocol === 'about:') return; // the page that was left had it
  const late = new Promise((_, fail) => setTimeout(() => fail(new Error('the worker is not active')), limit));
  const { active } = await Promise.race([navigator.serviceWorker.ready, late]);
  while (active.state !== 'activated') await Promise.race([new Promise((go) => setTimeout(go, 10)), late]);
}"""
REACHES = "() => fetch('/health', { cache: 'no-store' }).then(() => true, () => false)"
Shown = list[dict[str, Any]]


@dataclass
class Phone:
    """A paired browser that may show notices."""

    screen: Screen
    origin: str

    @property
    def context(self) -> BrowserContext:
        return self.screen.page.context

    async def worker(self) -> Worker:
        """Return the page's service worker, once it runs."""
        async with asyncio.timeout(LIMIT_S):
            while not self.context.service_workers:
                await asyncio.sleep(0.02)
        return self.context.service_workers[-1]

    async def push(self, message: dict[str, Any] | str) -> None:
        """Deliver a push message, to a worker that is past its installation: before, the browser drops it."""
        await self.worker()
        await self.screen.page.evaluate(ACTIVE, LIMIT_S * 1000)
        session = await self.context.new_cdp_session(self.screen.page)
        found: asyncio.Future[str] = asyncio.get_running_loop().create_future()

        def registered(event: dict[str, Any]) -> None:
            for one in event["registrations"]:
                if one["scopeURL"] == f"{self.origin}/" and not found.done():
                    found.set_result(one["registrationId"])

        session.on("ServiceWorker.workerRegistrationUpdated", registered)
        await session.send("ServiceWorker.enable")
        async with asyncio.timeout(LIMIT_S):
            number = await found
        data = message if isinstance(message, str) else json.dumps(message)
        await session.send(
            "ServiceWorker.deliverPushMessage", {"origin": self.origin, "registrationId": number, "data": data}
        )
        await session.detach()

    async def shown(self) -> Shown:
        """Return the notices that are in sight now."""
        return list(await (await self.worker()).evaluate(SHOWN))

    async def until(self, fits: Callable[[Shown], bool], within_s: float = LIMIT_S) -> Shown:
        """Return the notices once they are as expected."""
        shown: Shown = []
        try:
            async with asyncio.timeout(within_s):
                while not fits(shown := await self.shown()):
                    await asyncio.sleep(0.03)
        except TimeoutError:
            raise AssertionError(f"the notices are: {shown}") from None
        return shown

    async def only(self, **values: object) -> dict[str, Any]:
        """Return the one notice that is shown, once it has these values."""
        return (await self.until(lambda all_: len(all_) == 1 and values.items() <= all_[0].items()))[0]

    async def look(self, *, away: bool) -> None:
        """Have the page in sight and in use, or somewhere behind (a headless page is always in front)."""
        await self.screen.page.evaluate(LOOK, away)

    async def offline(self) -> None:
        """Take the network away, from the worker too: it is told of it a moment later than the page."""
        await self.context.set_offline(True)
        worker = await self.worker()
        async with asyncio.timeout(LIMIT_S):
            while await worker.evaluate(REACHES):
                await asyncio.sleep(0.02)

    async def leave(self) -> None:
        """Close the page: only the worker is left."""
        await self.screen.page.goto("about:blank")

    async def surface(self) -> str:
        """Return how the hub calls the page."""
        names = [found[1] for one in self.screen.requests if (found := re.search(r"/events\?.*surface=(\w+)", one.url))]
        return names[-1]

    async def press(self, tag: str, action: str = "") -> None:
        """Press a notice, or an action of it."""
        await (await self.worker()).evaluate(PRESS, {"tag": tag, "action": action})


@dataclass
class Desk:
    """A hub in this process with a session, and browsers that are paired with it."""

    hub: HubProcess
    services: Services
    browser: Browser
    _phones: list[Phone]

    async def phone(self, scope: str = "admin", *, permission: bool = True, **options: Any) -> Phone:
        """Return a paired browser on the dashboard."""
        context = await self.browser.new_context(
            permissions=["notifications"] if permission else [], reduced_motion="reduce", **{**DESK, **options}
        )
        phone = Phone(Screen(await context.new_page(), self.hub.url), self.hub.url)
        self._phones.append(phone)
        await phone.screen.page.goto((await invite(self.hub, scope=scope))["url"])
        await phone.screen.page.locator("session-rail [data-session]").first.wait_for(state="attached")
        await phone.screen.page.evaluate(READY)
        return phone

    async def ask(self, command: str = "npm test", **fields: Any) -> Ask:
        """Have an agent ask."""
        return await self.services.asks.open(
            make_draft(input={"command": command}, command=command, summary=command, **fields)
        )

    def notice(self, ask: Ask) -> Notice:
        """Return what people are told of an ask."""
        return Notice(
            id=f"ask:{ask.id}:{ask.digest[:8]}", kind="ask", at=self.services.clock.now_ms(), body=shown_text(ask),
            title="OpenCode asks to run a command", session_id=ask.session_id, agent="opencode", project="api",
            ask_id=ask.id, digest=ask.digest, quick=quick_decisions(ask), urgent=True,
        )  # fmt: skip

    def message(self, notice: Notice, what: str = "notice", **more: str) -> dict[str, Any]:
        """Return the push message of a notice, without what the agent wrote."""
        place = f"#ask={notice.ask_id}" if notice.ask_id else f"#session={notice.session_id}"
        shown = {
            "title": notice.title, "body": more.get("outcome", notice.project), "navigate": f"{self.hub.url}/{place}",
            "tag": notice.id, "silent": what == "outcome",
        }  # fmt: skip
        carried = {**notice.dump(), "body": notice.project}
        return {
            "web_push": 8030, "notification": shown, "mutable": True,
            "pilot": {"v": 1, "what": what, "notice": carried, **more},
        }  # fmt: skip

    def tell(self, notice: Notice, phone: str | None, *, sound: bool = False, at: int | None = None) -> None:
        """Have one page tell its person."""
        at = at or self.services.clock.now_ms()
        self.services.bus.publish(NoticeRaised(at=at, notice=notice, surface=phone, sound=sound))

    def withdraw(self, notice: Notice) -> None:
        """Say that it was dealt with."""
        self.services.bus.publish(NoticeWithdrawn(at=self.services.clock.now_ms(), notice_id=notice.id))

    async def surfaces(self, fits: Callable[[list[Any]], bool]) -> list[Any]:
        """Return the pages as the hub knows them, once they are as expected."""
        async with asyncio.timeout(LIMIT_S):
            while not fits(found := self.services.surfaces.all()):
                await asyncio.sleep(0.02)
        return list(found)


@asynccontextmanager
async def desk_of(browser: Browser, home: Path) -> AsyncIterator[Desk]:
    """Open a hub with one session; its clock shows the right time and stands still."""
    home.mkdir(mode=0o700)
    async with open_door(home, FakeClock(SystemClock().now_ms())) as (hub, services):
        at = services.clock.now_ms()
        for name in ("s1", "s2"):
            session = make_session(name, title=f"Session {name}", created_at=at, updated_at=at)
            services.bus.publish(SessionStarted(at=at, session_id=name, agent="opencode", session=session))
        phones: list[Phone] = []
        desk = Desk(hub, services, browser, phones)
        try:
            yield desk
        finally:
            for phone in phones:
                await phone.context.close()
        for phone in phones:
            phone.screen.check()

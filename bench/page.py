"""The dashboard's rows of the speed budget: what a visit costs and how soon it can be used, in a real browser."""

import shutil
from dataclasses import dataclass

from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from bench.client import Target, send_all
from bench.long_session import OTHER, SESSION, opening_ms
from bench.rows import Figure, at_most, posts

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
LIMIT_MS = 20_000
ROW = "session-rail session-row button"
VISITS = 5


@dataclass(frozen=True)
class Visit:
    """What one loading of the page took."""

    requests: int
    kilobytes: float
    usable_ms: float


async def page(hub: Target) -> list[Figure]:
    """Load the dashboard in browsers that never saw it, and once more in the last of them."""
    program = _program()
    if program is None:
        print("Chromium not found: the dashboard's rows are missing.")
        return []
    await send_all(hub, posts(hub, 1), 1)  # a session to be listed
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=FLAGS)
        first = [await _first_visit(browser, hub) for _ in range(VISITS)]
        again = await _second_visit(browser, hub)
        await browser.close()
    best = min(first, key=lambda visit: visit.usable_ms)
    worst = max(visit.usable_ms for visit in first)
    return [
        at_most("dashboard, first load", "requests", best.requests, "", 15),
        at_most("dashboard, first load", "size", best.kilobytes, "kB", 200),
        at_most("dashboard, first load", "usable, best of 5", best.usable_ms, "ms", 500, f"worst {worst:.0f} ms"),
        at_most("dashboard, repeat load", "size", again.kilobytes, "kB", 1, f"usable after {again.usable_ms:.0f} ms"),
    ]


async def long_session(hub: Target) -> list[Figure]:
    """Open a session of 5,000 messages on a page that is warm; the best of some, each in a browser of its own."""
    program = _program()
    if program is None:
        return []
    took = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=FLAGS)
        for _ in range(VISITS):
            context = await paired(browser, hub)
            page = await context.new_page()
            await page.goto(f"http://{hub.host}:{hub.port}/#session={OTHER}")
            row = f'session-rail [data-session="{SESSION}"]'
            await page.locator(row).first.wait_for(timeout=LIMIT_MS)
            took.append(await opening_ms(page, row))
            await context.close()
        await browser.close()
    note = f"worst {max(took):.0f} ms"
    return [at_most("a session of 5,000 messages", "first paint, best of 5", min(took), "ms", 300, note)]


async def paired(browser: Browser, hub: Target) -> BrowserContext:
    """Return a browser profile that the hub knows, and that has nothing of the page yet."""
    context = await browser.new_context(viewport={"width": 1280, "height": 800})
    owner = {"Authorization": f"Bearer {hub.token}"}
    address = f"http://{hub.host}:{hub.port}"
    link = await (await context.request.post(f"{address}/api/pair", data={}, headers=owner)).json()
    answer = await context.request.post(f"{address}/pair", data={"code": link["code"], "name": "bench"})
    assert answer.ok, await answer.text()
    return context


def _program() -> str | None:
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


async def _first_visit(browser: Browser, hub: Target) -> Visit:
    context = await paired(browser, hub)
    visit = await _visit(await context.new_page(), hub)
    await context.close()
    return visit


async def _second_visit(browser: Browser, hub: Target) -> Visit:
    context = await paired(browser, hub)
    page = await context.new_page()
    await _visit(page, hub)
    await page.evaluate("navigator.serviceWorker?.ready.then(() => true)")
    await page.wait_for_timeout(1500)  # what it fetches for later is fetched
    visit = await _visit(page, hub)
    await context.close()
    return visit


async def _visit(page: Page, hub: Target) -> Visit:
    """Load the page; files count, the hub's answers to calls do not."""
    network = await page.context.new_cdp_session(page)
    urls: dict[str, str] = {}
    sizes: dict[str, float] = {}
    network.on("Network.requestWillBeSent", lambda event: urls.update({event["requestId"]: event["request"]["url"]}))
    network.on("Network.loadingFinished", lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}))
    await network.send("Network.enable")
    await page.goto(f"http://{hub.host}:{hub.port}/")
    await page.locator(ROW).first.wait_for(timeout=LIMIT_MS)
    usable = await page.evaluate("performance.now()")
    await page.wait_for_load_state("load")
    await page.wait_for_timeout(300)
    await network.detach()
    files = [size for name, size in sizes.items() if "/api/" not in urls.get(name, "/api/")]
    return Visit(len(urls), sum(files) / 1000, float(usable))

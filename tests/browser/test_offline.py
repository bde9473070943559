"""The page outlasts its hub: it opens without it, shows what was known last, and keeps prompts to be sent later."""

import asyncio
from typing import Any

from playwright.async_api import Locator, expect

from agents.harness.hub import Client, Hub
from agents.harness.opencode import Serve
from agents.harness.waiting import until
from browser.harness.screen import Screen, Screens
from browser.harness.steps import begin

AWAY = "net::ERR"
READY = "navigator.serviceWorker.controller?.state === 'activated'"
CACHED = """async () => {
  const names = await caches.keys();
  const lists = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
  return { names, urls: lists.flat().map(({ url }) => new URL(url).pathname).sort() };
}"""
KEPT = """() => new Promise((done) => {
  const request = indexedDB.open("pilot");
  request.onsuccess = () => {
    const names = [...request.result.objectStoreNames];
    if (!names.length) return done({});
    const store = request.result.transaction("kept").objectStore("kept");
    const keys = store.getAllKeys(), values = store.getAll();
    values.onsuccess = () => done(Object.fromEntries(keys.result.map((key, at) => [key, values.result[at]])));
  };
  request.onerror = () => done({});
})"""


async def test_the_service_worker_keeps_exactly_the_page_and_nothing_of_the_hubs(
    serve: Serve, client: Client, screens: Screens
) -> None:
    screen = await screens.paired()
    await screen.show(await begin(serve, client))
    await screen.when(READY)
    cached = await screen.page.evaluate(CACHED)
    assert len(cached["names"]) == 1
    assert {"/", "/manifest.webmanifest", "/static/app.js", "/static/app.css"} <= set(cached["urls"])
    assert [url for url in cached["urls"] if url.startswith(("/api", "/events", "/pair", "/fs"))] == []
    for url in cached["urls"]:
        answer = await screen.page.request.get(screen.url + url)
        assert answer.status == 200, url
    worker = await screen.page.request.get(f"{screen.url}/sw.js")
    assert worker.headers["cache-control"] == "no-cache"
    assert "cookie" not in (await worker.text()).lower()


async def test_an_older_version_of_the_page_is_thrown_away(serve: Serve, client: Client, screens: Screens) -> None:
    screen = await screens.paired()
    await screen.show(await begin(serve, client))
    await screen.when(READY)
    await screen.page.evaluate("caches.open('pilot-page-of-before')")
    await screen.page.evaluate("navigator.serviceWorker.getRegistration().then((found) => found.unregister())")
    await screen.page.reload()
    await screen.when(READY)

    async def alone() -> bool:
        return "pilot-page-of-before" not in (await screen.page.evaluate(CACHED))["names"]

    await until("the older version to go", alone)


async def test_a_reload_without_the_hub_shows_what_was_known_last(hub: Hub, serve: Serve, screens: Screens) -> None:
    screen = await screens.paired()
    async with hub.client() as client:
        session = await begin(serve, client)
        await screen.show(session)
        serve.prompt(session, "ponder marker-known")
        await client.idle(session)
    await expect(screen.log).to_contain_text("I thought about it.")
    await screen.when(READY)
    await kept(screen, f"said:{session}")
    screen.expected = AWAY
    await asyncio.to_thread(hub.stop)
    try:
        await screen.page.reload()
        await expect(strip(screen)).to_contain_text("as of")
        await expect(screen.log).to_contain_text("ponder marker-known")
        await expect(screen.log).to_contain_text("I thought about it.")
        await expect(screen.page.locator(f"session-rail [data-session='{session}']")).to_be_visible()
        await expect(screen.button("Try now")).to_be_visible()
        await expect(screen.page.get_by_text("Not connected", exact=True)).to_be_visible()
    finally:
        await asyncio.to_thread(hub.start)
    await expect(screen.page.get_by_text("Connected", exact=True)).to_be_visible()
    await expect(strip(screen)).to_be_hidden()
    await expect(screen.log.get_by_text("ponder marker-known", exact=True)).to_have_count(1)


async def test_prompts_wait_for_the_hub_and_are_sent_once_and_in_order(
    hub: Hub, serve: Serve, screens: Screens
) -> None:
    screen = await screens.paired()
    async with hub.client() as client:
        session = await begin(serve, client)
        await screen.show(session)
        await expect(screen.composer).to_be_enabled()
    await screen.when(READY)
    await kept(screen, "picture")
    screen.expected = f"{AWAY}|503"
    await asyncio.to_thread(hub.stop)
    try:
        await expect(strip(screen)).to_be_visible()
        for text in ("ponder queued-1", "ponder queued-2", "ponder queued-3"):
            await screen.composer.fill(text)
            await screen.composer.press("Enter")
        waiting = screen.page.get_by_role("region", name="Waiting to be sent")
        await expect(waiting.get_by_role("listitem")).to_have_count(3)
        await waiting.get_by_role("listitem").nth(1).get_by_role("button").click()
        await expect(screen.composer).to_have_value("ponder queued-2")
        await screen.page.reload()
        await expect(waiting.get_by_role("listitem")).to_have_text(["ponder queued-1", "ponder queued-3"])
        await expect(strip(screen)).to_contain_text("2 prompts")
    finally:
        await asyncio.to_thread(hub.start)
    await expect(screen.log).to_contain_text("ponder queued-3", timeout=40_000)
    await expect(waiting).to_be_hidden()
    async with hub.client() as client:
        prompts = await prompts_of(client, session)
    assert [text for text in prompts if "queued" in text] == ["ponder queued-1", "ponder queued-3"]


async def test_what_was_known_is_gone_when_the_access_ended(
    hub: Hub, serve: Serve, client: Client, screens: Screens
) -> None:
    screen = await screens.paired("Old phone")
    session = await begin(serve, client)
    await screen.show(session)
    await kept(screen, "picture")
    await screen.composer.fill("half a thought")
    screen.expected = "401"
    cookies = await screen.page.context.cookies()
    await screen.page.context.clear_cookies()
    await screen.page.evaluate("dispatchEvent(new Event('online'))")
    await expect(screen.page.get_by_role("heading", name="This browser has to be paired again")).to_be_visible()
    assert cookies

    async def forgotten() -> bool:
        return list(await screen.page.evaluate(KEPT)) == []

    await until("what was known to go", forgotten)
    status, link = await client.call("POST", "/api/pair", {})
    assert status == 201
    await screen.page.get_by_role("textbox", name="Pairing link or code").fill(link["url"])
    await screen.button("Pair this browser").click()
    await expect(screen.log).to_be_visible()
    assert session in screen.page.url
    await expect(screen.composer).to_have_value("half a thought")


def strip(screen: Screen) -> Locator:
    """Return the line that tells of the connection."""
    return screen.page.locator("connection-strip .line")


async def kept(screen: Screen, key: str) -> None:
    """Wait until the browser keeps it."""

    async def there() -> bool:
        return key in await screen.page.evaluate(KEPT)

    await until(f"{key} to be kept", there)


async def prompts_of(client: Client, session: str) -> list[Any]:
    """Return what the hub knows to have been asked."""
    page = await client.get(f"/api/sessions/{session}/messages")
    return [item["text"] for item in page["items"] if item["kind"] == "prompt"]

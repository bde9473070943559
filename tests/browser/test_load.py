"""What a first visit costs, and that nothing leaves the hub."""

from typing import Any

from playwright.async_api import CDPSession, Response, expect

from agents.harness.hub import Client
from agents.harness.opencode import Serve
from browser.harness.screen import Screens
from browser.harness.steps import begin

MAX_REQUESTS = 15
MAX_BYTES = 200_000


async def sizes_of_files(network: CDPSession) -> dict[str, float]:
    """Return the bytes of each file from now on; what the hub knows of its many sessions is no file of the page."""
    names: dict[str, str] = {}
    sizes: dict[str, float] = {}

    def asked(event: dict[str, Any]) -> None:
        names[event["requestId"]] = event["request"]["url"]

    def came(event: dict[str, Any]) -> None:
        if "/api/" not in names.get(event["requestId"], "/api/"):
            sizes[names[event["requestId"]]] = event["encodedDataLength"]

    network.on("Network.requestWillBeSent", asked)
    network.on("Network.loadingFinished", came)
    await network.send("Network.enable")
    return sizes


async def test_the_first_load_is_few_requests_and_small(serve: Serve, client: Client, screens: Screens) -> None:
    session = await begin(serve, client)
    screen = await screens.paired()
    network = await screen.page.context.new_cdp_session(screen.page)
    sizes = await sizes_of_files(network)
    answers: list[Response] = []
    screen.page.on("response", lambda answer: answers.append(answer))
    await screen.show(session)
    await expect(screen.composer).to_be_enabled()
    await screen.page.wait_for_load_state("load")
    names = [request.url.removeprefix(screen.url).partition("?")[0] for request in screen.requests]
    assert len(names) <= MAX_REQUESTS, names
    assert sum(sizes.values()) < MAX_BYTES
    assert {"/static/app.js", "/static/app.css"} <= set(names)
    assert [answer.url for answer in answers if answer.status >= 400] == []


async def test_a_second_load_asks_for_files_but_gets_none_anew(serve: Serve, client: Client, screens: Screens) -> None:
    session = await begin(serve, client)
    screen = await screens.paired()
    await screen.show(session)
    network = await screen.page.context.new_cdp_session(screen.page)
    sizes = await sizes_of_files(network)
    await screen.page.reload()
    await expect(screen.composer).to_be_enabled()
    assert sizes
    assert sum(sizes.values()) < MAX_BYTES / 4, "files are checked by their ETag, and answered 304"

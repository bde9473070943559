"""A browser subscribes at a press, and it and the hub never lose one another; end to end over a push service.

Headless Chromium reaches no push service: its subscriptions are handed in, with real keys.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest_asyncio
from playwright.async_api import Browser, expect

from browser.harness.notices import READY, WORKER_PUSHES, Desk, Phone, desk_of
from browser.harness.screen import DESK, Screen
from fakes.hub_process import HubProcess, start_hub
from fakes.push_service import PushService, push_service
from fakes.push_subscriber import Subscriber

ENDPOINT = "https://fcm.googleapis.com/fcm/send/"
HAND_IN = """(() => {
  const plain = (text) => atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = (text) => Uint8Array.from(plain(text), (one) => one.charCodeAt(0));
  const kept = () => JSON.parse(localStorage.getItem("handed-in") ?? "null");
  const made = (one) => one && {
    options: { applicationServerKey: bytes(one.publicKey).buffer },
    toJSON: () => ({ endpoint: one.endpoint, keys: one.keys }),
    unsubscribe: async () => { localStorage.removeItem("handed-in"); return true; },
  };
  PushManager.prototype.getSubscription = async () => made(kept());
  PushManager.prototype.subscribe = async ({ applicationServerKey }) => {
    const letters = String.fromCharCode(...new Uint8Array(applicationServerKey));
    const publicKey = btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
    localStorage.setItem("handed-in", JSON.stringify(await window.subscribeAtService(publicKey)));
    return made(kept());
  };
})()"""
ENABLE = "document.querySelector('app-shell').actions.notices.enablePush()"
STATE = "document.querySelector('app-shell').actions.notices.pushState"


class Service:
    """Where browsers subscribe, without anything that is ever sent to."""

    def __init__(self) -> None:
        self.made: list[Subscriber] = []

    def subscribe(self, public_key: str) -> Subscriber:
        self.made.append(Subscriber(f"{ENDPOINT}{len(self.made)}", public_key))
        return self.made[-1]


@pytest_asyncio.fixture(loop_scope="session")
async def desk(tmp_path: Path, browser: Browser) -> AsyncIterator[Desk]:
    async with desk_of(browser, tmp_path / "home") as desk:
        yield desk


async def hand_in(phone: Phone, service: Service | PushService) -> None:
    """Have the browser subscribe there."""

    def subscribed(public_key: str) -> dict[str, Any]:
        return service.subscribe(public_key).subscription(phone.origin)

    await phone.context.expose_function("subscribeAtService", subscribed)
    await phone.context.add_init_script(HAND_IN)
    await phone.screen.page.reload()


async def subscribed_phone(desk: Desk, service: Service) -> Phone:
    phone = await desk.phone()
    await hand_in(phone, service)
    assert await phone.screen.page.evaluate(ENABLE) is None
    assert await phone.screen.page.evaluate(STATE) == "on"
    return phone


async def known(desk: Desk, *endpoints: str) -> None:
    """Wait until the hub knows exactly these."""
    async with asyncio.timeout(10):
        while [one.subscription.endpoint for one in desk.services.push.all()] != list(endpoints):
            await asyncio.sleep(0.03)


async def test_nothing_is_subscribed_by_itself(desk: Desk) -> None:
    service = Service()
    phone = await desk.phone()
    await hand_in(phone, service)
    await desk.surfaces(lambda all_: [one.notifies for one in all_] == [True])
    assert (await phone.screen.page.evaluate(STATE), service.made) == ("off", [])
    assert [one.url for one in phone.screen.requests if "/api/push" in one.url] == []


async def test_a_press_subscribes_and_another_ends_it(desk: Desk) -> None:
    service = Service()
    phone = await subscribed_phone(desk, service)
    await known(desk, f"{ENDPOINT}0")
    kept = desk.services.push.all()[0].subscription
    assert (kept.origin, kept.public_key) == (desk.hub.url, service.made[0].public_key)
    assert await phone.screen.page.evaluate(ENABLE.replace("enable", "disable")) is None
    assert await phone.screen.page.evaluate(STATE) == "off"
    await known(desk)
    assert await phone.screen.page.evaluate("localStorage.getItem('handed-in')") is None


async def test_what_the_hub_forgot_it_hears_again_at_the_next_loading(desk: Desk) -> None:
    phone = await subscribed_phone(desk, Service())
    desk.services.push.drop(desk.services.push.all()[0].device_id)
    await phone.screen.page.reload()
    await known(desk, f"{ENDPOINT}0")
    await phone.screen.when(f"{STATE} === 'on'")


async def test_a_subscription_that_the_browser_lost_or_made_with_another_key_is_made_anew(desk: Desk) -> None:
    service = Service()
    phone = await subscribed_phone(desk, service)
    await phone.screen.page.evaluate("localStorage.removeItem('handed-in')")
    await phone.screen.page.reload()
    await known(desk, f"{ENDPOINT}1")
    other = service.subscribe(service.made[0].public_key[:-4] + "AAAA")
    await phone.screen.page.evaluate(
        "(one) => localStorage.setItem('handed-in', JSON.stringify(one))", other.subscription(phone.origin)
    )
    await phone.screen.page.reload()
    await known(desk, f"{ENDPOINT}3")
    assert service.made[3].public_key == service.made[0].public_key


async def test_a_permission_that_was_taken_back_ends_it(desk: Desk) -> None:
    phone = await subscribed_phone(desk, Service())
    await phone.context.clear_permissions()
    await phone.screen.page.reload()
    await known(desk)
    assert await phone.screen.page.evaluate(STATE) != "on"


async def test_a_push_service_that_cannot_be_reached_is_said(desk: Desk) -> None:
    phone = await desk.phone()
    await phone.screen.page.evaluate(
        "() => { PushManager.prototype.subscribe = () => Promise.reject(new Error('no service')); }"
    )
    problem = await phone.screen.page.evaluate(ENABLE)
    assert problem["message"] == "This browser's push service cannot be reached."
    assert "no service" in problem["hint"]
    assert await phone.screen.page.evaluate(STATE) == "off"


async def test_an_address_that_moved_is_told_by_the_worker_alone(desk: Desk) -> None:
    service = Service()
    phone = await subscribed_phone(desk, service)
    worker = await phone.worker()
    await phone.leave()
    moved = service.subscribe(service.made[0].public_key)
    await worker.evaluate(WORKER_PUSHES, moved.subscription(phone.origin))
    await known(desk, moved.endpoint)


def hook(session: str, command: str) -> dict[str, object]:
    return {
        "session_id": session, "cwd": "/home/dev/api", "model": "gpt-5.4", "turn_id": "t1", "tool_name": "Bash",
        "hook_event_name": "PermissionRequest", "tool_use_id": "c1", "tool_input": {"command": command},
    }  # fmt: skip


@asynccontextmanager
async def asking(hub: HubProcess, command: str) -> AsyncIterator["asyncio.Task[Any]"]:
    """Have an agent wait for an answer."""
    blocked = asyncio.create_task(hub.hook("PermissionRequest", hook("e2e", command)))
    try:
        yield blocked
    finally:
        blocked.cancel()
        await asyncio.gather(blocked, return_exceptions=True)


async def paired(hub: HubProcess, browser: Browser) -> Phone:
    """Return a paired browser that is handed its subscriptions."""
    context = await browser.new_context(permissions=["notifications"], reduced_motion="reduce", **DESK)  # type: ignore[arg-type] # a fixed set of options
    phone = Phone(Screen(await context.new_page(), hub.url), hub.url)
    _, link = await hub.call("POST", "/api/pair", {"scope": "approve"})
    assert isinstance(link, dict)
    await phone.screen.page.goto(link["url"])
    await expect(phone.screen.page.locator("session-rail [data-session]").first).to_be_attached()
    await phone.screen.page.evaluate(READY)
    return phone


async def test_from_the_agents_question_over_the_push_service_to_a_press_on_the_notice(
    tmp_path: Path, browser: Browser
) -> None:
    async with push_service() as service, start_hub(
        tmp_path / "home", "--demo", PILOT_PUSH_TEST_SERVICE=service.url, PILOT_NOTIFY_PUSH_AFTER_S="0"
    ) as hub:  # fmt: skip
        phone = await paired(hub, browser)
        await hand_in(phone, service)
        assert await phone.screen.page.evaluate(ENABLE) is None
        [subscriber] = service._subscribers.values()
        await phone.leave()
        async with asking(hub, "npm test") as blocked:
            [pushed] = await service.wait(subscriber)
            assert "npm test" not in str(pushed.message)
            await phone.push(pushed.message)
            tag = pushed.message["notification"]["tag"]
            shown = await phone.only(tag=tag, actions=["allow", "deny"])
            assert shown["body"] == "npm test\napi"
            await phone.press(tag, "allow")
            async with asyncio.timeout(10):
                status, answer = await blocked
        decision = answer["hookSpecificOutput"]["decision"]
        assert (status, decision) == (200, {"behavior": "allow"})
        await phone.only(tag=tag, actions=[], body="Allowed once.", silent=True)
        assert service.faults == []
        await phone.context.close()
        phone.screen.check()

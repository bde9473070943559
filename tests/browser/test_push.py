"""Pushes become notices that a person can answer on the spot: on exactly what is asked, once, and never by accident."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from browser.harness.notices import WINDOWS, Desk, Phone, desk_of
from pilot_sidecar.core.asks_model import Actor, DecisionRequest

BEHIND = Actor(kind="device", name="Anna's desk")
PROPOSE = """async (notification) => {
  const event = new Event("push");
  const work = [];
  Object.assign(event, { notification, data: null, waitUntil: (promise) => work.push(promise) });
  dispatchEvent(event);
  await Promise.all(work);
}"""
"""As Safari does."""
COUNT_ANSWERS = """() => {
  const ask = fetch;
  globalThis.sent = [];
  fetch = (...all) => ask(...all).then((answer) => (sent.push(answer.status), answer));
}"""


@pytest_asyncio.fixture(loop_scope="session")
async def desk(tmp_path: Path, browser: Browser) -> AsyncIterator[Desk]:
    async with desk_of(browser, tmp_path / "home") as desk:
        yield desk


async def behind(desk: Desk, scope: str = "admin") -> Phone:
    """Return a phone whose page is not looked at."""
    phone = await desk.phone(scope)
    await phone.look(away=True)
    return phone


async def test_an_ask_is_shown_whole_and_allowed_from_the_notice(desk: Desk) -> None:
    phone = await behind(desk)
    ask = await desk.ask("npm test")
    notice = desk.notice(ask)
    await phone.push(desk.message(notice))
    shown = await phone.only(tag=notice.id, body="npm test\napi", actions=["allow", "deny"], place=f"#ask={ask.id}")
    assert shown["title"] == "OpenCode asks to run a command"
    await phone.press(notice.id, "allow")
    decided = await desk.services.asks.get(ask.id)
    assert (decided.state, decided.resolution and decided.resolution.choice) == ("resolved", "allow_once")
    assert decided.resolution is not None
    assert decided.resolution.by.kind == "device"


async def test_it_is_denied_from_the_notice(desk: Desk) -> None:
    phone = await behind(desk, "approve")
    ask = await desk.ask("rm -rf build")
    notice = desk.notice(ask)
    await phone.push(desk.message(notice))
    await phone.only(tag=notice.id, actions=["deny"])  # what may do harm is not allowed in passing
    await phone.press(notice.id, "deny")
    decided = await desk.services.asks.get(ask.id)
    assert decided.resolution is not None
    assert decided.resolution.choice == "deny"


async def test_an_allow_that_the_notice_did_not_offer_is_worth_nothing_without_the_digest(desk: Desk) -> None:
    phone = await behind(desk)
    ask = await desk.ask("npm test")
    message = desk.message(desk.notice(ask))
    del message["pilot"]["notice"]["digest"]
    await phone.push(message)
    shown = await phone.only(tag=message["notification"]["tag"], actions=[], body="api")
    await (await phone.worker()).evaluate(WINDOWS)
    await phone.press(shown["tag"], "allow")
    assert (await desk.services.asks.get(ask.id)).state == "pending"
    assert await (await phone.worker()).evaluate("focused.length") == 1, "it was opened instead"


async def test_what_changed_since_the_push_is_refused_and_said(desk: Desk) -> None:
    phone = await behind(desk)
    ask = await desk.ask("npm test")
    notice = desk.notice(ask)
    await phone.push(desk.message(notice))
    await phone.only(tag=notice.id, actions=["allow", "deny"])
    await phone.leave()  # a page that is open takes it away
    changed = await desk.ask("npm publish", id=ask.id)
    assert changed.digest != ask.digest
    await phone.press(notice.id, "allow")
    shown = await phone.only(tag=notice.id, actions=[], silent=False)
    assert shown["title"].startswith("Not answered: ")
    assert "something else than what is asked now" in shown["body"]
    assert shown["place"] == f"#ask={ask.id}"
    assert (await desk.services.asks.get(ask.id)).state == "pending"


async def test_a_push_that_is_older_than_the_ask_offers_nothing(desk: Desk) -> None:
    phone = await behind(desk)
    ask = await desk.ask("npm test")
    old = desk.message(desk.notice(ask))
    await desk.ask("npm publish", id=ask.id)
    await phone.leave()  # a page that is open takes it away at once
    await phone.push(old)
    assert "npm publish" not in (await phone.only(actions=[]))["body"]


async def test_who_answered_meanwhile_is_told_and_the_notice_goes(desk: Desk) -> None:
    phone = await behind(desk)
    ask = await desk.ask("npm test")
    await desk.services.asks.decide(ask.id, DecisionRequest(kind="deny", digest=ask.digest), BEHIND)
    await phone.leave()  # a page that is open takes it away at once
    await phone.push(desk.message(desk.notice(ask)))
    await phone.only(body="Denied by Anna's desk.", silent=True, actions=[])
    await phone.until(lambda shown: shown == [])


async def test_the_outcome_takes_the_notices_place_silently_and_goes(desk: Desk) -> None:
    phone = await behind(desk)
    ask = await desk.ask("npm test")
    notice = desk.notice(ask)
    await phone.leave()
    await phone.push(desk.message(notice))
    await phone.only(tag=notice.id, silent=False)
    await phone.push(desk.message(notice, "outcome", outcome="Allowed by Anna's desk"))
    await phone.only(tag=notice.id, body="Allowed by Anna's desk", silent=True, actions=[])
    await phone.until(lambda shown: shown == [])


async def test_a_page_in_hand_is_not_sounded_over(desk: Desk) -> None:
    phone = await desk.phone()
    notice = desk.notice(await desk.ask("npm test"))
    await phone.push(desk.message(notice))
    await phone.only(tag=notice.id, silent=True, actions=["allow", "deny"])


async def test_a_declarative_push_comes_without_data_and_is_told_all_the_same(desk: Desk) -> None:
    phone = await behind(desk)
    notice = desk.notice(await desk.ask("npm test"))
    message = desk.message(notice)
    proposed = {**message["notification"], "data": {"pilot": message["pilot"]}}
    await (await phone.worker()).evaluate(PROPOSE, proposed)
    await phone.only(tag=notice.id, body="npm test\napi", actions=["allow", "deny"], place=f"#ask={notice.ask_id}")


async def test_two_pushes_of_the_same_make_one_notice(desk: Desk) -> None:
    phone = await behind(desk)
    notice = desk.notice(await desk.ask("npm test"))
    await phone.leave()
    await phone.push(desk.message(notice))
    await phone.only(tag=notice.id, silent=False)
    await phone.push(desk.message(notice))
    await phone.only(tag=notice.id, silent=True)


@pytest.mark.parametrize(
    "broken", ["", "{", "[]", "null", '"text"', '{"notification": 5, "pilot": []}', '{"pilot": {"notice": {"id": 7}}}']
)
async def test_a_push_that_makes_no_sense_is_still_seen(desk: Desk, broken: str) -> None:
    phone = await behind(desk)
    await phone.push(broken)
    await phone.only(title="Pilot", body="There is something new.", actions=[], place="")


async def test_a_push_opens_no_other_site(desk: Desk) -> None:
    phone = await behind(desk)
    await phone.push({"notification": {"title": "x", "tag": "x", "navigate": "https://example.com/#ask=1"}})
    await phone.only(title="x", place="")
    worker = await phone.worker()
    await worker.evaluate(WINDOWS)
    await worker.evaluate("() => { WindowClient.prototype.focus = () => Promise.reject(new Error('not now')); }")
    await phone.press("x")
    assert await worker.evaluate("opened") == [f"{desk.hub.url}/"]


async def test_without_the_hub_the_notice_is_plain_and_a_press_says_so(tmp_path: Path, browser: Browser) -> None:
    async with desk_of(browser, tmp_path / "home") as desk:
        phone = await behind(desk)
        phone.screen.expected = "ERR_INTERNET_DISCONNECTED|Failed to fetch"
        ask = await desk.ask("npm test")
        notice = desk.notice(ask)
        await phone.push(desk.message(notice))
        await phone.only(tag=notice.id, actions=["allow", "deny"])
        await phone.offline()
        await phone.press(notice.id, "allow")
        await phone.only(tag=notice.id, body="Pilot cannot be reached from here. Press here to open it.")
        other = await desk.ask("npm run lint")
        await phone.push(desk.message(desk.notice(other)))
        [plain] = [one for one in await phone.until(lambda shown: len(shown) == 2) if one["tag"] != notice.id]
        assert (plain["body"], plain["actions"]) == ("api", [])
        assert (await desk.services.asks.get(ask.id)).state == "pending"
        await phone.context.set_offline(False)


async def test_a_press_goes_to_the_ask_in_the_page_that_is_open(desk: Desk) -> None:
    phone = await behind(desk)
    ask = await desk.ask("npm test")
    notice = desk.notice(ask)
    await phone.push(desk.message(notice))
    await phone.only(tag=notice.id)
    worker = await phone.worker()
    await worker.evaluate(WINDOWS)
    await phone.press(notice.id)
    await phone.screen.when(f"location.hash === '#ask={ask.id}'")
    assert (await worker.evaluate("[opened, focused.length]"), await phone.shown()) == ([[], 1], [])


async def test_a_press_answers_once_however_often_it_is_pressed(desk: Desk) -> None:
    phone = await behind(desk)
    ask = await desk.ask("npm test")
    notice = desk.notice(ask)
    await phone.push(desk.message(notice))
    await phone.only(tag=notice.id, actions=["allow", "deny"])
    worker = await phone.worker()
    await worker.evaluate(COUNT_ANSWERS)
    await asyncio.gather(phone.press(notice.id, "allow"), phone.press(notice.id, "allow"))
    assert await worker.evaluate("sent") == [200, 200]

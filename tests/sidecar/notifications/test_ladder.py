"""From rung to rung: the desk, then phones, then the chat, over the whole domain with a clock that is moved."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from fakes.domain import make_draft
from fakes.notified import Notified, notified
from pilot_sidecar.core.notices_model import KindRule, NotificationRules
from pilot_sidecar.notifications.ports import DeliveryError


@pytest.fixture
async def hub(tmp_path: Path) -> AsyncIterator[Notified]:
    async with notified(tmp_path) as hub:
        hub.session()
        yield hub


def broken() -> DeliveryError:
    return DeliveryError("Gone.", final=True)


async def test_an_ask_is_shown_where_the_person_is_then_goes_to_phones_then_to_the_chat(hub: Notified) -> None:
    hub.arrive("page-one", "active")
    ask = await hub.ask()
    name = f"ask:{ask.id}:{ask.digest[:8]}"
    assert [(event.notice.id, event.surface, event.sound) for event in hub.raised] == [(name, "page-one", True)]
    await hub.step(19.9)
    assert hub.pushed() == []
    await hub.step(0.2)
    assert (hub.pushed(), hub.texted()) == ([name], [])
    await hub.step(99.8)
    assert hub.texted() == []
    await hub.step(0.3)
    assert (hub.pushed(), hub.texted()) == ([name], [name])
    await hub.step(1000)
    assert (len(hub.raised), len(hub.push.attempts), len(hub.telegram.attempts)) == (1, 1, 1)


async def test_nobody_at_a_desk_means_phones_at_once(hub: Notified) -> None:
    await hub.ask()
    assert (hub.shown_on(), len(hub.pushed()), hub.texted()) == ([None], 1, [])
    await hub.step(121)
    assert len(hub.texted()) == 1


async def test_no_desk_and_no_phone_means_the_chat_at_once(hub: Notified) -> None:
    hub.push.receivers.clear()
    await hub.ask()
    assert len(hub.texted()) == 1


async def test_an_answer_takes_it_back_wherever_it_is(hub: Notified) -> None:
    hub.arrive("page-one", "active")
    ask = await hub.ask()
    await hub.step(21)
    await hub.answer(ask)
    assert [(event.notice_id, event.outcome) for event in hub.withdrawn] == [
        (hub.raised[0].notice.id, "Denied by Anna's phone")
    ]
    await hub.push.until(lambda: hub.push.withdrawn)
    assert hub.push.withdrawn[0].outcome == "Denied by Anna's phone"
    await hub.step(1000)
    assert hub.texted() == []
    assert len(hub.raised) == 1


async def test_what_was_answered_in_time_goes_no_further(hub: Notified) -> None:
    hub.arrive("page-one", "active")
    await hub.answer(await hub.ask())
    await hub.step(500)
    assert (hub.push.attempts, hub.telegram.attempts) == ([], [])
    assert len(hub.withdrawn) == 1


async def test_a_channel_that_fails_hands_on_to_the_next_at_once(hub: Notified) -> None:
    hub.push.broken["phone"] = broken()
    hub.arrive("page-one", "active")
    await hub.ask()
    await hub.step(20)
    assert len(hub.push.attempts) == 1
    await hub.step()
    assert len(hub.texted()) == 1


async def test_a_channel_that_failed_carries_an_ask_that_still_waits_once_it_works_again(hub: Notified) -> None:
    hub.push.broken["phone"] = broken()
    await hub.ask()
    await hub.step()
    assert (hub.pushed(), len(hub.texted())) == ([], 1)
    hub.push.broken.clear()
    await hub.step(301)
    assert (len(hub.pushed()), len(hub.texted())) == (1, 1)


async def test_what_a_channel_carried_late_is_taken_back_too(tmp_path: Path) -> None:
    async with notified(tmp_path, PILOT_NOTIFY_PUSH_AFTER_S="600") as hub:
        hub.session()
        hub.push.broken["phone"] = DeliveryError("Down.")
        ask = await hub.ask()
        for _ in range(10):
            hub.pipeline.wake()
            await hub.step(3)
        assert (hub.pushed(), len(hub.texted())) == ([], 1)
        hub.push.broken.clear()
        await hub.step(301)
        hub.pipeline.wake()
        await hub.push.until(hub.pushed)
        await hub.answer(ask)
        await hub.push.until(lambda: hub.push.withdrawn)


async def test_a_phone_that_subscribes_while_it_waits_gets_it(hub: Notified) -> None:
    phones = list(hub.push.receivers)
    hub.push.receivers.clear()
    hub.arrive("page-one", "active")
    await hub.ask()
    await hub.step(30)
    hub.push.receivers.extend(phones)
    hub.services.notifications.changed()
    await hub.step()
    assert len(hub.pushed()) == 1


async def test_rules_say_which_rungs_there_are(hub: Notified) -> None:
    await hub.services.rules.change(NotificationRules(ask=KindRule(push=False, sound=False)))
    hub.arrive("page-one", "active")
    await hub.ask()
    await hub.step(121)
    assert ([event.sound for event in hub.raised], hub.pushed(), len(hub.texted())) == ([False], [], 1)


async def test_a_kind_that_is_off_is_told_to_nobody(hub: Notified) -> None:
    await hub.services.rules.change(NotificationRules(ask=KindRule(desk=False, push=False, telegram=False)))
    hub.arrive("page-one", "active")
    ask = await hub.ask()
    await hub.step(500)
    await hub.answer(ask)
    assert (hub.raised, hub.withdrawn, hub.push.attempts, hub.telegram.attempts) == ([], [], [], [])


async def test_a_silent_project_is_silent_until_its_rule_changes(hub: Notified) -> None:
    hub.arrive("page-one", "active")
    ask = await hub.services.asks.open(make_draft())
    await hub.services.rules.change(NotificationRules(projects={ask.project_id: "nothing"}))
    await hub.step(500)
    assert hub.raised == []
    await hub.services.rules.change(NotificationRules(projects={ask.project_id: "asks"}))
    await hub.step()
    assert hub.shown_on() == ["page-one"]


async def test_no_delay_means_everywhere_at_once(tmp_path: Path) -> None:
    async with notified(tmp_path, PILOT_NOTIFY_PUSH_AFTER_S="0", PILOT_NOTIFY_TELEGRAM_AFTER_S="0") as hub:
        hub.session()
        hub.arrive("page-one", "active")
        await hub.ask()
        assert (hub.shown_on(), len(hub.pushed()), len(hub.texted())) == (["page-one"], 1, 1)


async def test_a_recording_stays_at_the_desk(hub: Notified) -> None:
    hub.session("demo", demo=True)
    await hub.ask(session_id="demo")
    hub.arrive("page-one", "active")
    await hub.step(500)
    assert (hub.shown_on(), hub.push.attempts, hub.telegram.attempts) == ([None, "page-one"], [], [])


async def test_an_ask_that_changed_is_told_anew(hub: Notified) -> None:
    hub.arrive("page-one", "active")
    first = await hub.ask(id="ask_1")
    second = await hub.ask(id="ask_1", input={"command": "ls"})
    assert (first.id, first.digest == second.digest) == (second.id, False)
    assert [event.notice.digest for event in hub.raised] == [first.digest, second.digest]
    assert [event.notice_id for event in hub.withdrawn] == [hub.raised[0].notice.id]
    await hub.answer(second)
    assert [event.notice_id for event in hub.withdrawn] == [event.notice.id for event in hub.raised]


async def test_an_ask_that_changed_back_is_told_once_more(hub: Notified) -> None:
    for command in ("npm test", "npm run build", "npm test"):
        await hub.services.asks.open(make_draft(id="ask_1", command=command, input={"command": command}))
        await hub.step()
        await hub.step()
    assert [one.notice.body for one in hub.push.delivered] == ["npm test", "npm run build", "npm test"]
    ask = await hub.services.asks.open(make_draft(id="ask_1", command="npm test", input={"command": "npm test"}))
    await hub.step()
    assert len(hub.pushed()) == 3
    await hub.answer(ask)
    await hub.step()
    assert sorted(one.notice.id for one in hub.push.withdrawn) == sorted(hub.pushed())


async def test_an_ask_that_is_over_before_anybody_could_be_told_is_not_told(hub: Notified) -> None:
    hub.arrive("page-one", "active")
    ask = await hub.services.asks.open(make_draft())
    await hub.services.asks.cancel(ask.id, "The agent moved on.")
    await hub.step()
    assert (hub.raised, hub.withdrawn, hub.push.attempts) == ([], [], [])

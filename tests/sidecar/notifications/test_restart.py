"""What a restart of the hub does to what people were told."""

from pathlib import Path

from fakes.clock import FakeClock
from fakes.domain import make_draft
from fakes.notified import Notified, notified, settle
from pilot_sidecar.core.ask_records import Delivered
from pilot_sidecar.core.asks_model import Ask, DecisionRequest
from pilot_sidecar.core.store import Write
from pilot_sidecar.notifications.ladder import SETTLES_S
from pilot_sidecar.notifications.telegram.channel import TelegramChannel


async def _deliver(_ask: Ask, _request: DecisionRequest) -> Delivered:
    return Delivered()


async def _ask_and_push(hub: Notified) -> Ask:
    """Ask something that outlives a hub, and have it on the phone."""
    hub.session()
    ask = await hub.services.asks.open(make_draft(id="ask_1"), _deliver)
    await hub.step()
    assert len(hub.pushed()) == 1
    await hub.services.store.settled()
    return ask


async def test_an_ask_that_still_waits_goes_on_and_no_phone_gets_it_twice(tmp_path: Path) -> None:
    clock = FakeClock()
    async with notified(tmp_path, clock=clock) as hub:
        await _ask_and_push(hub)
    async with notified(tmp_path, clock=clock) as hub:
        await hub.pipeline.resume()
        await hub.step(1)
        assert (hub.raised, hub.push.attempts) == ([], [])
        hub.arrive("page", "active")
        await hub.step()
        assert hub.shown_on() == ["page"]
        await hub.step(200)
        assert (hub.push.attempts, len(hub.texted())) == ([], 1)


async def test_surfaces_have_a_moment_to_come_back_before_phones_are_used(tmp_path: Path) -> None:
    clock = FakeClock()
    async with notified(tmp_path, clock=clock) as hub:
        hub.session()
        hub.arrive("page", "active")
        await hub.services.asks.open(make_draft(id="ask_1"), _deliver)
        await hub.step(5)
        assert hub.push.attempts == []
    async with notified(tmp_path, clock=clock) as hub:
        await hub.pipeline.resume()
        await hub.step(SETTLES_S - 1)
        assert hub.push.attempts == []
        await hub.step(1.1)
        assert (hub.shown_on(), len(hub.pushed())) == ([None], 1)


async def test_what_another_version_left_keeps_no_hub_from_starting(tmp_path: Path) -> None:
    clock = FakeClock()
    async with notified(tmp_path, clock=clock) as hub:
        ask = await _ask_and_push(hub)
        await hub.services.store.commit(
            [
                Write('UPDATE deliveries SET notice = \'{"kind": "dream"}\'', ()),
                Write("INSERT INTO push_subscriptions VALUES ('d1', '{\"odd\": 1}', 1)", ()),
                Write("INSERT INTO preferences VALUES ('notifications', '{\"projects\": 7}')", ()),
                Write("INSERT INTO preferences VALUES ('telegram_heard', '[]')", ()),
                Write("INSERT INTO telegram_messages VALUES (1, 2, 's1', 'a', 'd', 'x', '{\"b\": 7}', 1)", ()),
            ]
        )
    async with notified(tmp_path, clock=clock) as hub:
        TelegramChannel(hub.services)
        await hub.pipeline.resume()
        assert (hub.services.push.all(), hub.services.rules.current.ask.push) == ([], True)
        await hub.step(200)
        assert (hub.pushed(), len(hub.texted())) == ([], 1)
        await hub.services.asks.cancel(ask.id, "The agent moved on.")
        await hub.step()


async def test_an_ask_that_ended_while_the_hub_was_down_is_taken_back(tmp_path: Path) -> None:
    clock = FakeClock()
    async with notified(tmp_path, clock=clock) as hub:
        ask = await _ask_and_push(hub)
        name = hub.raised[0].notice.id
    async with notified(tmp_path, clock=clock) as hub:
        await hub.services.asks.cancel(ask.id, "The agent moved on.")
        await hub.pipeline.resume()
        await settle()
        await hub.push.until(lambda: hub.push.withdrawn)
        assert [(one.notice.id, one.outcome) for one in hub.push.withdrawn] == [
            (name, "Withdrawn: the agent no longer waits")
        ]
        assert [event.notice_id for event in hub.withdrawn] == [name]
        await hub.step(500)
        assert (hub.raised, hub.push.attempts, hub.telegram.attempts) == ([], [], [])


async def test_an_ask_whose_blocked_call_died_with_the_hub_is_taken_back(tmp_path: Path) -> None:
    clock = FakeClock()
    async with notified(tmp_path, clock=clock) as hub:
        hub.session()
        await hub.services.asks.open(make_draft(id="ask_1"))
        await hub.step()
        await hub.services.store.settled()
        assert len(hub.pushed()) == 1
    async with notified(tmp_path, clock=clock) as hub:
        await hub.services.asks.settle_restart()
        await hub.pipeline.resume()
        await hub.push.until(lambda: hub.push.withdrawn)
        await hub.step(500)
        assert (hub.raised, hub.push.attempts) == ([], [])


async def test_work_under_way_is_measured_from_the_restart(tmp_path: Path) -> None:
    async with notified(tmp_path) as hub:
        hub.session(state="busy")
        await hub.pipeline.resume()
        for _ in range(25):
            await hub.step(31)
        assert hub.told("stuck") == ["OpenCode has shown nothing new for 10 min"]

"""Notices reach each receiver of a channel once, and go back from wherever they are."""

import asyncio
from pathlib import Path

import pytest

from fakes.channels import FakeChannel
from fakes.clock import FakeClock
from fakes.couriers import ask_notice, post, turns, until
from fakes.showing import Shown
from pilot_sidecar.core.notices_model import Notice
from pilot_sidecar.notifications.deliveries import Delivery
from pilot_sidecar.notifications.ports import DeliveryError, Endpoint
from pilot_sidecar.notifications.receiver import MAX_ATTEMPTS

PHONE, TABLET = Endpoint("phone", "Anna's phone"), Endpoint("tablet", "Tablet")
NO = DeliveryError("The push service is down.")


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def channel() -> FakeChannel:
    return FakeChannel(receivers=[PHONE, TABLET])


async def test_everybody_gets_a_notice_once_however_often_it_is_sent(
    tmp_path: Path, channel: FakeChannel, clock: FakeClock
) -> None:
    async with post(tmp_path, channel, clock) as here:
        assert here.send(ask_notice())
        assert here.send(ask_notice())
        await channel.until(lambda: len(channel.delivered) == 2)
        assert here.send(ask_notice())
        await here.later(3_600)
        assert (here.got("phone"), here.got("tablet")) == (["ask:1:aa"], ["ask:1:aa"])
        assert here.lost == []


async def test_it_goes_back_where_it_was_delivered_with_the_receipt_of_that(
    tmp_path: Path, channel: FakeChannel, clock: FakeClock
) -> None:
    async with post(tmp_path, channel, clock) as here:
        here.send(ask_notice())
        await channel.until(lambda: len(channel.delivered) == 2)
        here.courier.withdraw("ask:1:aa", "Allowed by Anna's phone")
        await channel.until(lambda: len(channel.withdrawn) == 2)
        assert {one.receipt for one in channel.withdrawn} == {one.receipt for one in channel.delivered}
        assert here.withdrawn() == [("ask:1:aa", "Allowed by Anna's phone")]
        here.courier.withdraw("ask:1:aa", "Once more")
        assert not here.send(ask_notice()), "what was dealt with is never sent again"
        await here.later(60)
        assert (len(channel.attempts), len(channel.withdrawn)) == (2, 2)


async def test_what_waits_in_the_queue_is_not_sent_any_more(
    tmp_path: Path, channel: FakeChannel, clock: FakeClock
) -> None:
    channel.receivers = [PHONE]
    channel.failures = {"phone": [NO]}
    async with post(tmp_path, channel, clock) as here:
        here.send(ask_notice())
        await until(lambda: here.courier.state().endpoints[0].state == "failing")
        here.courier.withdraw("ask:1:aa", "Answered in the terminal")
        await here.later(600)
        assert (here.got(), here.withdrawn(), len(channel.attempts), here.lost) == ([], [], 1, [])


async def test_what_is_on_its_way_goes_back_as_soon_as_it_arrived(
    tmp_path: Path, channel: FakeChannel, clock: FakeClock
) -> None:
    channel.receivers = [PHONE]
    async with post(tmp_path, channel, clock) as here:
        here.send(ask_notice())
        await channel.until(lambda: channel.attempts)
        assert here.got() == []
        here.courier.withdraw("ask:1:aa", "Denied by this browser")
        await channel.until(lambda: channel.withdrawn)
        assert (here.got(), here.withdrawn()) == (["ask:1:aa"], [("ask:1:aa", "Denied by this browser")])


async def test_the_newest_outcome_wins_while_the_withdrawal_waits(
    tmp_path: Path, channel: FakeChannel, clock: FakeClock
) -> None:
    channel.receivers = [PHONE]
    async with post(tmp_path, channel, clock) as here:
        here.send(ask_notice())
        await channel.until(lambda: channel.delivered)
        channel.broken = {"phone": NO}
        here.courier.withdraw("ask:1:aa", "Expired")
        await until(lambda: here.courier.state().error)
        here.courier.withdraw("ask:1:aa", "Allowed by Anna's phone")
        channel.broken = {}
        await here.later(60)
        assert here.withdrawn() == [("ask:1:aa", "Allowed by Anna's phone")]


async def test_an_ask_that_changed_comes_once_what_was_shown_of_it_is_gone(
    tmp_path: Path, channel: FakeChannel, clock: FakeClock
) -> None:
    channel.receivers = [PHONE]
    async with post(tmp_path, channel, clock) as here:
        here.send(ask_notice())
        await channel.until(lambda: channel.delivered)
        channel.broken = {"phone": NO}
        here.courier.withdraw("ask:1:aa", "The agent asks for something else now")
        await until(lambda: here.courier.state().error)
        channel.broken = {}
        here.send(ask_notice("ask:1:bb"))
        here.send(ask_notice("ask:2:cc", ask_id="2"))
        await channel.until(lambda: len(channel.delivered) == 2)
        assert here.got() == ["ask:1:aa", "ask:2:cc"], "others need not wait"
        await channel.until(lambda: len(channel.delivered) == 3)
        assert (here.got()[-1], here.withdrawn()[0][0]) == ("ask:1:bb", "ask:1:aa")


async def test_a_failure_is_tried_again_with_longer_and_longer_pauses_until_it_is_given_up(
    tmp_path: Path, channel: FakeChannel, clock: FakeClock
) -> None:
    channel.receivers = [PHONE]
    channel.broken = {"phone": NO}
    async with post(tmp_path, channel, clock) as here:
        here.send(ask_notice())
        await until(lambda: len(channel.attempts) == 1)
        await here.later(0.9)
        assert len(channel.attempts) == 1
        await here.later(3)
        assert len(channel.attempts) == 2
        for _ in range(100):
            await here.later(30)
        assert len(channel.attempts) == MAX_ATTEMPTS
        assert here.lost == ["ask:1:aa"], "said once"
        assert here.courier.waiting() == 0


async def test_the_next_rung_is_told_as_soon_as_all_are_left_alone(
    tmp_path: Path, channel: FakeChannel, clock: FakeClock
) -> None:
    channel.broken = {"phone": NO, "tablet": NO}
    async with post(tmp_path, channel, clock) as here:
        here.send(ask_notice())
        for _ in range(10):
            await here.later(2)
        assert [one.state for one in here.courier.state().endpoints] == ["paused", "paused"]
        assert here.lost == ["ask:1:aa"]
        assert not here.courier.reaches_somebody()
        here.send(ask_notice("ask:2:bb"))
        await turns()
        assert here.lost == ["ask:1:aa", "ask:2:bb"], "nobody waits for a receiver that is left alone"
        channel.broken = {}
        await here.later(120)
        await until(lambda: here.got() == ["ask:1:aa", "ask:2:bb"])  # once it is back, it gets what still waits
        assert here.courier.reaches_somebody()


async def test_one_that_gets_it_is_enough(tmp_path: Path, channel: FakeChannel, clock: FakeClock) -> None:
    channel.broken = {"phone": NO}
    async with post(tmp_path, channel, clock) as here:
        here.send(ask_notice())
        for _ in range(40):
            await here.later(30)
        assert (here.got("tablet"), here.lost) == (["ask:1:aa"], [])
        states = {one.id: one.state for one in here.courier.state().endpoints}
        assert (states["tablet"], here.courier.state().state) == ("ready", "ready")


async def test_a_refused_notice_is_not_tried_again_others_are(
    tmp_path: Path, channel: FakeChannel, clock: FakeClock
) -> None:
    channel.receivers = [PHONE]
    channel.failures = {"phone": [DeliveryError("Too large.", final=True)]}
    async with post(tmp_path, channel, clock) as here:
        here.send(ask_notice())
        await until(lambda: here.lost == ["ask:1:aa"])
        here.send(ask_notice("ask:2:bb"))
        await channel.until(lambda: channel.delivered)
        await here.later(600)
        assert (here.got(), len(channel.attempts)) == (["ask:2:bb"], 2)


async def test_a_receiver_that_is_no_more_gets_nothing_again(
    tmp_path: Path, channel: FakeChannel, clock: FakeClock
) -> None:
    channel.broken = {"phone": DeliveryError("Unsubscribed.", final=True, gone=True)}
    async with post(tmp_path, channel, clock) as here:
        here.send(ask_notice())
        await channel.until(lambda: channel.delivered)
        here.send(ask_notice("ask:2:bb"))
        await channel.until(lambda: len(channel.delivered) == 2)
        await here.later(600)
        assert [one.notice.id for one in channel.attempts if one.endpoint == "phone"] == ["ask:1:aa"]
        channel.receivers, channel.broken = [TABLET], {}
        assert here.courier.reaches_somebody()
        channel.receivers = [PHONE, TABLET]
        here.courier.catch_up()
        await channel.until(lambda: len(channel.delivered) == 4)
        assert here.got() == ["ask:1:aa", "ask:2:bb"], "it subscribed again: what waits, it gets"


async def test_being_asked_to_wait_is_honoured_but_not_for_ever(
    tmp_path: Path, channel: FakeChannel, clock: FakeClock
) -> None:
    channel.receivers = [PHONE]
    channel.failures = {"phone": [DeliveryError("Too many.", retry_after_s=40), DeliveryError("", retry_after_s=1e9)]}
    async with post(tmp_path, channel, clock) as here:
        here.send(ask_notice())
        await until(lambda: here.courier.state().error)
        here.send(ask_notice("ask:2:bb"))
        await here.later(39)
        assert len(channel.attempts) == 1, "it asked to be left alone, whatever the notice"
        await here.later(2)
        assert len(channel.attempts) == 2
        await here.later(601)
        await channel.until(lambda: len(channel.delivered) == 2)


async def test_what_expired_is_not_sent(tmp_path: Path, channel: FakeChannel, clock: FakeClock) -> None:
    channel.receivers = [PHONE]
    channel.failures = {"phone": [NO, NO]}
    async with post(tmp_path, channel, clock) as here:
        assert not here.send(ask_notice(expires_at=clock.now_ms()))
        here.send(ask_notice(expires_at=clock.now_ms() + 10_000))
        await until(lambda: here.courier.state().error)
        await here.later(11)
        assert (len(channel.attempts), here.courier.waiting()) == (1, 0)


async def test_a_receiver_that_hangs_delays_no_other_and_is_cut(
    tmp_path: Path, channel: FakeChannel, clock: FakeClock
) -> None:
    channel.hanging = {"phone"}
    async with post(tmp_path, channel, clock, limit_s=0.05) as here:
        for number in range(5):
            here.send(ask_notice(f"ask:{number}:aa"))
        await channel.until(lambda: len(here.got("tablet")) == 5)
        assert here.got() == []
        await until(lambda: here.courier.state().error == "No answer within 0.05 s.")


async def test_what_arrived_without_a_word_is_taken_back_too(tmp_path: Path, clock: FakeClock) -> None:
    channel = Shown(receivers=[PHONE], mute={"phone"})
    async with post(tmp_path, channel, clock, limit_s=0.05) as here:
        here.send(ask_notice())
        here.send(ask_notice("ask:2:bb", ask_id="2"))
        await until(lambda: here.courier.state().error)
        await until(lambda: len(channel.showing["phone"]) == 2)
        here.courier.withdraw("ask:1:aa", "Expired")
        here.courier.withdraw("ask:2:bb", "Expired")  # this one is under way
        channel.mute.clear()
        for _ in range(4):
            await here.later(60)
        await until(lambda: not here.courier.waiting())
        assert channel.showing["phone"] == {}
        assert {one.receipt for one in channel.withdrawn} == {""}


async def test_nobody_to_send_to_is_said_at_once(tmp_path: Path, clock: FakeClock) -> None:
    async with post(tmp_path, FakeChannel(receivers=[]), clock) as here:
        assert not here.send(ask_notice())
        state = here.courier.state()
        assert (state.state, state.message) == ("off", "Nobody has subscribed yet.")
        assert not here.courier.reaches_somebody()


async def test_a_phone_that_subscribes_while_an_ask_waits_gets_it(
    tmp_path: Path, channel: FakeChannel, clock: FakeClock
) -> None:
    channel.receivers = [TABLET]
    async with post(tmp_path, channel, clock) as here:
        here.send(ask_notice())
        here.send(ask_notice("finished:s1:1", kind="finished"))
        await channel.until(lambda: len(channel.delivered) == 2)
        channel.receivers = [PHONE, TABLET]
        here.courier.catch_up()
        await channel.until(lambda: len(channel.delivered) == 3)
        assert (here.got("phone"), len(here.got("tablet"))) == (["ask:1:aa"], 2)


async def test_whoever_may_not_answer_is_nobody_to_wait_for(tmp_path: Path, clock: FakeClock) -> None:
    channel = FakeChannel(receivers=[Endpoint("screen", "A screen", answers=False)])
    async with post(tmp_path, channel, clock) as here:
        assert not here.courier.reaches_somebody()
        channel.receivers.append(PHONE)
        assert here.courier.reaches_somebody()


async def test_changes_are_told_but_not_one_by_one(tmp_path: Path, channel: FakeChannel, clock: FakeClock) -> None:
    told: list[int] = []
    async with post(tmp_path, channel, clock, changed=lambda: told.append(1)) as here:
        for number in range(50):
            here.send(ask_notice(f"ask:{number}:aa"))
        await channel.until(lambda: len(channel.delivered) == 100)
        await until(lambda: told)
        await asyncio.sleep(0.05)
        assert len(told) == 1


async def test_the_state_says_what_went_wrong_until_something_arrives(
    tmp_path: Path, channel: FakeChannel, clock: FakeClock
) -> None:
    channel.receivers = [PHONE]
    channel.failures = {"phone": [NO]}
    async with post(tmp_path, channel, clock) as here:
        here.send(ask_notice())
        await until(lambda: here.courier.state().error)
        state = here.courier.state()
        assert (state.state, state.error, state.delivered_at) == ("failing", "The push service is down.", None)
        assert state.error_at == clock.now_ms()
        assert [(one.name, one.state, one.error) for one in state.endpoints] == [
            ("Anna's phone", "failing", NO.message)
        ]
        await here.later(10)
        await channel.until(lambda: channel.delivered)
        state = here.courier.state()
        assert (state.state, state.error, state.delivered_at) == ("ready", None, clock.now_ms())


async def test_a_failure_of_our_own_is_one_like_others(
    tmp_path: Path, channel: FakeChannel, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    channel.receivers = [PHONE]

    async def broken(*_: object) -> str:
        raise KeyError("endpoint with a secret")

    channel.deliver = broken  # type: ignore[method-assign] - the fake has no such fault of its own
    async with post(tmp_path, channel, clock) as here:
        here.send(ask_notice())
        await until(lambda: here.courier.state().error)
        assert here.courier.state().error == "Pilot could not send it; its log says why."
        assert "push failed" in caplog.text


async def test_what_breaks_one_errand_keeps_no_other_waiting(
    tmp_path: Path, channel: FakeChannel, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel.receivers = [PHONE]
    async with post(tmp_path, channel, clock) as here:
        delivered = here.courier._book.delivered

        async def broken(endpoint_id: str, notice: Notice, receipt: str) -> Delivery:
            if notice.id == "ask:1:aa":
                raise RuntimeError("This should not happen.")
            return await delivered(endpoint_id, notice, receipt)

        monkeypatch.setattr(here.courier._book, "delivered", broken)
        here.send(ask_notice())
        here.send(ask_notice("ask:2:bb", ask_id="2"))
        await until(lambda: len(channel.delivered) == 2)
        assert here.courier.waiting() == 0

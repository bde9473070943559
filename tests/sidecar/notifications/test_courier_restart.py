"""The hub ends and comes back: what was delivered is known, and goes back when its time has come."""

import sqlite3
from pathlib import Path

import pytest

from fakes.channels import FakeChannel
from fakes.clock import FakeClock
from fakes.couriers import ask_notice, post, until
from fakes.showing import Shown
from pilot_sidecar.notifications.deliveries import KEPT_MS
from pilot_sidecar.notifications.ports import DeliveryError, Endpoint

PHONE = Endpoint("phone", "Anna's phone")


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def channel() -> FakeChannel:
    return FakeChannel()


async def test_nobody_gets_a_notice_again(tmp_path: Path, channel: FakeChannel, clock: FakeClock) -> None:
    async with post(tmp_path, channel, clock) as here:
        here.send(ask_notice())
        await channel.until(lambda: channel.delivered)
    async with post(tmp_path, channel, clock) as here:
        assert [one.id for one in here.courier.standing()] == ["ask:1:aa"]
        assert here.send(ask_notice())
        await here.later(600)
        assert (here.got(), here.lost) == (["ask:1:aa"], [])
        assert here.courier.state().delivered_at == clock.now_ms() - 600_000, "the last delivery is known"


async def test_it_is_withdrawn_with_what_was_kept(tmp_path: Path, channel: FakeChannel, clock: FakeClock) -> None:
    async with post(tmp_path, channel, clock) as here:
        here.send(ask_notice())
        await channel.until(lambda: channel.delivered)
    async with post(tmp_path, channel, clock) as here:
        here.courier.withdraw("ask:1:aa", "Answered in the terminal")
        await channel.until(lambda: channel.withdrawn)
        [given], [taken] = channel.delivered, channel.withdrawn
        assert (taken.receipt, taken.notice, taken.outcome) == (given.receipt, given.notice, "Answered in the terminal")
    async with post(tmp_path, channel, clock) as here:
        assert here.courier.standing() == []
        assert not here.send(ask_notice()), "it was dealt with, whichever run of the hub saw it"


async def test_a_withdrawal_that_did_not_get_through_is_taken_up_again(
    tmp_path: Path, channel: FakeChannel, clock: FakeClock
) -> None:
    async with post(tmp_path, channel, clock) as here:
        here.send(ask_notice())
        await channel.until(lambda: channel.delivered)
        channel.broken = {"phone": DeliveryError("Down.")}
        here.courier.withdraw("ask:1:aa", "Expired")
        await until(lambda: here.courier.state().error)
    channel.broken = {}
    async with post(tmp_path, channel, clock) as here:
        await channel.until(lambda: channel.withdrawn)
        assert (here.withdrawn(), here.courier.standing()) == ([("ask:1:aa", "Expired")], [])


async def test_what_may_have_arrived_is_sent_again_and_taken_back(tmp_path: Path, clock: FakeClock) -> None:
    channel = Shown(receivers=[PHONE], mute={"phone"})
    async with post(tmp_path, channel, clock, limit_s=0.02) as here:
        here.send(ask_notice())
        await until(lambda: here.courier.state().error)
        assert here.courier.state().delivered_at is None
    async with post(tmp_path, channel, clock, limit_s=0.02) as here:
        assert [one.id for one in here.courier.standing()] == ["ask:1:aa"]
        here.send(ask_notice())
        await until(lambda: len(channel.attempts) == 2)
    async with post(tmp_path, channel, clock, limit_s=0.02) as here:
        here.courier.withdraw("ask:1:aa", "Expired")
        await until(lambda: here.courier.state().error)
    channel.mute.clear()
    async with post(tmp_path, channel, clock) as here:
        await until(lambda: not here.courier.waiting())
        assert (channel.showing["phone"], here.courier.standing()) == ({}, [])


async def test_what_a_notice_said_is_kept_no_longer_than_it_is_needed(
    tmp_path: Path, channel: FakeChannel, clock: FakeClock
) -> None:
    async with post(tmp_path, channel, clock) as here:
        here.send(ask_notice(body="deploy the walrus"))
        await channel.until(lambda: channel.delivered)
        here.courier.withdraw("ask:1:aa", "Expired")
        await channel.until(lambda: channel.withdrawn)
        await until(lambda: not list(here.courier.standing()))
    with sqlite3.connect(tmp_path / "pilot.db") as database:
        assert database.execute("SELECT notice FROM deliveries").fetchall() == [("",)]
    clock.advance(KEPT_MS / 1000 + 1)
    async with post(tmp_path, channel, clock):
        pass
    with sqlite3.connect(tmp_path / "pilot.db") as database:
        assert database.execute("SELECT * FROM deliveries").fetchall() == []


async def test_a_test_goes_past_queues_and_pauses(tmp_path: Path, channel: FakeChannel, clock: FakeClock) -> None:
    channel.broken = {"phone": DeliveryError("Down.")}
    async with post(tmp_path, channel, clock) as here:
        here.send(ask_notice())
        for _ in range(10):
            await here.later(2)
        assert not here.courier.reaches_somebody()
        tried = await here.courier.trial(ask_notice("test:1", kind="test", ask_id=None), None)
        assert (tried.ok, tried.message) == (False, "Anna's phone: Down.")
        channel.broken = {}
        tried = await here.courier.trial(ask_notice("test:2", kind="test", ask_id=None), "phone")
        assert (tried.ok, tried.message) == (True, "Delivered to Anna's phone.")
        assert here.courier.reaches_somebody(), "it works again: the pause is over"
        await channel.until(lambda: here.got() == ["test:2", "ask:1:aa"])
        assert here.courier.standing() != [], "the ask stands; a test is nothing to take back"
        assert [one.id for one in here.courier.standing()] == ["ask:1:aa"]
        tried = await here.courier.trial(ask_notice("test:3", kind="test"), "nobody")
        assert not tried.ok

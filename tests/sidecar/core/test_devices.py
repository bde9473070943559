"""The book of devices, with a clock that tests move."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from fakes.clock import FakeClock
from fakes.domain import open_domain
from pilot_sidecar.core.connections import LAST_WORD_S, Connections
from pilot_sidecar.core.device_names import clean_name, told_apart
from pilot_sidecar.core.errors import BadRequestError, NotFoundError, StorageError, UnauthorizedError
from pilot_sidecar.core.whence import Whence

HOME = Whence("local", "127.0.0.1")
TRAIN = Whence("tunnel", "203.0.113.9")


def seen_on_disk(home: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(home / "pilot.db")) as database:
        return database.execute("SELECT last_seen_at, address, reach FROM devices").fetchall()


async def test_when_a_device_was_here_is_written_once_a_minute(tmp_path: Path) -> None:
    clock = FakeClock()
    async with open_domain(tmp_path, clock) as services:
        device, _ = await services.devices.add("Phone", "view", HOME)
        first = clock.ms
        clock.advance(59)
        services.devices.seen(device.id, HOME)
        await services.store.settled()
        assert seen_on_disk(tmp_path) == [(first, "127.0.0.1", "local")]
        services.devices.seen(device.id, TRAIN)
        await services.store.settled()
        assert seen_on_disk(tmp_path) == [(clock.ms, "203.0.113.9", "tunnel")], "it is somewhere else: at once"
        clock.advance(60)
        services.devices.seen(device.id, TRAIN)
        await services.store.settled()
        assert seen_on_disk(tmp_path) == [(clock.ms, "203.0.113.9", "tunnel")]
        services.devices.seen("dev_none", HOME)


async def test_who_is_revoked_while_it_is_still_being_paired_is_out(tmp_path: Path) -> None:
    async with open_domain(tmp_path) as services:
        devices = services.devices
        adding = asyncio.ensure_future(devices.add("Quick", "admin", HOME))
        await asyncio.sleep(0)
        await devices.revoke((await devices.list())[0].id)
        with pytest.raises(UnauthorizedError):
            await adding
        assert await devices.list() == []


async def test_a_revocation_that_could_not_be_written_down_can_be_tried_again(tmp_path: Path) -> None:
    async with open_domain(tmp_path) as services:
        devices = services.devices
        device, token = await devices.add("Lost", "admin", HOME)
        commit = services.store.commit

        async def full(*_: object, **__: object) -> None:
            raise StorageError("The disk is full.")

        services.store.commit = full  # type: ignore[method-assign] # a disk that is full
        with pytest.raises(StorageError):
            await devices.revoke(device.id)
        assert devices.find(token) is None, "it is out at once all the same"
        services.store.commit = commit  # type: ignore[method-assign] # there is room again
        await devices.revoke(device.id)
        assert await devices.list() == []
    async with open_domain(tmp_path) as services:
        assert services.devices.find(token) is None


async def test_what_was_revoked_or_is_over_stays_out_after_a_restart(tmp_path: Path) -> None:
    clock = FakeClock()
    async with open_domain(tmp_path, clock) as services:
        devices = services.devices
        lost, lost_token = await devices.add("Lost", "admin", HOME)
        _, kept_token = await devices.add("Kept", "approve", HOME)
        guest, guest_token = await devices.add("Guest", "view", HOME, expires_at=clock.ms + 1000, session_id="s1")
        await devices.revoke(lost.id)
        assert devices.next_expiry() == guest.expires_at
    clock.advance(1)
    async with open_domain(tmp_path, clock) as services:
        devices = services.devices
        assert (devices.find(lost_token), devices.find(guest_token), devices.get(guest.id)) == (None, None, None)
        kept = devices.find(kept_token)
        assert kept is not None
        assert (kept.name, kept.scope) == ("Kept", "approve")
        assert [device.name for device in await devices.list()] == ["Kept"]
        assert [device.id for device in await devices.expire_due()] == [guest.id]
        assert await devices.expire_due() == []
        with pytest.raises(NotFoundError):
            await devices.change(guest.id, scope="admin")


async def test_who_follows_can_only_watch(tmp_path: Path) -> None:
    async with open_domain(tmp_path) as services:
        with pytest.raises(BadRequestError):
            await services.devices.add("Guest", "approve", HOME, session_id="s1")
        guest, _ = await services.devices.add("Guest", "view", HOME, session_id="s1")
        with pytest.raises(BadRequestError):
            await services.devices.change(guest.id, scope="approve")
        assert (await services.devices.change(guest.id, "Teammate", "view")).name == "Teammate"


async def test_only_another_role_ends_connections(tmp_path: Path) -> None:
    cut: list[str] = []
    async with open_domain(tmp_path) as services:
        services.devices.on_cut(cut.append)
        device, _ = await services.devices.add("Phone", "view", HOME)
        await services.devices.change(device.id, "Other", "view")
        assert cut == []
        await services.devices.change(device.id, scope="approve")
        await services.devices.revoke(device.id)
    assert cut == [device.id, device.id]


async def test_whoever_ends_its_own_access_still_hears_so() -> None:
    connections, ended = Connections(), asyncio.Event()
    others: list[str] = []
    with (
        connections.holding("a", lambda: others.append("stream")),
        connections.answering("b", lambda: others.append("other device")),
        connections.answering("a", ended.set),
    ):
        connections.cut_device("a")
        assert (others, ended.is_set()) == (["stream"], False)
        assert connections.online() == frozenset()
        connections.cut_all()
        assert (others, ended.is_set()) == (["stream", "other device"], False)
        async with asyncio.timeout(LAST_WORD_S * 4):
            await ended.wait()


@pytest.mark.parametrize(
    ("text", "name"),
    [("", "Browser"), (" \u202e\u200f ", "Browser"), ("a\nb", "a b"), ("x" * 200, "x" * 80), ("\ud800!", "!")],
)
def test_names(text: str, name: str) -> None:
    assert clean_name(text) == name


def test_long_names_are_told_apart_within_the_limit() -> None:
    taken = {"x" * 80, *(f"{'x' * 74} ({number})" for number in range(2, 12))}
    assert told_apart("x" * 80, taken) == f"{'x' * 74} (12)"
    assert len(told_apart("x" * 80, taken)) <= 80

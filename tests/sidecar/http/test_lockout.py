"""Guessing: slowed, bounded, written down once; and the owner never notices."""

import asyncio
import json
import time
from pathlib import Path

import psutil
import pytest

from fakes.clock import FakeClock
from fakes.domain import open_domain
from fakes.hub_process import HubProcess
from pilot_sidecar.core.devices_model import Reach
from pilot_sidecar.core.errors import RateLimitedError
from pilot_sidecar.core.whence import Whence
from pilot_sidecar.transport.http import lockout as limits
from pilot_sidecar.transport.http.lockout import Lockout, network_of
from pilot_sidecar.transport.http.refusals import ADDRESSES, RefusedLogins
from sidecar.http.raw import ask, connect, request

GUESSES = 20_000
CONNECTIONS = 16
PIPELINED = 25


def at(address: str, reach: Reach = "lan") -> Whence:
    return Whence(reach, address)


def guess(lockout: Lockout, whence: Whence, times: int) -> int:
    """Return how many guesses were heard at all."""
    heard = 0
    for _ in range(times):
        try:
            lockout.count(whence)
            heard += 1
        except RateLimitedError:
            continue
    return heard


def test_an_address_gets_sixty_guesses_and_then_waits_a_minute() -> None:
    clock = FakeClock()
    lockout = Lockout(clock)
    assert guess(lockout, at("192.0.2.1"), 1000) == 60
    with pytest.raises(RateLimitedError) as caught:
        lockout.count(at("192.0.2.1"))
    assert caught.value.retry_after_s == 60
    assert guess(lockout, at("192.0.2.2"), 10) == 10
    clock.advance(59)
    assert guess(lockout, at("192.0.2.1"), 10) == 0
    clock.advance(2)
    assert guess(lockout, at("192.0.2.1"), 10) == 10


@pytest.mark.parametrize("pause_s", [0.1, 0.5, 0.6, 1.0])
def test_no_rhythm_gets_more_than_a_hundred_in_a_minute(pause_s: float) -> None:
    clock = FakeClock()
    lockout = Lockout(clock)
    heard = []
    for _ in range(int(600 / pause_s)):
        if guess(lockout, at("192.0.2.1"), 1):
            heard.append(clock.s)
        clock.advance(pause_s)
    assert max(sum(start <= moment < start + 60 for moment in heard) for start in heard) < 100


def test_an_ipv6_customer_is_one_address() -> None:
    assert network_of("2001:db8::1") == network_of("2001:db8::ffff:1") != network_of("2001:db8:0:1::1")
    assert network_of("::ffff:192.0.2.1") == network_of("192.0.2.1") == "192.0.2.1"
    assert network_of("fe80::1%eth0") == network_of("fe80::2%eth1")
    assert len(network_of("x" * 10_000)) < 100
    lockout = Lockout(FakeClock())
    assert sum(guess(lockout, at(f"2001:db8::{number:x}"), 1) for number in range(1000)) == 60


def test_many_addresses_together_are_slowed_too_and_this_machine_is_not_among_them() -> None:
    lockout = Lockout(FakeClock())
    together = sum(guess(lockout, at(f"198.51.{number // 250}.{number % 250}", "tunnel"), 10) for number in range(500))
    assert together == 600
    with pytest.raises(RateLimitedError):
        lockout.require_open(at("203.0.113.9"))
    assert guess(lockout, at("127.0.0.1", "local"), 10) == 10


def test_whoever_floods_this_machine_keeps_no_link_of_its_owner_from_working() -> None:
    lockout = Lockout(FakeClock())
    guess(lockout, at("127.0.0.1", "local"), 1000)
    lockout.require_open(at("127.0.0.1", "local"))
    with pytest.raises(RateLimitedError):
        lockout.allow_short_code(at("127.0.0.1", "local"))


def test_memory_is_bounded() -> None:
    lockout = Lockout(FakeClock())
    for number in range(limits.ADDRESSES * 2):
        guess(lockout, at(f"10.{number // 65536}.{number // 256 % 256}.{number % 256}", "local"), 1)
    assert len(lockout._addresses) == limits.ADDRESSES


def test_typed_codes_have_five_tries_an_address_and_twenty_in_all() -> None:
    clock = FakeClock()
    lockout = Lockout(clock)
    tries: list[bool] = []
    for number in range(40):
        for _ in range(10):
            try:
                lockout.allow_short_code(at(f"192.0.2.{number}"))
            except RateLimitedError:
                break
            tries.append(lockout.wrong_short_code(at(f"192.0.2.{number}")))
    assert len(tries) == 20
    assert [number for number, dead in enumerate(tries, 1) if dead] == [20], "then every open short code dies"
    clock.advance(599)
    with pytest.raises(RateLimitedError):
        lockout.allow_short_code(at("203.0.113.9"))
    clock.advance(2)
    lockout.allow_short_code(at("203.0.113.9"))


def refused(home: Path) -> list[dict[str, object]]:
    lines = [json.loads(line) for line in (home / "audit.jsonl").read_text().splitlines()]
    return [line for line in lines if line["action"] == "login.refused"]


def of(entry: dict[str, object], name: str) -> object:
    details = entry.get("details")
    return details[name] if isinstance(details, dict) and name in details else entry.get(name)


async def test_a_thousand_refusals_are_a_few_lines_that_count_them_all(tmp_path: Path) -> None:
    clock = FakeClock()
    async with open_domain(tmp_path, clock) as services:
        lockout = Lockout(clock, refusals := RefusedLogins(services.audit, clock))
        guess(lockout, at("192.0.2.1"), 1000)
        clock.advance(61)
        guess(lockout, at("192.0.2.1"), 5)
        refusals.close()
    lines = refused(tmp_path)
    assert {of(line, "address") for line in lines} == {"192.0.2.1"}
    assert sum(int(str(of(line, "count"))) for line in lines) == 1005
    assert [bool(of(line, "lockedOut")) for line in lines].count(True) == 1
    assert len(lines) <= 5


async def test_many_addresses_share_a_line(tmp_path: Path) -> None:
    clock = FakeClock()
    async with open_domain(tmp_path, clock) as services:
        lockout = Lockout(clock, refusals := RefusedLogins(services.audit, clock))
        for number in range(500):
            guess(lockout, at(f"198.51.{number // 250}.{number % 250}"), 1)
        refusals.close()
    lines = refused(tmp_path)
    assert len(lines) == ADDRESSES + 1
    assert sum(int(str(of(line, "count"))) for line in lines) == 500


class Owner:
    """Goes on working while others guess, and notes how long it waits."""

    def __init__(self, hub: HubProcess, port: int) -> None:
        self.waits: list[float] = []
        self._hub = hub
        self._port = port

    async def work(self) -> None:
        wire = await connect(self._port)
        body = b'{"session_id":"s1","hook_event_name":"Stop"}'
        hook = f"Bearer {self._hub.tokens['hook']}"
        requests = [
            (request("GET", "/api/asks", Authorization=f"Bearer {self._hub.token}"), 200),
            (request("POST", "/codex/hooks/Stop", body, Authorization=hook), 204),
        ]
        try:
            while True:
                for message, wanted in requests:
                    started = time.perf_counter()
                    wire.send(message)
                    assert (await wire.answer()).status == wanted
                    self.waits.append(time.perf_counter() - started)
                await asyncio.sleep(0.02)
        finally:
            wire.close()


async def test_twenty_thousand_guesses_find_a_closed_door_and_an_owner_who_works_on(hub: HubProcess) -> None:
    port = int(hub.url.rpartition(":")[2])
    process = psutil.Process(hub.process.pid)
    before, lines = process.memory_info().rss, hub.logs().count("\n")
    owner = Owner(hub, port)
    working = asyncio.get_running_loop().create_task(owner.work())
    started = time.perf_counter()
    statuses: dict[int, int] = {}

    async def guess_on(first: int) -> None:
        wire = await connect(port)
        for number in range(first, GUESSES, CONNECTIONS * PIPELINED):
            batch = [guessed(one) for one in range(number, number + PIPELINED)]
            wire.send(b"".join(batch))
            for _ in batch:
                answer = await wire.answer(30)
                statuses[answer.status] = statuses.get(answer.status, 0) + 1
                assert answer.status == 401 or int(answer.headers["retry-after"]) > 0
        wire.close()

    await asyncio.gather(*(guess_on(number * PIPELINED) for number in range(CONNECTIONS)))
    took = time.perf_counter() - started
    assert not working.done()
    working.cancel()
    assert set(statuses) == {401, 429}
    assert sum(statuses.values()) == GUESSES
    assert statuses[401] <= 60 * (1 + took / 60)
    assert max(owner.waits) < 2
    assert process.memory_info().rss - before < 30_000_000
    assert hub.logs().count("\n") - lines < 20
    assert len(refused(hub.home)) < 10
    assert (await ask(port, request("GET", "/api/asks", Authorization="Bearer wrong"))).status == 429
    assert (await hub.call("GET", "/api/asks"))[0] == 200
    _, link = await hub.call("POST", "/api/pair", {"scope": "admin"})
    async with hub.client.post(hub.url + "/pair", json={"code": dict(link)["code"]}) as response:  # type: ignore[call-overload] # an object
        assert response.status == 200, "the owner's own browser is let in all the while"


def guessed(number: int) -> bytes:
    """Return the guess of a kind: tokens, cookies, hooks, long codes, codes as people type them."""
    match number % 20:
        case 18:
            return request("POST", "/pair", b'{"code":"%022d"}' % number)
        case 19:
            return request("POST", "/pair", b'{"code":"%04d-%04d"}' % (number % 9999, number // 7 % 9999))
        case kind if kind % 3 == 0:
            return request("GET", "/api/snapshot", Authorization=f"Bearer {number:043d}")
        case kind if kind % 3 == 1:
            return request("GET", "/events", Cookie=f"pilot_{number:08x}={number:043d}")
        case _:
            return request("POST", "/codex/hooks/PermissionRequest", b"{}", Authorization=f"Bearer {number}")

"""A device that a device invited waits until a person at the hub's machine says yes."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from fakes.browsers import AFAR, Answer, Browser, exchange, invite, leave, open_door, pair, wait
from fakes.clock import FakeClock
from fakes.hub_process import HubProcess, start_hub
from pilot_sidecar.core.services import Services


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest_asyncio.fixture
async def door(
    tmp_path_factory: pytest.TempPathFactory, clock: FakeClock
) -> AsyncIterator[tuple[HubProcess, Services]]:
    async with open_door(tmp_path_factory.mktemp("home"), clock) as opened:
        yield opened


@pytest.fixture
def hub(door: tuple[HubProcess, Services]) -> HubProcess:
    return door[0]


async def made_by(maker: Browser, scope: str = "operate") -> dict[str, Any]:
    status, made = await maker.call("POST", "/api/pair", {"scope": scope})
    assert status == 201
    return dict(made)


async def waiting(hub: HubProcess) -> list[dict[str, Any]]:
    status, found = await hub.call("GET", "/api/confirmations")
    assert status == 200
    return list(found["confirmations"])  # type: ignore[index] # JSON


async def answer(hub: HubProcess, confirmation: str, *, allow: bool, **headers: str) -> int:
    return (await hub.call("POST", f"/api/confirmations/{confirmation}", {"allow": allow}, **headers))[0]


async def ask(hub: HubProcess, name: str = "Pixel", **headers: str) -> tuple[Browser, Answer, str]:
    """Return who invited, what the one who wants in was told, and what waits."""
    maker = await pair(hub)
    told = await exchange(hub, (await made_by(maker))["code"], name, **headers)
    return maker, told, (await waiting(hub))[-1]["id"]


async def test_nobody_gets_in_before_the_yes_and_then_at_once(hub: HubProcess) -> None:
    maker = await pair(hub)
    made = await made_by(maker)
    assert made["confirm"]
    async with maker.stream() as admin:
        told = await exchange(hub, made["code"], "Pixel")
        assert (told.status, told.body["state"], list(told.cookies)) == (202, "waiting", [])
        assert told.body["machine"]
        event = (await admin.until("pilot.confirmation.pending"))["confirmation"]
        assert (event["name"], event["scope"], event["address"]) == ("Pixel", "operate", "127.0.0.1")
        snapshot = (await maker.call("GET", "/api/snapshot"))[1]
        assert snapshot["confirmations"] == await waiting(hub) == [event]
        polling = asyncio.ensure_future(wait(hub, told.body["ticket"]))
        assert await answer(hub, event["id"], allow=True) == 200
        phone = (await polling).browser(hub)
        assert (await admin.until("pilot.confirmation.resolved"))["confirmation"]["state"] == "allowed"
        assert (await admin.until("pilot.devices.changed"))["type"]
    assert (await phone.call("GET", "/api/snapshot"))[1]["viewer"]["scope"] == "operate"
    assert (await wait(hub, told.body["ticket"])).status == 401, "a ticket is good once"
    assert (await exchange(hub, made["code"])).status == 401


async def test_a_link_of_this_machine_and_one_that_only_shows_need_no_yes(hub: HubProcess) -> None:
    assert not (await invite(hub)).get("confirm")
    maker = await pair(hub)
    made = await made_by(maker, "view")
    assert not made.get("confirm")
    assert (await exchange(hub, made["code"])).status == 200


async def test_of_two_that_race_for_a_yes_one_is_asked_about(hub: HubProcess) -> None:
    code = (await made_by(await pair(hub)))["code"]
    answers = await asyncio.gather(exchange(hub, code, "First"), exchange(hub, code, "Second"))
    assert sorted(one.status for one in answers) == [202, 401]
    assert len(await waiting(hub)) == 1


async def test_who_is_refused_hears_so(hub: HubProcess) -> None:
    _, told, confirmation = await ask(hub)
    assert await answer(hub, confirmation, allow=False) == 200
    assert (await wait(hub, told.body["ticket"])).status == 403
    assert (await wait(hub, told.body["ticket"])).status == 403
    assert await answer(hub, confirmation, allow=True) == 409, "answered twice"
    assert await answer(hub, "conf_nothing", allow=True) == 404


async def test_two_minutes_without_an_answer_are_a_no(hub: HubProcess, clock: FakeClock) -> None:
    _, told, confirmation = await ask(hub)
    clock.advance(120)
    assert (await wait(hub, told.body["ticket"])).status == 401
    assert await answer(hub, confirmation, allow=True) == 409
    assert await waiting(hub) == []
    assert (await wait(hub, told.body["ticket"])).status == 401


async def test_only_somebody_at_the_hubs_machine_can_say_yes(hub: HubProcess) -> None:
    maker, told, confirmation = await ask(hub)
    afar = Browser(hub, maker.cookie, AFAR)
    assert (await afar.call("POST", f"/api/confirmations/{confirmation}", {"allow": True}))[0] == 403
    viewer = await pair(hub, "operate")
    assert (await viewer.call("GET", "/api/confirmations"))[0] == 403
    assert (await viewer.call("POST", f"/api/confirmations/{confirmation}", {"allow": True}))[0] == 403
    assert [one["state"] for one in await waiting(hub)] == ["pending"]
    assert (await maker.call("POST", f"/api/confirmations/{confirmation}", {"allow": True}))[0] == 200
    assert (await wait(hub, told.body["ticket"])).status == 200


async def test_a_ticket_is_good_from_where_it_was_given_out(hub: HubProcess) -> None:
    _, told, confirmation = await ask(hub)
    assert await answer(hub, confirmation, allow=True) == 200
    assert (await wait(hub, told.body["ticket"], **AFAR)).status == 401
    assert (await wait(hub, "x" * 43)).status == 401
    assert (await wait(hub, told.body["ticket"])).status == 200


async def test_who_does_not_want_to_wait_takes_the_question_back(hub: HubProcess) -> None:
    maker, told, confirmation = await ask(hub)
    ticket = told.body["ticket"]
    assert (await leave(hub, ticket, **AFAR)).status == 401
    assert [one["state"] for one in await waiting(hub)] == ["pending"]
    async with maker.stream() as admin:
        polling = asyncio.ensure_future(wait(hub, ticket))
        await asyncio.sleep(0.02)
        assert (await leave(hub, ticket)).status == 204
        assert (await admin.until("pilot.confirmation.resolved"))["confirmation"]["state"] == "expired"
        assert (await polling).status == 204
    assert await waiting(hub) == []
    assert await answer(hub, confirmation, allow=True) == 409, "a yes that comes too late lets nobody in"
    assert (await wait(hub, ticket)).status == 401
    assert (await leave(hub, ticket)).status == 401


async def test_a_yes_that_was_faster_than_cancel_lets_nobody_in(hub: HubProcess) -> None:
    maker, told, confirmation = await ask(hub)
    assert await answer(hub, confirmation, allow=True) == 200
    assert (await leave(hub, told.body["ticket"])).status == 204
    assert (await wait(hub, told.body["ticket"])).status == 401
    assert [one["name"] for one in (await maker.call("GET", "/api/devices"))[1]["devices"] if not one["this"]] == []


@pytest.mark.parametrize("lost", ["revoked", "demoted"])
async def test_codes_die_with_the_device_that_made_them(hub: HubProcess, lost: str) -> None:
    maker = await pair(hub)
    unused, watching = await made_by(maker), await made_by(maker, "view")
    told = await exchange(hub, (await made_by(maker))["code"])
    confirmation = (await waiting(hub))[0]["id"]
    path = f"/api/devices/{(await maker.me())['id']}"
    if lost == "revoked":
        assert (await hub.call("DELETE", path))[0] == 200
    else:
        assert (await hub.call("PATCH", path, {"scope": "operate"}))[0] == 200
    assert (await exchange(hub, unused["code"])).status == 401
    assert (await exchange(hub, watching["code"])).status == 401
    assert await answer(hub, confirmation, allow=True) == 200
    assert (await wait(hub, told.body["ticket"])).status == 401


async def test_nobody_fills_a_persons_screen(hub: HubProcess, clock: FakeClock) -> None:
    maker = await pair(hub)
    made = [await made_by(maker) for _ in range(3)]
    answers = [await exchange(hub, one["code"]) for one in made]
    assert [one.status for one in answers] == [202, 202, 429]
    assert len(await waiting(hub)) == 2
    clock.advance(121)
    assert (await exchange(hub, made[2]["code"])).status == 202, "the code was not used up"


async def test_an_invited_device_lasts_no_longer_than_its_host(hub: HubProcess, clock: FakeClock) -> None:
    maker = await pair(hub, lastsMs=3_600_000)
    guest = (await exchange(hub, (await made_by(maker, "view"))["code"])).browser(hub)
    status, found = await hub.call("GET", "/api/devices")
    assert status == 200
    ends = {device["expiresAt"] for device in found["devices"]}  # type: ignore[index] # JSON
    assert ends == {clock.ms + 3_600_000}
    clock.advance(3601)
    assert (await guest.call("GET", "/api/snapshot"))[0] == 401


async def test_a_page_that_waits_is_told_to_ask_again(hub: HubProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pilot_sidecar.transport.http.pairing.POLL_S", 0.05)
    _, told, _ = await ask(hub)
    again = await wait(hub, told.body["ticket"])
    assert (again.status, again.body) == (202, told.body)


async def test_a_hub_that_stops_does_not_keep_anybody_waiting(tmp_path: Path) -> None:
    async with start_hub(tmp_path / "home") as running:
        maker = await pair(running)
        told = await exchange(running, (await made_by(maker))["code"])
        polling = asyncio.ensure_future(wait(running, told.body["ticket"]))
        await asyncio.sleep(0.05)
        assert (await running.stop())[0] == 0
        assert (await polling).status == 401, "it was cut off instead of told"


async def test_the_audit_tells_who_asked_and_who_agreed(hub: HubProcess, door: tuple[HubProcess, Services]) -> None:
    _, told, confirmation = await ask(hub, "Pixel")
    assert await answer(hub, confirmation, allow=True) == 200
    assert (await wait(hub, told.body["ticket"])).status == 200
    await door[1].audit.close()
    lines = [json.loads(line) for line in (hub.home / "audit.jsonl").read_text().splitlines()]
    by_action = {line["action"]: line for line in lines}
    assert (by_action["pairing.asked"]["by"]["name"], by_action["pairing.asked"]["scope"]) == ("Pixel", "operate")
    assert by_action["pairing.asked"]["from"] == {"address": "127.0.0.1", "reach": "local"}
    assert by_action["confirmation.allowed"]["confirmation"] == confirmation
    assert by_action["device.paired"]["from"]["device"] == by_action["device.paired"]["device"]
    assert told.body["ticket"] not in str(lines)

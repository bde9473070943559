"""Pairing a browser: a code once, then a cookie, where need be after a person's yes."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from fakes.browsers import AFAR, Browser, exchange, invite, open_door, pair
from fakes.clock import FakeClock
from fakes.hub_process import HubProcess, start_hub

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_code_becomes_a_cookie_and_of_two_that_race_one_wins(shared_hub: HubProcess) -> None:
    made = await invite(shared_hub)
    assert made["url"] == f"{shared_hub.url}/pair#code={made['code']}"
    assert len(made["code"]) >= 22, "less than 128 bits"
    answers = await asyncio.gather(*(exchange(shared_hub, made["code"], "Anna's phone") for _ in range(4)))
    assert sorted(answer.status for answer in answers) == [200, 401, 401, 401]
    won = next(answer for answer in answers if answer.status == 200)
    [morsel] = won.cookies.values()
    assert (morsel["httponly"], morsel["samesite"], morsel["path"], morsel["secure"]) == (True, "Strict", "/", "")
    viewer = (await won.browser(shared_hub).call("GET", "/api/snapshot"))[1]["viewer"]
    assert (viewer["kind"], viewer["name"], viewer["scope"]) == ("device", "Anna's phone", "admin")


@pytest.mark.parametrize(
    "typed", [str.lower, lambda code: code.replace("-", " "), lambda code: f" {code}\n", "{}".format]
)
async def test_the_short_code_is_the_same_invitation(shared_hub: HubProcess, typed: Any) -> None:
    made = await invite(shared_hub, scope="approve")
    assert len(made["short"]) == 9
    assert (await exchange(shared_hub, typed(made["short"]))).status == 200
    assert (await exchange(shared_hub, made["code"])).status == 401


async def test_of_a_link_and_its_short_code_only_one_is_good(shared_hub: HubProcess) -> None:
    made = await invite(shared_hub)
    answers = await asyncio.gather(exchange(shared_hub, made["code"]), exchange(shared_hub, made["short"]))
    assert sorted(answer.status for answer in answers) == [200, 401]


async def test_codes_are_good_for_ten_minutes(tmp_path: Path) -> None:
    clock = FakeClock()
    async with open_door(tmp_path, clock) as (hub, _):
        early, late = await invite(hub), await invite(hub)
        assert early["expiresAt"] == clock.ms + 600_000
        clock.advance(599)
        assert (await exchange(hub, early["code"])).status == 200
        clock.advance(1)
        assert (await exchange(hub, late["code"])).status == 401
        assert (await exchange(hub, late["short"])).status == 401


async def test_typed_codes_cannot_be_guessed_and_links_go_on(tmp_path: Path) -> None:
    async with open_door(tmp_path, FakeClock()) as (hub, _):
        made = await invite(hub)
        statuses = [(await exchange(hub, f"{number:04d}-AAAA")).status for number in range(8)]
        assert statuses[:5] == [401] * 5
        assert statuses[5:] == [429] * 3
        assert (await exchange(hub, made["short"])).status == 429, "a locked address learns nothing of a right code"
        assert (await exchange(hub, made["code"])).status == 200


async def test_a_wrong_code_is_refused_and_guessing_is_slowed(tmp_path: Path) -> None:
    async with open_door(tmp_path, FakeClock()) as (hub, _):
        statuses = [(await exchange(hub, f"guess-{number}")).status for number in range(70)]
    assert statuses[0] == 401
    assert statuses[-1] == 429


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("  Zoe's\tphone ", "Zoe's phone"),
        ("a\u202egnp.exe\u2066", "a gnp.exe"),
        ("\u0000\u200b \n", "Browser"),
        ("ü" * 300, "ü" * 80),
        ("<b>x</b>", "<b>x</b>"),
    ],
)
async def test_names_show_what_they_are(shared_hub: HubProcess, given: str, shown: str) -> None:
    answer = await exchange(shared_hub, (await invite(shared_hub))["code"], given)
    assert answer.body["name"] == shown


async def test_two_of_one_name_are_told_apart(tmp_path: Path) -> None:
    async with open_door(tmp_path, FakeClock()) as (hub, _):
        names = [(await (await pair(hub, name="Phone")).me())["name"] for _ in range(3)]
    assert names == ["Phone", "Phone (2)", "Phone (3)"]


async def test_a_browser_that_is_paired_anew_is_still_one_device(shared_hub: HubProcess) -> None:
    before = await pair(shared_hub, "view", "Firefox again")
    code = (await invite(shared_hub, scope="admin"))["code"]
    after = (await exchange(shared_hub, code, "Firefox again", Cookie=before.cookie)).browser(shared_hub)
    assert (await before.call("GET", "/api/snapshot"))[0] == 401
    me = await after.me()
    assert (me["name"], me["scope"]) == ("Firefox again", "admin")


async def test_a_link_for_others_takes_nothing_from_who_made_it(shared_hub: HubProcess) -> None:
    mine = await pair(shared_hub, "operate", "Mine")
    made = await invite(shared_hub, scope="view")
    answer = await exchange(shared_hub, made["code"], "Mine", Cookie=mine.cookie)
    assert (answer.status, "another browser" in answer.body["error"]["hint"]) == (409, True)
    assert (await mine.call("GET", "/api/snapshot"))[1]["viewer"]["scope"] == "operate"
    assert (await exchange(shared_hub, made["code"], "Teammate")).status == 200, "the link is still good"


async def test_a_role_is_kept_to(shared_hub: HubProcess) -> None:
    viewer = await pair(shared_hub, "view")
    assert (await viewer.call("GET", "/api/asks"))[0] == 200
    for path in ("/api/asks/x/decision", "/api/sessions/x/abort", "/api/pair", "/api/hub/stop"):
        assert (await viewer.call("POST", path, {"kind": "deny"}))[0] == 403, path


async def test_the_owners_token_is_good_on_this_machine_only(shared_hub: HubProcess) -> None:
    status, answer = await shared_hub.call("GET", "/api/snapshot", **AFAR)
    assert status == 401
    assert "pilot pair" in answer["error"]["hint"]  # type: ignore[index] # JSON


async def test_nobody_follows_a_session_that_is_not_there_or_with_more_than_a_look(shared_hub: HubProcess) -> None:
    for wanted, expected in (
        ({"scope": "view", "sessionId": "nowhere"}, 404),
        ({"scope": "approve", "sessionId": "nowhere"}, 400),
        ({"scope": "view", "lastsMs": 5}, 400),
        ({"scope": "root"}, 400),
    ):
        assert (await shared_hub.call("POST", "/api/pair", wanted))[0] == expected, wanted


async def test_an_invitation_says_where_other_devices_reach_the_hub(tmp_path: Path) -> None:
    async with start_hub(tmp_path / "home", PILOT_HOST="0.0.0.0") as hub:
        made = await invite(hub)
        assert made["url"].startswith("http://127.0.0.1:")
        ways = made.get("ways", [])
        reach = (await hub.call("GET", "/api/reach"))[1]["addresses"]  # type: ignore[index] # JSON
        others = [address for address in reach if address["reach"] != "local"]
        assert [way["address"] for way in ways] == others
        assert all(way["url"] == f"{way['address']['url']}/pair#code={made['code']}" for way in ways)
        assert made["qr"] == ways[0]["qr"] if ways else "advice" in made


async def test_without_an_address_for_others_there_is_advice(shared_hub: HubProcess) -> None:
    made = await invite(shared_hub)
    assert made.get("ways", []) == []
    assert "PILOT_HOST" in made["advice"]
    assert made["qr"]["path"]


async def test_a_restart_keeps_devices_and_kills_codes(tmp_path: Path) -> None:
    async with start_hub(tmp_path / "home") as hub:
        phone, made = await pair(hub), await invite(hub)
        await hub.stop()
    async with start_hub(tmp_path / "home") as again:
        assert (await Browser(again, phone.cookie).call("GET", "/api/snapshot"))[0] == 200
        assert (await exchange(again, made["code"])).status == 401
        assert (await exchange(again, made["short"])).status == 401

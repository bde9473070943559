"""``pilot pair``: a device gets in, and those that need a yes get it at the terminal."""

import json

import pytest

from fakes.browsers import exchange, pair, wait
from fakes.found_hub import Door
from fakes.hub_process import HubProcess, pilot, start_hub
from fakes.terminal import terminal
from fakes.tunnel_programs import forwarder


async def test_it_says_how_to_make_the_hub_reachable_where_it_is_not(door: Door) -> None:
    code, out, err = await pilot(door.home, "pair")
    assert (code, err) == (0, "")
    assert "No other device can reach the hub yet." in out
    assert "▄" not in out, "a QR code with an address that no phone can reach"
    assert f"A browser on this machine can open {door.hub.url}/pair#code=" in out
    assert door.hub.token not in out


async def test_the_code_is_good_for_what_was_asked(door: Door) -> None:
    code, out, _ = await pilot(door.home, "pair", "--json", "--role", "approve", "--for", "1h30m")
    made = json.loads(out)
    assert (code, made["scope"], "qr" in made) == (0, "approve", False)
    phone = (await exchange(door.hub, made["short"])).browser(door.hub)
    assert (await phone.call("GET", "/api/snapshot"))[1]["viewer"]["scope"] == "approve"
    [device] = await door.services.devices.list()
    assert device.expires_at == door.services.clock.now_ms() + 5_400_000
    made = json.loads((await pilot(door.home, "pair", "--json"))[1])
    assert made["scope"] == "operate", "more than a phone needs"


async def test_somebody_follows_one_session(door: Door) -> None:
    from fakes.domain import make_session
    from pilot_sidecar.core.events import SessionStarted

    door.services.bus.publish(
        SessionStarted(at=1, session_id="abc123", agent="opencode", session=make_session("abc123"))
    )
    made = json.loads((await pilot(door.home, "pair", "--json", "--session", "abc"))[1])
    assert made["scope"] == "view"
    await exchange(door.hub, made["code"])
    [device] = await door.services.devices.list()
    assert (device.scope, device.session_id) == ("view", "abc123")
    assert await pilot(door.home, "pair", "--session", "nope") == (
        1, "", "pilot: There is no session “nope”.\n  `pilot sessions --all` lists them.\n",
    )  # fmt: skip
    told = (await pilot(door.home, "pair", "--session", "abc", "--for", "90m"))[1]
    assert "whoever uses it may look at this one session, for 90 min." in told
    assert (await pilot(door.home, "pair", "--session", ""))[:2] == (1, ""), "an empty variable opened everything"
    code, _, err = await pilot(door.home, "pair", "--session", "abc", "--role", "admin")
    assert (code, "can only watch" in err) == (1, True)


@pytest.mark.parametrize(
    "arguments",
    [["--role", "king"], ["--for", "2x"], ["--for", ""], ["--for", "59s"], ["--for", "400d"], ["--session"]],
)
async def test_usage_errors(door: Door, arguments: list[str]) -> None:
    code, out, err = await pilot(door.home, "pair", *arguments)
    assert (code, out, err.endswith("\n  `pilot pair --help` says what it takes.\n")) == (2, "", True)


async def test_it_stays_until_the_device_is_in_and_names_it_harmlessly(door: Door) -> None:
    async with terminal(door.home, "pair", "--no-qr") as shell:
        shown = await shell.until("Waiting for the device")
        short = shown.partition("Code for typing: ")[2].split()[0]
        await exchange(door.hub, short, "Anna\u202e's \u200bphone")
        await shell.until("Paired: “")
        assert await shell.end() == 0
    assert "\u202e" not in shell.shown
    assert "which may answer questions and send prompts" in shell.shown


async def test_ctrl_c_leaves_and_the_code_stays_good(door: Door) -> None:
    async with terminal(door.home, "pair") as shell:
        shown = await shell.until("Waiting for the device")
        shell.interrupt()
        assert await shell.end() == 0
    assert "Traceback" not in shell.shown
    short = shown.partition("Code for typing: ")[2].split()[0]
    assert (await exchange(door.hub, short)).status == 200


@pytest.mark.parametrize(("said", "status", "told"), [("y\n", 200, "Allowed."), ("\n", 403, "Refused.")])
async def test_a_device_that_a_device_invited_waits_for_a_yes(door: Door, said: str, status: int, told: str) -> None:
    maker = await pair(door.hub, name="Maker")
    made = (await maker.call("POST", "/api/pair", {"scope": "operate"}))[1]
    assert await pilot(door.home, "pair", "--confirm") == (0, "Nothing waits for a yes.\n", "")
    ticket = (await exchange(door.hub, made["code"], "Pixel")).body["ticket"]
    code, out, err = await pilot(door.home, "pair", "--confirm")
    assert (code, "“Pixel”" in out, "in a terminal" in err) == (1, True, True)
    async with terminal(door.home, "pair", "--confirm") as shell:
        shown = await shell.until("[y/N] ")
        assert "“Pixel” on this machine (127.0.0.1) wants in, with the role “operate”." in shown
        shell.type(said)
        await shell.until(told)
        assert await shell.end() == 0
    assert (await wait(door.hub, ticket)).status == status


async def test_who_waits_for_the_device_is_asked_about_others_too(door: Door) -> None:
    maker = await pair(door.hub, name="Maker")
    made = (await maker.call("POST", "/api/pair", {"scope": "operate"}))[1]
    async with terminal(door.home, "pair") as shell:
        await shell.until("Waiting for the device")
        ticket = (await exchange(door.hub, made["code"], "Pixel")).body["ticket"]
        await shell.until("[y/N] ")
        shell.type("y\n")
        await shell.until("Allowed.")
        assert (await wait(door.hub, ticket)).status == 200
        await shell.until("Paired: “Pixel”")
        assert await shell.end() == 0


@pytest.fixture
def tunnelled(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return {"PILOT_TUNNEL_COMMAND": forwarder(tmp_path_factory.mktemp("forward"))}


async def test_the_qr_code_has_the_best_address_a_phone_can_reach(
    tmp_path_factory: pytest.TempPathFactory, tunnelled: dict[str, str]
) -> None:
    async with start_hub(tmp_path_factory.mktemp("hub") / "home", **tunnelled) as hub:
        code, _, err = await pilot(hub.home, "tunnel", "start", "custom")
        assert (code, err.startswith("pilot: No device is paired yet.")) == (1, True)
        code, out, err = await pilot(hub.home, "tunnel", "start", "custom", "--force")
        assert (code, err, out.splitlines()[0]) == (0, "", "The tunnel is up (custom): https://quiet-river.tunnel.test")
        assert json.loads((await pilot(hub.home, "tunnel", "--json"))[1])["state"] == "up"
        assert await read_code(hub) == "https://quiet-river.tunnel.test/pair#code="
        assert await pilot(hub.home, "tunnel", "stop") == (0, "No tunnel runs.\n", "")
        actions = [
            json.loads(line)["action"] for line in (await pilot(hub.home, "audit", "show", "--json"))[1].splitlines()
        ]
        assert {"hub.started", "tunnel.up", "pairing.created"} <= set(actions)


async def read_code(hub: HubProcess) -> str:
    """Return the beginning of what the printed QR code says: drawn anew from the printed link, it is the same."""
    from pilot_sidecar.infra.qr import block_qr

    out = (await pilot(hub.home, "pair"))[1]
    link = out.partition("or open ")[2].split()[0]
    assert "\n".join(block_qr(link)) in out
    assert "\x1b" not in out, "colours are for terminals"
    return link.partition("=")[0] + "="

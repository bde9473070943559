"""Another owner's token: whoever has the old one is out at once, and hears nothing of the new one."""

import asyncio
import json
import stat
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from fakes.browsers import AFAR, exchange, invite, open_door, open_stream, pair, slow_decision
from fakes.clock import FakeClock
from fakes.hub_process import HubProcess, start_hub
from fakes.rpc_client import connect_rpc
from pilot_sidecar.core.whence import Whence

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture
def hub(shared_hub: HubProcess) -> HubProcess:
    """One for all, as it is found now."""
    return renewed(shared_hub)


def renewed(hub: HubProcess) -> HubProcess:
    """Return the hub as a program finds it that looks now."""
    return replace(hub, hub=json.loads((hub.home / "hub.json").read_text()))


async def seen_by(hub: HubProcess, token: str) -> int:
    return (await hub.call("GET", "/api/snapshot", Authorization=f"Bearer {token}"))[0]


async def test_the_old_token_is_worth_nothing_and_the_new_one_is_told_to_nobody(hub: HubProcess) -> None:
    old, hook, phone = hub.token, hub.tokens["hook"], await pair(hub)
    mine = {"Authorization": f"Bearer {old}"}
    async with AsyncExitStack() as open_now:
        streams = [await open_now.enter_async_context(open_stream(hub, **mine)) for _ in range(3)]
        streams.append(await open_now.enter_async_context(phone.stream()))
        slow = await open_now.enter_async_context(slow_decision(hub, **mine))
        editor = await open_now.enter_async_context(connect_rpc(hub.socket))
        await editor.request("pilot/subscribe")
        for stream in streams:
            await stream.frame()
        assert await hub.call("POST", "/api/token/rotate") == (200, {"done": True})
        async with asyncio.timeout(3):
            await asyncio.gather(*(stream.ended() for stream in streams), editor.ended.wait())
        assert await slow.finish(b'"allow_once"}') == b""
    again = renewed(hub)
    assert (await seen_by(hub, old), await seen_by(hub, again.token)) == (401, 200)
    assert hub.tokens == {**hub.tokens, "owner": again.token, "hook": hook}
    assert (await phone.call("GET", "/api/snapshot"))[0] == 200
    assert (await hub.hook("Stop", {"session_id": "s", "hook_event_name": "Stop"}))[0] == 204
    modes = {stat.S_IMODE((hub.home / name).stat().st_mode) for name in ("hub.json", "tokens.json")}
    assert modes == {0o600}
    heard = b"".join(stream.raw for stream in streams) + repr([*editor.others, editor.events]).encode()
    assert again.token.encode() not in heard
    assert b"pilot.token.rotated" not in heard
    told = [path for path in hub.home.rglob("*") if path.is_file() and again.token.encode() in path.read_bytes()]
    assert sorted(path.name for path in told) == ["hub.json", "tokens.json"]


async def test_everybody_finds_the_hub_again_and_hears_that_credentials_changed(hub: HubProcess) -> None:
    phone = await pair(hub)
    cursor = (await phone.call("GET", "/api/snapshot"))[1]["cursor"]
    async with connect_rpc(hub.socket) as editor:
        assert await editor.request("pilot/token.rotate", {}) == {"done": True}, "who asked hears that it worked"
        async with asyncio.timeout(2):
            await editor.ended.wait()
    async with connect_rpc(renewed(hub).socket) as editor:
        assert (await editor.request("pilot/snapshot"))["viewer"]["kind"] == "vscode"
    async with phone.stream(cursor) as stream:
        event = await stream.until("pilot.token.rotated")
    assert set(event) == {"seq", "epoch", "at", "type"}


async def test_all_devices_can_go_with_it(hub: HubProcess) -> None:
    phones = [await pair(hub, "view"), await pair(hub)]
    async with phones[0].stream() as stream:
        await stream.frame()
        assert (await phones[1].call("POST", "/api/token/rotate", {"devices": True}))[0] == 200
        await stream.ended()
    assert [(await phone.call("GET", "/api/snapshot"))[0] for phone in phones] == [401, 401]
    assert (await renewed(hub).call("GET", "/api/devices"))[1] == {"devices": []}


async def test_no_open_code_lets_anybody_in_afterwards(hub: HubProcess) -> None:
    """Whoever had the old token may have made themselves a way back."""
    made = await invite(hub)
    assert (await hub.call("POST", "/api/token/rotate", {"devices": True}))[0] == 200
    again = renewed(hub)
    assert [(await exchange(again, made[kind])).status for kind in ("code", "short")] == [401, 401]
    assert (await exchange(again, (await invite(again))["code"])).status == 200


async def test_a_restart_keeps_the_new_token(tmp_path: Path) -> None:
    async with start_hub(tmp_path / "home") as first:
        assert (await first.call("POST", "/api/token/rotate"))[0] == 200
        new = renewed(first).token
        await first.stop()
    async with start_hub(tmp_path / "home") as again:
        assert again.token == new


async def test_two_at_once_end_with_one_token_that_works(hub: HubProcess) -> None:
    await asyncio.gather(
        hub.call("POST", "/api/token/rotate"), hub.call("POST", "/api/token/rotate"), return_exceptions=True
    )
    again = renewed(hub)
    assert again.token == again.tokens["owner"]
    assert await seen_by(hub, again.token) == 200


@pytest.mark.parametrize("allow", [True, False])
async def test_what_an_agents_terminal_asked_for_happens_when_a_person_agrees(tmp_path: Path, *, allow: bool) -> None:
    async with open_door(tmp_path, FakeClock()) as (hub, services):
        asked = services.confirmations.ask("token_rotation", "OpenCode", None, Whence())
        path = f"/api/confirmations/{asked.id}"
        assert (await (await pair(hub)).call("GET", "/api/confirmations"))[1]["confirmations"][0]["name"] == "OpenCode"
        assert (await hub.call("POST", path, {"allow": allow}, **AFAR))[0] == 401
        assert (await hub.call("POST", path, {"allow": allow}))[0] == 200
        assert (await services.confirmations.wait(asked.id)).state == ("allowed" if allow else "refused")
        assert await seen_by(hub, hub.token) == (401 if allow else 200)

"""A real hub, a blocked agent, and Telegram between them."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from fakes.bot_api import EVE, TOKEN, BotApi
from fakes.hub_process import HubProcess, start_hub

SESSION = "01a20854-04d0-7201-8214-18f8b3077689"


@asynccontextmanager
async def hub_on(home: Path, api: BotApi, **settings: object) -> AsyncIterator[HubProcess]:
    """Start a hub with this bot; what was saved before stays."""
    home.mkdir(exist_ok=True)
    config = home / "config.json"
    saved = json.loads(config.read_text()) if config.exists() else {}
    config.write_text(json.dumps({**saved, "telegram_api_url": api.url, "telegram_token": TOKEN, **settings}))
    async with start_hub(home) as hub:
        await api.listened_to()
        yield hub


def asking(hub: HubProcess, command: str) -> "asyncio.Task[tuple[int, object]]":
    """Ask as Codex's hook does, which blocks until there is a decision."""
    body = {
        "session_id": SESSION, "turn_id": "t1", "cwd": "/home/dev/project", "hook_event_name": "PermissionRequest",
        "tool_name": "Bash", "tool_input": {"command": command},
    }  # fmt: skip
    return asyncio.ensure_future(hub.hook("PermissionRequest", body))


async def decision(asked: "asyncio.Task[tuple[int, object]]") -> Any:
    status, body = await asyncio.wait_for(asked, 5)
    assert status == 200
    assert isinstance(body, dict)
    return body["hookSpecificOutput"]["decision"]["behavior"]


async def bind(hub: HubProcess, api: BotApi) -> None:
    status, binding = await hub.call("POST", "/api/telegram/bind")
    assert status == 200, binding
    assert isinstance(binding, dict)
    api.write(f"/start {binding['link'].partition('=')[2]}")
    await api.written("This is where Pilot writes to now.")


async def test_from_pairing_to_a_released_agent(tmp_path: Path, api: BotApi) -> None:
    async with hub_on(tmp_path / "home", api) as hub:
        await bind(hub, api)
        asked = asking(hub, "make test")
        message = await api.written("make test")
        assert message.labels == ["Allow once", "Deny"]
        stranger = await api.answered(api.press(message, "Allow once", EVE))
        assert (stranger.alert, asked.done()) == (True, False)
        query = api.press(message, "Allow once")
        assert await decision(asked) == "allow"
        assert (await api.answered(query)).text == "Allowed."
        await api.until(lambda: message.buttons == [] and "Allowed" in message.text.splitlines()[-1])
        assert "Anna" in message.text.splitlines()[-1]
        _, view = await hub.call("GET", "/api/notifications")
        channel = next(one for one in view["channels"] if one["channel"] == "telegram")  # type: ignore[index, call-overload]
        assert (channel["state"], [end["name"] for end in channel["endpoints"]]) == ("ready", ["Anna"])
        assert channel["deliveredAt"]
        _, tried = await hub.call("POST", "/api/notifications/test", {"channel": "telegram"})
        assert tried["ok"], tried  # type: ignore[index, call-overload]
        await api.written("A test from Pilot")
        assert TOKEN not in hub.logs()
        assert TOKEN.partition(":")[2] not in hub.logs()
        await api.listened_to()
        code, _, _ = await hub.stop()
        assert code == 0
        assert "did not stop" not in hub.logs(), "a held poll keeps no hub"


async def test_answered_at_the_desk_the_message_says_so(tmp_path: Path, api: BotApi) -> None:
    async with hub_on(tmp_path / "home", api, telegram_chat_id="42") as hub:
        asked = asking(hub, "make test")
        message = await api.written("make test")
        _, found = await hub.call("GET", "/api/asks")
        [ask] = found["asks"]  # type: ignore[index, call-overload]
        await hub.call("POST", f"/api/asks/{ask['id']}/decision", {"kind": "deny", "digest": ask["digest"]})
        assert await decision(asked) == "deny"
        await api.until(lambda: message.buttons == [] and "Denied" in message.text.splitlines()[-1])


async def test_after_a_hard_end_of_the_hub_old_buttons_decide_nothing_and_new_ones_do(
    tmp_path: Path, api: BotApi
) -> None:
    async with hub_on(tmp_path / "home", api, telegram_chat_id="42") as hub:
        asked = asking(hub, "make test")
        old = await api.written("make test")
        hub.process.kill()
        await asyncio.wait([asked], timeout=5)
        asked.exception()
    late = api.press(old, "Allow once")
    async with hub_on(tmp_path / "home", api) as hub:
        assert (await api.answered(late)).alert
        await api.until(lambda: old.buttons == [])
        again = asking(hub, "make more")
        message = await api.written("make more")
        api.press(message, "Deny")
        assert await decision(again) == "deny"


async def test_a_cut_network_costs_no_answer(tmp_path: Path, api: BotApi) -> None:
    async with hub_on(tmp_path / "home", api, telegram_chat_id="42") as hub:
        api.break_polls()
        asked = asking(hub, "make test")
        await asyncio.sleep(0.05)
        api.cut = False
        message = await api.written("make test")
        query = api.press(message, "Allow once")
        assert await decision(asked) == "allow"
        await api.answered(query)

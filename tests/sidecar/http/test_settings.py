"""Settings as the page sees, checks, tries out and saves them, over real HTTP, with a Telegram of our own."""

import asyncio
import json
import os
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from fakes.hub_process import HubProcess, start_hub
from pilot_sidecar.core.settings_model import Settings
from pilot_sidecar.transport.calls.settings_checks import oddity

TOKEN = "123456789:AAbbCCddEEffGGhhIIjjKKllMMnnOOppQQr"
WRONG = "999999999:AAbbCCddEEffGGhhIIjjKKllMMnnOOppQQr"
CHAT = "-1001234567890"


class Telegram:
    """What the Bot API answers to a right token and a chat it may write to, and to all else."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.mood = "well"
        self.url = ""

    async def handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        if self.mood == "silent":
            await asyncio.sleep(30)
        if self.mood == "odd":
            return web.Response(text="<html>a router's login page</html>", content_type="text/html")
        if self.mood == "slow":
            return await self._in_pieces(request, b'{"ok": true, "result": {"username": "my_pilot_bot"}}')
        if self.mood == "elsewhere":
            raise web.HTTPFound("http://127.0.0.1:9/")
        if self.mood == "busy":
            return self._no(429, "Too Many Requests: retry after 5")
        if request.match_info["token"] != TOKEN:
            return self._no(401, "Unauthorized")
        if request.match_info["method"] == "getMe":
            return web.json_response({"ok": True, "result": {"id": 1, "is_bot": True, "username": "my_pilot_bot"}})
        if request.match_info["method"] == "getUpdates":
            await asyncio.sleep(30)
        if request.match_info["method"] != "sendMessage":
            return web.json_response({"ok": True, "result": True})
        if body["chat_id"] != CHAT:
            return self._no(400, "Bad Request: chat not found")
        self.sent.append(body)
        return web.json_response({"ok": True, "result": {"message_id": 7}})

    async def _in_pieces(self, request: web.Request, answer: bytes) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for piece in (answer[:9], answer[9:]):
            await response.write(piece)
            await asyncio.sleep(0.03)
        return response

    def _no(self, status: int, words: str) -> web.Response:
        return web.json_response({"ok": False, "error_code": status, "description": words}, status=status)


@pytest.fixture
async def telegram() -> AsyncIterator[Telegram]:
    telegram = Telegram()
    app = web.Application()
    app.router.add_post("/bot{token}/{method}", telegram.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    telegram.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield telegram
    await runner.cleanup()


async def save(hub: HubProcess, **values: object) -> dict[str, Any]:
    status, body = await hub.call("PATCH", "/api/settings", {"values": values})
    assert status == 200, body
    assert isinstance(body, dict)
    return body


async def check(hub: HubProcess, name: str, value: object) -> str | None:
    status, body = await hub.call("POST", "/api/settings/check", {"name": name, "value": value})
    assert status == 200, body
    assert isinstance(body, dict)
    return body.get("problem")


async def try_out(hub: HubProcess, group: str) -> dict[str, Any]:
    status, body = await hub.call("POST", "/api/settings/test", {"group": group})
    assert status == 200, body
    assert isinstance(body, dict)
    return body


async def shown(hub: HubProcess) -> dict[str, dict[str, Any]]:
    _, view = await hub.call("GET", "/api/settings")
    return {setting["name"]: setting for setting in view["settings"]}  # type: ignore[index, call-overload]


async def test_each_setting_says_how_it_is_shown(hub: HubProcess) -> None:
    found = await shown(hub)
    assert all(setting["title"] and setting["description"] for setting in found.values())
    assert found["on_timeout"]["kind"] == "choice"
    assert found["on_timeout"]["choices"] == ["release", "deny"]
    kinds = {name: found[name]["kind"] for name in ("port", "budget_day_usd", "dev", "telegram_token", "host")}
    assert kinds == {
        "port": "number", "budget_day_usd": "number", "dev": "boolean", "telegram_token": "secret", "host": "text",
    }  # fmt: skip
    assert (found["telegram_token"]["group"], found["telegram_token"]["link"]) == ("telegram", "https://t.me/BotFather")
    assert found["permission_timeout"]["unit"] == "ms"
    assert [name for name, setting in found.items() if setting["needsRestart"]] == ["port", "host", "tls"]


async def test_saving_everything_as_it_was_shown_leaves_the_file_as_it_is(hub: HubProcess) -> None:
    await save(hub, telegramToken=TOKEN, telegramChatId=CHAT, budgetDayUsd=2.5, hookToken="a hook's secret")
    path = hub.home / "config.json"
    by_hand = json.dumps(json.loads(path.read_text()), indent=7, sort_keys=True)
    path.write_text(by_hand)
    before = path.read_bytes()
    found = await shown(hub)
    assert TOKEN not in json.dumps(found)
    await save(hub, **{name: setting["value"] for name, setting in found.items()})
    assert path.read_bytes() == before
    assert await shown(hub) == found


async def test_a_check_says_what_saving_would(hub: HubProcess) -> None:
    assert "has to be a whole number from 0 to 65535" in str(await check(hub, "port", 70000))
    assert await check(hub, "permissionTimeout", 5) is not None
    assert await check(hub, "on_timeout", "allow") is not None
    assert await check(hub, "budgetDayUsd", -1) is not None
    assert "22:00-07:00" in str(await check(hub, "quietHours", "22-7")), "what would fit is said"
    assert "PILOT_PORT is set" in str(await check(hub, "port", 5000)), "the hub was started with it"
    assert await check(hub, "keepDays", 30) is None
    status, body = await hub.call("POST", "/api/settings/check", {"name": "nonsense", "value": 1})
    assert (status, body["error"]["code"]) == (400, "bad_request")  # type: ignore[index, call-overload]
    assert not (hub.home / "config.json").exists(), "a check saves nothing"


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("telegramToken", TOKEN, "my token"),
        ("telegramChatId", CHAT, "--5"),
        ("telegramChatId", "@my_channel", "@"),
        ("telegramChatId", "42", "me and you"),
        ("telegramApiUrl", "http://127.0.0.1:8081", "file:///etc/passwd"),
        ("host", "127.0.0.1", "203.0.113.7"),
        ("host", "0.0.0.0", "no.such.host.invalid"),
    ],
)
async def test_a_check_tells_what_is_odd(hub: HubProcess, name: str, good: str, bad: str) -> None:
    assert await check(hub, name, good) is None
    assert await check(hub, name, bad)


def test_a_port_that_another_program_has_is_told_with_its_name() -> None:
    current = Settings()
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]
        other.listen()
        problem = oddity("port", port, current)
    assert problem is not None
    assert f"Port {port} is in use by" in problem
    assert str(os.getpid()) in problem
    assert oddity("port", port, current) is None, "it is free again"
    assert oddity("port", current.port, current) is None, "this hub's own is no surprise"


async def test_what_does_not_belong_together_is_told(hub: HubProcess) -> None:
    status, view = await hub.call("POST", "/api/settings/keys")
    assert status == 200, view
    first = (await shown(hub))["vapid_public_key"]["value"]
    assert len(first) == 87
    private = json.loads((hub.home / "config.json").read_text())["vapid_private_key"]
    assert private not in json.dumps(view)
    assert (await try_out(hub, "push"))["ok"]
    status, body = await hub.call("POST", "/api/settings/keys")
    assert (status, body["error"]["code"]) == (409, "conflict")  # type: ignore[index, call-overload]
    assert (await shown(hub))["vapid_public_key"]["value"] == first
    status, _ = await hub.call("POST", "/api/settings/keys", {"replace": True})
    assert status == 200
    second = (await shown(hub))["vapid_public_key"]["value"]
    assert second != first
    assert "do not belong together" in str(await check(hub, "vapidPublicKey", first))
    assert "do not belong together" in str(await check(hub, "vapidPrivateKey", private))
    assert "no public key" in str(await check(hub, "vapidPublicKey", "nonsense"))
    await save(hub, vapidPublicKey=first)
    assert not (await try_out(hub, "push"))["ok"]


async def test_keys_set_in_the_shell_are_not_made_anew(tmp_path: Path) -> None:
    async with start_hub(tmp_path / "home", PILOT_VAPID_PUBLIC_KEY="BExample") as hub:
        for body in ({}, {"replace": True}):
            status, answer = await hub.call("POST", "/api/settings/keys", body)
            assert (status, answer["error"]["code"]) == (409, "conflict")  # type: ignore[index, call-overload]
        assert "PILOT_VAPID_PUBLIC_KEY is set" in answer["error"]["message"]  # type: ignore[index, call-overload]
        assert not (hub.home / "config.json").exists()


async def test_telegram_writes_to_the_chat(hub: HubProcess, telegram: Telegram) -> None:
    assert "missing" in (await try_out(hub, "telegram"))["message"]
    await save(hub, telegramApiUrl=telegram.url, telegramToken=TOKEN, telegramChatId=CHAT)
    result = await try_out(hub, "telegram")
    assert (result["ok"], "@my_pilot_bot" in result["message"]) == (True, True)
    assert [sent["chat_id"] for sent in telegram.sent] == [CHAT]
    assert TOKEN not in hub.logs()


async def test_an_answer_of_telegram_that_comes_in_pieces_is_read_whole(hub: HubProcess, telegram: Telegram) -> None:
    telegram.mood = "slow"
    await save(hub, telegramApiUrl=telegram.url, telegramToken=TOKEN, telegramChatId=CHAT)
    result = await try_out(hub, "telegram")
    assert result == {"ok": True, "message": "@my_pilot_bot wrote to the chat: look there."}


@pytest.mark.parametrize(
    ("mood", "token", "chat", "words"),
    [
        ("well", WRONG, CHAT, "Unauthorized"),
        ("well", TOKEN, "5", "chat not found"),
        ("odd", TOKEN, CHAT, "not Telegram's API"),
        ("elsewhere", TOKEN, CHAT, "not Telegram's API"),
        ("busy", TOKEN, CHAT, "too many requests"),
        ("silent", TOKEN, CHAT, "did not answer within 0.3 s"),
    ],
)
async def test_telegram_does_not_and_it_says_why(
    hub: HubProcess, telegram: Telegram, mood: str, token: str, chat: str, words: str
) -> None:
    telegram.mood = mood
    await save(hub, telegramApiUrl=telegram.url, telegramToken=token, telegramChatId=chat, fetchTimeoutMs=300)
    result = await try_out(hub, "telegram")
    assert not result["ok"]
    assert words in result["message"]
    assert result["hint"]
    assert token not in json.dumps(result)


async def test_telegram_is_not_there(hub: HubProcess) -> None:
    await save(hub, telegramApiUrl="http://127.0.0.1:9", telegramToken=TOKEN, telegramChatId=CHAT)
    result = await try_out(hub, "telegram")
    assert (result["ok"], "not reached" in result["message"]) == (False, True)


async def test_a_token_is_not_sent_elsewhere_by_who_does_not_know_it(hub: HubProcess, telegram: Telegram) -> None:
    await save(hub, telegramToken=TOKEN, telegramChatId=CHAT)
    for more in ({}, {"telegramToken": "••••••"}, {"telegramToken": None}):
        status, body = await hub.call("PATCH", "/api/settings", {"values": {"telegramApiUrl": telegram.url, **more}})
        assert (status, body["error"]["code"]) == (400, "bad_request")  # type: ignore[index, call-overload]
    await save(hub, telegramApiUrl=telegram.url, telegramToken=WRONG)
    await save(hub, telegramApiUrl=None)


async def test_the_network_is_tried(hub: HubProcess) -> None:
    result = await try_out(hub, "network")
    assert result["ok"]
    assert hub.url in result["message"]
    assert "Only this machine" in result["hint"]
    await save(hub, host="0.0.0.0")
    result = await try_out(hub, "network")
    assert (result["ok"], "after a restart" in result["hint"]) == (True, True)
    await save(hub, host="203.0.113.7")
    result = await try_out(hub, "network")
    assert (result["ok"], "no address of this machine" in result["message"]) == (False, True)


async def test_the_tunnels_program_is_looked_for(tmp_path: Path) -> None:
    folder = tmp_path / "bin"
    folder.mkdir()
    async with start_hub(tmp_path / "home", PATH=str(folder)) as hub:
        assert not (await try_out(hub, "tunnel"))["ok"]
        await save(hub, tunnel="cloudflared", fetchTimeoutMs=500)
        assert "not found" in (await try_out(hub, "tunnel"))["message"]
        program = folder / "cloudflared"
        program.write_text("#!/bin/sh\necho cloudflared version 2026.1.0\n")
        program.chmod(0o755)
        result = await try_out(hub, "tunnel")
        assert (result["ok"], "2026.1.0" in result["message"]) == (True, True)
        program.write_text("#!/bin/sh\nexec /bin/sleep 30\n")
        result = await try_out(hub, "tunnel")
        assert (result["ok"], "in time" in result["message"]) == (False, True)
        await save(hub, tunnel="custom", tunnelCommand="cloudflared --elsewhere")
        result = await try_out(hub, "tunnel")
        assert (result["ok"], "where the hub's port goes" in result["message"]) == (False, True)
        await save(hub, tunnelCommand="cloudflared --elsewhere {port}")
        result = await try_out(hub, "tunnel")
        assert (result["ok"], str(program) in result["message"]) == (True, True)

"""A hub with every secret set, which is asked, provoked and read: no secret leaves the files that are for it."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from aiohttp import CookieJar

from fakes.hub_process import HubProcess, environment, pilot, visit_hub
from fakes.rpc_client import connect_rpc
from pilot_sidecar.infra.processes import start_detached
from pilot_sidecar.transport.api import CALLS

GIVEN = {
    "PILOT_HOOK_TOKEN": "h00k-\"quoted\"-and/slashed-token",
    "PILOT_TELEGRAM_TOKEN": "123456789:AAtelegram-bot-secret_0123456789",
    "PILOT_VAPID_PRIVATE_KEY": "v4pid-private-key-0123456789abcdef",
}  # fmt: skip
LATER = "987654321:BBanother-telegram-secret_987654"
MAY_HOLD_THEM = ("tokens.json", "hub.json", "config.json", "hooks/")


class Watcher:
    """Somebody with a stream, who remembers all that came."""

    def __init__(self, hub: HubProcess) -> None:
        self._hub = hub
        self.heard = b""

    async def listen(self) -> None:
        headers = {"Authorization": f"Bearer {self._hub.token}"}
        async with self._hub.client.get(f"{self._hub.url}/events", headers=headers) as response:
            self.heard += str(response.headers).encode()
            try:
                async for piece in response.content.iter_any():
                    self.heard += piece
            except aiohttp.ClientError:  # the owner's token was changed: it is cut off
                return


@pytest.fixture
async def hub(tmp_path: Path) -> AsyncIterator[HubProcess]:
    """A hub that was started in the background, so that what it prints goes to a file as well."""
    home = tmp_path / "home"
    (home / "logs").mkdir(parents=True)
    command = [sys.executable, "-m", "pilot_sidecar", "up", "--no-open"]
    process = await asyncio.to_thread(start_detached, command, environment(home, **GIVEN), home / "logs" / "start.txt")
    try:
        async with asyncio.timeout(20):
            while not (home / "hub.json").exists():
                assert process.poll() is None
                await asyncio.sleep(0.02)
        async with visit_hub(home, json.loads((home / "hub.json").read_text())) as found:
            yield found
    finally:
        process.kill()
        await asyncio.to_thread(process.wait)


async def pair(hub: HubProcess) -> tuple[str, ...]:
    """Pair a browser; return the code, the typed code and the cookie: secrets, too."""
    _, link = await hub.call("POST", "/api/pair", {"scope": "admin"})
    assert isinstance(link, dict)
    async with aiohttp.ClientSession(cookie_jar=CookieJar(unsafe=True)) as browser:
        async with browser.post(hub.url + "/pair", json={"code": link["code"], "name": "Anna's phone"}) as response:
            assert response.status == 200
            [cookie] = [morsel.value for morsel in response.cookies.values()]
        async with browser.post(hub.url + "/pair", json={"code": link["code"]}) as response:
            assert response.status == 401
    return str(link["code"]), str(link["short"]), cookie


async def provoke(hub: HubProcess, secret: str) -> list[str]:
    """Do everything wrong that has this secret in it; return the answers to what did not send it itself."""
    owner = {"Authorization": f"Bearer {hub.token}"}
    wrong: list[tuple[str, str, dict[str, str], object]] = [
        ("GET", "/api/asks", {"Authorization": f"Basic {secret}"}, None),
        ("GET", "/api/asks", {"Authorization": f"Bearer {secret}x"}, None),
        ("GET", "/api/asks", {"Cookie": f"pilot_00000000={secret.replace(':', '')}"}, None),
        ("GET", "/api/asks?token=" + secret, {}, None),
        ("GET", "/" + secret.replace("/", "-"), owner, None),
        ("POST", "/pair", {}, {"code": secret}),
        ("POST", "/api/settings/check", owner, {"values": {"telegramToken": secret, "port": secret}}),
        ("PATCH", "/api/settings", owner, {"values": {"permissionTimeout": secret}}),
        ("POST", "/api/asks/x/decision", owner, {"kind": secret}),
        ("POST", "/codex/hooks/Nope", {"Authorization": f"Bearer {secret}"}, {}),
    ]
    for method, path, headers, body in wrong:
        async with hub.client.request(method, hub.url + path, headers=headers, json=body) as response:
            assert response.status >= 400 or path.endswith("check")
            await response.read()
    reader, writer = await asyncio.open_connection("127.0.0.1", int(hub.url.rpartition(":")[2]))
    writer.write(f"{secret}\r\n\r\n".encode())
    found = await asyncio.wait_for(reader.read(), 5)
    writer.close()
    return [found.decode()]


async def everything_answered(hub: HubProcess) -> list[str]:
    """Return the answer to every question that the table knows, through both doors."""
    answers = []
    for call in CALLS:
        if call.method == "GET":
            status, body = await hub.call("GET", call.path.replace("{id}", "x"))
            assert status < 500
            answers.append(json.dumps(body, ensure_ascii=False))
    async with connect_rpc(hub.socket) as rpc:
        answers += [json.dumps(await rpc.request(f"pilot/{name}", {})) for name in ("snapshot", "settings.get")]
    return answers


async def everything_printed(hub: HubProcess) -> list[str]:
    """Return what the commands show."""
    commands = (["status"], ["devices"], ["audit", "show"], ["logs"])
    found = await asyncio.gather(*(pilot(hub.home, *command, **GIVEN) for command in commands))
    return [out + err for _, out, err in found]


async def test_no_secret_is_where_it_does_not_belong(hub: HubProcess) -> None:
    watcher = Watcher(hub)
    watching = asyncio.get_running_loop().create_task(watcher.listen())
    kept = {**hub.tokens, **GIVEN, "later": LATER}
    kept.pop("cookie")
    status, changed = await hub.call("PATCH", "/api/settings", {"values": {"pushContact": "mailto:a@example.com"}})
    secrets = {*kept.values(), *await pair(hub)}
    texts = [str(status), json.dumps(changed)]
    for secret in kept.values():
        texts += await provoke(hub, secret)
    texts += await everything_answered(hub)
    assert (await hub.call("POST", "/api/token/rotate", {}))[0] == 200
    hub.hub.update(json.loads((hub.home / "hub.json").read_text()))
    secrets |= {hub.token}
    assert len(secrets) == len(kept) + 4
    texts += await everything_answered(hub) + await everything_printed(hub)
    await asyncio.wait_for(watching, 5)
    texts.append(watcher.heard.decode())
    assert "pilot.devices.changed" in watcher.heard.decode()
    files = {path: path.read_bytes() for path in sorted(hub.home.rglob("*")) if path.is_file()}
    named = {path.relative_to(hub.home).as_posix() for path in files}
    assert {"logs/hub.log", "logs/start.txt", "audit.jsonl", "pilot.db", "pilot.db-wal", "tokens.json"} <= named
    found = [
        f"{secret[:4]}… in {path.relative_to(hub.home)}"
        for path, raw in files.items()
        if not path.relative_to(hub.home).as_posix().startswith(MAY_HOLD_THEM)
        for secret in secrets
        if any(form in raw for form in (secret.encode(), json.dumps(secret)[1:-1].encode()))
    ]
    found += [
        f"{secret[:4]}… in {text[max(0, text.find(secret) - 80) :][:90]!r}"
        for text in texts
        for secret in secrets
        if secret in text or json.dumps(secret)[1:-1] in text
    ]
    assert not found, "\n".join(found)

"""The commands, as a user types them."""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path

import pytest

from fakes.hub_process import HubProcess, environment, pilot, spawn, start_hub
from fakes.terminal import terminal
from pilot_sidecar import __version__
from pilot_sidecar.cli import banner
from pilot_sidecar.infra.qr import block_qr, terminal_qr


async def test_version(tmp_path: Path) -> None:
    assert await pilot(tmp_path, "--version") == (0, f"pilot {__version__}\n", "")


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["audit", "show", "--help"], ["status"]])
async def test_a_reader_that_left_gets_no_traceback(tmp_path: Path, arguments: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "pilot_sidecar", *arguments, env=environment(tmp_path, PYTHONUNBUFFERED=""),
        stdout=writing, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    os.close(writing)
    _, err = await asyncio.wait_for(process.communicate(), 30)
    assert (process.returncode, err) == (1, b"")


async def test_status(hub: HubProcess) -> None:
    code, out, _ = await pilot(hub.home, "status")
    assert (code, out.splitlines()[0]) == (0, f"Pilot {__version__} is running at {hub.url} (pid {hub.process.pid}).")
    assert "\n  OpenCode: not connected yet: `pilot init opencode` does that\n  Codex: " in out
    assert out.endswith("\nNo questions wait for you.\n")
    state = json.loads((await pilot(hub.home, "status", "--json"))[1])
    assert (state["running"], state["url"], state["asks"]) == (True, hub.url, 0)
    assert [agent["agent"] for agent in state["agents"]] == ["opencode", "codex"]
    await hub.stop()
    code, out, _ = await pilot(hub.home, "status")
    assert (code, out) == (1, "No hub is running. Start it with `pilot up`.\n")
    assert json.loads((await pilot(hub.home, "status", "--json"))[1])["running"] is False


@pytest.mark.parametrize(
    ("state", "live", "told"),
    [
        ("ready", 0, "Codex 0.169.0: ready, nothing of it runs"),
        ("ready", 2, "Codex 0.169.0: ready, 2 live"),
        ("connected", 1, "Codex 0.169.0: connected, 1 live"),
        ("not_installed", 0, "Codex 0.169.0: not found on this machine"),
    ],
)
def test_an_agent_of_which_sessions_run_is_not_said_to_rest(state: str, live: int, told: str) -> None:
    from pilot_sidecar.cli.status import _agent_line

    assert _agent_line({"agent": "codex", "version": "0.169.0", "state": state, "connections": live}) == told


async def test_a_frozen_hub_is_seen_and_can_be_stopped(hub: HubProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    from pilot_sidecar.cli import stop

    monkeypatch.setenv("PILOT_HOME", str(hub.home))
    monkeypatch.setattr(stop, "TERM_S", 0.2)
    hub.process.send_signal(signal.SIGSTOP)
    code, out, _ = await pilot(hub.home, "status")
    assert code == 1
    assert "does not answer" in out
    await asyncio.to_thread(stop.stop_hub, hub.home / "hub.lock")
    assert await asyncio.wait_for(hub.process.wait(), 3) == -signal.SIGKILL


async def test_detach_leaves_a_hub_behind_and_a_second_one_finds_it(tmp_path: Path) -> None:
    home = tmp_path / "home"
    try:
        code, out, err = await pilot(home, "up", "--detach")
        assert (code, err) == (0, "")
        url = out.split()[-1]
        code, out, _ = await pilot(home, "up", "--no-open")
        assert code == 0
        assert f"already running at {url}" in out
        assert "code=" not in (home / "logs/start.txt").read_text()
    finally:
        assert (await pilot(home, "stop"))[0] == 0


async def test_detach_says_why_it_did_not_work(tmp_path: Path) -> None:
    code, out, err = await pilot(tmp_path / "home", "up", "--detach", PILOT_HOST="203.0.113.1")
    assert (code, out) == (1, "")
    assert "203.0.113.1" in err
    assert "Traceback" not in err


async def test_open_prints_a_link_that_pairs_once(hub: HubProcess) -> None:
    code, out, _ = await pilot(hub.home, "open")
    assert code == 0
    link = out.splitlines()[0]
    assert link.startswith(f"{hub.url}/pair#code=")
    body = {"code": link.partition("=")[2], "name": "Test"}
    origin = {"Origin": hub.url}
    async with hub.client.post(hub.url + "/pair", json=body, headers=origin) as response:
        assert response.status == 200
        cookie = response.headers["Set-Cookie"]
    assert all(word in cookie for word in ("HttpOnly", "SameSite=Strict"))
    async with hub.client.post(hub.url + "/pair", json=body, headers=origin) as response:
        assert response.status == 401


async def test_asks_lists_what_waits(hub: HubProcess) -> None:
    assert await pilot(hub.home, "asks") == (0, "Nothing waits for you.\n", "")
    hook = {
        "session_id": "s1", "hook_event_name": "PermissionRequest", "cwd": "/home/dev/api", "tool_name": "Bash",
        "tool_input": {"command": "rm -rf \x1b[31mnode_modules"},
    }  # fmt: skip
    async with hub.watching():
        blocked = asyncio.get_running_loop().create_task(hub.hook("PermissionRequest", hook))
        async with asyncio.timeout(5):
            while "rm -rf" not in (out := (await pilot(hub.home, "asks"))[1]):
                assert "Nothing waits" in out
        assert "codex" in out
        assert "\x1b" not in out
        await hub.stop()
        await blocked


async def test_the_banner_has_a_code_and_never_a_token(tmp_path: Path) -> None:
    home = tmp_path / "home"
    async with terminal(home, "up") as shell:
        await shell.until("Ctrl-C")
        shell.interrupt()
        assert await shell.end() == 0
    assert "/pair#code=" in shell.shown
    assert "Agents:" in shell.shown
    assert "▄" not in shell.shown, "a QR code with an address that no phone can reach"
    for secret in json.loads((home / "tokens.json").read_text()).values():
        assert secret not in shell.shown


@pytest.mark.parametrize("wish", ["FORCE_COLOR", "NO_COLOR"])
def test_the_banner_of_a_hub_in_the_network_warns_and_has_a_code_for_phones(
    wish: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("FORCE_COLOR", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(wish, "1")
    ways = banner.Ways(
        "http://127.0.0.1:1", "http://127.0.0.1:1/pair#code=a", "http://192.0.2.7:1/pair#code=b", (), "Open!"
    )
    shown = banner.terminal_banner(ways, ["OpenCode 1"], demo=False)
    link = "http://192.0.2.7:1/pair#code=b"
    assert (terminal_qr(link).splitlines()[5] in shown) is (wish == "FORCE_COLOR")
    assert block_qr(link)[5] in shown
    assert ("\x1b" in shown) is (wish == "FORCE_COLOR")
    assert "Open!" in shown
    plain = banner.plain_banner(ways, demo=True)
    assert "From another device: http://192.0.2.7:1/pair#code=b (good once, for 10 minutes)\nMind: Open!" in plain


async def test_up_in_the_network_says_so(tmp_path: Path) -> None:
    async with start_hub(tmp_path / "home", PILOT_HOST="0.0.0.0") as hub:
        _, reach = await hub.call("GET", "/api/reach")
        _, out, _ = await hub.stop()
    assert f"Mind: {reach['warning']}" in out  # type: ignore[index,call-overload]
    others = [one["url"] for one in reach["addresses"] if one["reach"] == "lan"]  # type: ignore[index,call-overload]
    assert [url for url in others[:1] if f"From another device: {url}/pair#code=" not in out] == []


async def test_lsp_starts_a_hub_and_carries_the_conversation(tmp_path: Path) -> None:
    home = tmp_path / "home"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "pilot_sidecar", "lsp", "--stdio", env=environment(home),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdin
    assert process.stdout
    try:
        body = json.dumps(
            {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"processId": None, "capabilities": {}}}
        ).encode()
        process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        head = await asyncio.wait_for(process.stdout.readuntil(b"\r\n\r\n"), 20)
        size = int(head.split(b"\r\n")[0].split(b":")[1])
        assert json.loads(await process.stdout.readexactly(size))["result"]["serverInfo"]["name"] == "pilot"
        process.stdin.close()
        assert await asyncio.wait_for(process.wait(), 5) == 0
        assert (await pilot(home, "status"))[0] == 0
    finally:
        await pilot(home, "stop")


async def test_uninstall_removes_what_pilot_made_and_nothing_else(hub: HubProcess) -> None:
    (hub.home / "mine.txt").write_text("keep")
    await hub.call("PATCH", "/api/settings", {"values": {"permissionTimeout": 5000}})
    code, out, _ = await pilot(hub.home, "uninstall")
    assert code == 0
    assert "still in" in out
    assert hub.process.returncode is None
    code, _, err = await pilot(hub.home, "uninstall", "--yes", "--keep-config")
    assert (code, err) == (0, "")
    assert await asyncio.wait_for(hub.process.wait(), 3) == 0
    assert sorted(path.name for path in hub.home.iterdir()) == ["config.json", "mine.txt"]
    await pilot(hub.home, "uninstall", "--yes")
    assert [path.name for path in hub.home.iterdir()] == ["mine.txt"]


async def test_a_reader_that_goes_away_gives_no_traceback(hub: HubProcess) -> None:
    process = await spawn(hub.home, "status")
    process.stdout._transport.close()  # type: ignore[union-attr]
    _, err = await asyncio.wait_for(process.communicate(), 10)
    assert b"Traceback" not in err
